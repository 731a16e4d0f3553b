"""flips - one random bit of a closed store is flipped, and the store is opened and read.

A flip is noticed when something fails or is found: opening, the reading of a picture or record, or
`cameo check` (which runs SQLite's own check). In any case no picture may come out with other bytes, or
with those of another picture. A flip that nobody notices must lie in bytes that nothing names, so that
everything reads as before: what a pack holds outside of the records that rows name, the files of
run/, and ballast. Each page of meta.db has a checksum, so there a flip is always noticed.

Some are in the log of a store that was not closed. What SQLite takes for its end then, and what is lost
behind it, is put in again from the second index: everything reads as before, too.
"""
import collections
import os
import random
import signal
import sqlite3
import subprocess

import journal as j
import lab
import power

SHORT = 1500
LOG_SHARE = 20  # every twentieth is in the log of a store that was not closed
SHARES = [("meta.db", 50), ("packs/", 45), ("", 5)]
HEADER = 80     # of a record in a pack: src/blob/packs/pack.h
SUPERBLOCK = 4096


def make(folder, seed):
    store = os.path.join(folder, "store")
    subprocess.run([lab.program("crash_drive"), store, "everything", str(seed)], check=True,
                   env={key: value for key, value in os.environ.items() if key != "CAMEO_PLANTED"})
    return store


def contents(store):
    found = {}
    for at, _, names in os.walk(store):
        for name in names:
            path = os.path.join(at, name)
            with open(path, "rb") as file:
                found[os.path.relpath(path, store)] = file.read()
    return found


def restore(store, whole):
    """Everything as it was; what was made meanwhile goes."""
    for name in contents_names(store) - set(whole):
        os.unlink(os.path.join(store, name))
    for name, data in whole.items():
        if name != "ballast":
            with open(os.path.join(store, name), "wb") as file:
                file.write(data)


def contents_names(store):
    return {os.path.relpath(os.path.join(at, name), store)
            for at, _, names in os.walk(store) for name in names}


def rows(path):
    """All rows of all tables; None when SQLite cannot tell."""
    try:
        db = sqlite3.connect(f"file:{path}?immutable=1", uri=True)
        try:
            db.text_factory = bytes
            tables = [name for name, in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
            return {name: db.execute(f"SELECT * FROM \"{name.decode()}\"").fetchall() for name in tables} | \
                {b"": db.execute("SELECT sql FROM sqlite_schema ORDER BY name").fetchall()}
        finally:
            db.close()
    except (sqlite3.Error, OverflowError, UnicodeDecodeError):
        return None


def named(path):
    """Of each pack, the stretches that rows name: whole records, and the superblock."""
    db = sqlite3.connect(f"file:{path}?immutable=1", uri=True)
    stretches = collections.defaultdict(list)
    for volume, offset, stored, sums in db.execute(
            "SELECT volume, offset, stored_bytes, length(checksums) FROM blob WHERE state < 3"):
        start = offset - HEADER - sums
        end = offset + stored
        stretches[f"packs/{volume:06}.pack"].append((start, (end + 7) // 8 * 8))
    for volume, in db.execute("SELECT no FROM volume"):
        stretches[f"packs/{volume:06}.pack"].append((0, SUPERBLOCK))
    db.close()
    return stretches


def served_wrong(seen, truth):
    """Pictures that came out and are not what was stored there."""
    return seen.wrong + [f"record {record}: '{page}'" for record, page in seen.pages.items()
                         if lab.seeds(page) - lab.seeds(truth.get(record, "-"))]


class Flips:
    def __init__(self, store, look, report):
        self.store = store
        self.look = look
        self.report = report
        self.whole = contents(store)
        self.rows = rows(os.path.join(store, "meta.db"))
        self.named = named(os.path.join(store, "meta.db"))
        seen = look.at(store)[0]
        if seen.complaints() or len(seen.pages) < 10:
            raise RuntimeError(f"the store is not whole to begin with: {seen.complaints()}")
        self.truth = seen.pages
        self.counts = collections.Counter()
        restore(store, self.whole)

    def choose(self, rng):
        prefix = rng.choices([name for name, _ in SHARES], [share for _, share in SHARES])[0]
        names = sorted(name for name, data in self.whole.items() if data and name.startswith(prefix) and
                       not name.startswith("packs/index.") and  # nobody reads the second index before it is needed
                       (prefix or not name.startswith(("meta.db", "packs/"))))
        name = rng.choices(names, [len(self.whole[name]) for name in names])[0]
        return name, rng.randrange(len(self.whole[name])), rng.randrange(8)

    def is_nobodys(self, name, at, flipped):
        if name == "meta.db":
            path = self.store + ".flipped"
            with open(path, "wb") as file:
                file.write(flipped)
            return rows(path) == self.rows
        return not any(start <= at < end for start, end in self.named.get(name, ()))

    def look_at(self, name, at, bit):
        """What is in the store with that bit flipped, and the file with it."""
        flipped = bytearray(self.whole[name])
        flipped[at] ^= 1 << bit
        with open(os.path.join(self.store, name), "r+b") as file:
            file.seek(at)
            file.write(flipped[at:at + 1])
        seen = self.look.at(self.store)[0]
        restore(self.store, self.whole)
        if name == "ballast":
            with open(os.path.join(self.store, name), "r+b") as file:
                file.seek(at)
                file.write(self.whole[name][at:at + 1])
        return seen, flipped

    def flip(self, name, at, bit):
        seen, flipped = self.look_at(name, at, bit)
        kind = name.split("/")[0]
        where = f"bit {bit} of byte {at} of {name}"
        wrong = served_wrong(seen, self.truth)
        if wrong:
            self.end(kind, "wrong", f"{where}: wrong bytes came out: {wrong[0]}")
        elif seen.complaints():
            self.counts[kind, "noticed"] += 1
            self.report.passed()
        elif self.is_nobodys(name, at, flipped):
            self.counts[kind, "nobody's"] += 1
            self.report.passed()
        else:
            self.end(kind, "unnoticed", f"{where}: nobody noticed")

    def end(self, kind, word, text):
        self.counts[kind, word] += 1
        self.report.failed(text)


class LogFlips(Flips):
    """… of the log of a store whose process is gone: SQLite takes the flip for the log's end, and what
    stood behind it is put in again from the second index."""

    def __init__(self, folder, seed, look, report):
        root = os.path.join(folder, "unclosed")
        os.mkdir(root)
        entries = j.read(power.record("unclosed", seed, root, ended=-signal.SIGKILL))
        self.ever = collections.defaultdict(set)  # record -> every picture it ever had
        for entry in entries:
            words = entry.payload.decode().split(" ", 2) if entry.kind == j.MARK else [""]
            if words[0] == "begin":
                self.ever[int(words[1])] |= lab.seeds(words[2])
        super().__init__(os.path.join(root, "store"), look, report)

    def choose(self, rng):
        return "meta.db-wal", rng.randrange(len(self.whole["meta.db-wal"])), rng.randrange(8)

    def flip(self, name, at, bit):
        seen, _ = self.look_at(name, at, bit)
        where = f"bit {bit} of byte {at} of {name}"
        wrong = seen.wrong + [page for record, page in seen.pages.items()
                              if lab.seeds(page) - self.ever[record]]
        if wrong:
            self.counts[name, "wrong"] += 1
            self.report.failed(f"{where}: wrong bytes came out: {wrong[0]}")
        elif seen.complaints():
            self.counts[name, "noticed"] += 1
            self.report.passed()
        elif seen.pages == self.truth:
            self.counts[name, "nobody's"] += 1
            self.report.passed()
        else:
            self.end(name, "unnoticed", f"{where}: the log ends there, and nobody noticed")


def show(flips, report):
    for kind in sorted({kind for kind, _ in flips.counts}):
        counts = {word: flips.counts[kind, word] for word in ("noticed", "nobody's", "unnoticed", "wrong")}
        report.row(f"{kind}: " + ", ".join(f"{number} {word}" for word, number in counts.items()))


def run(seed, count, report):
    rng = random.Random(f"{seed}.flips")
    total = count or SHORT
    with lab.workplace() as folder, lab.Look() as look:
        flips = Flips(make(folder, seed), look, report)
        for _ in report.each(range(total - total // LOG_SHARE)):
            flips.flip(*flips.choose(rng))
        show(flips, report)
        log = LogFlips(folder, seed, look, report)
        for _ in report.each(range(total // LOG_SHARE)):
            log.flip(*log.choose(rng))
        show(log, report)
