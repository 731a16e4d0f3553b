"""OData lists out of 100,000 contacts: how long one client waits for a page of 1,000 rows."""
import http.client
import json
import shutil
import subprocess
import time
import urllib.parse

from load import Failed, median
from servers import PROGRAM, Cameo
from stores import TICKET

FILL = PROGRAM.parent / "test/bench/bench_fill_records"
RECORDS = 100_000
AIM_MS = 30
# what the filter finds, the query, whether the aim is meant for it
CASES = [
    ("all", "", True),
    ("all, by name", "$orderby=name", True),
    ("all, by name, the last page", "$orderby=name&$skip=99000", True),
    ("all, newest first", "$orderby=updatedDate desc", True),
    ("name begins, few, by name", "$filter=name begins 'Red harbour 9'&$orderby=name", True),
    ("name begins, 10 %, by name", "$filter=name begins 'r'&$orderby=name", True),
    ("name begins, 10 %, newest first", "$filter=name begins 'r'&$orderby=updatedDate desc", True),
    ("name contains, one", "$filter=name contains '77777'", True),
    ("name contains, one, by name", "$filter=name contains '77777'&$orderby=name", True),
    ("name contains, none", "$filter=name contains 'zzz'", True),
    ("name contains, 6 %, by name", "$filter=name contains 'bridge'&$orderby=name", True),
    ("name contains, 6 %, newest first",
     "$filter=name contains 'bridge'&$orderby=updatedDate desc", True),
    ("name contains, most, by name", "$filter=name contains 'r'&$orderby=name", True),
    ("name contains, most, by name backwards", "$filter=name contains 'r'&$orderby=name desc", True),
    ("name contains, most, newest first",
     "$filter=name contains 'r'&$orderby=registeredDate desc", True),
    ("name contains and department, 1 %, by name",
     "$filter=name contains 'bridge' and department eq 'oslo'&$orderby=name", False),
    ("department, 20 %", "$filter=department eq 'oslo'", False),
    ("department, none", "$filter=department contains 'zzz'", False),
    ("all, by department", "$orderby=department", False),
]


def store(folder, say):
    """Filled once and kept for the next run."""
    path = folder / "lists"
    done = folder / "lists.filled"
    if not done.exists():
        say(f"filling a store with {RECORDS:,} contacts, once")
        shutil.rmtree(path, ignore_errors=True)
        demo = Cameo(path, demo=True)
        if demo.stop():
            raise Failed(f"cameo serve --demo: {demo.log.read_text()}")
        filled = subprocess.run([str(FILL), str(path), str(RECORDS)], check=False)
        if filled.returncode:
            raise Failed(f"{FILL}: exit {filled.returncode}")
        done.touch()
    return path


def fetch(connection, query):
    started = time.perf_counter()
    connection.request("GET", "/api/v1/Contact?" + urllib.parse.quote(query, safe="$=&(),'"),
                       headers=dict(TICKET))
    answer = connection.getresponse()
    body = answer.read()
    took = time.perf_counter() - started
    if answer.status != 200:
        raise Failed(f"{query}: status {answer.status}, {body[:200]!r}")
    return took * 1000, body


def measure(folder, rounds, say):
    """(case, rows, milliseconds of each request, of CPU per request), for every case."""
    found = []
    with Cameo(store(folder, say)) as server:
        connection = http.client.HTTPConnection("127.0.0.1", server.port)
        for title, query, aimed in CASES:
            say(f"list: {title}")
            _, body = fetch(connection, query)  # into the page cache; not counted
            before = server.cpu_seconds()
            times = [fetch(connection, query)[0] for _ in range(rounds)]
            cpu_ms = (server.cpu_seconds() - before) / rounds * 1000
            found.append({"title": title, "rows": len(json.loads(body)["value"]), "ms": times,
                          "cpu_ms": cpu_ms, "aimed": aimed})
        connection.close()
    return found


def table(found):
    yield "OData list of 100,000 contacts", "rows", "median", "slowest", "aim", "CPU"
    for case in found:
        yield (case["title"], str(case["rows"]), f"{median(case['ms']):.1f} ms",
               f"{max(case['ms']):.1f} ms", f"<= {AIM_MS} ms" if case["aimed"] else "-",
               f"{case['cpu_ms']:.0f} ms")
