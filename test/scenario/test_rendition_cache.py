"""Renditions are kept: made once however many ask, never another picture's, gone with the picture."""

import concurrent.futures
import io
import random
import re
import shutil
import threading
import time

import pytest
from PIL import Image

import clients
import pictures
import program
from clients import check_failure
from test_own_nginx import OwnNginx

CROWD = 1000


def photograph(size=(2400, 1800), seed=1):
    """Takes a fifth of a second to be rendered, and the same in every run."""
    small = size[0] // 8, size[1] // 8
    noise = Image.frombytes("RGB", small, random.Random(seed).randbytes(3 * small[0] * small[1]))
    out = io.BytesIO()
    noise.resize(size, Image.Resampling.BICUBIC).save(out, "JPEG", quality=92)
    return out.getvalue()


def entries(directory):
    """The files of the cache, without what it keeps about them."""
    return sorted(path for path in (directory / "cache").glob("??/*") if path.is_file())


def ask_at_once(address, target, count=CROWD):
    """Opens all connections, then sends all requests; the answers."""
    head = (f"GET {target} HTTP/1.1\r\nHost: test\r\nAuthorization: "
            f"SOTicket {clients.DEMO_TICKET}\r\nConnection: close\r\n\r\n").encode()
    connections = [address.plain() for _ in range(count)]
    answers = [None] * count

    def read(numbers):
        for number in numbers:
            data = bytearray()
            while part := connections[number].recv(1 << 16):
                data += part
            answers[number] = bytes(data)
            connections[number].close()

    for connection in connections:
        connection.sendall(head)
    readers = [threading.Thread(target=read, args=(range(first, count, 50),)) for first in range(50)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    return answers


def body_of(answer):
    return answer.partition(b"\r\n\r\n")[2]


def status_of(answer):
    return int(answer.split()[1])


@pytest.fixture
def own_nginx(tmp_path):
    """nginx with two workers that says what it renders."""
    store = program.Server(tmp_path / "store", "--demo")
    with store:
        store.superoffice.put("Person/1/Image", photograph())
    with OwnNginx(store.directory, tmp_path / "nginx", threads=16, queue=1024, workers=2,
                  connections=2048, pictures="thread_pool cameo_pictures threads=8 max_queue=4096;",
                  log="notice") as address:
        yield store, address, tmp_path / "nginx" / "error.log"
    store.check()


def renders(log):
    return re.findall(r"picture \d+ rendered in \d+ ms: (.*)", log.read_text())


def test_a_thousand_who_ask_at_once_get_it_from_one_decoding(own_nginx):
    store, address, log = own_nginx
    others = []
    done = threading.Event()

    def meanwhile():
        """What everybody else does."""
        so = clients.SuperOffice(address)
        number = 0
        while not done.is_set():
            number += 1
            start = time.monotonic()
            assert so.put("Person/2/Image", pictures.picture("PNG", colour=(number % 256, 0, 0))) \
                .status == 200
            assert so.get("Person/3/ImageInfo").status == 200
            others.append(time.monotonic() - start)

    clients.SuperOffice(address).get("Person/3/ImageInfo")  # the password is known now
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        beside = pool.submit(meanwhile)
        answers = ask_at_once(address, "/api/v1/Person/1/Image?w=700")
        done.set()
        beside.result()
    assert {status_of(answer) for answer in answers} == {200}
    bodies = {body_of(answer) for answer in answers}
    assert len(bodies) == 1
    with Image.open(io.BytesIO(bodies.pop())) as image:
        assert image.size == (700, 525)
    assert renders(log) == ["made"], renders(log)
    assert len(entries(store.directory)) == 1
    assert others and max(others) < 10, max(others)


def test_a_broken_picture_is_tried_once_for_all(own_nginx):
    _, address, log = own_nginx
    so = clients.SuperOffice(address)
    broken = bytes.fromhex("ffd8ffc000110800780078030122000211010311"  # without its tables
                           "01ffda000c03010002110311003f00ffd9")
    assert so.put("Person/4/Image", broken).status == 200
    answers = ask_at_once(address, "/api/v1/Person/4/Image?w=20", 300)
    assert {status_of(answer) for answer in answers} == {400}
    assert len(renders(log)) == 1 and renders(log) != ["made"], renders(log)
    check_failure(so.get("Person/4/Image?w=20"), 400, "SoInvalidArgumentException")
    so.put("Person/4/Image", pictures.picture("PNG", (300, 200)))  # and then it is mended
    assert so.get("Person/4/Image?w=20").status == 200


def test_without_a_pool_of_its_own_pictures_share_the_other_one(tmp_path):
    store = program.Server(tmp_path / "store", "--demo")
    with store:
        store.superoffice.put("Person/1/Image", photograph())
    with OwnNginx(store.directory, tmp_path / "nginx", connections=1024, log="notice") as address:
        answers = ask_at_once(address, "/api/v1/Person/1/Image?w=300", 60)
    assert {status_of(answer) for answer in answers} == {200}
    assert renders(tmp_path / "nginx" / "error.log") == ["made"]


def test_the_generated_configuration_serves_a_thousand_at_once(serve):
    server = serve("--demo", "--workers", "2")
    server.superoffice.put("Person/1/Image", photograph())
    answers = ask_at_once(server.address, "/api/v1/Person/1/Image?w=700")
    assert {status_of(answer) for answer in answers} == {200}
    assert len({body_of(answer) for answer in answers}) == 1
    assert "thread_pool cameo_pictures " in (server.directory / "run" / "nginx.conf").read_text()


def test_wishes_that_come_to_the_same_share_an_entry(fresh_server):
    so = fresh_server.superoffice
    so.put("Person/1/Image", photograph((800, 600)))
    first = so.get("Person/1/Image?w=200")
    assert so.get("Person/1/Image?h=150").body == first.body
    assert so.get("Person/1/Image?w=200&h=4000&type=JPEG").body == first.body
    assert len(entries(fresh_server.directory)) == 1
    so.put("Person/2/Image", photograph((800, 600)))  # the same bytes on another record
    assert so.get("Person/2/Image?w=200").body == first.body
    assert len(entries(fresh_server.directory)) == 1


def test_a_changed_picture_never_shows_what_was_made_of_the_former(fresh_server):
    so = fresh_server.superoffice
    for colour in (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 0, 0):
        so.put("Person/1/Image", pictures.picture("PNG", (400, 400), colour=colour))
        for _ in range(2):
            answer = so.get("Person/1/Image?w=40")
            with Image.open(io.BytesIO(answer.body)) as image:
                assert image.convert("RGB").getpixel((20, 20)) == colour
    assert len(entries(fresh_server.directory)) == 3


def test_conditions_hold_for_kept_renditions(fresh_server):
    so = fresh_server.superoffice
    so.put("Person/1/Image", photograph((800, 600)))
    first = so.get("Person/1/Image?w=200")
    for _ in range(2):
        again = so.get("Person/1/Image?w=200", {"If-None-Match": first.headers["ETag"]})
        assert again.status == 304 and again.body == b""
    part = so.get("Person/1/Image?w=200", {"Range": "bytes=10-19"})
    assert part.status == 206 and part.body == first.body[10:20]
    assert so.get("Person/1/Image?w=200").headers["ETag"] == first.headers["ETag"]


def test_a_restart_loses_nothing_and_a_flipped_byte_is_noticed(fresh_server):
    so = fresh_server.superoffice
    so.put("Person/1/Image", photograph((800, 600)))
    first = so.get("Person/1/Image?w=200").body
    entry, = entries(fresh_server.directory)
    made = entry.stat().st_ino
    fresh_server.restart()
    assert fresh_server.superoffice.get("Person/1/Image?w=200").body == first
    assert entry.stat().st_ino == made
    for change in (lambda data: data[:100] + bytes([data[100] ^ 1]) + data[101:],
                   lambda data: data[:-1], lambda data: b"", lambda data: b"something else"):
        fresh_server.stop()
        entry.write_bytes(change(entry.read_bytes()))
        fresh_server.start()
        assert fresh_server.superoffice.get("Person/1/Image?w=200").body == first
        assert len(entry.read_bytes()) > len(first)


def test_the_folder_may_go_while_nobody_is_there(fresh_server):
    fresh_server.superoffice.put("Person/1/Image", photograph((800, 600)))
    first = fresh_server.superoffice.get("Person/1/Image?w=200").body
    fresh_server.stop()
    shutil.rmtree(fresh_server.directory / "cache")
    fresh_server.start()
    assert fresh_server.superoffice.get("Person/1/Image?w=200").body == first
    assert len(entries(fresh_server.directory)) == 1


def test_its_bound_is_kept(tmp_path, serve):
    directory = tmp_path / "store"
    directory.mkdir()
    (directory / "cameo.ini").write_text("[cache]\ncache_bytes_max = 1M\n")
    server = serve("--demo", directory=directory)
    server.superoffice.put("Person/1/Image", photograph((1200, 900)))
    for width in range(200, 360, 2):
        assert server.superoffice.get(f"Person/1/Image?w={width}").status == 200
        assert sum(path.stat().st_blocks * 512 for path in entries(directory)) <= 1 << 20
    assert len(entries(directory)) > 10


def test_switched_off_there_is_no_folder(tmp_path, serve):
    directory = tmp_path / "store"
    directory.mkdir()
    (directory / "cameo.ini").write_text("[cache]\ncache_bytes_max = 0\n")
    server = serve("--demo", directory=directory)
    server.superoffice.put("Person/1/Image", photograph((800, 600)))
    first = server.superoffice.get("Person/1/Image?w=200")
    assert first.status == 200 and server.superoffice.get("Person/1/Image?w=200").body == first.body
    assert not (directory / "cache").exists()


def test_what_is_there_when_it_is_switched_off_goes(tmp_path):
    store = program.Server(tmp_path / "store", "--demo")
    with store:
        store.superoffice.put("Person/1/Image", photograph((800, 600)))
        assert store.superoffice.get("Person/1/Image?w=200").status == 200
    assert program.cameo("collect", store.directory).code == 0
    assert len(entries(store.directory)) == 1
    (store.directory / "cameo.ini").write_text("[cache]\ncache_bytes_max = 0\n")
    assert program.cameo("collect", store.directory).code == 0
    assert not (store.directory / "cache").exists()
    assert (store.directory / "meta.db").exists()


def test_renditions_of_deleted_bytes_go_with_them(tmp_path):
    store = program.Server(tmp_path / "store", "--demo")
    with store:
        so = store.superoffice
        for person, seed in (1, 1), (2, 2), (3, 1):
            so.put(f"Person/{person}/Image", photograph((800, 600), seed))
            for width in 100, 200, 300:
                assert so.get(f"Person/{person}/Image?w={width}").status == 200
        assert len(entries(store.directory)) == 6
        assert so.delete("Person/1/Image").status == 204  # Person 3 has the same bytes
        assert so.delete("Person/2/Image").status == 204
    (store.directory / "cameo.ini").write_text("[store]\nhistory_seconds = 0\ngrace_seconds = 0\n")
    program.cameo("collect", store.directory)
    assert len(entries(store.directory)) == 3
    store.run("picture", "delete", "person", "3")
    assert program.cameo("collect", store.directory, "--json").json == {"blobs": 1}
    assert entries(store.directory) == []


def test_large_placeholders_are_drawn_once(fresh_server):
    target = "Person/765432/Image?w=2500&h=2500&ifBlank=SrNoPhotoWithBorder&type=JPEG"
    first = fresh_server.superoffice.get(target)
    assert first.status == 200 and len(first.body) > 16 << 10
    entry, = entries(fresh_server.directory)
    made = entry.stat().st_ino
    fresh_server.restart()
    assert fresh_server.superoffice.get(target).body == first.body
    assert entries(fresh_server.directory) == [entry] and entry.stat().st_ino == made


@pytest.mark.parametrize("agent, arguments", [
    ("BLOB/GetPersonImageWithSize", {"PersonId": 1, "Width": 120, "Height": 0}),
    ("Person/GetPersonImages", {"PersonIds": [1], "ScaledWidth": 120, "ScaledHeight": 0}),
])
def test_agents_are_given_what_is_kept(fresh_server, agent, arguments):
    so = fresh_server.superoffice
    so.put("Person/1/Image", photograph((800, 600)))
    first = so.post(f"Agents/{agent}", json=arguments)
    assert first.status == 200, first
    entry, = entries(fresh_server.directory)
    made = entry.stat().st_ino
    assert so.post(f"Agents/{agent}", json=arguments).body == first.body
    assert entry.stat().st_ino == made and len(entries(fresh_server.directory)) == 1
