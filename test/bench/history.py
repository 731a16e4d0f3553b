"""What history costs: a durable PUT of a new picture, one that replaces it, and a DELETE, one client on one
connection, with history and the audit log and without either."""
import json
import os
import shutil
import time

import load
import loop
from load import Failed, median, request
from servers import Cameo
from stores import PUT_BYTES, TICKET

RECORDS = 400
ROUNDS = 3
# side: environment
SIDES = {"history": {},
         "none": {"CAMEO_HISTORY_SECONDS": "0", "CAMEO_AUDIT_SECONDS": "0"}}
STEPS = ("put", "replace", "delete")
GIF = (b"GIF89a\1\0\1\0\x80\0\0\xff\xff\xff\0\0\0,\0\0\0\0\1\0\1\0\0\2\2D\1\0;")


def picture(seed):
    """A picture of PUT_BYTES that is like no other: what stands behind its end belongs to the file."""
    return GIF + seed.to_bytes(8, "little") + bytes(PUT_BYTES - len(GIF) - 8)


def timed(connection, raw, want):
    started = time.perf_counter()
    status, body = connection.ask(raw)
    took = time.perf_counter() - started
    if status != want:
        raise Failed(f"{raw[:60]!r}: {status} {body[:300]!r}")
    return took * 1e6


def side(folder, name, environment, round_no, found):
    store = folder / "history"
    shutil.rmtree(store, ignore_errors=True)
    with Cameo(store, demo=True, environment={**os.environ, **environment}) as cameo:
        connection = loop.Connection(cameo.port)
        made = []
        for _ in range(RECORDS):
            status, body = connection.ask(request("POST", "/api/v1/Project", [
                *TICKET, ("Content-Type", "application/json")], b'{"Name":"One"}'))
            if status not in (200, 201):
                raise Failed(f"a project: {status} {body[:300]!r}")
            made.append(json.loads(body)["ProjectId"])
        for record in made:
            path = f"/api/v1/Project/{record}/Image"
            seed = 2 * (round_no << 32 | record)
            for step, raw, want in (("put", request("PUT", path, TICKET, picture(seed)), 200),
                                    ("replace", request("PUT", path, TICKET, picture(seed + 1)), 200),
                                    ("delete", request("DELETE", path, TICKET), 204)):
                took = timed(connection, raw, want)
                found.setdefault((name, step), []).append(took)
    shutil.rmtree(store)


def measure(folder, say):
    found = {"flush_ms": []}
    for round_no in range(ROUNDS):
        say(f"round {round_no + 1}: history")
        found["flush_ms"] += load.flush_times(folder)
        sides = list(SIDES.items())
        for name, environment in sides if round_no % 2 else reversed(sides):
            side(folder, name, environment, round_no, found)
    return found


def table(found):
    yield f"one client, flush {median(found['flush_ms']):.2f} ms", "with history", "without", "ratio"
    for step in STEPS:
        ours, without = (median(found[name, step]) for name in SIDES)
        yield f"{step} of 75 KiB", f"{ours:.0f} us", f"{without:.0f} us", f"{ours / without:.2f}"
    ratio = median(found["history", "delete"]) / median(found["history", "put"])
    yield "delete / put, with history", f"{ratio:.2f}", "aim <= 1", "-"
