"""kill -9 at random moments under mixed load: see test/kill/kill_test.py. N: how many kills (short: 20).

The long version has 100,000 other pictures in the store and looks how soon it serves again.
"""
import sys

from faultlab import SOURCE

sys.path.insert(0, str(SOURCE / "test/kill"))
import kill_test  # noqa: E402 - in another folder

SHORT = ["--kills", "20"]
LONG = ["--pictures", "100000", "--check-every", "250", "--ready-ms", "200"]


def run(seed, count, report):
    words = ["--seed", str(seed)] + (SHORT if count is None else ["--kills", str(count)] + LONG)
    problems = []
    passed, failed, line = kill_test.run(kill_test.parser().parse_args(words), problems.append)
    report.passed(passed)
    for problem in problems[:failed] if len(problems) >= failed else problems + ["not counted"] * (failed - len(problems)):
        report.failed(problem)
    report.row(line)
