#!/usr/bin/python3
"""Backs up random stores while they are being written, restores every moment of each, and looks whether the
restored store is what the store was at one moment between start and end of that backup: record by record, byte
for byte, the same moment for all.

usage: backup_test.py [--stores N] [--seed S]

Each writer has records of its own and remembers what they were after each of its writes, when the write was sent
and when it was answered. A restored store shows how many writes of each writer are in it; a write that is in it
was sent before the moment, the next one was answered behind it. Bytes of deleted pictures are given back all the
time (grace_seconds = 0), packs are small, and some backups are killed.

The program is taken from CAMEO, else build/cameo. The seed is printed, so that a run can be repeated (the moments
still depend on the machine). Ends in a line `N passed, N failed`: one per store.
"""
import argparse
import base64
import hashlib
import http.client
import json
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "kill"))
from kill_test import HOOK, PROGRAM, TICKET, Server, png

SETTINGS = "[limits]\npicture_bytes_max = 1M\n[store]\nhistory_seconds = 0\ngrace_seconds = 0\npack_bytes_max = 1M\n"
GALLERY_MAX, PRODUCTS_MAX = 8, 8
KINDS = ["put", "put", "words", "unput", "add", "add", "remove", "make", "rename", "unmake"]


def digest(data):
    return hashlib.sha256(data).hexdigest()


def cameo(*arguments):
    return subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True, timeout=300, check=False)


def must(*arguments):
    done = cameo(*arguments)
    if done.returncode != 0:
        raise RuntimeError(f"{arguments}: exit {done.returncode}: {done.stdout}{done.stderr}")
    return done.stdout


class Look:
    """What the records of one writer are, by the wires."""

    def __init__(self, port, number):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.contact, self.product, self.mark = number + 1, number + 10, f"writer-{number}"

    def request(self, method, path, body=None, headers=None):
        self.connection.request(method, path, body, headers or {})
        answer = self.connection.getresponse()
        return answer.status, answer.read()

    def call(self, method, parameters):
        status, body = self.request("POST", HOOK + method, json.dumps(parameters), {"Content-Type": "application/json"})
        if status != 200:
            raise RuntimeError(f"{method}: status {status}: {body[:200]}")
        return json.loads(body)["result"]

    def state(self):
        status, body = self.request("GET", f"/api/v1/Contact/{self.contact}/Image", None, TICKET)
        picture = digest(body) if status == 200 else f"status {status}" if status != 404 else None
        _, body = self.request("GET", f"/api/v1/Contact/{self.contact}/ImageInfo", None, TICKET)
        words = json.loads(body)["Description"]
        gallery = set()
        for image in self.call("catalog.productImage.list", {"productId": self.product})["productImages"]:
            status, body = self.request("GET", image["detailUrl"])
            gallery.add((image["id"], digest(body) if status == 200 else f"status {status}"))
        mine = self.call("catalog.product.list", {"select": ["id", "iblockId", "name"],
                                                  "filter": {"iblockId": 14, "xmlId": self.mark}})
        products = {(product["id"], product["name"]) for product in mine["products"]}
        return picture, words, frozenset(gallery), frozenset(products)


class Writer(threading.Thread):
    def __init__(self, port, number, seed, pace):
        super().__init__()
        self.look, self.rng, self.pace = Look(port, number), random.Random(f"{seed}.{number}"), pace
        self.stopping = threading.Event()
        self.states = [self.look.state()]
        self.sent, self.answered = [0.0], [0.0]  # of the write that led to states[i]
        self.failure = None

    def data(self):
        return png(self.rng, int(self.rng.choice([200, 2000, 20000, 150000]) * self.rng.uniform(0.5, 1.5)))

    def image(self, method, path, body=None, headers=None):
        status, answer = self.look.request(method, f"/api/v1/Contact/{self.look.contact}/{path}", body,
                                           {**TICKET, **(headers or {})})
        if status not in (200, 204):
            raise RuntimeError(f"{method} {path}: status {status}: {answer[:200]}")

    def change(self, kind):
        """One write; gives the state behind it, or None when there is nothing to do."""
        picture, words, gallery, products = self.states[-1]
        number, look = len(self.states), self.look
        if kind == "put":
            data = self.data()
            self.image("PUT", "Image", data, {"Content-Type": "image/png"})
            return digest(data), words if picture else "", gallery, products
        if kind == "words" and picture:
            self.image("PUT", "ImageInfo", json.dumps({"description": f"write {number}"}),
                       {"Content-Type": "application/json"})
            return picture, f"write {number}", gallery, products
        if kind == "unput" and picture:
            self.image("DELETE", "Image")
            return None, "", gallery, products
        if kind == "add" and len(gallery) < GALLERY_MAX:
            data = self.data()
            image = look.call("catalog.productImage.add", {
                "fields": {"productId": look.product, "type": "MORE_PHOTO"},
                "fileContent": ["backup.png", base64.b64encode(data).decode()]})["productImage"]
            return picture, words, gallery | {(image["id"], digest(data))}, products
        if kind == "remove" and gallery:
            victim = self.rng.choice(sorted(gallery))
            look.call("catalog.productImage.delete", {"productId": look.product, "id": victim[0]})
            return picture, words, gallery - {victim}, products
        if kind == "make" and len(products) < PRODUCTS_MAX:
            made = look.call("catalog.product.add", {
                "fields": {"iblockId": 14, "name": f"write {number}", "xmlId": look.mark}})["element"]
            return picture, words, gallery, products | {(made["id"], f"write {number}")}
        if kind == "rename" and products:
            victim = self.rng.choice(sorted(products))
            look.call("catalog.product.update", {"id": victim[0], "fields": {"name": f"write {number}"}})
            return picture, words, gallery, products - {victim} | {(victim[0], f"write {number}")}
        if kind == "unmake" and products:
            victim = self.rng.choice(sorted(products))
            look.call("catalog.product.delete", {"id": victim[0]})
            return picture, words, gallery, products - {victim}
        return None

    def run(self):
        try:
            while not self.stopping.is_set():
                sent = time.monotonic()
                state = self.change(self.rng.choice(KINDS))
                if state is not None:
                    self.sent.append(sent)
                    self.answered.append(time.monotonic())
                    self.states.append(state)
                time.sleep(self.rng.uniform(0, self.pace))
        except Exception as failure:  # told by the main thread
            self.failure = failure

    def spans(self, state):
        """When the store can have been so: from when the write was sent until the next was answered."""
        return [(self.sent[i], self.answered[i + 1] if i + 1 < len(self.states) else float("inf"))
                for i, one in enumerate(self.states) if one == state]


def common_moment(spans_of_all, start, end):
    """A moment within start and end that lies in a span of each writer, or None."""
    for moment in [start] + [begin for spans in spans_of_all for begin, _ in spans]:
        if start <= moment <= end and all(any(a <= moment <= b for a, b in spans) for spans in spans_of_all):
            return moment
    return None


class Collector(threading.Thread):
    """Gives back what was deleted, as the keeper does every ten seconds."""

    def __init__(self, directory):
        super().__init__()
        self.directory, self.stopping, self.blobs = directory, threading.Event(), 0

    def run(self):
        while not self.stopping.wait(0.05):
            self.blobs += int(must("collect", self.directory).split()[-1])


def back_up(rng, directory, target):
    """Sometimes one is killed first. Gives the moment's name and the span in which it must lie."""
    if rng.random() < 0.3:
        victim = subprocess.Popen([PROGRAM, "backup", directory, target], stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL)
        time.sleep(rng.uniform(0, 0.08))
        victim.send_signal(signal.SIGKILL)
        victim.wait()
    start = time.monotonic()
    report = json.loads(must("backup", directory, target, "--json"))
    return report["moment"], start, time.monotonic(), report


def verify(folder, target, writers, moment, start, end):
    """The problems of one moment, restored."""
    restored = folder / f"restored-{moment}"
    (restored).mkdir()
    (restored / "cameo.ini").write_text(SETTINGS)
    done = cameo("restore", target, restored, "--at", moment, "--json")
    if done.returncode != 0:
        return [f"restore of {moment}: exit {done.returncode}: {done.stdout}{done.stderr}"]
    if json.loads(done.stdout)["moment"] != moment:
        return [f"restore of {moment} gave {done.stdout}"]
    server = Server(str(restored), False)
    problems, spans = [], []
    try:
        for writer in writers:
            look = Look(server.port, writer.look.contact - 1)
            found = look.state()
            look.connection.close()
            spans.append(writer.spans(found))
            if not spans[-1]:
                problems.append(f"{moment}: writer {writer.look.mark} was never so: {found}")
    finally:
        status = server.stop()
    if not problems and common_moment(spans, start, end) is None:
        problems.append(f"{moment}: no moment of the backup fits to all writers: {spans}, {start}..{end}")
    check = cameo("check", restored)
    if status != 0 or check.returncode != 0:
        problems.append(f"{moment}: stop {status}, check: {check.stdout}{check.stderr}")
    shutil.rmtree(restored)
    return problems


def one_store(number, seed, totals):
    """Fills a store, backs it up while it is written, restores; gives the problems."""
    rng = random.Random(f"{seed}.{number}")
    folder = pathlib.Path(tempfile.mkdtemp(prefix="cameo-backup-"))
    directory, target = folder / "store", folder / "target"
    directory.mkdir()
    (directory / "cameo.ini").write_text(SETTINGS)
    problems, writers, backups = [], [], []
    server = Server(str(directory), True)
    try:
        pace = rng.choice([0, 0.005, 0.02])
        writers = [Writer(server.port, i, f"{seed}.{number}", pace) for i in range(rng.randint(1, 8))]
        collector = Collector(directory)
        for thread in writers + [collector]:
            thread.start()
        try:
            for _ in range(rng.randint(1, 3)):
                time.sleep(rng.uniform(0.05, 0.6))
                backups.append(back_up(rng, directory, target))
        finally:
            for thread in writers + [collector]:
                thread.stopping.set()
                thread.join()
        problems += [f"writer {w.look.mark}: {w.failure}" for w in writers if w.failure]
        for moment, start, end, _ in backups:
            problems += verify(folder, target, writers, moment, start, end)
        check = cameo("backup", "--check", target)
        if check.returncode != 0:
            problems.append(f"check of the target: {check.stdout}{check.stderr}")
        totals["writes"] += sum(len(w.states) - 1 for w in writers)
        totals["backups"] += len(backups)
        totals["removed"] += collector.blobs
        totals["again"] += sum(b[3]["copied_bytes"] for b in backups[1:])
        totals["all"] += sum(b[3]["pack_bytes"] for b in backups[1:])
    finally:
        if server.stop() != 0:
            problems.append("the server did not exit 0")
        shutil.rmtree(folder, ignore_errors=True)
    return problems


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--stores", type=int, default=12)
    parser.add_argument("--seed", default=str(random.randrange(1 << 32)))
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    totals = {"writes": 0, "backups": 0, "removed": 0, "again": 0, "all": 0}
    passed = failed = 0
    for number in range(options.stores):
        try:
            problems = one_store(number, options.seed, totals)
        except Exception as failure:  # counts as this store's failure; the others still run
            problems = [f"{type(failure).__name__}: {failure}"]
        for problem in problems:
            print(f"store {number}: {problem}", flush=True)
        passed += not problems
        failed += bool(problems)
        if number % 20 == 19:
            print(f"{number + 1} stores, {totals['writes']} writes", flush=True)
    print(f"{options.stores} stores, {totals['backups']} backups under {totals['writes']} writes, {totals['removed']} "
          f"blobs given back meanwhile; the second backups and later copied {totals['again']} bytes of {totals['all']}")
    if totals["writes"] < 10 * options.stores:
        print("hardly anything was written: the test has not tested")
        failed += 1
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
