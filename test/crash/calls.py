"""Every call of write, fsync, fdatasync, rename, open, mmap, malloc, ftruncate, fallocate, read, flock, stat, mkdir and unlink, every
statement of SQLite and every piece of an arena fails once, in each of the scenarios of fail_driver. N: how many calls of a kind are
tried in a scenario, 0 for all of them."""
import os
import re
import subprocess

from faultlab import built, workplace

SHORT = 3
LINE = re.compile(r"(.*): (\w+) calls (\d+) tried (\d+) failed (\d+) wrong (\d+)")


def run(seed, count, report):
    environment = {**os.environ, "LD_PRELOAD": built("test/fail.so")}
    driver = built("test/fail_driver")
    scenarios = set()
    calls = failed = 0
    with workplace() as folder:
        done = subprocess.run([driver, "-l"], capture_output=True, env=environment, check=True)
        for scenario in done.stdout.decode().splitlines():
            done = subprocess.run([driver, "-m", str(SHORT if count is None else count), "-s", str(seed),
                                   str(folder / "driver"), scenario], capture_output=True, env=environment, check=False)
            said = [line for line in done.stderr.decode("utf-8", "replace").splitlines() if not line.startswith("cameo: ")]
            wrong = 0
            for line in done.stdout.decode().splitlines():
                _, _, some, tried, fired, bad = LINE.fullmatch(line).groups()
                calls += int(some)
                failed += int(fired)
                wrong += int(bad)
                report.passed(int(tried) - int(bad))
            for line in said[:wrong] or ([f"{scenario}: the driver ended with {done.returncode}: {said}"]
                                         if done.returncode else []):
                report.failed(line)
            scenarios.add(scenario)
    report.row(f"{len(scenarios)} scenarios make {calls} calls; {failed} of them were made to fail, one in a run: "
               f"{report.failures} crashes, leaks, false or half-done answers")
