"""What the parts of the laboratory share: where programs are, a place to work in, what came of it."""
import contextlib
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile

SOURCE = pathlib.Path(__file__).resolve().parents[2]
SHOWN = 10  # problems of a part that are printed
KEY = "5ea1ed" * 10 + "5ea1"  # BOOK_KEY of book.h


def program(name):
    """A program of the build in CRASH_BUILD, else in build."""
    build = pathlib.Path(os.environ.get("CRASH_BUILD") or SOURCE / "build")
    for place in (build / name, build / "test/crash" / name):
        if place.exists():
            return str(place.resolve())
    raise SystemExit(f"crashlab: there is no {name} in {build}: ./dev build")


@contextlib.contextmanager
def workplace():
    """A folder that goes afterwards: in memory, for nothing here needs a real disk."""
    memory = "/dev/shm"
    roomy = os.path.isdir(memory) and shutil.disk_usage(memory).free > 1 << 30
    folder = os.path.realpath(tempfile.mkdtemp(prefix="crashlab-", dir=memory if roomy else None))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Report:
    """Counts what a part tried; each try passes or fails, and a failure says how to see it again. What
    docs/durability.md names as a limit is neither, and is counted apart."""

    def __init__(self, part, seed):
        self.part = part
        self.seed = seed
        self.tries = self.failures = 0
        self.rows = []

    def each(self, things):
        """All of them, but no more after an interrupt: then what came so far is the result."""
        stopped = []
        before = signal.signal(signal.SIGINT, lambda *_: stopped.append(True))
        try:
            for thing in things:
                if stopped:
                    print(f"{self.part}: interrupted", flush=True)
                    return
                yield thing
        finally:
            signal.signal(signal.SIGINT, before)

    def passed(self, count=1):
        self.tries += count

    def failed(self, text):
        self.tries += 1
        self.failures += 1
        if self.failures <= SHOWN:
            print(f"{self.part}: FAILED {text}", flush=True)

    def row(self, text):
        """A line of the part's result, as docs/durability.md has it."""
        self.rows.append(text)
        print(f"{self.part}: {text}", flush=True)


class Look:
    """crash_look: what the program's own code finds in a store."""

    def __init__(self):
        self.process = subprocess.Popen([program("crash_look")], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, errors="replace",
                                        start_new_session=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()

    def at(self, folder, create=False, more=False):
        """A Seen, and with `more` a second one after a further write."""
        print(folder, int(create), int(more), file=self.process.stdin, flush=True)
        seen = [Seen()]
        for line in self.process.stdout:
            word, _, rest = line.rstrip("\n").partition(" ")
            if word == "end":
                return seen
            if word == "again":
                seen.append(Seen())
            elif word == "page":
                record, _, text = rest.partition(" ")
                seen[-1].pages[int(record)] = text
            else:
                getattr(seen[-1], word).append(rest)
        raise RuntimeError("crash_look ended")


def seeds(page):
    """Of the pictures that a page names: see book.h."""
    return {int(seed) for seed in re.findall(r"[dm,](\d+)", page)} - {0, 0xFFFFFFFF}


def noise(seed):
    """Some bytes that are in this picture and in no other: see picture_draw in book.c."""
    state = seed
    found = b""
    for number in range(5):
        state = (state + 0x9E3779B97F4A7C15) % (1 << 64)
        z = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9 % (1 << 64)
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB % (1 << 64)
        if number:  # the first decides how long it is
            found += ((z ^ (z >> 31)) & 0x7F7F7F7F7F7F7F7F).to_bytes(8, "little")
    return found


class Seen:
    def __init__(self):
        self.pages = {}     # record -> text: see book.h
        self.problem = []   # what the check found
        self.unread = []
        self.wrong = []
        self.failed = []

    def complaints(self):
        return self.failed + self.problem + [f"unread {line}" for line in self.unread] + \
            [f"wrong bytes of {line}" for line in self.wrong]


class Book:
    """What a store must hold, by the lines that the program marked: see hand.h."""

    def __init__(self):
        self.must = {}      # record -> text of what was acknowledged
        self.may = {}       # … of what was begun and not acknowledged
        self.gone = set()   # seeds of pictures of which nothing is on the disk any more
        self.is_open = False
        self.is_restored = False  # it is being: all of `may` is there, or no store
        self.backing = None       # record -> text, of the backup that was begun
        self.backed = None        # … that is done
        self.acknowledged = 0

    def take(self, line):
        words = line.split(" ", 2)
        if words[0] == "begin":
            self.may[int(words[1])] = words[2]
            self.gone -= seeds(words[2])
        elif words[0] == "gone":
            self.gone.add(int(words[1]))
        elif words[0] == "done":
            self.must[int(words[1])] = self.may.pop(int(words[1]))
            self.acknowledged += 1
        elif words[0] == "open":
            self.is_open = True
            self.is_restored = False
        elif words[0] == "fresh":
            self.must, self.is_open, self.is_restored = {}, False, True
        elif words[0] == "backing":
            self.backing = dict(self.must)
        elif words[0] == "backed":
            self.backed, self.backing = self.backing, None

    def differences(self, pages):
        """What is seen and may not be."""
        lines = []
        for record in sorted(set(self.must) | set(self.may) | set(pages)):
            seen = pages.get(record, "-")
            must = self.must.get(record, "-")
            if seen != must and seen != self.may.get(record):
                lines.append(f"record {record} is '{seen}', acknowledged was '{must}', begun "
                             f"'{self.may.get(record, '')}'")
        return lines
