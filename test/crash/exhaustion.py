"""Disk full, descriptors out, memory out: N times each (short: 60), in the real program, by both wires.

While something is used up, what is stored can be read, and with disk and descriptors it can be deleted, too; writes are
refused as docs/errors.md says, and nothing is half done. As soon as it is there again everything goes on, without a
restart. `made`: the library `fail` refuses calls of the running workers. `real`: a small disk that others fill, and workers
whose limit of descriptors is taken down to what they have open.
"""
import base64
import errno
import http.client
import json
import os
import random
import resource

from fail_control import FOREVER, MALLOC, MMAP, OPEN, TRUNCATE, WRITE, Control
from faultlab import TICKET, Connection, built, digest, png, workplace

import program
import small_disk

SHORT = 60
BEFORE_CHECK = 100
PEOPLE, PRODUCTS = range(21, 41), range(1, 9)  # no number twice
MEGABYTE = 1 << 20

BITRIX24 = {  # docs/errors.md
    (400, "0", "Disk space limit exceeded."),
    (400, "0", "Internal error adding product image. Try adding again."),
    (400, "0", "Internal error deleting product image. Try deleting again."),
    (503, "QUERY_LIMIT_EXCEEDED", "Too many requests"),
    (500, "INTERNAL_SERVER_ERROR", "Internal server error"),
}


class Gone(Exception):
    """The connection was closed without an answer."""


class Wrong(Exception):
    pass


class Client(Connection):
    """Its connection stays, for a new one would need a descriptor. Knows what must be there."""

    def __init__(self, server, rng):
        super().__init__(server.address.port)
        self.rng = rng
        self.sizes = [300, 3000, 30000, 300000, 800000]
        self.people, self.products = {}, {}
        self.look()

    def look(self):
        for person in PEOPLE:
            self.people[person] = self.see_person(person)
        for product in PRODUCTS:
            self.products[product] = self.see_product(product)

    def request(self, method, path, body=None, headers=None):
        try:
            return super().request(method, path, body, headers)
        except (http.client.HTTPException, OSError) as error:
            self.leave()
            raise Gone(repr(error)) from error

    # what is there

    def see_person(self, person):
        status, body = self.request("GET", f"/api/v1/Person/{person}/Image", None, TICKET)
        if status not in (200, 404):
            return refused_superoffice(status, body)
        return digest(body) if status == 200 else None

    def see_product(self, product):
        status, answer = self.call("catalog.productImage.list", {"productId": product})
        if status != 200:
            return refused_bitrix24(status, answer)
        seen = {}
        for image in answer["result"]["productImages"]:
            status, body = self.request("GET", image["detailUrl"])
            if status != 200:
                return refused_bitrix24(status, json.loads(body))
            seen[image["id"]] = digest(body)
        return seen

    # what changes it: whether it was done, and what would then be there

    def put(self, person):
        data = png(self.rng, self.size())
        status, body = self.request("PUT", f"/api/v1/Person/{person}/Image", data, {**TICKET, "Content-Type": "image/png"})
        return (status == 200 or refused_superoffice(status, body)), digest(data)

    def clear(self, person):
        status, body = self.request("DELETE", f"/api/v1/Person/{person}/Image", None, TICKET)
        return (status == 204 or refused_superoffice(status, body)), None

    def add(self, product):
        data = png(self.rng, self.size())
        status, answer = self.call("catalog.productImage.add", {
            "fields": {"productId": product, "type": "MORE_PHOTO"},
            "fileContent": ["a.png", base64.b64encode(data).decode()]})
        return (status == 200 or refused_bitrix24(status, answer)), digest(data)

    def remove(self, product, image):
        status, answer = self.call("catalog.productImage.delete", {"productId": product, "id": image})
        return status == 200 or refused_bitrix24(status, answer)

    def size(self):
        return int(self.rng.choice(self.sizes) * self.rng.uniform(0.5, 1.5))


class Refused:
    """The answer of a request that could not be served; false, so that `or` reads well."""

    def __init__(self, status):
        self.status = status

    def __bool__(self):
        return False


def refused_superoffice(status, body):
    try:
        answer = json.loads(body)
        good = status in (503, 507) and answer["ErrorType"] == "SoServerException"
    except (ValueError, KeyError, TypeError):
        good = False
    if not good:
        raise Wrong(f"SuperOffice answered {status} {body[:200]!r}")
    return Refused(status)


def refused_bitrix24(status, answer):
    if (status, answer.get("error"), answer.get("error_description")) not in BITRIX24:
        raise Wrong(f"Bitrix24 answered {status} {answer}")
    return Refused(status)


class Trial:
    """What is done while something is used up, by one wire or the other; then what is there is looked at."""

    def __init__(self, client, reads_must, deletes_must):
        self.client, self.rng = client, client.rng
        self.reads_must, self.deletes_must = reads_must, deletes_must
        self.unsure = []     # records and what they may hold now
        self.refusals = 0

    def attempt(self, may_fail, call, *arguments):
        try:
            done = call(*arguments)
        except Gone as gone:
            if not may_fail:
                raise Wrong(f"no answer: {gone}") from gone
            return None
        self.refusals += isinstance(done[0] if isinstance(done, tuple) else done, Refused)
        return done

    def write(self):
        client = self.client
        if self.rng.random() < 0.5:
            person = self.rng.choice(PEOPLE)
            done = self.attempt(True, client.put, person)
            self.note(client.people, person, done)
        else:
            product = self.rng.choice(PRODUCTS)
            before = client.products[product]
            done = self.attempt(True, client.add, product)
            self.unsure.append((product, before, done))

    def note(self, model, record, done):
        before = model[record]
        if done is not None and done[0]:
            model[record] = done[1]
        self.unsure.append((record, before, done))

    def read(self):
        client = self.client
        person, product = self.rng.choice(PEOPLE), self.rng.choice(PRODUCTS)
        if any(record in (person, product) for record, _, _ in self.unsure):
            return
        for seen, must in ((self.attempt(not self.reads_must, client.see_person, person), client.people[person]),
                           (self.attempt(not self.reads_must, client.see_product, product), client.products[product])):
            if isinstance(seen, Refused) or seen is None and must is not None:
                if self.reads_must:
                    raise Wrong(f"a read was refused: {getattr(seen, 'status', 'no answer')}")
            elif seen != must:
                raise Wrong(f"read {seen}, not {must}")

    def delete(self):
        client = self.client
        person = self.rng.choice(PEOPLE)
        if any(record == person for record, _, _ in self.unsure):
            return
        done = self.attempt(not self.deletes_must, client.clear, person)
        if self.deletes_must and not (done and done[0]):
            raise Wrong(f"a delete was refused: {done and done[0].status}")
        self.note(client.people, person, done)

    def settle(self):
        """Everything is there again: each record is as it was before or as it was to be, and writes succeed at once."""
        client = self.client
        for person in {record for record, _, _ in self.unsure if record in client.people}:
            seen = client.see_person(person)
            may = [client.people[person]] + [after[1] for record, _, after in self.unsure
                                             if record == person and after is not None and not after[0]]
            lost = any(record == person and after is None for record, _, after in self.unsure)
            if seen not in may and not lost:
                raise Wrong(f"person {person} has {seen}, not one of {may}")
            client.people[person] = seen
        for product in {record for record, _, _ in self.unsure if record in client.products}:
            seen = client.see_product(product)
            before = client.products[product]
            if isinstance(seen, Refused) or {key: seen.get(key) for key in before} != before:
                raise Wrong(f"product {product} has {seen}, had {before}")
            client.products[product] = seen
        self.acknowledged()
        person, product = self.rng.choice(PEOPLE), self.rng.choice(PRODUCTS)
        done, content = client.put(person)
        if not done or client.see_person(person) != content:
            raise Wrong(f"a put does not succeed afterwards: {done}")
        client.people[person] = content
        for image in list(client.products[product])[6:]:
            if not client.remove(product, image):
                raise Wrong("a delete does not succeed afterwards")
        done, content = client.add(product)
        seen = client.see_product(product)
        if not done or content not in seen.values():
            raise Wrong(f"an add does not succeed afterwards: {done}")
        client.products[product] = seen

    def acknowledged(self):
        for record, _, after in self.unsure:
            if record in self.client.products and after and after[0] and \
                    after[1] not in self.client.products[record].values():
                raise Wrong(f"an add to product {record} was acknowledged and is not there")


def made_disk(control, rng, store):
    packs = rng.random() < 0.5  # the packs' disk alone: then deletes go on
    control.arm([WRITE, TRUNCATE], errno.ENOSPC, rng.randrange(6), rng.choice([1, 2, FOREVER]),
                store / "packs" if packs else store)
    return True, packs


def made_descriptors(control, rng, store):
    control.arm([OPEN], errno.EMFILE, rng.randrange(3), rng.choice([1, 2, FOREVER]), store)
    return True, True


def made_memory(control, rng, _store):
    control.arm([MALLOC, MMAP], errno.ENOMEM, rng.randrange(300), rng.choice([1, 2, 10, 100]))
    return False, False


def trials(client, count, report, name, begin, end, check):
    """`begin` uses something up and says whether reads and deletes must go on."""
    refusals = failed = 0
    check()
    for number in range(count):
        trial = Trial(client, *begin())
        try:
            try:
                for _ in range(client.rng.randint(1, 3)):
                    client.rng.choice([trial.write, trial.write, trial.delete])()
                    trial.read()
            finally:
                failed += end() or 0
                if not trial.reads_must:
                    client.leave()
            trial.settle()
            if number % BEFORE_CHECK == BEFORE_CHECK - 1:
                check()
            report.passed()
        except (Wrong, Gone) as wrong:
            report.failed(f"{name} {number}: {wrong!r}")
            client.leave()
            client.look()
        refusals += trial.refusals
    check()
    return refusals, failed


def no_worker_died(server, report, name):
    log = (server.directory / "log/error.log").read_text("utf-8", "replace")
    for line in log.splitlines():
        if "exited on signal" in line or "exited with" in line:
            report.failed(f"{name}: {line}")


def run_made(name, begin, seed, count, report, folder):
    rng = random.Random(f"{seed} {name}")
    control = Control(folder / f"{name}.control")
    store = folder / name
    with program.Server(store, "--demo", "--workers", "2",
                        environment=control.environment(built("test/fail.so"))) as server:
        server.allow(".")
        client = Client(server, rng)
        refusals, failed = trials(client, count, report, name, lambda: begin(control, rng, store), control.disarm,
                                  server.check)
        no_worker_died(server, report, name)
    report.row(f"{name}, made: {count} times, {failed} calls failed, {refusals} requests were refused as the vendor does")


def fill(directory, leave):
    """The program may take some of the room meanwhile."""
    path = directory / "others"
    with open(path, "wb") as file:
        while True:
            free = os.statvfs(directory)
            room = free.f_bavail * free.f_frsize - leave
            if room <= 0:
                return path
            try:
                os.posix_fallocate(file.fileno(), 0, room)
                return path
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise


def keep_small(directory, room):
    """Most of the disk is taken by a file that shrinks as the store grows, so that filling it takes no time."""
    most = directory / "most"
    if not most.exists():
        os.rename(fill(directory, room), most)
    free = os.statvfs(directory)
    if free.f_bavail * free.f_frsize < room / 2:
        os.truncate(most, max(most.stat().st_size - room, 0))


def real_disk(seed, count, report, folder):
    rng = random.Random(f"{seed} real disk")
    result = folder / "result"

    def on_disk(directory):
        directory = type(folder)(directory)
        store = directory / "store"
        with program.Server(store, "--demo", "--workers", "2") as server:
            server.allow(".")
            client = Client(server, rng)

            def begin():
                keep_small(directory, 64 * MEGABYTE)
                has_ballast = (store / "ballast").stat().st_size > 0
                fill(directory, rng.randrange(0 if has_ballast else 6 * MEGABYTE, 15 * MEGABYTE))
                return True, True

            def end():
                (directory / "others").unlink()
            refusals, _ = trials(client, count, report, "real disk", begin, end, server.check)
            no_worker_died(server, report, "real disk")
        result.write_text(json.dumps([report.tries, report.failures, refusals]))

    disk = folder / "small"
    disk.mkdir()
    small_disk.run(disk, 400 * MEGABYTE, on_disk)  # in a child: what it counts is told by a file
    report.tries, report.failures, refusals = json.loads(result.read_text())
    report.row(f"disk, real: filled {count} times, {refusals} requests were refused as the vendor does")


def children(pid):
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
        return [int(word) for word in file.read().split()]


def workers(server):
    """nginx's workers: the children of the keeper's child."""
    return [pid for master in children(server.process.pid) for pid in children(master)
            if os.path.basename(os.readlink(f"/proc/{pid}/exe")).startswith("nginx")]


def real_descriptors(seed, count, report, folder):
    rng = random.Random(f"{seed} real descriptors")
    with program.Server(folder / "real", "--demo", "--workers", "2") as server:
        server.allow(".")
        client = Client(server, rng)
        client.sizes = [300, 3000, 30000]  # after a body that has no file nginx closes, and there is no other connection
        limits = {pid: resource.prlimit(pid, resource.RLIMIT_NOFILE) for pid in workers(server)}
        assert len(limits) == 2, limits

        def begin():
            for pid, (_, hard) in limits.items():
                resource.prlimit(pid, resource.RLIMIT_NOFILE, (rng.randrange(3), hard))
            return True, True

        def end():
            for pid, limit in limits.items():
                resource.prlimit(pid, resource.RLIMIT_NOFILE, limit)
        refusals, _ = trials(client, count, report, "real descriptors", begin, end, server.check)
        no_worker_died(server, report, "real descriptors")
    report.row(f"descriptors, real: {count} times, {refusals} requests were refused as the vendor does")


def run(seed, count, report):
    count = SHORT if count is None else count
    with workplace() as folder:
        run_made("disk", made_disk, seed, count, report, folder)
        run_made("descriptors", made_descriptors, seed, count, report, folder)
        run_made("memory", made_memory, seed, count, report, folder)
        real_disk(seed, count, report, folder)
        real_descriptors(seed, count, report, folder)
