"""`cameo check --rebuild`: a lost or damaged meta.db is made again of what lies beside the packs, row by row what
it was, so that both wires answer as before."""

import pathlib
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import time

import pytest

import pictures
import program
from native import Native

FILES = ("meta.db", "meta.db-wal", "meta.db-shm")


def rows(directory):
    """Every row of every table, as sets of their text."""
    copy = pathlib.Path(directory).parent / "rows"
    shutil.rmtree(copy, ignore_errors=True)
    copy.mkdir()
    for name in FILES:
        if (directory / name).exists():
            shutil.copy(directory / name, copy / name)
    database = sqlite3.connect(copy / "meta.db")
    database.create_function("fold", 1, str, deterministic=True)
    tables = [name for name, in database.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")]
    found = {table: sorted(map(repr, database.execute(f"SELECT * FROM {table}"))) for table in tables}
    database.close()
    return found


def shown(server, contacts, products):
    """What either wire shows of them."""
    so, bx = server.superoffice, server.bitrix24
    seen = []
    for contact in contacts:
        picture = so.get(f"Contact/{contact}/Image")
        seen.append((contact, picture.status, picture.body, so.get(f"Contact/{contact}").body,
                     so.get(f"Contact/{contact}/ImageInfo").body))
    for product in products:
        answer = bx.call("catalog.product.get", {"id": product})
        seen.append((product, answer.status, answer.status == 200 and (
            answer.json["result"], [(one["id"], one["type"], one["name"], bx.fetch(one["downloadUrl"]).body)
                                    for one in bx.images(product)])))
    seen.append(so.get("Contact?$select=name&$orderby=contactId").body)
    seen.append(server.bitrix24.result("catalog.product.list", {
        "select": ["id", "iblockId", "name"], "filter": {"iblockId": 14}, "order": {"id": "asc"}}))
    return re.sub(r"127\.0\.0\.1:\d+", "here", repr(seen))  # the port is another one after a start


class Random:
    """Writes by both wires, the native form and commands to records of its own."""

    def __init__(self, server, seed):
        self.server, self.rng, self.seed = server, random.Random(seed), seed
        self.contacts = [server.record("contact", f"Contact {n}") for n in range(5)]
        self.products = [server.record("product", f"Product {n}") for n in range(5)]

    @property
    def native(self):
        return Native(self.server.address)

    def picture(self):
        self.seed += 1
        return pictures.noise((self.rng.randint(4, 60), 20), seed=self.seed)

    def put(self):
        self.server.superoffice.put_image(f"Contact/{self.rng.choice(self.contacts)}/Image", self.picture())

    def delete(self):
        self.server.superoffice.delete(f"Contact/{self.rng.choice(self.contacts)}/Image")

    def describe(self):
        self.server.superoffice.put(f"Contact/{self.rng.choice(self.contacts)}/ImageInfo",
                                    json={"Description": f"It's \"{self.rng.random()}\" \u00e5"})

    def rename(self):
        self.server.bitrix24.result("catalog.product.update", {
            "id": self.rng.choice(self.products), "fields": {"name": f"Name {self.rng.random()}"}})

    def add(self):
        self.server.bitrix24.add(self.rng.choice(self.products), self.picture(), f"{self.seed}.png",
                                 self.rng.choice(["DETAIL_PICTURE", "PREVIEW_PICTURE", "MORE_PHOTO"]))

    def remove(self):
        product = self.rng.choice(self.products)
        images = self.server.bitrix24.images(product)
        if images:
            self.server.bitrix24.result("catalog.productImage.delete",
                                        {"productId": product, "id": self.rng.choice(images)["id"]})

    def focus(self):
        self.native.request("PUT", f"/pictures/contact/{self.rng.choice(self.contacts)}/focus",
                            body={"x": self.rng.random(), "y": 0.5})

    def undo(self):
        owner = f"contact/{self.rng.choice(self.contacts)}"
        changes = self.native.get(f"/pictures/{owner}/history?limit=1").json["history"]
        if changes and changes[0]["what"] != "record.add":
            self.native.request("POST", f"/pictures/history/{changes[0]['change']}/undo")

    def key(self):
        self.server.key("token", "demo", "--label", f"key {self.rng.random()}")

    def write(self, count):
        for _ in range(count):
            self.rng.choice([self.put, self.put, self.delete, self.describe, self.rename, self.add, self.add,
                             self.remove, self.focus, self.undo, self.undo])()
        self.key()

    def shown(self):
        return shown(self.server, self.contacts, self.products)


def lose(directory):
    for name in FILES:
        (directory / name).unlink(missing_ok=True)


def rebuild(directory, code=0):
    done = program.cameo("check", directory, "--rebuild", "--json")
    assert done.code == code, done
    return done.json


@pytest.fixture
def written(serve, tmp_path):
    """A server that has been written to, and its writer."""
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "cameo.ini").write_text("[store]\nscrub_seconds = 0\n")
    server = serve("--demo", directory=tmp_path / "store")
    writer = Random(server, 7)
    writer.write(40)
    return server, writer


def stop(server):
    server.stop()
    return rows(server.directory)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_lost_index_is_made_again_as_it_was(serve, tmp_path, seed):
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "cameo.ini").write_text("[store]\nscrub_seconds = 0\n")
    server = serve("--demo", directory=tmp_path / "store")
    writer = Random(server, seed * 1000)
    for turn in range(3):
        writer.write(40)
        if turn == 1:  # after a copy that was made meanwhile, too
            server.restart()
        if turn == 0:
            assert program.cameo("erase", server.directory, "contact", writer.contacts.pop()).code == 0
    before = writer.shown()
    known = stop(server)

    lose(server.directory)
    assert program.refused(1, "check", server.directory, says=b"--rebuild")
    report = rebuild(server.directory)

    assert report["gaps"] == 0 and report["problems"] == 0 and report["dropped_links"] == 0, report
    assert rows(server.directory) == known
    server.start()
    assert writer.shown() == before
    writer.write(10)
    before = writer.shown()
    known = stop(server)
    lose(server.directory)
    assert rebuild(server.directory)["gaps"] == 0
    assert rows(server.directory) == known


def test_a_garbled_index_is_put_aside_and_made_again(written):
    server, writer = written
    before = writer.shown()
    known = stop(server)
    garbled = random.Random(5).randbytes((server.directory / "meta.db").stat().st_size)
    (server.directory / "meta.db").write_bytes(garbled)

    assert program.cameo("check", server.directory).code == 1
    assert rebuild(server.directory)["problems"] == 0
    assert rows(server.directory) == known
    assert (server.directory / "meta.db.before-1").read_bytes() == garbled
    server.start()
    assert writer.shown() == before


@pytest.mark.parametrize("cut", [1, 20, 300])
def test_a_torn_end_loses_the_last_transaction_alone_and_says_so(written, cut):
    server, writer = written
    before = writer.shown()
    server.stop()
    server.record("contact", "The last one")
    journal = server.directory / "packs/index.rows"
    journal.write_bytes(journal.read_bytes()[:-cut])
    lose(server.directory)

    report = rebuild(server.directory, code=1 if cut > 16 else 0)
    assert (report["gaps"] == 1) == (cut > 16) and report["problems"] == 0, report
    server.start()
    assert (writer.shown() == before) == (cut > 16)
    writer.write(10)
    server.stop()


def test_damage_in_the_middle_costs_no_more_than_it_hit(written):
    server, writer = written
    server.stop()
    journal = server.directory / "packs/index.rows"
    content = bytearray(journal.read_bytes())
    content[len(content) // 2] ^= 0x10
    journal.write_bytes(content)
    lose(server.directory)

    done = program.cameo("check", server.directory, "--rebuild", "--json")
    assert done.code == 1 and done.json["gaps"] >= 1 and b"damaged at byte" in done.err, done
    assert done.json["transactions"] > 30
    server.allow("fall|damaged")
    with sqlite3.connect(server.directory / "meta.db") as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_what_was_acknowledged_before_a_kill_is_in_it(written):
    server, writer = written
    writer.write(30)
    before = writer.shown()
    server.kill()
    server.process = None
    lose(server.directory)

    assert rebuild(server.directory)["gaps"] == 0
    server.start()
    assert writer.shown() == before


def test_killed_in_the_middle_it_is_done_again(written):
    server, writer = written
    before = writer.shown()
    known = stop(server)
    lose(server.directory)
    rng = random.Random(3)
    killed = 0
    for _ in range(25):
        with subprocess.Popen([program.CAMEO, "check", "--rebuild", server.directory], stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL) as process:
            time.sleep(rng.uniform(0, 0.06))  # the random moment
            process.send_signal(signal.SIGKILL)
            killed += process.wait() == -signal.SIGKILL
        if rng.random() < 0.5:
            lose(server.directory)
    assert killed > 5
    rebuild(server.directory)
    assert rows(server.directory) == known
    server.start()
    assert writer.shown() == before


def test_nobody_may_serve_it_meanwhile(written):
    server, _ = written
    program.refused(3, "check", server.directory, "--rebuild", says=b"end 'cameo serve' first")


def test_without_a_copy_it_says_so_and_touches_nothing(written):
    server, _ = written
    server.stop()
    (server.directory / "packs/index.db").unlink()
    before = (server.directory / "meta.db").read_bytes()
    program.refused(1, "check", server.directory, "--rebuild", says=b"to begin with")
    assert (server.directory / "meta.db").read_bytes() == before
    assert not list(server.directory.glob("meta.db.*"))


def test_a_lost_index_is_never_taken_for_an_empty_store(written):
    server, _ = written
    server.stop()
    lose(server.directory)
    done = subprocess.run([program.CAMEO, "serve", server.directory, "--listen", "127.0.0.1:0"], timeout=60,
                          capture_output=True, check=False)
    assert done.returncode == 1 and b"--rebuild" in done.stderr
    assert rebuild(server.directory)["problems"] == 0
