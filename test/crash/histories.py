"""Random concurrent histories on one record, by both wires, each checked for linearizability. N: how many (short: 300).

Four clients do four operations each on the detail picture of one product: SuperOffice puts, deletes and reads it, Bitrix24
adds, deletes by id, reads and lists it. Which worker a client speaks to changes from history to history.
"""
import base64
import itertools
import random
import threading
import time

from faultlab import TICKET, Connection, digest, png, workplace
from linearize import Op, linearizable, show

import program

SHORT = 300
CLIENTS, OPERATIONS = 4, 4
KINDS = ["put", "put", "add", "delete", "delete_id", "read", "read", "read_link", "read_id"]
PRODUCTS = 32


class Client(Connection):
    def __init__(self, number, port):
        super().__init__(port)
        self.number = number

    # Each: what was asked, what was answered; the moments are taken around them.

    def put(self, product, rng):
        data = png(rng, rng.choice([200, 2000, 40000]))
        status, body = self.request("PUT", f"/api/v1/Product/{product}/Image", data, {**TICKET, "Content-Type": "image/png"})
        assert status == 200, (status, body)
        return "put", digest(data), int(body)

    def add(self, product, rng):
        data = png(rng, rng.choice([200, 2000, 40000]))
        status, answer = self.call("catalog.productImage.add", {
            "fields": {"productId": product, "type": "DETAIL_PICTURE"},
            "fileContent": ["a.png", base64.b64encode(data).decode()]})
        assert status == 200, answer
        return "add", digest(data), answer["result"]["productImage"]["id"]

    def delete(self, product, _rng):
        status, body = self.request("DELETE", f"/api/v1/Product/{product}/Image", None, TICKET)
        assert status == 204, (status, body)
        return "delete", None, None

    def delete_id(self, product, rng):
        image = rng.choice(self.known) if self.known else 1
        status, answer = self.call("catalog.productImage.delete", {"productId": product, "id": image})
        assert status == 200 or answer["error_description"] == "productImage does not exist.", answer
        return "delete_id", image, status == 200

    def read(self, product, _rng):
        status, body = self.request("GET", f"/api/v1/Product/{product}/Image", None, TICKET)
        assert status in (200, 404), (status, body)
        return "read", None, digest(body) if status == 200 else None

    def read_id(self, product, _rng):
        status, answer = self.call("catalog.productImage.list", {"productId": product})
        assert status == 200, answer
        images = answer["result"]["productImages"]
        assert len(images) <= 1, images
        if images:
            self.link = images[0]["detailUrl"]
        return "read_id", None, images[0]["id"] if images else None

    def read_link(self, product, rng):
        """The link holds for one picture with certain bytes, so 404 says nothing of what is there now."""
        if not self.link:
            return self.read_id(product, rng)
        status, body = self.request("GET", self.link)
        assert status in (200, 404), (status, body)
        return ("read", None, digest(body)) if status == 200 else (None, None, None)

    def run(self, product, seed, known, history, barrier, failures):
        rng = random.Random(f"{seed} {self.number}")
        self.known, self.link = known, None
        try:
            barrier.wait(60)
            for _ in range(OPERATIONS):
                kind = rng.choice(KINDS)
                start = time.monotonic_ns()
                name, asked, answer = getattr(self, kind)(product, rng)
                end = time.monotonic_ns()
                if name in ("put", "add", "read_id") and answer is not None:
                    known.append(answer)  # others may delete it from now on
                if name:
                    history.append(Op(name, asked, answer, start, end))
        except Exception as failure:  # pylint: disable=broad-except # told by the thread that started this one
            failures.append(f"{kind}: {failure!r}")


def one(port, product, seed):
    """The history, with the state it began in."""
    first = Client(-1, port)
    before = first.read(product, None)[2], first.read_id(product, None)[2]
    first.leave()
    state = (before[0], before[1]) if before[0] else None
    history, failures, known = [], [], [before[1]] if before[1] else []
    barrier = threading.Barrier(CLIENTS)
    threads = [threading.Thread(target=Client(number, port).run, args=(product, seed, known, history, barrier, failures))
               for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return history, state, failures


def run(seed, count, report):
    count = SHORT if count is None else count
    operations = overlaps = 0
    with workplace(on_disk=True) as folder, program.Server(folder / "store", "--demo", "--workers", "2") as server:
        products = itertools.cycle([server.record("product") for _ in range(PRODUCTS)])
        for number in range(count):
            history, state, failures = one(server.address.port, next(products), f"{seed} {number}")
            operations += len(history)
            overlaps += sum(any(o is not p and o.start < p.end and p.start < o.end for o in history) for p in history)
            if failures:
                report.failed(f"history {number}: {failures[0]}")
            elif not linearizable(history, state):
                report.failed(f"history {number} from {state} is not linearizable:\n{show(history)}")
            else:
                report.passed()
    report.row(f"{count} histories of {operations} operations by {CLIENTS} clients, {overlaps} of them at the same "
               f"time as another: {report.failures} violations")
