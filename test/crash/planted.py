"""planted - the program with one bug more must fail the short version, or the laboratory is blind.

Each bug is a PLANTED(name) in src/ (src/base/plant.h), which is there only in a build with
-Dplanted=true, and then only when CAMEO_PLANTED says its name: a sync removed, an order swapped, a
checksum not compared. The part that has to find it stops at its first failure.
"""
import importlib
import os

import lab

BUGS = [
    # name, the part that finds it (and in which of its scenarios, where that is what takes so long), what is wrong
    ("pack-sync", "power", "a group's bytes are not flushed before its rows are committed"),
    ("log-sync", "power", "a commit does not flush the log"),
    ("pack-name-sync", "power", "a new pack's name is not flushed before the pack is used"),
    ("store-name-sync", "power", "a new store's name is not flushed before the store is used"),
    ("pack-order", "power", "a group's bytes are flushed before they are written"),
    ("collect-order", "power", "bytes are given back before the rows say so"),
    ("hole-sync", "power", "rows go before the holes of their bytes are flushed"),
    ("key-sync", "power", "keys are given out before they are flushed"),
    ("backup-name-sync", "power backups", "names of copied packs are not flushed before a manifest names them"),
    ("restore-sync", "power restore", "a restored index gets its name before it is flushed"),
    ("checksum", "flips", "checksums of pieces are not compared"),
    ("page-sum", "flips", "checksums of the index's pages are not compared"),
    ("record-check", "flips", "the check does not look at what surrounds the bytes in a pack"),
]
RUNS = 3  # short versions at most, each with a seed of its own: one may miss what is seldom to be seen


class Found(Exception):
    pass


class Watch(lab.Report):
    """Ends the part at its first failure."""

    def failed(self, text):
        self.tries += 1
        self.failures += 1
        raise Found(text)

    def row(self, text):
        pass


def find(name, where, seed):
    part, *scenarios = where.split()
    tries = 0
    os.environ["CAMEO_PLANTED"] = name
    try:
        for number in range(RUNS):
            watch = Watch(part, seed + number)
            try:
                importlib.import_module(part).run(seed + number, None, watch, *scenarios)
            except Found as found:
                return tries + watch.tries, str(found)
            tries += watch.tries
    finally:
        del os.environ["CAMEO_PLANTED"]
    return tries, None


def run(seed, count, report):
    before = os.environ.get("CRASH_BUILD")
    os.environ["CRASH_BUILD"] = os.environ.get("CRASH_PLANTED", str(lab.SOURCE / "build-planted"))
    slowest = 0
    try:
        for name, part, what in BUGS:
            tries, found = find(name, part, seed)
            slowest = max(slowest, tries)
            if found:
                report.passed()
                print(f"planted: {name} ({what}): {part} fails at try {tries}: {found}", flush=True)
            else:
                report.failed(f"{name} ({what}): {part} did not notice in {tries} tries")
    finally:
        if before is None:
            del os.environ["CRASH_BUILD"]
        else:
            os.environ["CRASH_BUILD"] = before
    report.row(f"{len(BUGS)} planted bugs, {report.tries - report.failures} found, the last after {slowest} tries")
