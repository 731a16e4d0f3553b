#!/usr/bin/python3
"""The crash laboratory, by ./dev crashlab [PART...] [N=...] [SEED=...]

Without PART all of them; without N each part runs its short version; N is how often it tries (cuts, flips, kills, …: see the
part). SEED repeats a run; it is printed first. A part is a file PART.py beside this one with
run(seed, count, report): `count` is None for the short version, `report` a lab.Report. Ends in a line
`N passed, N failed`.
"""
import importlib
import os
import random
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import lab  # noqa: E402 - beside this file

PARTS = ["power", "torn", "flips", "repair", "planted", "calls", "exhaustion", "histories", "kills"]


def parse(arguments):
    parts, count, seed = [], None, random.randrange(1 << 32)
    for argument in arguments:
        if argument.startswith("N="):
            count = int(argument[2:])
        elif argument.startswith("SEED="):
            seed = int(argument[5:])
        elif argument in PARTS:
            parts.append(argument)
        else:
            raise SystemExit(f"crashlab: there is no part '{argument}': {' '.join(PARTS)}")
    return parts or PARTS, count, seed


def main():
    parts, count, seed = parse(sys.argv[1:])
    print(f"seed {seed}", flush=True)
    passed = failed = 0
    for part in parts:
        report = lab.Report(part, seed)
        started = time.monotonic()
        importlib.import_module(part).run(seed, count, report)
        good = report.tries - report.failures
        print(f"{part}: {good} of {report.tries} in {time.monotonic() - started:.0f} s", flush=True)
        passed += good
        failed += report.failures + (report.tries == 0)
    print(f"{passed} passed, {failed} failed")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
