"""Renditions are made once and kept within bounds; what is kept is checked; and a changed picture never shows
what was made of the former one. Seen from outside: by answers, files under DIR/cache, and processor time."""

import os
import pathlib
import resource
import shutil
import socket
import threading
import time

import pytest
from PIL import Image

from made_pictures import saved, scene
from pictures import noise, opened
from program import PATIENCE
from renditions import Native, check_alike, scaled, shown, stored
from wire import head_of, read_answer

SLACK = 256 * 1024  # what is being written at the moment, and the cache's own folder


class Kept:
    """The files under DIR/cache."""

    def __init__(self, server):
        self.folder = server.directory / "cache"

    def files(self):
        found = {}
        for path in self.folder.rglob("*"):
            try:
                status = path.lstat()
            except FileNotFoundError:  # it had to go in the meantime
                continue
            if path.is_file():
                found[path] = status
        return found

    def entries(self):
        """Those that can hold a picture, and which file it is: one that is written anew is another."""
        return {path: status.st_ino for path, status in self.files().items()
                if status.st_size > 200 and is_picture_inside(path)}

    def bytes(self):
        return sum(status.st_blocks * 512 for status in self.files().values())


def is_picture_inside(path):
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return False
    return any(mark in content for mark in (b"\x89PNG\r\n", b"\xff\xd8\xff", b"WEBPVP8", b"GIF8"))


def rendition(server, record, **query):
    answer = Native(server.address).get(f"person/{record}", **(query or {"w": 100}))
    assert answer.status == 200, answer
    return answer.body


def by_superoffice(server, record, width=100):
    answer = server.superoffice.get(f"Person/{record}/Image?w={width}")
    assert answer.status == 200, answer
    return answer.body


@pytest.mark.parametrize("ask", [rendition, by_superoffice])
def test_a_rendition_is_kept_and_outlives_a_restart(fresh_server, ask):
    record = stored(fresh_server, saved(scene(), "JPEG", quality=90))
    kept = Kept(fresh_server)
    assert not kept.entries()

    first = ask(fresh_server, record)
    entries = kept.entries()
    assert len(entries) == 1
    assert ask(fresh_server, record) == first
    assert kept.entries() == entries

    fresh_server.restart()

    assert ask(fresh_server, record) == first
    assert kept.entries() == entries, "it was made again"


def test_both_ways_to_the_same_rendition_share_it(fresh_server):
    record = stored(fresh_server, saved(scene(), "JPEG", quality=90))

    one = rendition(fresh_server, record, w=100, h=100)
    entries = Kept(fresh_server).entries()

    assert len(entries) == 1
    assert by_superoffice(fresh_server, record) == one
    assert Kept(fresh_server).entries() == entries


def test_the_same_bytes_of_another_record_share_it_too(fresh_server):
    content = saved(scene(), "JPEG", quality=90)
    one, two = stored(fresh_server, content), stored(fresh_server, content)

    assert rendition(fresh_server, one) == rendition(fresh_server, two)

    assert len(Kept(fresh_server).entries()) == 1


@pytest.mark.parametrize("place", ["first byte", "head", "middle", "last byte", "cut", "empty",
                                   "longer"])
def test_what_is_kept_is_checked_when_it_is_read(fresh_server, place):
    record = stored(fresh_server, saved(scene(), "JPEG", quality=90))
    right = rendition(fresh_server, record)
    path, = Kept(fresh_server).entries()

    content = bytearray(path.read_bytes())
    if place == "cut":
        del content[len(content) // 2:]
    elif place == "empty":
        del content[:]
    elif place == "longer":
        content += b"\0" * 4096
    else:
        content[{"first byte": 0, "head": 24, "middle": len(content) // 2,
                 "last byte": len(content) - 1}[place]] ^= 0x10
    with open(path, "r+b") as file:
        file.write(content)
        file.truncate(len(content))

    assert rendition(fresh_server, record) == right
    fresh_server.restart()
    assert rendition(fresh_server, record) == right


def test_every_byte_counts(fresh_server):
    record = stored(fresh_server, saved(scene(), "JPEG", quality=90))
    right = [rendition(fresh_server, record, w=16 + n) for n in range(40)]
    fresh_server.stop()  # what its processes have in memory
    entries = Kept(fresh_server).entries()
    assert len(entries) == 40
    for step, path in enumerate(entries):
        content = bytearray(path.read_bytes())
        content[step * len(content) // 40] ^= 1 << step % 8
        path.write_bytes(content)

    fresh_server.start()

    assert [rendition(fresh_server, record, w=16 + n) for n in range(40)] == right


@pytest.mark.parametrize("what", ["a folder", "no right to read", "gone", "all gone"])
def test_a_cache_in_disorder_costs_only_time(fresh_server, what):
    record = stored(fresh_server, saved(scene(), "JPEG", quality=90))
    right = rendition(fresh_server, record)
    path, = Kept(fresh_server).entries()

    fresh_server.stop()
    if what == "all gone":
        shutil.rmtree(Kept(fresh_server).folder)
    elif what == "no right to read":
        path.chmod(0)
    else:
        path.unlink()
        if what == "a folder":
            path.mkdir()
    fresh_server.start()
    fresh_server.allow("cache")

    assert rendition(fresh_server, record) == right
    assert rendition(fresh_server, record) == right


def test_it_stays_within_its_bounds(serve):
    bound = 1 << 20
    server = serve("--demo", environment={"CAMEO_CACHE_BYTES_MAX": str(bound)})
    record = stored(server, noise((300, 300), "PNG"))
    kept, seen, done = Kept(server), [], threading.Event()

    def watch():
        while not done.is_set():
            seen.append(kept.bytes())
            time.sleep(0.005)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        made = sum(len(rendition(server, record, w=100 + n, format="png")) for n in range(100))
    finally:
        done.set()
        watcher.join()

    assert made > 3 * bound
    assert max(seen) <= bound + SLACK, max(seen)
    assert max(seen) > bound // 4, "nothing was kept"
    server.restart()
    assert kept.bytes() <= bound + SLACK
    assert kept.entries()


def test_what_was_used_last_stays(serve):
    """Uses are noted coarsely: here as if these renditions had been asked for hours ago."""
    server = serve("--demo", environment={"CAMEO_CACHE_BYTES_MAX": "1M"})
    record = stored(server, noise((300, 300), "PNG"))
    kept = Kept(server)
    rendition(server, record, w=90, format="png")
    mine, = kept.entries()
    for n in range(12):  # an eighth goes at a time
        rendition(server, record, w=100 + n, format="png")
    others = set(kept.entries()) - {mine}
    server.stop()  # what its processes have in memory
    for hours, paths in ((9, [mine]), (8, others)):
        for path in paths:
            os.utime(path, (time.time() - hours * 3600,) * 2)
    server.start()

    rendition(server, record, w=90, format="png")
    more = iter(range(120, 300))
    while others <= set(kept.entries()):
        rendition(server, record, w=next(more), format="png")

    assert mine in kept.entries()


def test_without_a_cache_renditions_are_made_each_time(serve):
    server = serve("--demo", environment={"CAMEO_CACHE_BYTES_MAX": "0"})
    record = stored(server, saved(scene(), "PNG"))

    for _ in range(3):
        answer = Native(server.address).get(f"person/{record}", w=160)
        check_alike(shown(answer, "PNG"), scaled(scene(), (160, 120)), 3)
    for format_ in ("webp", "avif"):  # which can never be there
        answer = Native(server.address).get(f"person/{record}", w=160, format=format_)
        check_alike(shown(answer, "WEBP"), scaled(scene(), (160, 120)), 5)

    assert not Kept(server).entries()


def colours():
    levels = (0, 128, 255)
    return [(r, g, b) for r in levels for g in levels for b in levels]


def number_of(content):
    """Which of the colours it is."""
    seen = opened(content).convert("RGB").getpixel((5, 5))
    return min(range(27), key=lambda n: sum(abs(a - b) for a, b in zip(seen, colours()[n])))


class Reader(threading.Thread):
    """Asks again and again; no answer may be older than what was acknowledged before the question."""

    def __init__(self, state, ask):
        super().__init__(daemon=True)
        self.state, self.ask = state, ask
        self.count, self.late, self.failure = 0, [], None

    def run(self):
        try:
            while not self.state["done"]:
                known = self.state["known"]
                seen = number_of(self.ask())
                self.count += 1
                if seen < known:
                    self.late.append((known, seen))
        except BaseException as failure:  # told at the end, by the test
            self.failure = failure


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_changed_picture_never_shows_the_former_one(server, kind):
    pictures = [saved(Image.new("RGB", (40, 30), colour), kind) for colour in colours()]
    record = stored(server, pictures[0])
    state = {"known": 0, "done": False}
    readers = [Reader(state, lambda: by_superoffice(server, record, 20)),
               Reader(state, lambda: rendition(server, record, w=20, format="webp")),
               Reader(state, lambda: rendition(server, record, w=10, h=10, fit="cover"))]
    for reader in readers:
        reader.start()
    for number in range(1, 27):
        server.superoffice.put_image(f"Person/{record}/Image", pictures[number])
        state["known"] = number
        assert number_of(by_superoffice(server, record, 20)) == number
        assert number_of(rendition(server, record, w=20, format="webp")) == number
    state["done"] = True
    for reader in readers:
        reader.join(PATIENCE)

    for reader in readers:
        assert reader.failure is None and not reader.late, (reader.failure, reader.late)
        assert reader.count > 5


def test_a_tag_of_the_former_one_is_no_more_good(server):
    native = Native(server.address)
    record = stored(server, saved(scene(), "PNG"))
    tag = native.get(f"person/{record}", w=50).headers["ETag"]
    assert native.get(f"person/{record}", {"If-None-Match": tag}, w=50).status == 304

    server.superoffice.put_image(f"Person/{record}/Image", saved(scene((240, 320)), "PNG"))

    answer = native.get(f"person/{record}", {"If-None-Match": tag}, w=50)
    check_alike(shown(answer, "PNG"), scaled(scene((240, 320)), (50, 67)), 4, 25)


def test_back_to_the_former_picture_is_back_to_what_was_kept(fresh_server):
    one, two = saved(scene(), "PNG"), saved(scene((240, 320)), "PNG")
    record = stored(fresh_server, one)
    first = rendition(fresh_server, record)

    fresh_server.superoffice.put_image(f"Person/{record}/Image", two)
    second = rendition(fresh_server, record)
    fresh_server.superoffice.put_image(f"Person/{record}/Image", one)

    assert first != second
    assert rendition(fresh_server, record) == first
    assert len(Kept(fresh_server).entries()) == 2


def test_a_deleted_picture_has_no_renditions(server):
    native = Native(server.address)
    record = stored(server, saved(scene(), "PNG"))
    tag = native.get(f"person/{record}", w=50).headers["ETag"]

    assert server.superoffice.delete(f"Person/{record}/Image").status in (200, 204)

    for headers in ({}, {"If-None-Match": tag}):
        answer = native.get(f"person/{record}", headers, w=50)
        assert answer.status == 404 and answer.headers["Content-Type"].startswith("application/json")
    assert server.superoffice.get(f"Person/{record}/Image?w=50").status in (204, 404)


def test_who_may_not_see_the_picture_does_not_see_what_is_kept(server):
    record = stored(server, saved(scene(), "PNG"))
    assert rendition(server, record)

    for authorization in ("Basic bm9ib2R5OndvcmRz", "Bearer nobody"):
        answer = Native(server.address, authorization).get(f"person/{record}", w=100)
        assert answer.status == 401, answer
        assert b"PNG" not in answer.body


# Many at once

def cpu_seconds(server):
    """Of all the server's processes, also of those that have ended."""
    total, parents = 0, {}
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            parents[int(entry.name)] = (int(fields[1]), sum(map(int, fields[11:15])))
    family = [server.process.pid]
    for pid in family:
        family += [child for child, (parent, _) in parents.items() if parent == pid]
        total += parents[pid][1]
    return total / os.sysconf("SC_CLK_TCK")


def ask_all_at_once(server, target, count):
    """Connections that are all open before the first asks; their answers."""
    head = head_of("GET", target, [("Authorization", Native(server.address).authorization)])
    sockets = [server.address.plain() for _ in range(count)]
    try:
        for one in sockets:
            one.sendall(head)
        for one in sockets:
            one.settimeout(PATIENCE)
        return [read_answer(one) for one in sockets]
    finally:
        for one in sockets:
            one.close()


@pytest.fixture
def many_files():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 4096), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.usefixtures("many_files")
def test_a_thousand_that_miss_at_once_cost_one_decoding(fresh_server):
    large = saved(scene((4000, 3000)), "PNG")
    record = stored(fresh_server, large)
    rendition(fresh_server, record, w=300)  # credential and box are warm
    before = cpu_seconds(fresh_server)
    rendition(fresh_server, record, w=301)
    single = cpu_seconds(fresh_server) - before

    before = cpu_seconds(fresh_server)
    answers = ask_all_at_once(fresh_server, f"/pictures/person/{record}?w=302", 1000)
    storm = cpu_seconds(fresh_server) - before

    assert [answer.status for answer in answers] == [200] * 1000
    assert len({answer.body for answer in answers}) == 1
    assert opened(answers[0].body).size == (302, 227)
    assert storm < 4 * single + 1, (storm, single)


def test_a_client_that_leaves_leaves_the_rendition_to_the_next(fresh_server):
    record = stored(fresh_server, saved(scene((4000, 3000)), "PNG"))
    head = head_of("GET", f"/pictures/person/{record}?w=77",
                   [("Authorization", Native(fresh_server.address).authorization)])
    for _ in range(5):
        with fresh_server.address.plain() as one:
            one.sendall(head)
            one.shutdown(socket.SHUT_WR)

    assert opened(rendition(fresh_server, record, w=77)).size == (77, 58)
