"""Bitrix24's wire: a batch against single calls, and what uploads cost against SuperOffice's raw PUT.

Uploads are compared by the CPU time of all of Cameo's processes, the same bytes never sent twice.
"""
import base64
import json
import shutil
import time
import urllib.parse

import loop
from load import Failed, median, request
from servers import Cameo
from stores import TICKET

HOOK = "/rest/1/demo-webhook/"
JSON = ("Content-Type", "application/json")
FORM = ("Content-Type", "application/x-www-form-urlencoded")
BOUNDARY = "----cameo-bench"
MULTIPART = ("Content-Type", f"multipart/form-data; boundary={BOUNDARY}")
BATCH = 50
BATCH_ROUNDS = 40
BATCH_AIM = 15
UPLOAD_BYTES = 1_000_000
UPLOAD_ROUNDS = 5
UPLOADS = 6  # of each kind in a round
UPLOAD_AIM = 3


def list_query(product):
    return f"catalog.productImage.list?productId={product}"


def check(answer, what):
    status, body = answer
    if status != 200:
        raise Failed(f"{what}: {status} {body[:300]!r}")
    return body


def pictures_of(body, what):
    """The result without the links, which differ when their time is up."""
    result = json.loads(body)["result"]
    for picture in result["productImages"]:
        del picture["downloadUrl"]
    if not result["productImages"]:
        raise Failed(f"{what}: no pictures")
    return result


def timed(connection, raw):
    started = time.perf_counter()
    for one in raw:
        check(connection.ask(one), "a list of pictures")
    return time.perf_counter() - started


def check_batch(connection, single, batch):
    """The batch has to say what the calls say."""
    results = json.loads(check(connection.ask(batch), "batch"))["result"]["result"]
    for one, result in zip(single, results, strict=True):
        body = check(connection.ask(one), "a list of pictures")
        if pictures_of(json.dumps({"result": result}), "batch") != pictures_of(body, "list"):
            raise Failed(f"{one!r}: {body[:300]!r} is not {result}")


def sample(products, round_no):
    """Products in a row, as whoever walks through a catalog asks for; each round others."""
    first = round_no * 7919 % (len(products) - BATCH)
    return products[first:first + BATCH]


def measure_batch(stores, say):
    """Milliseconds of BATCH calls one after another, of one batch, and its CPU time."""
    say(f"a batch of {BATCH}")
    products = [product for product, _, _ in stores.pictures["small"]]
    found = {"calls_ms": [], "batch_ms": [], "batch_cpu_ms": []}
    with Cameo(stores.store) as cameo:
        connection = loop.Connection(cameo.port)
        for round_no in range(BATCH_ROUNDS):
            chosen = sample(products, round_no)
            single = [request("GET", HOOK + list_query(product)) for product in chosen]
            body = json.dumps({"halt": 0, "cmd": [list_query(product) for product in chosen]})
            batch = request("POST", HOOK + "batch", [JSON], body.encode())
            if round_no == 0:
                check_batch(connection, single, batch)
            turns = [("calls_ms", single), ("batch_ms", [batch])]
            for name, raw in turns if round_no % 2 else reversed(turns):
                before = cameo.cpu_precisely()
                found[name].append(timed(connection, raw) * 1000)
                if name == "batch_ms":
                    found["batch_cpu_ms"].append((cameo.cpu_precisely() - before) * 1000)
    return found


def add_json(product, encoded):
    return request("POST", HOOK + "catalog.productImage.add", [JSON], json.dumps({
        "fields": {"productId": product, "type": "DETAIL_PICTURE"},
        "fileContent": ["picture.jpg", encoded]}).encode())


def add_form(product, encoded):
    return request("POST", HOOK + "catalog.productImage.add", [FORM], urllib.parse.urlencode({
        "fields[productId]": product, "fields[type]": "DETAIL_PICTURE",
        "fileContent[0]": "picture.jpg", "fileContent[1]": encoded}).encode())


def add_multipart(product, encoded):
    fields = {"fields[productId]": product, "fields[type]": "DETAIL_PICTURE",
              "fileContent[0]": "picture.jpg", "fileContent[1]": encoded}
    parts = [f"--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
             for name, value in fields.items()]
    return request("POST", HOOK + "catalog.productImage.add", [MULTIPART],
                   ("".join(parts) + f"--{BOUNDARY}--\r\n").encode())


def put(product, picture):
    return request("PUT", f"/api/v1/Product/{product}/Image",
                   [*TICKET, ("Content-Type", "image/jpeg")], picture)


# name: title, the request of a product and a picture
KINDS = {
    "put": ("SuperOffice, PUT Image", put),
    "json": ("productImage.add, JSON",
             lambda product, picture: add_json(product, base64.b64encode(picture).decode())),
    "form": ("productImage.add, form",
             lambda product, picture: add_form(product, base64.b64encode(picture).decode())),
    "multipart": ("productImage.add, multipart",
                  lambda product, picture: add_multipart(product,
                                                         base64.b64encode(picture).decode())),
}


class Pictures:
    """A picture of UPLOAD_BYTES that never was there, each time."""

    def __init__(self, stores):
        self.head = next((stores.files / "10k").iterdir()).read_bytes()
        self.noise = bytes((i * 167 + i // 256 * 59) % 255 for i in range(UPLOAD_BYTES))
        self.count = 0

    def fresh(self):
        self.count += 1
        body = self.head + self.count.to_bytes(8, "big") + self.noise
        return body[:UPLOAD_BYTES]


def measure_uploads(stores, say):
    """CPU milliseconds of each upload, by kind; in turns, the first changing."""
    found = {name: [] for name in KINDS}
    pictures = Pictures(stores)
    products = [product for product, _, _ in stores.pictures["small"]]
    store = stores.copy()
    with Cameo(store) as cameo:
        connection = loop.Connection(cameo.port)
        for round_no in range(UPLOAD_ROUNDS + 1):
            say(f"round {round_no}: uploads of 1 MB")
            for name in list(KINDS) if round_no % 2 else reversed(KINDS):
                raw = [KINDS[name][1](product, pictures.fresh()) for product in products[:UPLOADS]]
                before = cameo.cpu_precisely()
                for one in raw:
                    check(connection.ask(one), KINDS[name][0])
                if round_no:  # the first only warms up
                    found[name].append((cameo.cpu_precisely() - before) / UPLOADS * 1000)
    shutil.rmtree(store)
    return found


def batch_table(found):
    calls, batch = found["calls_ms"], found["batch_ms"]
    times = median([c / b for c, b in zip(calls, batch)])
    yield (f"productImage.list of {BATCH} products", "one after another", "one batch", "times faster",
           "aim", "CPU of the batch")
    yield ("one kept connection", f"{median(calls):.2f} ms", f"{median(batch):.2f} ms",
           f"{times:.1f}", f">= {BATCH_AIM}", f"{median(found['batch_cpu_ms']):.2f} ms")


def upload_table(found):
    yield "a picture of 1 MB", "CPU", "times PUT", "aim"
    for name, (title, _) in KINDS.items():
        times = median([ours / theirs for ours, theirs in zip(found[name], found["put"])])
        yield (title, f"{median(found[name]):.2f} ms", f"{times:.2f}" if name != "put" else "",
               f"<= {UPLOAD_AIM}" if name == "json" else "-")
