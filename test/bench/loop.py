"""How long requests keep the event loop from everybody else.

The server runs with loop_watch.so preloaded, which measures each of its event loop's rounds: from one
epoll_wait's return to the next one's call. Requests are sent one at a time on one kept connection, so a
round is (a part of) one request. What counts is a request's longest round: the CPU time that the loop's
thread spent in it, and the wall's clock, which also counts whoever else wanted the processor.
"""
import base64
import http.client
import json
import mmap
import os
import pathlib
import socket
import struct

from load import Failed, median, request
from servers import PROGRAM, Cameo

LIBRARY = PROGRAM.parent / "test/bench/loop_watch.so"
AIM_MS = 1.0


class Watch:
    """The file that loop_watch.so writes into."""

    def __init__(self, path):
        path.write_bytes(bytes(mmap.PAGESIZE))
        with path.open("r+b") as file:
            self.memory = mmap.mmap(file.fileno(), mmap.PAGESIZE)
        self.environment = dict(os.environ, LD_PRELOAD=str(LIBRARY), CAMEO_LOOP_WATCH=str(path))

    def clear(self):
        self.memory[:24] = bytes(24)

    def longest(self):
        """(CPU ms, wall ms, rounds) since the last clear."""
        cpu, wall, count = struct.unpack("QQQ", self.memory[:24])
        return cpu / 1e6, wall / 1e6, count


class Connection:
    """One kept connection; bodies are sent while the server reads."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, raw):
        self.socket.sendall(raw)
        answer = http.client.HTTPResponse(self.socket, method=raw.split(b" ", 1)[0].decode())
        answer.begin()
        return answer.status, answer.read()


def measure(folder, store, cases, repeats):
    """Yields (title, median CPU ms, worst CPU ms, median wall ms) of each (title, status, request)."""
    watch = Watch(pathlib.Path(folder) / "loop")
    with Cameo(store, environment=watch.environment) as cameo:
        connection = Connection(cameo.port)
        for title, wanted, raw in cases:
            connection.ask(raw)  # the first one opens, reads and remembers what later ones find
            longest = []
            for _ in range(repeats):
                watch.clear()
                status, body = connection.ask(raw)
                if status != wanted:
                    raise Failed(f"{title}: {status} {body[:300]!r}")
                longest.append(watch.longest())
            cpu, wall, rounds = zip(*longest)
            if not any(rounds):
                raise Failed(f"{title}: no round of the event loop was seen")
            yield title, median(cpu), max(cpu), median(wall)


TICKET = ("Authorization", "SoTicket 7T:demo")
BASIC = ("Authorization", "Basic ZGVtbzpkZW1v")
JSON = ("Content-Type", "application/json")
XML = ("Accept", "application/xml")
GZIP = ("Accept-Encoding", "gzip")
BYTES = ("Accept", "application/octet-stream")


def asked(method, path, *headers, body=b"", json_body=None):
    if json_body is not None:
        body, headers = json.dumps(json_body).encode(), (*headers, JSON)
    return request(method, "/api/" + path, [TICKET, *headers], body)


def cases(product, picture):
    """(title, status, request): `product` is one of the demo's, `picture` begins as a picture does."""
    image, info = f"v1/Product/{product}/Image", f"v1/Product/{product}/ImageInfo"
    large = picture + bytes(range(256)) * (9_000_000 // 256)
    agent = "v1/Agents/BLOB/"
    rows = "v1/Product?$filter=name%20contains%20'1'&$orderby=name%20desc&$top=1000"
    filter_text = "%20or%20".join(f"name%20is%20'{number}'" for number in range(200))
    entity = {"Name": "A product of the event loop's", "Description": "word " * 2000}
    return [
        ("ImageInfo", 200, asked("GET", info)),
        ("ImageInfo, XML", 200, asked("GET", info, XML)),
        ("ImageInfo, gzip", 200, asked("GET", info, GZIP)),
        ("ImageInfo, PUT", 200, asked("PUT", info, json_body={"Description": "x"})),
        ("ImageInfo, PUT of 400 KB", 200,
         asked("PUT", info, json_body={"Description": "x", "More": ["x" * 90] * 4000})),
        ("Image", 200, asked("GET", image)),
        ("Image, w=64", 200, asked("GET", image + "?w=64")),
        ("Image, ifBlank=SrNoPhoto", 200, asked("GET", "v1/Person/999999/Image?ifBlank=SrNoPhoto")),
        ("Image, ifBlank=ClearPixel", 200,
         asked("GET", "v1/Person/999999/Image?ifBlank=ClearPixel")),
        ("Image, PUT of 9 MB", 200, asked("PUT", "v1/Person/1/Image", body=large)),
        ("Image of 9 MB", 200, asked("GET", "v1/Person/1/Image")),
        ("agent, picture of 9 MB as bytes", 200,
         asked("POST", agent + "GetPersonImage", BYTES, json_body={"PersonId": 1})),
        ("agent, picture of 9 MB as base64", 200,
         asked("POST", agent + "GetPersonImage", json_body={"PersonId": 1})),
        ("agent, SetPersonImage of 9 MB", 204,
         asked("POST", agent + "SetPersonImage",
               json_body={"PersonId": 2, "Image": base64.b64encode(large).decode()})),
        ("entity", 200, asked("GET", f"v1/Product/{product}")),
        ("entity, XML", 200, asked("GET", "v1/Person/1", XML)),
        ("entity, default", 200, asked("GET", "v1/Contact/default")),
        ("entity, Simple", 200, asked("GET", "v1/Person/1/Simple")),
        ("entity, POST", 200, asked("POST", "v1/Product", json_body=entity)),
        ("entity, PUT", 200, asked("PUT", "v1/Project/1", json_body=entity)),
        ("entity, PATCH", 200, asked("PATCH", "v1/Project/1", json_body=entity)),
        ("list of 1,000", 200, asked("GET", rows)),
        ("list of 1,000, XML", 200, asked("GET", rows, XML)),
        ("list of 1,000, gzip", 200, asked("GET", rows, GZIP)),
        ("list, filter of 200 conditions", 200, asked("GET", "v1/Product?$filter=" + filter_text)),
        ("User/currentToken", 200, asked("GET", "v1/User/currentToken")),
        ("User/currentPrincipal", 200, asked("GET", "v1/User/currentPrincipal")),
        ("TimeZone", 200, asked("GET", "v1/TimeZone")),
        ("dates in another zone", 200, asked("GET", info, ("SO-TimeZone", "NO,includeTZOffset"))),
        ("/api", 200, asked("GET", "")),
        ("/api/v1", 200, asked("GET", "v1")),
        ("OpenAPI description", 200, asked("GET", "swagger/v1.json")),
        ("rendition that is kept", 200, request("GET", f"/pictures/product/{product}?w=64", [BASIC])),
        ("list of 1,000 pictures", 200,
         request("GET", "/pictures?kind=product&ids=" + ",".join(map(str, range(1, 1001))), [BASIC])),
        *methods(product, large),
    ]


def methods(product, large):
    """Bitrix24's."""
    hook, of_product = "/rest/1/demo-webhook/", f"?productId={product}"
    form = ("Content-Type", "application/x-www-form-urlencoded")
    single = "catalog.productImage.list" + of_product
    batch = "&".join(f"cmd[{n}]={single.replace('=', '%3D')}" for n in range(50))
    added = json.dumps({"fields": {"productId": product, "type": "DETAIL_PICTURE"},
                        "fileContent": ["large.jpg", base64.b64encode(large).decode()]})
    return [
        ("productImage.list", 200, request("GET", hook + single)),
        ("batch of 50 productImage.list", 200,
         request("POST", hook + "batch", [form], batch.encode())),
        ("product.list", 200, request("GET", hook + "catalog.product.list?filter[iblockId]=14")),
        ("productImage.add of 9 MB", 200,
         request("POST", hook + "catalog.productImage.add",
                 [("Content-Type", "application/json")], added.encode())),
    ]


def table(found):
    yield "request", "CPU of its longest round, median", "worst of 20", "wall's clock, median", "aim"
    for title, cpu, worst, wall in found:
        yield (title, f"{cpu:.2f} ms", f"{worst:.2f} ms", f"{wall:.2f} ms", f"<= {AIM_MS:.0f} ms")
