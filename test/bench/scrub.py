"""How fast `cameo scrub` goes when nothing holds it back: a store of a gigabyte in the page cache, one core."""
import json
import resource
import shutil
import subprocess
import time

from load import Failed, median
from servers import PROGRAM, SERVER_CORE

FILL = PROGRAM.parent / "test/bench/bench_fill"
PICTURES, PICTURE_BYTES = 14000, 75 * 1024  # a whole pack, and the beginning of the next
REPEATS = 9
AIM = 1e9  # bytes a second
PASS, MAKING = "everything looked through", "… and parity made for all of it"


def prepare(folder, say):
    """Made once and kept."""
    store = folder / "scrub"
    if (store / "meta.db").exists():
        return store
    say("filling a store of 1 GB, once")
    shutil.rmtree(store, ignore_errors=True)
    done = subprocess.run([str(FILL), str(store), "1", str(PICTURES), str(PICTURE_BYTES)],
                          stdout=subprocess.DEVNULL, check=False)
    if done.returncode:
        raise Failed(f"{FILL}: exit {done.returncode}")
    return store


def cpu_seconds():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def scrub(store):
    """Its counts, the time by the clock and the processor's."""
    used, begun = cpu_seconds(), time.perf_counter()
    done = subprocess.run(["taskset", "-c", str(SERVER_CORE), str(PROGRAM), "scrub", str(store),
                           "--cached", "--json"], capture_output=True, text=True, check=False)
    took = time.perf_counter() - begun
    if done.returncode:
        raise Failed(f"cameo scrub: exit {done.returncode}: {done.stderr}")
    return json.loads(done.stdout), took, cpu_seconds() - used


def measure(folder, say):
    store = prepare(folder, say)
    say("scrubbing")
    found = {PASS: [], MAKING: []}
    scrub(store)
    for turn in range(2 * REPEATS):
        making = turn % 2 == 1
        if making:
            for parity in (store / "packs").glob("*.parity"):
                parity.unlink()
        counts, took, used = scrub(store)
        if counts["problems"] or bool(counts["made_zones"]) != making:
            raise Failed(f"cameo scrub: {counts}")
        found[MAKING if making else PASS].append(
            {"rate": counts["bytes"] / took, "per_cpu_second": counts["bytes"] / used})
    return found


def table(found):
    yield "scrub of 1 GB in the page cache, one core", "median", "slowest", "per CPU s", "aim"
    for what, times in found.items():
        rates = [one["rate"] for one in times]
        yield (what, f"{median(rates) / 1e9:.2f} GB/s", f"{min(rates) / 1e9:.2f} GB/s",
               f"{median([one['per_cpu_second'] for one in times]) / 1e9:.2f} GB/s",
               f">= {AIM / 1e9:.0f} GB/s" if what == PASS else "-")
