"""The list of 1,000 records that a page needs to paint itself, out of a store with 100,000 pictures."""
import json
import random
import time

import loop
from load import Failed, median, request
from loop import BASIC
from servers import Cameo

IDS = 1000
REPEATS = 200
AIM_MS = 5


def target(products):
    return "/pictures?kind=product&ids=" + ",".join(map(str, products))


def check(body, products):
    """It is a list of all of them in their order, each with a picture."""
    rows = json.loads(body)
    rows = rows if isinstance(rows, list) else next(value for value in rows.values()
                                                    if isinstance(value, list))
    if [row["id"] for row in rows] != products:
        raise Failed(f"the list is of others: {body[:300]!r}")


def measure(stores, say):
    """Milliseconds of each of REPEATS lists of other records each, and their CPU time."""
    say(f"lists of {IDS:,} records")
    chance = random.Random(1)
    products = [product for product, _, _ in stores.all()]
    found = {"ms": [], "cpu_ms": [], "bytes": 0}
    with Cameo(stores.store) as cameo:
        connection = loop.Connection(cameo.port)
        for repeat in range(-20, REPEATS):
            chosen = chance.sample(products, IDS)
            raw = request("GET", target(chosen), [BASIC])
            before, started = cameo.cpu_precisely(), time.perf_counter()
            status, body = connection.ask(raw)
            took, used = time.perf_counter() - started, cameo.cpu_precisely() - before
            if status != 200:
                raise Failed(f"the list: {status} {body[:300]!r}")
            if repeat < 0:  # only warms up
                check(body, chosen)
                continue
            found["ms"].append(took * 1000)
            found["cpu_ms"].append(used * 1000)
            found["bytes"] = len(body)
    return found


def table(found):
    times = sorted(found["ms"])
    yield "GET /pictures?kind=product&ids=…", "median", "p99", "aim", "CPU", "bytes"
    yield (f"{IDS:,} of 100,000", f"{median(times):.2f} ms",
           f"{times[len(times) * 99 // 100]:.2f} ms", f"<= {AIM_MS} ms",
           f"{median(found['cpu_ms']):.2f} ms", f"{found['bytes']:,}")
