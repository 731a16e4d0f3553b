#!/usr/bin/python3
"""Kills every process of a serving store at random moments under mixed writes, starts it again and
looks whether each acknowledged write is there, byte for byte, and whether `cameo check` is clean.

usage: kill_test.py [--kills N] [--seed S] [--clients N]

The program is taken from CAMEO, else build/cameo. The seed is printed, so that a run can be repeated
(the moments still depend on the machine). Ends in a line `N passed, N failed`: one per kill.
"""
import argparse
import base64
import hashlib
import http.client
import json
import os
import pathlib
import random
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import time
import zlib

PROGRAM = os.environ.get("CAMEO") or str(pathlib.Path(__file__).resolve().parents[2] / "build/cameo")
TICKET = {"Authorization": "SoTicket 7T:demo"}
HOOK = "/rest/1/demo-webhook/"


def png(rng, size):
    """A PNG of about `size` bytes that no other call returns."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    header = struct.pack(">IIBBBBB", rng.randint(1, 500), rng.randint(1, 500), 8, 2, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rng.randbytes(size)) +
            chunk(b"IEND", b""))


class Server:
    def __init__(self, directory, demo):
        arguments = [PROGRAM, "serve", directory, "--listen", "127.0.0.1:0", "--workers", "2"]
        started = time.monotonic()
        self.process = subprocess.Popen(arguments + (["--demo"] if demo else []),
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        line = self.process.stdout.readline().decode()
        self.seconds = time.monotonic() - started
        if not line.startswith("cameo: ready http://127.0.0.1:"):
            raise RuntimeError(f"the server did not start: {line!r}")
        self.port = int(line.rsplit(":", 1)[1])

    def tree(self):
        """This server's processes, found by their parents."""
        parents = {}
        for entry in os.listdir("/proc"):
            if entry.isdigit():
                try:
                    text = pathlib.Path(f"/proc/{entry}/stat").read_text()
                except OSError:
                    continue
                parents[int(entry)] = int(text.rsplit(")", 1)[1].split()[1])
        found = [self.process.pid]
        for pid in found:
            found += [child for child, parent in parents.items() if parent == pid]
        return found

    def kill(self, rng):
        pids = self.tree()
        rng.shuffle(pids)
        for pid in pids:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.process.wait()
        self.process.stdout.close()
        for pid in pids:  # workers are the master's children: wait until they are gone
            while os.path.exists(f"/proc/{pid}"):
                try:
                    if pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z":
                        break
                except OSError:
                    break
                time.sleep(0.001)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.stdout.close()
        return self.process.wait(60)


class Client:
    """Writes to one contact and one product of its own and knows what must be there."""

    def __init__(self, number, seed):
        self.rng = random.Random(f"{seed}.{number}")
        self.contact = number + 1
        self.product = number + 10
        self.picture = None     # digest of the contact's picture, None when it has none
        self.words = ""         # its description
        self.gallery = {}       # id -> digest of the product's gallery
        self.pending = None     # what was sent and not answered
        self.acknowledged = 0
        self.errors = []

    def request(self, connection, method, path, body=None, headers=None):
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        return answer.status, answer.read()

    def call(self, connection, method, parameters):
        status, body = self.request(connection, "POST", HOOK + method, json.dumps(parameters),
                                    {"Content-Type": "application/json"})
        return status, json.loads(body)

    def learn(self, port):
        """Takes what the store holds as the truth (at the beginning)."""
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self.picture, self.words, self.gallery = self.look(connection)
        connection.close()

    def look(self, connection):
        status, body = self.request(connection, "GET", f"/api/v1/Contact/{self.contact}/Image", None, TICKET)
        picture = hashlib.sha256(body).hexdigest() if status == 200 else None
        status, body = self.request(connection, "GET", f"/api/v1/Contact/{self.contact}/ImageInfo", None, TICKET)
        words = json.loads(body)["Description"] if status == 200 else f"status {status}"
        status, answer = self.call(connection, "catalog.productImage.list", {"productId": self.product})
        gallery = {}
        for image in answer["result"]["productImages"]:
            status, body = self.request(connection, "GET", image["detailUrl"])
            gallery[image["id"]] = hashlib.sha256(body).hexdigest() if status == 200 else f"status {status}"
        return picture, words, gallery

    def size(self):
        return int(self.rng.choice([300, 3000, 30000, 300000, 1500000]) * self.rng.uniform(0.5, 1.5))

    def write(self, connection):
        """One write; the model moves only when it was acknowledged."""
        kind = self.rng.choice(["put", "put", "words", "delete", "add", "add", "remove", "remove"])
        if len(self.gallery) > 12:
            kind = "remove"
        if kind == "put":
            data = png(self.rng, self.size())
            digest = hashlib.sha256(data).hexdigest()
            self.pending = ("put", digest)
            status, _ = self.request(connection, "PUT", f"/api/v1/Contact/{self.contact}/Image", data,
                                     {**TICKET, "Content-Type": "image/png"})
            if status == 200:
                if self.picture is None:
                    self.words = ""
                self.picture = digest
        elif kind == "words":
            if self.picture is None:
                return
            words = f"words {self.rng.random()}"
            self.pending = ("words", words)
            status, _ = self.request(connection, "PUT", f"/api/v1/Contact/{self.contact}/ImageInfo",
                                     json.dumps({"description": words}),
                                     {**TICKET, "Content-Type": "application/json"})
            if status == 200:
                self.words = words
        elif kind == "delete":
            self.pending = ("delete",)
            status, _ = self.request(connection, "DELETE", f"/api/v1/Contact/{self.contact}/Image", None, TICKET)
            if status == 204:
                self.picture, self.words = None, ""
        elif kind == "add":
            data = png(self.rng, self.size())
            digest = hashlib.sha256(data).hexdigest()
            self.pending = ("add", digest)
            status, answer = self.call(connection, "catalog.productImage.add", {
                "fields": {"productId": self.product, "type": "MORE_PHOTO"},
                "fileContent": ["kill.png", base64.b64encode(data).decode()]})
            if status == 200:
                self.gallery[answer["result"]["productImage"]["id"]] = digest
        else:
            if not self.gallery or len(self.gallery) < 4:
                return
            victim = self.rng.choice(sorted(self.gallery))
            self.pending = ("remove", victim)
            status, _ = self.call(connection, "catalog.productImage.delete",
                                  {"productId": self.product, "id": victim})
            if status == 200:
                del self.gallery[victim]
        if status not in (200, 204):
            self.errors.append(f"{kind}: status {status}")
        self.pending = None
        self.acknowledged += 1

    def run(self, port, stop):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            while not stop.is_set():
                self.write(connection)
        except (OSError, http.client.HTTPException):
            pass  # killed: the write in flight stays pending
        finally:
            connection.close()

    def verify(self, port):
        """Compares the store with the model; a pending write may have happened or not."""
        problems = self.errors
        self.errors = []
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        picture, words, gallery = self.look(connection)
        connection.close()
        pending = self.pending or ("nothing",)
        if picture != self.picture:
            happened = (pending[0] == "put" and picture == pending[1]) or (pending[0] == "delete" and picture is None)
            if not happened:
                problems.append(f"contact {self.contact}: picture {picture}, acknowledged {self.picture}, pending {pending[0]}")
        if words != self.words and not (pending == ("words", words) or (pending[0] == "delete" and words == "")
                                        or (pending[0] == "put" and words == "")):
            problems.append(f"contact {self.contact}: {words!r}, acknowledged {self.words!r}, pending {pending[0]}")
        for identity, digest in self.gallery.items():
            if gallery.get(identity) != digest and not (pending == ("remove", identity) and identity not in gallery):
                problems.append(f"product {self.product}: picture {identity} is {gallery.get(identity)}, acknowledged {digest}")
        for identity in gallery.keys() - self.gallery.keys():
            if not (pending[0] == "add" and gallery[identity] == pending[1]):
                problems.append(f"product {self.product}: picture {identity} was never acknowledged, or deleted")
        self.picture, self.words, self.gallery, self.pending = picture, words, gallery, None
        return problems


def one_kill(server, clients, rng):
    stop = threading.Event()
    threads = [threading.Thread(target=client.run, args=(server.port, stop)) for client in clients]
    for thread in threads:
        thread.start()
    time.sleep(rng.uniform(0.005, 0.35))  # the random moment: nothing is waited for
    server.kill(rng)
    stop.set()
    for thread in threads:
        thread.join()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--seed", default=str(random.randrange(1 << 32)))
    options = parser.parse_args()
    rng = random.Random(options.seed)
    print(f"seed {options.seed}", flush=True)

    directory = tempfile.mkdtemp(prefix="cameo-kill-")
    clients = [Client(number, options.seed) for number in range(options.clients)]
    passed = failed = 0
    slowest = 0.0
    try:
        server = Server(directory, True)
        for client in clients:
            client.learn(server.port)
        for number in range(options.kills):
            one_kill(server, clients, rng)
            server = Server(directory, False)
            slowest = max(slowest, server.seconds)
            problems = [problem for client in clients for problem in client.verify(server.port)]
            check = subprocess.run([PROGRAM, "check", directory], capture_output=True, text=True)
            if check.returncode != 0:
                problems.append(f"check: {check.stdout}{check.stderr}")
            for problem in problems:
                print(f"kill {number}: {problem}", flush=True)
            passed += not problems
            failed += bool(problems)
        if server.stop() != 0:
            print("the last stop did not exit 0")
            failed += 1
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    acknowledged = sum(client.acknowledged for client in clients)
    print(f"{options.kills} kills, {acknowledged} acknowledged writes, ready again after {slowest * 1000:.0f} ms at most")
    if acknowledged < options.kills:
        print("hardly anything was acknowledged: the test has not tested")
        failed += 1
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
