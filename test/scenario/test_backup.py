"""cameo backup and cameo restore: what comes back, what is copied, and what happens when one is killed, the target is
full, damaged, or somebody else's. test/backup has the same under random writes."""

import os
import random
import signal
import subprocess
import threading
import time

import pytest

import pictures
import program
import small_disk
from program import refused

MEGABYTE = 1 << 20
SMALL_PACKS = "[limits]\npicture_bytes_max = 1M\n[store]\nhistory_seconds = 0\ngrace_seconds = 0\npack_bytes_max = 1M\n"


class Backups:
    """The backups of one store in a folder."""

    def __init__(self, store, target):
        self.store, self.target, self.folder = store, target, target.parent

    def make(self, *options):
        result = program.cameo("backup", self.store.directory, self.target, "--json", *options)
        assert result.code == 0, result
        return result.json

    def list(self):
        result = program.cameo("backup", "--list", self.target, "--json")
        assert result.code == 0, result
        return [row["moment"] for row in result.json]

    def check(self):
        result = program.cameo("backup", "--check", self.target, "--json")
        assert result.code == (1 if result.json["problems"] else 0), result
        return result.json

    def must_be_whole(self):
        assert self.check()["problems"] == 0

    def restore(self, name="restored", *options):
        result = program.cameo("restore", self.target, self.folder / name, "--json", *options)
        assert result.code == 0, result
        assert result.json["problems"] == 0, result
        restored = program.Store(self.folder / name)
        restored.check()
        return restored

    def packs(self):
        return sorted((self.target / "data" / "packs").iterdir())

    def size(self):
        return sum(path.stat().st_blocks * 512 for path in self.target.rglob("*") if path.is_file())


@pytest.fixture
def backups(store, tmp_path):
    return Backups(store, tmp_path / "target")


@pytest.fixture
def churning(tmp_path):
    """A store of small packs that gives deleted bytes back at once."""
    directory = tmp_path / "churning"
    directory.mkdir()
    (directory / "cameo.ini").write_text(SMALL_PACKS)
    made = program.Store(directory)
    made.user("first", "administrator", "first-password")
    return made


def put(store, record, data, *options):
    return store.run("picture", "put", "product", record, "-", "--json", *options, stdin=data).json["id"]


def get(store, record, *options):
    return program.cameo("picture", "get", store.directory, "product", record, *options).out


def test_everything_comes_back(backups, store, png, jpeg):
    product = store.record("product", "Mug", code="mug")
    put(store, product, png, "--description", "blue")
    second = put(store, product, jpeg, "--role", "more")
    made = backups.make()

    restored = backups.restore()

    assert made["moments"] == 1 and made["packs"] == 1
    assert get(restored, product) == png and get(restored, product, "--picture", second) == jpeg
    shown = restored.run("picture", "info", "product", product, "--all", "--json").json
    assert shown == store.run("picture", "info", "product", product, "--all", "--json").json
    assert restored.run("user", "list", "--json").json == store.run("user", "list", "--json").json
    with program.Server(restored.directory) as server:
        assert server.superoffice.as_user(program.clients.basic("first", "first-password")) \
            .get(f"Product/{product}/Image").body == png


def test_only_what_is_new_is_copied(backups, store):
    product = store.record("product")
    for seed in range(4):
        put(store, product, pictures.noise((300, 300), seed=seed), "--role", "more")
    first = backups.make()
    size = backups.size()
    new = pictures.noise((60, 60), seed=9)
    put(store, product, new, "--role", "more")

    second = backups.make()

    assert first["copied_bytes"] > 4 * 270_000
    assert len(new) < second["copied_bytes"] < len(new) + 200
    assert second["pack_bytes"] == first["pack_bytes"] + second["copied_bytes"]
    assert backups.size() - size < second["index_bytes"] + second["copied_bytes"] + 32768
    assert backups.make()["copied_bytes"] == 0
    backups.must_be_whole()


def test_sealed_packs_are_copied_once(churning, tmp_path):
    store = churning
    backups = Backups(store, tmp_path / "target")
    product = store.record("product")
    for seed in range(10):
        put(store, product, pictures.noise((400, 400), seed=seed), "--role", "more")
    first = backups.make()
    files = {path: path.stat().st_mtime_ns for path in backups.packs()}
    put(store, product, pictures.noise((50, 50), seed=7), "--role", "more")
    second = backups.make()

    assert first["packs"] >= 3 and second["packs"] == first["packs"]
    changed = [path for path, mtime in files.items() if path.stat().st_mtime_ns != mtime]
    assert len(changed) <= 1, changed
    assert second["copied_bytes"] < 10_000


def test_each_moment_is_there_until_it_is_one_too_many(backups, store, png, jpeg):
    product = store.record("product")
    put(store, product, png)
    first = backups.make()["moment"]
    put(store, product, jpeg)
    second = backups.make("--keep", "2")["moment"]

    assert backups.list() == [first, second]
    assert get(backups.restore("first", "--at", first), product) == png
    assert get(backups.restore("second"), product) == jpeg
    assert get(backups.restore("today", "--at", f"{second[:4]}-{second[4:6]}-{second[6:8]}"), product) == jpeg
    refused(1, "restore", backups.target, backups.folder / "none", "--at", "2001-01-01", says=first.encode())
    third = backups.make("--keep", "2")
    assert third["moments"] == 2 and backups.list() == [second, third["moment"]]
    backups.must_be_whole()


def test_wrong_usage_and_wrong_places(backups, store, tmp_path, png):
    put(store, store.record("product"), png)
    target = backups.target
    for words in (["backup"], ["backup", store.directory], ["backup", "--list", store.directory, target],
                  ["backup", store.directory, target, "--list", "--check"],
                  ["backup", store.directory, target, "--keep", "-1"],
                  ["restore", target], ["restore", target, tmp_path / "x", "--at", "yesterday"]):
        refused_usage = program.cameo(*words)
        assert (refused_usage.code, refused_usage.out) == (2, b""), (words, refused_usage)
    assert not target.exists() and not (tmp_path / "x").exists()
    refused(1, "backup", tmp_path / "none", target, says=b"no store")
    refused(1, "backup", store.directory, store.directory, says=b"not empty")
    refused(1, "restore", target, tmp_path / "x", says=b"there is none")
    refused(1, "restore", store.directory, tmp_path / "x", says=b"it is no backup")
    refused(1, "backup", "--check", store.directory, says=b"it is no backup")

    backups.make()
    other = program.Store(tmp_path / "other")
    other.user("first", "administrator", "first-password")
    refused(1, "backup", other.directory, target, says=b"another store")
    refused(1, "restore", target, store.directory, says=b"a store already")
    refused(1, "restore", target, tmp_path, says=b"not empty")
    backups.must_be_whole()


def test_settings_may_lie_there_before_a_restore(backups, store, png):
    product = store.record("product")
    put(store, product, png)
    backups.make()
    (backups.folder / "restored").mkdir()
    (backups.folder / "restored" / "cameo.ini").write_text("[store]\nhistory_seconds = 0\ngrace_seconds = 5\n")

    assert get(backups.restore(), product) == png


def test_what_was_deleted_is_not_in_what_is_restored(churning, tmp_path):
    store = churning
    backups = Backups(store, tmp_path / "target")
    product = store.record("product")
    secret, kept = pictures.noise((64, 64), seed=1), pictures.noise((64, 64), seed=2)
    put(store, product, secret)
    backups.make()
    put(store, product, kept)
    store.run("collect", "--json")
    backups.make()

    restored = backups.restore()

    content = b"".join(path.read_bytes() for path in (restored.directory / "packs").iterdir())
    assert kept in content and secret not in content
    assert secret in b"".join(path.read_bytes() for path in backups.packs())
    backups.make("--whole", "--keep", "1")
    assert secret not in b"".join(path.read_bytes() for path in backups.packs())
    backups.must_be_whole()


# a damaged target

def flipped(path, at):
    data = bytearray(path.read_bytes())
    data[at] ^= 0x04
    path.write_bytes(data)


def test_any_damaged_file_is_found(backups, store, tmp_path):
    product = store.record("product")
    put(store, product, pictures.noise((200, 200)))
    backups.make()
    chance = random.Random(1)
    for path in sorted(path for path in (backups.target / "data").rglob("*") if path.is_file()):
        whole = path.read_bytes()
        for _ in range(8):
            flipped(path, chance.randrange(len(whole)))
            assert backups.check()["problems"] > 0, path
            result = program.cameo("restore", backups.target, tmp_path / "restored")
            assert result.code == 1 and b"damaged" in result.err or b"malformed" in result.err, (path, result)
            assert not (tmp_path / "restored" / "meta.db").exists()
            path.write_bytes(whole)
        path.write_bytes(whole[:-1])
        assert backups.check()["problems"] > 0, path
        path.unlink()
        if path.suffix != ".manifest":
            assert backups.check()["problems"] > 0, path
        path.write_bytes(whole)
    assert get(backups.restore(), product) == pictures.noise((200, 200))


def test_a_damaged_pack_can_be_restored_but_for_the_picture_that_is_hit(backups, store):
    product = store.record("product")
    first, second = pictures.noise((100, 100), seed=1), pictures.noise((100, 100), seed=2)
    put(store, product, first, "--role", "more")
    other = put(store, product, second, "--role", "more")
    backups.make()
    pack = backups.packs()[0]
    flipped(pack, pack.read_bytes().index(first) + 1000)

    result = program.cameo("restore", backups.target, backups.folder / "restored", "--damaged", "--json")

    assert result.code == 1 and result.json["problems"] == 2, result
    assert b"000001-1.pack" in result.err and b"blob 1:" in result.err, result
    restored = program.Store(backups.folder / "restored")
    assert get(restored, product, "--picture", other) == second
    assert program.cameo("picture", "get", restored.directory, "product", product).out == b""


def test_a_damaged_copy_is_made_anew_when_it_is_gone(backups, store, png):
    product = store.record("product")
    put(store, product, png)
    backups.make()
    backups.packs()[0].unlink()
    assert backups.check()["problems"] == 1
    assert backups.make("--keep", "1")["copied_bytes"] > len(png)
    backups.must_be_whole()
    assert get(backups.restore(), product) == png


def test_a_store_that_was_put_back_does_not_spoil_its_backups(backups, store, tmp_path):
    product = store.record("product")
    shared, lost, other = (pictures.noise((80, 80), seed=seed) for seed in range(3))
    put(store, product, shared)
    backups.make()
    old = tmp_path / "old"
    subprocess.run(["cp", "-a", store.directory, old], check=True)
    put(store, product, lost, "--role", "more")
    with_lost = backups.make()["moment"]
    store.directory.rename(tmp_path / "lost")
    old.rename(store.directory)
    number = put(store, product, other, "--role", "more")
    backups.make()

    backups.must_be_whole()
    assert get(backups.restore("now"), product, "--picture", number) == other
    assert get(backups.restore("then", "--at", with_lost), product, "--picture", number) == lost


# killed

def killed(words, seconds):
    """Starts a command and kills it so long after; true when it was still running."""
    victim = subprocess.Popen([program.CAMEO, *map(str, words)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(seconds)  # the random moment: nothing is waited for
    running = victim.poll() is None
    victim.send_signal(signal.SIGKILL)
    victim.wait()
    return running


@pytest.fixture
def big(store):
    """A store of some megabytes; its product and the bytes of its pictures by id."""
    product = store.record("product")
    held = {}
    for seed in range(12):
        data = pictures.noise((500, 500), "BMP", seed=seed)
        held[put(store, product, data, "--role", "more")] = data
    return product, held


def seconds_of(words):
    start = time.monotonic()
    assert program.cameo(*words).code == 0
    return time.monotonic() - start


def test_a_killed_backup_leaves_the_former_ones_whole(backups, store, big):
    product, held = big
    last = backups.make()["moment"]
    usual = seconds_of(["backup", store.directory, backups.target, "--whole"])
    chance = random.Random(2)
    hit = 0
    for seed in range(25):
        data = pictures.noise((40, 40), seed=1000 + seed)
        held[put(store, product, data, "--role", "more")] = data
        before = backups.list()
        hit += killed(["backup", store.directory, backups.target, *(["--whole"] if seed % 2 else [])],
                      chance.uniform(0, usual))
        assert backups.list()[:len(before)] == before and len(backups.list()) <= len(before) + 1
        backups.must_be_whole()
    assert hit > 5
    assert last in backups.list()

    backups.make()
    backups.must_be_whole()
    restored = backups.restore()
    for number, data in held.items():
        assert get(restored, product, "--picture", number) == data
    names = {path.name for path in backups.packs()}
    backups.make("--whole", "--keep", "1")
    assert len(backups.packs()) == 1 and len(names) >= 1, "nothing is left of the killed ones"


def test_a_killed_restore_is_no_store_and_can_be_begun_again(backups, big):
    product, held = big
    backups.make()
    usual = seconds_of(["restore", backups.target, backups.folder / "first"])
    chance = random.Random(3)
    hit = 0
    for number in range(15):
        directory = backups.folder / f"killed-{number}"
        hit += killed(["restore", backups.target, directory], chance.uniform(0, usual))
        if not (directory / "meta.db").exists():
            refused(1, "check", directory, says=b"no store")
            if directory.exists() and os.listdir(directory):
                refused(1, "user", "add", directory, "ann", "--no-password", says=b"not empty")
            restored = backups.restore(directory.name)
        else:
            restored = program.Store(directory)
            restored.check()
        identity = chance.choice(sorted(held))
        assert get(restored, product, "--picture", identity) == held[identity]
    assert hit > 3


def test_after_a_killed_backup_bytes_are_given_back_at_once(churning, tmp_path):
    store = churning
    product = store.record("product")
    put(store, product, pictures.noise((300, 300), seed=1))
    put(store, product, pictures.noise((300, 300), seed=2))
    usual = seconds_of(["backup", store.directory, tmp_path / "other"])
    killed(["backup", store.directory, tmp_path / "target"], usual / 2)

    assert store.run("collect", "--json").json["blobs"] == 1


# a full disk

def test_a_full_target_fails_the_backup_and_gets_its_room_back(tmp_path):
    store = program.Store(tmp_path / "store")
    store.user("first", "administrator", "first-password")
    product = store.record("product")
    put(store, product, pictures.noise((400, 400), seed=1))
    disk = tmp_path / "disk"
    disk.mkdir()

    def in_child(directory):
        backups = Backups(store, directory / "target")
        first = backups.make()["moment"]
        free = os.statvfs(directory).f_bavail
        for seed in range(2, 9):
            put(store, product, pictures.noise((600, 600), seed=seed), "--role", "more")
        for _ in range(2):
            result = program.cameo("backup", store.directory, backups.target)
            assert result.code == 1 and b"No space left" in result.err, result
            assert backups.list() == [first]
            backups.must_be_whole()
            assert os.statvfs(directory).f_bavail >= free - 2
        assert get(backups.restore("../restored"), product) == pictures.noise((400, 400), seed=1)

    small_disk.run(disk, 4 * MEGABYTE, in_child)


def test_a_full_disk_makes_no_half_store_of_a_restore(backups, store, tmp_path):
    product = store.record("product")
    for seed in range(8):
        put(store, product, pictures.noise((600, 600), seed=seed), "--role", "more")
    backups.make()
    disk = tmp_path / "disk"
    disk.mkdir()

    def in_child(directory):
        result = program.cameo("restore", backups.target, directory / "store")
        assert result.code == 1 and b"No space left" in result.err, result
        assert not (directory / "store" / "meta.db").exists()

    small_disk.run(disk, 4 * MEGABYTE, in_child)
    assert backups.restore().directory.exists()


# beside a server

def test_the_server_goes_on_and_its_keeper_gives_nothing_back_meanwhile(serve, tmp_path):
    directory = tmp_path / "served"
    directory.mkdir()
    (directory / "cameo.ini").write_text(SMALL_PACKS)
    server = serve("--demo", directory=directory)
    backups = Backups(server, tmp_path / "target")
    stop, failures, answers = threading.Event(), [], []

    def write():
        seed = 0
        while not stop.is_set():
            seed += 1
            answer = server.superoffice.put("Contact/1/Image", pictures.noise((60, 60), seed=seed),
                                            {"Content-Type": "image/png"})
            answers.append(answer.status)
            collected = program.cameo("collect", directory)
            if collected.code != 0:
                failures.append(collected)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        while len(backups.list() if answers else ()) < 5 or len(answers) < 10:
            backups.make("--keep", "6")
            assert not failures and writer.is_alive()
    finally:
        stop.set()
        writer.join()

    assert not failures and set(answers) == {200}
    backups.must_be_whole()
    for moment in backups.list():
        backups.restore(f"at-{moment}", "--at", moment)


def test_two_backups_at_a_time_do_not_mix(backups, store, big):
    words = [program.CAMEO, "backup", str(store.directory), str(backups.target)]
    both = [subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) for _ in range(2)]
    ends = sorted((process.wait(program.PATIENCE), process.stderr.read()) for process in both)
    for process in both:
        process.stderr.close()

    assert ends[0][0] == 0
    assert ends[1][0] in (0, 3), ends
    backups.must_be_whole()
    assert len(backups.list()) >= 1
