"""repair - one random block of a store's packs after another is damaged: found, never served, repaired.

A try is a block. test/repair/repair.c does the work and says what came of it.
"""
import os
import re
import subprocess

import lab

SHORT = 300
COUNTS = re.compile(r"(\d+) damaged blocks in (\d+) packs of (\d+) bytes: (\d+) found, (\d+) repaired, "
                    r"(\d+) reads refused, (\d+) wrong answers")


def program():
    build = os.environ.get("CRASH_BUILD") or lab.SOURCE / "build"
    return str(build) + "/test/repair/repair"


def run(seed, count, report):
    with lab.workplace() as folder:
        done = subprocess.run([program(), str(count or SHORT), str(seed), folder + "/store"],
                              capture_output=True, text=True, check=False)
    counts = COUNTS.search(done.stdout)
    if not counts:
        report.failed(f"exit {done.returncode}: {done.stdout}{done.stderr}")
        return
    tries, _, _, found, repaired, _, wrong = map(int, counts.groups())
    report.row(counts.group())
    if done.returncode:
        report.failed(f"{tries - found} not found, {tries - repaired} not repaired, {wrong} wrong")
    else:
        report.passed(tries)
