"""What the box costs, and how much memory one takes that makes a small picture of a very large file."""
import pathlib
import shutil
import subprocess
import threading
import time

import load
from load import Failed, request
from loop import BASIC
from photos import Photos
from renditions import add_records, demo_store, environment, put
from servers import PROGRAM, SERVER_CORE, Cameo

COST = PROGRAM.parent / "test/box_cost"
COST_AIM_US = 1000
PEAK_MAX_MIB = 64e6 / 2**20
BOX = "cameo-box"


def cost(say):
    """(what, text) as box_cost prints them, from one core."""
    if not COST.exists():
        raise Failed(f"there is no {COST}")
    say("what a box costs")
    done = subprocess.run(["taskset", "-c", str(SERVER_CORE), str(COST)], capture_output=True,
                          text=True, check=False)
    if done.returncode:
        raise Failed(f"box_cost: {done.stderr}")
    return done.stdout.splitlines()


def cost_table(lines):
    """A line that begins at the margin names the picture, those below belong to it."""
    yield "a picture made in the process and in a box", "what", "time", "aim"
    picture = ""
    for line in lines:
        if not line.startswith(" "):
            picture = line
            continue
        words = line.split()
        at = next(i for i, word in enumerate(words) if word == "median" or word.isdigit()
                  or word.lstrip("-").isdigit())
        what, time_ = " ".join(words[:at]), " ".join(words[at:])
        yield picture, what, time_, f"<= {COST_AIM_US} us" if what == "a box costs" else "-"


def status_of(pid):
    """VmHWM and its parts in MiB; None when it is gone."""
    try:
        if pathlib.Path(f"/proc/{pid}/comm").read_text().strip() != BOX:
            return None
        lines = pathlib.Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return None
    found = dict(line.split(":", 1) for line in lines)
    return {name: int(found[name].split()[0]) / 1024
            for name in ("VmHWM", "RssAnon", "RssFile", "RssShmem") if name in found}


class Peak(threading.Thread):
    """Looks at every process of the boxes as long as `with` lasts; the kernel keeps each one's peak."""

    def __init__(self, server):
        super().__init__(daemon=True)
        self.server, self.peaks, self.done = server, {}, threading.Event()

    def look(self):
        for pid in self.server.pids():
            status = status_of(pid)
            if status and status.get("VmHWM", 0) > self.peaks.get(pid, {}).get("VmHWM", 0):
                self.peaks[pid] = status

    def run(self):
        while not self.done.is_set():
            self.look()
            time.sleep(0.003)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.done.set()
        self.join()
        self.look()

    def highest(self):
        if not self.peaks:
            raise Failed(f"no process of the name {BOX} was seen")
        return max(self.peaks.values(), key=lambda status: status["VmHWM"])


def measure_memory(folder, say):
    """MiB of a box before and while it makes 500 px of 29 MB; and how long that takes."""
    path = Photos(folder, say).huge()
    say("memory of a box")
    store = demo_store(folder / "memory")
    record, small = add_records(store, "person", 2)
    settings = environment(cache_bytes_max=0, picture_bytes_max="64M")
    with Cameo(store, environment=settings) as cameo:
        put(cameo.port, "Person", small, Photos(folder, say).small(75 * 1024).read_bytes())
        with Peak(cameo) as before:
            ask(cameo.port, small, 100)
        put(cameo.port, "Person", record, path.read_bytes())
        with Peak(cameo) as during:
            started = time.perf_counter()
            ask(cameo.port, record, 500)
            took = time.perf_counter() - started
    shutil.rmtree(store)
    return {"bytes": path.stat().st_size, "before": before.highest(), "during": during.highest(),
            "seconds": took}


def ask(port, record, width):
    answer, body = load.ask(port, request("GET", f"/pictures/person/{record}?w={width}&format=jpeg",
                                          [BASIC]))
    if answer.status != 200:
        raise Failed(f"{record} to {width} px: {answer.status} {body[:200]!r}")


def memory_table(found):
    def shown(status):
        return (f"{status['VmHWM']:.1f} MiB ({status['RssAnon']:.0f} own, {status['RssFile']:.0f} "
                f"files, {status['RssShmem']:.0f} shared)")
    yield "memory of a box (VmHWM)", "a picture of 75 KiB to 100 px", "to 500 px", "aim", "time"
    yield (f"a JPEG of {found['bytes'] / 1e6:.1f} MB", shown(found["before"]),
           shown(found["during"]), f"<= {PEAK_MAX_MIB:.1f} MiB", f"{found['seconds']:.2f} s")
