#!/usr/bin/python3
"""Kills every process of a serving store at random moments under mixed writes, starts it again and
looks whether each acknowledged write is there, byte for byte, and whether `cameo check` is clean; at last the same
after its database was lost and made again.

usage: kill_test.py [--kills N] [--seed S] [--clients N] [--pictures N] [--check-every N] [--ready-ms N]

The clients put, replace and delete pictures, change their texts and names of products, one by one and in batches,
by both wires, and have back what they changed. BESIDE are commands of `cameo` that run meanwhile and are killed, too.
At each start encryption and compression are on or off by chance, and there may be a new key, to which one of the commands
changes. With --pictures so many others lie in the store beforehand; with --ready-ms it has to serve again so soon after
nine kills of ten.

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
import urllib.parse
import zlib

PROGRAM = os.environ.get("CAMEO") or str(pathlib.Path(__file__).resolve().parents[2] / "build/cameo")
TICKET = {"Authorization": "SoTicket 7T:demo"}
NATIVE = {"Authorization": "Bearer 8A:demo"}
HOOK = "/rest/1/demo-webhook/"
GALLERY = 30    # pictures of a product, about
BATCH = 50      # writes at most in one
SIZE_MAX = 2250000  # bytes of a picture
NOISE = random.Random(1).randbytes(SIZE_MAX)

AT_REST = "[encryption]\nencryption = {}\nencryption_key_file = {}\n[store]\nzip = {}\n"

# Commands that work on the store while it is served, killed with it: `cameo COMMAND DIR OPTION...`, one after the other,
# for as long as clients write. BACKUP is a folder beside that of the store, KEY a file.
BACKUP = "-backup"
KEY = "-key"
BESIDE = [["collect"], ["picture", "list", "contact", "1"], ["scrub"], ["backup", BACKUP], ["history"],
          ["key-rotate"], ["reseal"]]


def png(rng, size):
    """A PNG of about `size` bytes that no other call returns."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    header = struct.pack(">IIBBBBB", rng.randint(1, 500), rng.randint(1, 500), 8, 2, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rng.randbytes(16) + NOISE[:size - 16]) +
            chunk(b"IEND", b""))


class Settings:
    """How bytes are stored: another way at each start."""

    def __init__(self, directory, rng):
        self.directory, self.rng = directory, rng
        self.key_file = pathlib.Path(directory + KEY)
        self.keys = [rng.randbytes(32).hex()]
        self.write()

    def write_keys(self):
        made = self.key_file.with_suffix(".new")
        made.write_text("\n".join(self.keys) + "\n")
        made.chmod(0o600)
        made.rename(self.key_file)

    def write(self):
        if len(self.keys) == 1 and self.rng.random() < 0.3:
            self.keys.insert(0, self.rng.randbytes(32).hex())
        self.write_keys()
        text = AT_REST.format(self.rng.choice(["on", "off"]), self.key_file, self.rng.choice(["on", "off"]))
        pathlib.Path(self.directory, "cameo.ini").write_text(text)

    def rotated(self):
        """All keys are under the first now."""
        del self.keys[1:]
        self.write_keys()


class Server:
    def __init__(self, directory, demo):
        self.directory = directory
        arguments = [PROGRAM, "serve", directory, "--listen", "127.0.0.1:0", "--workers", "2"]
        started = time.monotonic()
        with tempfile.TemporaryFile() as said:
            self.process = subprocess.Popen(arguments + (["--demo"] if demo else []),
                                            stdout=subprocess.PIPE, stderr=said)
            line = self.process.stdout.readline().decode()
            self.seconds = time.monotonic() - started
            if not line.startswith("cameo: ready http://127.0.0.1:"):
                self.process.wait()
                said.seek(0)
                raise RuntimeError(f"the server did not start: {line!r} {said.read().decode('utf-8', 'replace')}")
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
        self.before = None      # both before the contact's last change, when that can be undone
        self.name = ""          # the product's
        self.gallery = {}       # id -> digest of the product's gallery
        self.removed = set()    # ids that were there and whose deletion was acknowledged
        self.sent = set()       # digests of all that was ever sent
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
        self.picture, self.words, self.gallery, self.name = self.look(connection)
        self.sent |= {self.picture, *self.gallery.values()}
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
        status, answer = self.call(connection, "catalog.product.get", {"id": self.product})
        return picture, words, gallery, answer["result"]["product"]["name"]

    def size(self):
        return int(self.rng.choice([300, 3000, 30000, 300000, 1500000]) * self.rng.uniform(0.5, 1.5))

    def draw(self, size):
        data = png(self.rng, size)
        digest = hashlib.sha256(data).hexdigest()
        self.sent.add(digest)
        return data, digest

    def batch(self, connection):
        """Many small writes in one request; each is acknowledged for itself."""
        added, removed, commands = {}, {}, {}
        room = max(GALLERY - len(self.gallery), 0)
        for number in range(self.rng.randint(BATCH // 2, BATCH)):
            if number < room:
                data, added[f"w{number}"] = self.draw(self.rng.randint(100, 2000))
                commands[f"w{number}"] = "catalog.productImage.add?" + urllib.parse.urlencode({
                    "fields[productId]": self.product, "fields[type]": "MORE_PHOTO", "fileContent[0]": "batch.png",
                    "fileContent[1]": base64.b64encode(data).decode()})
            elif len(removed) < len(self.gallery):
                removed[f"w{number}"] = sorted(self.gallery)[len(removed)]
                commands[f"w{number}"] = "catalog.productImage.delete?" + urllib.parse.urlencode({
                    "productId": self.product, "id": removed[f"w{number}"]})
        self.pending = ("batch", set(added.values()), set(removed.values()))
        status, answer = self.call(connection, "batch", {"halt": 0, "cmd": commands})
        if status != 200:
            self.errors.append(f"batch: status {status}")
            return
        done = answer["result"]["result"]
        for name, digest in added.items():
            if name in done:
                self.gallery[done[name]["productImage"]["id"]] = digest
        for name, identity in removed.items():
            if name in done:
                del self.gallery[identity]
                self.removed.add(identity)
        if len(done) != len(commands):
            self.errors.append(f"batch: {answer['result']['result_error']}")
        self.pending = None
        self.acknowledged += len(done)

    def rename_often(self, connection):
        """One name after the other in one request: the last is what counts, and none that came before it may come back."""
        names = [f"name {self.rng.random()}" for _ in range(BATCH)]
        self.pending = ("name", *names)
        status, answer = self.call(connection, "batch", {"halt": 1, "cmd": {
            f"w{number}": "catalog.product.update?" + urllib.parse.urlencode({"id": self.product, "fields[name]": name})
            for number, name in enumerate(names)}})
        if status != 200 or len(answer["result"]["result"]) != len(names):
            self.errors.append(f"names: status {status}, {answer}")
            return
        self.pending, self.name = None, names[-1]
        self.acknowledged += len(names)

    def write(self, connection):
        """One write; the model moves only when it was acknowledged."""
        kind = self.rng.choice(["put", "put", "words", "delete", "undo", "undo", "add", "add", "remove", "remove", "name",
                                "names", "names", "names", "names", "batch", "batch", "batch"])
        if kind == "batch":
            self.batch(connection)
            return
        if kind == "names":
            self.rename_often(connection)
            return
        if len(self.gallery) > GALLERY:
            kind = "remove"
        if kind == "put":
            data, digest = self.draw(self.size())
            self.pending = ("put", digest)
            status, _ = self.request(connection, "PUT", f"/api/v1/Contact/{self.contact}/Image", data,
                                     {**TICKET, "Content-Type": "image/png"})
            if status == 200:
                self.before = (self.picture, self.words)
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
                self.before = (self.picture, self.words)
                self.words = words
        elif kind == "undo":
            if self.before is None:
                return
            status, body = self.request(connection, "GET", f"/pictures/contact/{self.contact}/history?limit=1", None, NATIVE)
            change = json.loads(body)["history"][0]["change"] if status == 200 else 0
            self.pending = ("undo", *self.before)
            status, _ = self.request(connection, "POST", f"/pictures/history/{change}/undo", None, NATIVE)
            if status == 200:
                self.before, (self.picture, self.words) = (self.picture, self.words), self.before
        elif kind == "delete":
            self.pending = ("delete",)
            status, _ = self.request(connection, "DELETE", f"/api/v1/Contact/{self.contact}/Image", None, TICKET)
            if status == 204:
                if self.picture is not None:
                    self.before = (self.picture, self.words)
                self.picture, self.words = None, ""
        elif kind == "name":
            name = f"name {self.rng.random()}"
            self.pending = ("name", name)
            status, _ = self.call(connection, "catalog.product.update", {"id": self.product, "fields": {"name": name}})
            if status == 200:
                self.name = name
        elif kind == "add":
            data, digest = self.draw(self.size())
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
                self.removed.add(victim)
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
        picture, words, gallery, name = self.look(connection)
        connection.close()
        pending = self.pending or ("nothing",)
        adds = pending[1] if pending[0] == "batch" else {pending[1]} if pending[0] == "add" else set()
        removes = pending[2] if pending[0] == "batch" else {pending[1]} if pending[0] == "remove" else set()
        for digest in [picture, *gallery.values()]:
            if digest is not None and digest not in self.sent:
                problems.append(f"torn: contact {self.contact} or product {self.product} shows {digest}, which nobody sent")
        if picture != self.picture:
            happened = (pending[0] == "put" and picture == pending[1]) or (pending[0] == "delete" and picture is None) or (
                pending[0] == "undo" and picture == pending[1])
            if not happened:
                what = "undone" if self.picture is None else "lost"
                problems.append(f"{what}: contact {self.contact} has {picture}, acknowledged {self.picture}, "
                                f"pending {pending[0]}")
        if words != self.words and not (pending == ("words", words) or (pending[0] == "delete" and words == "")
                                        or (pending[0] == "put" and words == "")
                                        or (pending[0] == "undo" and (picture, words) == pending[1:])):
            problems.append(f"lost: contact {self.contact} says {words!r}, acknowledged {self.words!r}, pending {pending[0]}")
        if name != self.name and not (pending[0] == "name" and name in pending[1:]):
            problems.append(f"lost: product {self.product} is {name!r}, acknowledged {self.name!r}, pending {pending[0]}")
        for identity, digest in self.gallery.items():
            if gallery.get(identity) != digest and not (identity in removes and identity not in gallery):
                problems.append(f"lost: product {self.product}: picture {identity} is {gallery.get(identity)}, "
                                f"acknowledged {digest}")
        for identity in gallery.keys() - self.gallery.keys():
            if identity in self.removed:
                problems.append(f"undone: product {self.product}: picture {identity} was deleted")
            elif gallery[identity] not in adds:
                problems.append(f"torn: product {self.product}: picture {identity} was never acknowledged")
        self.removed |= removes - gallery.keys()
        if pending[0] in ("put", "words", "delete", "undo"):
            self.before = None  # whether that was the last change is not known
        self.picture, self.words, self.gallery, self.name, self.pending = picture, words, gallery, name, None
        return problems


class Beside:
    """The commands of BESIDE, one after the other, until they are killed."""

    def __init__(self, directory, settings, rng, stop):
        self.directory, self.settings, self.rng, self.stop = directory, settings, rng, stop
        self.process = None

    def run(self):
        while BESIDE and not self.stop.is_set():
            command, *options = self.rng.choice(BESIDE)
            options = [self.directory + BACKUP if option == BACKUP else option for option in options]
            words = [command, options[0], self.directory, *options[1:]] if command == "picture" else \
                [command, self.directory, *options]
            self.process = subprocess.Popen([PROGRAM, *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            if self.process.wait() == 0 and command == "key-rotate":
                self.settings.rotated()

    def kill(self):
        if self.process is not None:
            self.process.kill()


def one_kill(server, settings, clients, rng):
    stop = threading.Event()
    beside = Beside(server.directory, settings, rng, stop)
    threads = [threading.Thread(target=client.run, args=(server.port, stop)) for client in clients]
    threads.append(threading.Thread(target=beside.run))
    for thread in threads:
        thread.start()
    time.sleep(rng.uniform(0.005, 0.6))  # the random moment: nothing is waited for
    stop.set()  # no client begins anything new; what is under way is killed
    server.kill(rng)
    beside.kill()
    for thread in threads:
        thread.join()


def fill(directory, pictures):
    """Pictures that nobody touches, of 600 bytes each."""
    filler = pathlib.Path(PROGRAM).resolve().parent / "test/bench/bench_fill"
    subprocess.run([filler, directory, "1000", str(pictures), "600"], stdout=subprocess.DEVNULL, check=True)


def percentile(numbers, part):
    return sorted(numbers)[int((len(numbers) - 1) * part)]


def rebuilt(directory, clients):
    """After the last kill the database is lost, too, and made again: a server on it, and what is wrong."""
    for name in ("meta.db", "meta.db-wal", "meta.db-shm"):
        pathlib.Path(directory, name).unlink(missing_ok=True)
    check = subprocess.run([PROGRAM, "check", "--rebuild", directory], capture_output=True, text=True, check=False)
    if not pathlib.Path(directory, "meta.db").exists():
        raise RuntimeError(f"the index was not made again: {check.stdout}{check.stderr}")
    server = Server(directory, False)
    problems = [problem for client in clients for problem in client.verify(server.port)]
    return server, problems + ([f"check: {check.stdout}{check.stderr}"] if check.returncode else [])


def run(options, say):
    """Says each problem by say(text); gives kills that were good, kills that were not, and a line of what was measured."""
    rng = random.Random(options.seed)
    directory = tempfile.mkdtemp(prefix="cameo-kill-")
    settings = Settings(directory, rng)
    clients = [Client(number, options.seed) for number in range(options.clients)]
    kinds = dict.fromkeys(["lost", "torn", "undone"], 0)
    ready = []
    passed = failed = 0
    try:
        server = Server(directory, True)
        if options.pictures:
            fill(directory, options.pictures)
        for client in clients:
            client.learn(server.port)
        for number in range(options.kills):
            one_kill(server, settings, clients, rng)
            settings.write()
            server = Server(directory, False)
            ready.append(server.seconds * 1000)
            problems = [problem for client in clients for problem in client.verify(server.port)]
            if number % options.check_every == options.check_every - 1 or problems or number == options.kills - 1:
                check = subprocess.run([PROGRAM, "check", directory], capture_output=True, text=True, check=False)
                if check.returncode != 0:
                    problems.append(f"check: {check.stdout}{check.stderr}")
            for problem in problems:
                say(f"kill {number}: {problem}")
                kinds[problem.split(":")[0]] = kinds.get(problem.split(":")[0], 0) + 1
            passed += not problems
            failed += bool(problems)
        server.kill(rng)
        server, problems = rebuilt(directory, clients)
        for problem in problems:
            say(f"rebuilt: {problem}")
        failed += bool(problems)
        if server.stop() != 0:
            say("the last stop did not exit 0")
            failed += 1
    finally:
        shutil.rmtree(directory, ignore_errors=True)
        shutil.rmtree(directory + BACKUP, ignore_errors=True)
        settings.key_file.unlink()
    acknowledged = sum(client.acknowledged for client in clients)
    if acknowledged < options.kills:
        say("hardly anything was acknowledged: the test has not tested")
        failed += 1
    if options.ready_ms and percentile(ready, 0.9) > options.ready_ms:
        say(f"one start of ten took over {options.ready_ms} ms")
        failed += 1
    return passed, failed, (
        f"{options.kills} kills, {acknowledged} acknowledged writes, {kinds['lost']} lost, {kinds['torn']} torn, "
        f"{kinds['undone']} deletions undone; with {options.pictures} more pictures ready again after "
        f"{percentile(ready, 0.5):.0f} ms, {percentile(ready, 0.9):.0f} ms nine times of ten, {max(ready):.0f} ms at most")


def parser():
    words = argparse.ArgumentParser()
    words.add_argument("--kills", type=int, default=200)
    words.add_argument("--clients", type=int, default=8)
    words.add_argument("--pictures", type=int, default=0)
    words.add_argument("--check-every", type=int, default=1)
    words.add_argument("--ready-ms", type=int, default=0)
    words.add_argument("--seed", default=str(random.randrange(1 << 32)))
    return words


def main():
    options = parser().parse_args()
    print(f"seed {options.seed}", flush=True)
    passed, failed, line = run(options, lambda text: print(text, flush=True))
    print(line)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
