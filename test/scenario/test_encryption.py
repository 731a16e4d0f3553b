"""Encryption at rest: what lies on the disk shows nothing of a picture, keys are changed under load, and what
was erased stays erased in every copy."""

import contextlib
import pathlib
import random
import shutil
import sqlite3
import threading
import time

import pytest

import page_sums
from clients import SuperOffice, b64, check_failure
from native import Native
from pictures import noise, padded, picture
from program import Server, cameo, refused

MASTER = "encryption_key_file = "


def new_key(seed):
    return random.Random(seed).randbytes(32).hex()


class Sealed:
    """A store with a settings file and a key file of its own."""

    def __init__(self, folder, serve):
        self.directory = folder / "sealed"
        self.key_file = folder / "key"
        self.serve = serve
        self.server = None
        self.directory.mkdir()

    def keys(self, *keys):
        """Puts them into the key file, as a careful operator does: at once."""
        made = self.key_file.with_suffix(".new")
        made.write_text("\n".join(keys) + "\n")
        made.chmod(0o600)
        made.rename(self.key_file)

    def settings(self, encryption=True, **others):
        text = f"[encryption]\nencryption = {'on' if encryption else 'off'}\n{MASTER}{self.key_file}\n"
        text += "[store]\n" + "".join(f"{name} = {value}\n" for name, value in others.items())
        (self.directory / "cameo.ini").write_text(text)

    def start(self, *arguments, **settings):
        self.settings(**settings)
        if self.server is None:
            self.server = self.serve("--demo", *arguments, directory=self.directory)
        else:
            self.server.start()
        return self.server

    def stop(self):
        self.server.stop()

    def files(self):
        """(path, content) of everything in the store but what has not changed under it."""
        for path in sorted(self.directory.rglob("*")):
            if path.is_file():
                try:
                    yield path, path.read_bytes()
                except FileNotFoundError:  # it was the server's, and is gone
                    pass

    def holding(self, *pictures):
        """The files that have any longer stretch of these bytes."""
        found = set()
        needles = [content[at:at + 24] for content in pictures
                   for at in range(0, len(content) - 24, max(1, (len(content) - 24) // 8))]
        needles = {needle for needle in needles if len(set(needle)) > 12}
        assert len(needles) > len(pictures)
        for path, content in self.files():
            if any(needle in content for needle in needles):
                found.add(path.relative_to(self.directory))
        return found

    def rows(self, statement, *parameters):
        with contextlib.closing(sqlite3.connect(self.directory / "meta.db")) as database:
            return database.execute(statement, parameters).fetchall()

    def change(self, statement, parameters):
        """Behind the back of the program, which must not run."""
        with contextlib.closing(sqlite3.connect(self.directory / "meta.db")) as database, database:
            database.execute(statement, parameters)
        page_sums.set_sums(self.directory / "meta.db")


@pytest.fixture
def sealed(tmp_path, serve):
    made = Sealed(tmp_path, serve)
    made.keys(new_key(1))
    return made


def half_a_request(server, path, content):
    """Sends the half of a large body and leaves it at that."""
    sock = server.address.plain()
    head = (f"PUT /api/v1/{path} HTTP/1.1\r\nHost: x\r\nAuthorization: {server.superoffice.authorization}"
            f"\r\nContent-Length: {len(content)}\r\n\r\n")
    sock.sendall(head.encode() + content[:len(content) // 2])
    return sock


def put_some(server):
    """Pictures of all kinds by both wires: {path: bytes}."""
    so, bx = server.superoffice, server.bitrix24
    contents = {"JPEG": noise((300, 200), "JPEG", 1), "PNG": noise((200, 150), "PNG", 2),
                "WEBP": noise((90, 80), "WEBP", 3), "GIF": noise((80, 80), "GIF", 4),
                "large": noise((700, 700), "PNG", 5), "small": noise((20, 20), "JPEG", 6)}
    paths = {}
    for content in contents.values():
        path = f"Person/{server.record('person')}/Image"
        so.put_image(path, content)
        paths[path] = content
    product = server.record("product")
    bitmap = noise((120, 100), "BMP", 7)
    bx.add(product, bitmap, "a.bmp", "DETAIL_PICTURE")
    paths[f"Product/{product}/Image"] = bitmap
    return paths


def test_no_file_shows_a_byte_of_a_picture_while_everything_is_used(sealed):
    others = set(pathlib.Path("/dev/shm").glob("cameo-*"))
    server = sealed.start(grace_seconds=0, history_seconds=0)
    so, native = server.superoffice, Native(server.address)
    paths = put_some(server)
    made = []
    for path, content in paths.items():
        got = so.get(path)
        assert got.status == 200 and got.body == content
        assert so.get(path, {"Range": "bytes=70-1200"}).body == content[70:1201]
        kind, record = path.split("/")[:2]
        for wish in ("?w=60&format=png", "?w=50&format=jpeg", "?w=64&h=64&format=webp"):
            answer = native.get(f"/pictures/{kind.lower()}/{record}{wish}")
            assert answer.status == 200, answer
            made.append(answer.body)
        assert so.get(f"{path}?w=40&h=40").status == 200
    upload = noise((1200, 900), "PNG", 8)
    waiting = half_a_request(server, next(iter(paths)), upload)

    deadline = time.monotonic() + 20  # the upload's first half has come, wherever it is put
    folders = set(pathlib.Path("/dev/shm").glob("cameo-*")) - others
    while not any(path.stat().st_size > 500_000 for folder in folders for path in folder.rglob("*")
                  if path.is_file()) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert sealed.holding(*paths.values(), *made, upload) == set()
    assert any(path.is_file() for path in (sealed.directory / "sealed").glob("??/*")), "nothing is cached"
    assert not (sealed.directory / "cache").exists()
    waiting.close()

    for path in list(paths)[:3]:
        assert so.delete(path).status in (200, 204)
    assert cameo("collect", sealed.directory).code == 0
    assert sealed.holding(*paths.values(), *made, upload) == set()
    sealed.stop()
    assert sealed.holding(*paths.values(), *made, upload) == set()
    assert not [folder for folder in folders if folder.exists()], "left in memory"


def test_the_search_would_find_them_in_a_store_that_is_not_sealed(sealed):
    server = sealed.start(encryption=False)
    paths = put_some(server)
    held = sealed.holding(*paths.values())
    assert {str(path.parent) for path in held} == {"packs"}


@pytest.mark.parametrize("encryption", [True, False], ids=["sealed", "plain"])
@pytest.mark.parametrize("zip_", ["yes", "no"])
def test_what_is_said_of_the_bytes_is_true_by_both_wires(sealed, encryption, zip_):
    server = sealed.start(encryption=encryption, zip=zip_)
    so, bx = server.superoffice, server.bitrix24
    bitmap, photo = picture("BMP", (200, 100)), noise((60, 50), "JPEG", 9)
    noisy = noise((64, 64), "BMP", 10)  # zipped it would hardly be smaller
    for content, zipped in ((bitmap, zip_ == "yes"), (photo, False), (noisy, False)):
        product = server.record("product")
        so.put_image(f"Product/{product}/Image", content)
        other = server.record("product")
        bx.add(other, content, "a.bmp", "DETAIL_PICTURE")
        alone = server.record("product")
        bx.add(alone, content + b"\0", "a.bmp", "DETAIL_PICTURE")  # bytes that nobody else has
        for record, size in ((product, len(content)), (other, len(content)),
                             (alone, len(content) + 1)):
            info = so.info(f"Product/{record}/ImageInfo")
            shown = server.run("picture", "info", "product", record, "--json").json
            assert (info["IsEncrypted"], info["IsZipped"]) == (encryption, zipped), info
            assert (shown["encrypted"], shown["zipped"]) == (encryption, zipped)
            assert info["OriginalSize"] == size == shown["size_bytes"]
            assert info["BlobSize"] == shown["stored_bytes"]
            assert (info["BlobSize"] < size * 0.96) if zipped else (info["BlobSize"] == size)
            stored = sealed.rows("SELECT b.stored_bytes FROM blob b JOIN picture p ON p.blob_id = b.id"
                                 " WHERE p.id = ?", info["BlobId"])
            assert stored == [(info["BlobSize"],)]
            got = so.get(f"Product/{record}/Image")
            assert got.body[:len(content)] == content and len(got.body) == size
            part = so.get(f"Product/{record}/Image", {"Range": f"bytes=100-{size - 5}"})
            assert part.status == 206 and part.body == got.body[100:size - 4]


def test_a_large_zipped_picture_comes_in_pieces_and_in_parts(sealed):
    server = sealed.start()
    so = server.superoffice
    path = f"Person/{server.record('person')}/Image"
    bitmap = picture("BMP", (1500, 1200), (10, 20, 30))
    so.put_image(path, bitmap)
    assert so.info(path + "Info")["IsZipped"]
    assert so.get(path).body == bitmap
    assert so.get(path, {"Range": "bytes=3000000-4000000"}).body == bitmap[3000000:4000001]


def place_of(sealed, picture_id):
    ((volume, offset),) = sealed.rows(
        "SELECT volume, offset FROM blob b JOIN picture p ON p.blob_id = b.id WHERE p.id = ?", picture_id)
    return sealed.directory / f"packs/{volume:06d}.pack", offset


def test_pictures_that_are_asked_for_again_are_held_opened(sealed):
    server = sealed.start("--workers", "1")
    so = server.superoffice
    contents = {}
    for content in (noise((8, 8), "PNG", 1), noise((110, 100), "PNG", 2), noise((180, 180), "JPEG", 3),
                    noise((290, 300), "PNG", 4), noise((300, 300), "PNG", 5), picture("BMP", (200, 100)),
                    picture("BMP", (600, 500))):
        contents[f"Person/{server.record('person')}/Image"] = content
    assert [len(content) >> 18 for content in contents.values()] == [0, 0, 0, 0, 1, 0, 3]  # held: up to 256 KiB
    ids = {path: so.put_image(path, content) for path, content in contents.items()}
    for _ in range(4):
        for path, content in contents.items():
            assert so.get(path).body == content
            for first, last in ((0, 99), (100, len(content) - 2), (len(content) - 5, len(content) - 1)):
                part = so.get(path, {"Range": f"bytes={first}-{last}"})
                assert part.status == 206 and part.body == content[first:last + 1]

    for path, content in contents.items():  # what is held is right whatever becomes of the disk
        pack, offset = place_of(sealed, ids[path])
        flip(pack, offset)
        got = so.get(path)
        assert (got.status, got.body) == (200, content) if len(content) <= 1 << 18 else got.status == 500
        flip(pack, offset)
    server.allow("does not open with its key|is damaged")

    path, other = list(contents)[2:4]
    so.put_image(path, contents[other])
    assert so.get(path).body == contents[other]
    so.delete(path)
    check_failure(so.get(path), 404)
    assert so.get(other).body == contents[other]


def test_nothing_is_held_opened_when_the_settings_say_so(sealed):
    server = sealed.start("--workers", "1")
    with open(sealed.directory / "cameo.ini", "a", encoding="utf-8") as settings:
        settings.write("[cache]\nopened_bytes_max = 0\n")
    server.stop()
    server.start()
    path = f"Person/{server.record('person')}/Image"
    content = noise((180, 180), "JPEG", 3)
    picture_id = server.superoffice.put_image(path, content)
    for _ in range(4):
        assert server.superoffice.get(path).body == content
    server.allow("does not open with its key|is damaged")
    pack, offset = place_of(sealed, picture_id)
    flip(pack, offset)
    check_failure(server.superoffice.get(path), 500, "SoServerException")
    flip(pack, offset)


def test_without_the_key_nothing_starts_and_nothing_is_shown(sealed):
    server = sealed.start()
    path = f"Person/{server.record('person')}/Image"
    content = noise((100, 100), "PNG", 1)
    server.superoffice.put_image(path, content)
    sealed.stop()

    sealed.keys(new_key(2))
    person = path.split("/")[1]
    says = b"the key that is given is not the one"
    for command in (("check", sealed.directory), ("picture", "get", sealed.directory, "person", person),
                    ("serve", sealed.directory, "--listen", "127.0.0.1:0")):
        refused(1, *command, says=says)
    sealed.key_file.unlink()
    refused(1, "check", sealed.directory, says=b"open the key file")
    (sealed.directory / "cameo.ini").write_text("[encryption]\nencryption = on\n")
    refused(1, "check", sealed.directory, says=b"no key is given")
    (sealed.directory / "cameo.ini").write_text("[encryption]\nencryption = off\n")
    result = cameo("picture", "get", sealed.directory, "person", person)
    assert result.code != 0 and result.out == b"" and b"no key is given" in result.err
    sealed.keys(new_key(1))
    sealed.settings()
    assert cameo("picture", "get", sealed.directory, "person", person).out == content


def test_the_key_may_come_from_the_environment_or_as_systemds_credential(sealed, monkeypatch, tmp_path):
    (sealed.directory / "cameo.ini").write_text("[encryption]\nencryption = on\n")
    monkeypatch.setenv("CAMEO_ENCRYPTION_KEY", new_key(3))
    content = noise((100, 100), "PNG", 1)
    with Server(sealed.directory, "--demo") as server:
        server.hide(new_key(3))
        path = f"Person/{server.record('person')}/Image"
        server.superoffice.put_image(path, content)
        assert server.superoffice.get(path).body == content
    monkeypatch.delenv("CAMEO_ENCRYPTION_KEY")
    credentials = tmp_path / "credentials"
    credentials.mkdir()
    (credentials / "cameo-key").write_bytes(bytes.fromhex(new_key(3)))
    (credentials / "cameo-key").chmod(0o400)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(credentials))
    with Server(sealed.directory) as server:
        assert server.superoffice.get(path).body == content
        assert server.superoffice.info(path + "Info")["IsEncrypted"]


def flip(path, at):
    with open(path, "r+b") as file:
        file.seek(at)
        byte = file.read(1)
        file.seek(at)
        file.write(bytes([byte[0] ^ 1]))


def test_a_changed_byte_gives_the_vendors_error_and_no_byte_of_the_picture(sealed):
    server = sealed.start()
    so = server.superoffice
    path = f"Person/{server.record('person')}/Image"
    content = noise((400, 300), "PNG", 11)  # several pieces
    picture_id = so.put_image(path, content)
    assert so.get(path).body == content
    ((volume, offset, stored, checksums),) = sealed.rows(
        "SELECT volume, offset, stored_bytes, checksums FROM blob b JOIN picture p ON p.blob_id = b.id"
        " WHERE p.id = ?", picture_id)
    pack = sealed.directory / f"packs/{volume:06d}.pack"
    server.allow("does not open with its key|was erased|is damaged")
    for at in (0, 1, 65535, 65536, stored // 2, stored - 1):
        flip(pack, offset + at)
        if at < 65536 * 2:  # in the first pieces, which are read before anything goes out
            check_failure(so.get(path), 500, "SoServerException")
        flip(pack, offset + at)
    assert so.get(path).body == content

    flip(pack, offset + 5)
    result = cameo("check", sealed.directory)
    assert result.code == 1 and b"does not open with its key" in result.err
    flip(pack, offset + 5)
    server.check()
    assert len(checksums) == (stored + 65535) // 65536 * 16


def test_a_row_that_leads_to_another_pictures_bytes_shows_nothing(sealed):
    server = sealed.start()
    so = server.superoffice
    one, two = (f"Person/{server.record('person')}/Image" for _ in range(2))
    ids = [so.put_image(path, noise((100, 100), "BMP", seed)) for path, seed in ((one, 1), (two, 2))]
    sealed.stop()
    place = "volume, offset, stored_bytes, checksums, key_no, flags"
    rows = [sealed.rows(f"SELECT b.id, {place} FROM blob b JOIN picture p ON p.blob_id = b.id"
                        " WHERE p.id = ?", number)[0] for number in ids]
    sealed.change("UPDATE blob SET volume = ?, offset = ?, stored_bytes = ?, checksums = ?,"
                  " key_no = ?, flags = ? WHERE id = ?", (*rows[1][1:], rows[0][0]))
    server.start()
    server.allow("does not open with its key")
    check_failure(server.superoffice.get(one), 500, "SoServerException")
    assert server.superoffice.get(two).status == 200
    result = cameo("check", sealed.directory)
    assert result.code == 1 and b"sealed by the same key" in result.err
    sealed.change("UPDATE blob SET volume = ?, offset = ?, stored_bytes = ?, checksums = ?,"
                  " key_no = ?, flags = ? WHERE id = ?", (*rows[0][1:], rows[0][0]))


class Load:
    """Reads and writes without a pause; every answer must be right."""

    def __init__(self, server, paths):
        self.server, self.paths = server, paths
        self.wrong, self.reads, self.writes = [], 0, 0
        self.done = threading.Event()
        self.threads = [threading.Thread(target=target) for target in (self.read, self.read, self.write)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.done.set()
        for thread in self.threads:
            thread.join()

    def read(self):
        so = SuperOffice(self.server.address)
        while not self.done.is_set():
            for path, content in self.paths.items():
                answer = so.get(path)
                if answer.status != 200 or answer.body != content:
                    self.wrong.append((path, answer))
                self.reads += 1

    def write(self):
        so = SuperOffice(self.server.address)
        path = f"Person/{self.server.record('person')}/Image"
        while not self.done.is_set():
            content = padded(3000 + self.writes)
            if so.put(path, content).status != 200 or so.get(path).body != content:
                self.wrong.append((path, "written"))
            self.writes += 1


def test_keys_are_changed_under_load_with_no_failed_read(sealed):
    server = sealed.start()
    paths = put_some(server)
    keys = [new_key(1), new_key(2), new_key(3), new_key(4)]
    with Load(server, paths) as load:
        for former, key in zip(keys, keys[1:]):
            sealed.keys(key, former)
            result = cameo("key-rotate", sealed.directory, "--json")
            assert result.code == 0 and result.json["damaged"] == 0, result
            assert result.json["keys"] > len(paths)
            sealed.keys(key)
            before = load.writes
            deadline = time.monotonic() + 20
            while load.writes < before + 150 and time.monotonic() < deadline:
                time.sleep(0.02)
    assert not load.wrong, load.wrong[:3]
    assert load.reads > 100 and load.writes > 300
    result = refused(1, "key-rotate", sealed.directory, says=b"put a new one before it")
    assert result.out == b""
    sealed.keys(keys[0])
    refused(1, "check", sealed.directory, says=b"the key that is given is not the one")
    sealed.keys(keys[3])
    server.check()


def test_switched_on_and_off_later(sealed):
    server = sealed.start(encryption=False, grace_seconds=0, history_seconds=0)
    paths = put_some(server)
    assert not (sealed.directory / "keys").exists()
    sealed.stop()

    server = sealed.start(grace_seconds=0, history_seconds=0)
    so = server.superoffice
    for path, content in paths.items():
        assert so.get(path).body == content
        assert not so.info(path + "Info")["IsEncrypted"]
    later = f"Person/{server.record('person')}/Image"
    paths[later] = noise((99, 99), "PNG", 20)
    so.put_image(later, paths[later])
    assert so.info(later + "Info")["IsEncrypted"]
    assert sealed.holding(*paths.values())
    with Load(server, paths) as load:
        result = cameo("reseal", sealed.directory, "--json")
        assert result.code == 0 and result.json["blobs"] >= len(paths) - 1, result
        assert cameo("reseal", sealed.directory, "--json").json["blobs"] == 0
    assert not load.wrong, load.wrong[:3]
    server.check()
    assert cameo("collect", sealed.directory).code == 0
    assert sealed.holding(*paths.values()) == set()
    for path, content in paths.items():
        assert so.info(path + "Info")["IsEncrypted"]
        assert so.get(path).body == content
    sealed.stop()

    server = sealed.start(encryption=False, grace_seconds=0, history_seconds=0)
    assert all(server.superoffice.get(path).body == content for path, content in paths.items())
    assert cameo("reseal", sealed.directory).code == 0
    assert cameo("collect", sealed.directory).code == 0
    for path, content in paths.items():
        assert server.superoffice.get(path).body == content
        assert not server.superoffice.info(path + "Info")["IsEncrypted"]
    sealed.stop()
    shutil.rmtree(sealed.directory / "keys")  # nothing needs them any more
    server.check()


def test_an_older_copy_of_the_data_does_not_show_what_was_erased(sealed, tmp_path):
    server = sealed.start(grace_seconds=0, history_seconds=0)
    so = server.superoffice
    erased, kept = (f"Person/{server.record('person')}/Image" for _ in range(2))
    contents = {path: noise((200, 150), "PNG", seed) for path, seed in ((erased, 1), (kept, 2))}
    for path, content in contents.items():
        so.put_image(path, content)
    sealed.stop()
    copy = tmp_path / "copy"
    shutil.copytree(sealed.directory, copy, ignore=shutil.ignore_patterns("keys"))

    server.start()
    person = erased.split("/")[1]
    assert cameo("erase", sealed.directory, "person", person).code == 0
    sealed.stop()
    keys = sealed.directory / "keys"
    keys.rename(tmp_path / "keys")
    shutil.rmtree(sealed.directory)
    shutil.copytree(copy, sealed.directory)
    (tmp_path / "keys").rename(keys)

    result = cameo("picture", "get", sealed.directory, "person", person)
    assert result.code != 0 and result.out == b"" and b"was erased" in result.err
    result = cameo("check", sealed.directory)
    assert result.code == 1 and result.err.count(b"was erased") == 1
    assert cameo("picture", "get", sealed.directory, "person", kept.split("/")[1]).out == contents[kept]
    with Server(sealed.directory, "--demo") as again:
        again.allow("was erased")
        check_failure(again.superoffice.get(erased), 500)
        assert again.superoffice.get(kept).body == contents[kept]
        assert again.superoffice.delete(erased).status in (200, 204)
        assert cameo("collect", sealed.directory).code == 0


def shown_by(directory, path):
    kind, record, _ = path.split("/")
    return cameo("picture", "get", directory, kind.lower(), record)


def copied(directory, settings_of):
    """An empty folder with the settings of that store."""
    directory.mkdir()
    shutil.copy(settings_of.directory / "cameo.ini", directory)
    return directory


def test_a_backup_under_writes_comes_back_with_the_key_and_shows_nothing_without_keys(sealed, tmp_path):
    server = sealed.start()
    paths = put_some(server)
    target, restored = tmp_path / "target", tmp_path / "restored"
    with Load(server, paths) as load:
        for _ in range(3):
            before = load.writes
            assert cameo("backup", sealed.directory, target).code == 0
            deadline = time.monotonic() + 20
            while load.writes < before + 20 and time.monotonic() < deadline:
                time.sleep(0.02)
    assert not load.wrong, load.wrong[:3]
    assert cameo("backup", "--check", target).code == 0

    result = cameo("restore", target, copied(restored, sealed), "--json")

    assert result.code == 0 and result.json["problems"] == 0, result
    for path, content in paths.items():
        assert shown_by(restored, path).out == content
    for path in target.rglob("*"):
        assert not path.is_file() or not any(content[40:80] in path.read_bytes() for content in paths.values())
    assert [path.name for path in (target / "keys").rglob("*") if path.is_file()] == ["slots"]
    shutil.rmtree(target / "keys")
    refused(1, "restore", target, copied(tmp_path / "none", sealed), says=b"are missing")
    shutil.rmtree(restored / "keys")
    for path in paths:
        result = shown_by(restored, path)
        assert result.code != 0 and result.out == b""


def test_no_earlier_moment_of_a_backup_shows_what_was_erased_since(sealed, tmp_path):
    server = sealed.start(grace_seconds=0, history_seconds=0)
    erased, kept = (f"Person/{server.record('person')}/Image" for _ in range(2))
    contents = {path: noise((200, 150), "PNG", seed) for path, seed in ((erased, 1), (kept, 2))}
    for path, content in contents.items():
        server.superoffice.put_image(path, content)
    target = tmp_path / "target"
    moment = cameo("backup", sealed.directory, target, "--json").json["moment"]
    assert cameo("restore", target, copied(tmp_path / "before", sealed), "--at", moment).code == 0
    assert shown_by(tmp_path / "before", erased).out == contents[erased]

    assert server.superoffice.delete(erased).status in (200, 204)
    assert cameo("collect", sealed.directory).code == 0
    assert cameo("backup", sealed.directory, target).code == 0

    result = cameo("restore", target, copied(tmp_path / "after", sealed), "--at", moment)
    assert result.code == 1 and result.err.count(b"was erased") == 1, result
    result = shown_by(tmp_path / "after", erased)
    assert result.code != 0 and result.out == b"" and b"was erased" in result.err
    assert shown_by(tmp_path / "after", kept).out == contents[kept]


def damage(sealed, count, at=70):
    """The pictures that came last, `at` bytes in."""
    places = sealed.rows("SELECT volume, offset FROM blob WHERE stored_bytes > ? ORDER BY id DESC LIMIT ?", at, count)
    for volume, offset in places:
        with open(sealed.directory / "packs" / f"{volume:06}.pack", "r+b") as file:
            file.seek(offset + at)
            byte = file.read(1)[0]
            file.seek(offset + at)
            file.write(bytes([byte ^ 4]))


def test_scrub_repairs_sealed_pictures_with_the_key_and_without(sealed):
    server = sealed.start()
    paths = put_some(server)
    sealed.stop()
    assert cameo("scrub", sealed.directory).code == 0
    plain = (sealed.directory / "cameo.ini").read_text()
    for settings in plain, "":
        (sealed.directory / "cameo.ini").write_text(settings)
        damage(sealed, len(paths))
        result = cameo("scrub", sealed.directory, "--json")
        assert result.code == 0 and 1 <= result.json["repaired_blocks"] == result.json["damaged_blocks"], result
        assert not sealed.rows("SELECT id FROM blob WHERE bad_us > 0")
    (sealed.directory / "cameo.ini").write_text(plain)
    server.start()
    for path, content in paths.items():
        assert server.superoffice.get(path).body == content


def test_a_missing_key_is_no_damage_and_damage_gives_way_to_the_same_bytes(sealed):
    server = sealed.start(parity="no")
    server.allow("is damaged|cannot be repaired|no key is given")
    person, content = server.record("person"), noise((200, 150), "PNG", 3)
    server.superoffice.put_image(f"Person/{person}/Image", content)
    sealed.stop()
    plain = (sealed.directory / "cameo.ini").read_text()
    (sealed.directory / "cameo.ini").write_text("[store]\nparity = no\n")
    with Server(sealed.directory, "--demo") as keyless:
        check_failure(keyless.superoffice.get(f"Person/{person}/Image"), 503)
        result = cameo("scrub", sealed.directory, "--json")
        assert result.code == 0 and result.json["problems"] == 0, result
        keyless.stop(faultless=False)  # `cameo check` says that it has no key
    result = cameo("check", sealed.directory)
    assert result.code == 1 and result.err.count(b"no key is given") == 1, result
    assert not sealed.rows("SELECT id FROM blob WHERE bad_us > 0")
    (sealed.directory / "cameo.ini").write_text(plain)
    before, = sealed.rows("SELECT key_no FROM blob JOIN picture ON blob.id = blob_id JOIN link ON picture_id ="
                          " picture.id WHERE link.kind = 2 AND record_id = ?", person)

    damage(sealed, 1)
    server.start()
    check_failure(server.superoffice.get(f"Person/{person}/Image"), 500)
    deadline = time.monotonic() + 30
    while not sealed.rows("SELECT id FROM blob WHERE bad_us > 0") and time.monotonic() < deadline:
        time.sleep(0.05)
    server.superoffice.put_image(f"Person/{person}/Image", content)
    assert server.superoffice.get(f"Person/{person}/Image").body == content
    assert sealed.rows("SELECT count(*) FROM blob WHERE state > 1 AND key_no = ?", *before) == [(1,)]


def test_a_folder_that_is_not_in_memory_is_refused_for_uploads(sealed, tmp_path):
    sealed.settings()
    text = (sealed.directory / "cameo.ini").read_text()
    (tmp_path / "disk").mkdir()
    (sealed.directory / "cameo.ini").write_text(
        text.replace("[store]\n", f"memory_dir = {tmp_path / 'disk'}\n[store]\n"))
    result = cameo("serve", sealed.directory, "--listen", "127.0.0.1:0")
    assert result.code == 1 and b"no file system in memory" in result.err


def test_equal_bytes_are_stored_once_also_when_sealed(sealed):
    server = sealed.start()
    content = noise((100, 100), "JPEG", 30)
    paths = [f"Person/{server.record('person')}/Image" for _ in range(3)]
    for path in paths:
        server.superoffice.put_image(path, content)
    answer = server.bitrix24.result("catalog.productImage.add", {
        "fields": {"productId": server.record("product")}, "fileContent": ["a.jpg", b64(content)]})
    assert answer["productImage"]["id"]
    assert sealed.rows("SELECT max(refs) FROM blob") == [(4,)]
    for path in paths:
        assert server.superoffice.get(path).body == content
