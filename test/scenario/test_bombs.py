"""Bombs and broken files are refused with the right error before anything decodes them, at little cost;
what only a decoder could tell is stored as it came."""

import os
import pathlib
import time
import zlib

import pytest

import program

from bombs import INVALID, TOO_LARGE, UNSUPPORTED, bombs
from clients import b64, check_error, check_failure
from pictures import MIME, TYPES, chunk, noise, opened, picture

ADD = "catalog.productImage.add"
OCTETS = {"Content-Type": "application/octet-stream"}
SUPEROFFICE = {INVALID: (400, "SoInvalidArgumentException"), TOO_LARGE: (413, "PayloadTooLarge"),
               UNSUPPORTED: (400, "SoInvalidArgumentException")}
BITRIX24 = {INVALID: "Invalid file type.", TOO_LARGE: "Maximum image dimensions exceeded.",
            UNSUPPORTED: "Invalid file type."}
# for one file, request and answer included: held by `./dev test bombs`, without sanitizers
CPU_NS_MAX = 50_000_000 * (20 if os.environ.get("CAMEO_PRELOAD") else 1)
GROWTH_MAX = 64 << 10    # KiB, of any process
ALL = list(bombs())
SMALL = [bomb for bomb in ALL if len(bomb[1]) < 1 << 20]


class Processes:
    """A server's, as the kernel counts them."""

    def __init__(self, server):
        parents = {}  # cameo-box comes and goes: a keeper's looks at what others stored
        for status in pathlib.Path("/proc").glob("[0-9]*/stat"):
            try:
                head, _, rest = status.read_text().rpartition(")")
                if not head.endswith("(cameo-box"):
                    parents[int(status.parent.name)] = int(rest.split()[1])
            except OSError:
                pass
        self.pids = {server.process.pid}
        while more := {pid for pid, parent in parents.items() if parent in self.pids} - self.pids:
            self.pids |= more

    def cpu_ns(self):
        return sum(int(thread.read_text().split()[0]) for pid in self.pids
                   for thread in pathlib.Path(f"/proc/{pid}/task").glob("*/schedstat"))

    def peaks(self):
        """KiB each has taken at most."""
        return {pid: int(pathlib.Path(f"/proc/{pid}/status").read_text().split("VmHWM:")[1].split()[0])
                for pid in self.pids}


@pytest.fixture(scope="module")
def bombed(tmp_path_factory):
    """A server of its own: what others do is not measured."""
    directory = tmp_path_factory.mktemp("bombs") / "store"
    quiet = {"CAMEO_PARITY": "no", "CAMEO_SCRUB_SECONDS": "0"}  # nor what the keeper does by itself
    with program.Server(directory, "--demo", environment=quiet) as running:
        yield running


def stored(server):
    """Names and sizes of all files with bytes of pictures."""
    return sorted((str(path.relative_to(server.directory)), path.stat().st_size)
                  for path in server.directory.glob("packs/*.pack"))


def refuse_all(server, files, send):
    """Sends each and holds what it costs against the limits; nothing may be left of any of it."""
    before = Processes(server)
    packs, peaks, expensive = stored(server), before.peaks(), []

    for name, content, error in files:
        spent = before.cpu_ns()
        send(name, content, error)
        spent = before.cpu_ns() - spent
        if spent > CPU_NS_MAX:
            expensive.append((name, spent))

    after = Processes(server)
    assert before.pids == after.pids, "no process was started or has died"
    assert not expensive
    growth = {pid: peak - peaks[pid] for pid, peak in after.peaks().items()}
    assert max(growth.values()) <= GROWTH_MAX, growth
    assert packs and stored(server) == packs
    server.check()


def test_there_are_as_many_as_promised():
    assert len(ALL) >= 200 and len({name for name, _, _ in ALL}) == len(ALL)
    assert len(SMALL) > len(ALL) - 20


def test_superoffice_refuses_each(bombed):
    path = f"Product/{bombed.record('product')}/Image"
    so = bombed.superoffice

    def send(name, content, error):
        status, kind = SUPEROFFICE[error]
        answer = so.put(path, content, OCTETS)
        assert answer.status == status, (name, error, answer)
        check_failure(answer, status, kind)

    send(*ALL[0])  # whatever a first request prepares
    so.put_image(path, picture("PNG"))
    so.delete(path)
    refuse_all(bombed, ALL, send)
    check_failure(so.get(path), 404)
    assert so.info(path + "Info")["BlobId"] == 0


def test_bitrix24_refuses_each(bombed):
    product = bombed.record("product")
    bx = bombed.bitrix24

    def send(name, content, error):
        answer = bx.call(ADD, {"fields": {"productId": product},
                               "fileContent": ["picture.png", b64(content)]})
        assert answer.status == 400, (name, error, answer)
        check_error(answer, 400, "0", BITRIX24[error])

    send(*ALL[0])
    refuse_all(bombed, SMALL, send)
    assert bx.images(product) == []


def test_a_refused_file_leaves_the_picture_that_was_there(bombed, png):
    path = f"Product/{bombed.record('product')}/Image"
    so = bombed.superoffice
    so.put_image(path, png)
    info = so.info(path + "Info")

    for name, content, error in SMALL[::7]:
        assert so.put(path, content, OCTETS).status == SUPEROFFICE[error][0], name
    assert so.get(path).body == png
    assert so.info(path + "Info") == info


# ---- what the header cannot tell ----

def truncations(kind):
    whole = noise((96, 72), kind, seed=5)
    return [whole[:len(whole) * part // 16] for part in (9, 11, 13, 14, 15)] + [whole[:-1]]


@pytest.mark.parametrize("kind", TYPES)
def test_pixels_that_are_cut_off_are_kept_as_they_came(so, bx, server, kind):
    for content in truncations(kind):
        product = server.record("product")
        path = f"Product/{product}/Image"
        so.put_image(path, content)

        assert so.get(path).body == content
        assert bx.fetch(bx.images(product)[0]["detailUrl"]).body == content
        answer = so.get(path + "?w=20&type=PNG")
        if answer.status == 200:
            assert answer.headers["Content-Type"] == MIME["PNG"]
            assert opened(answer.body).size == (20, 15)
        else:
            check_failure(answer, 400, "SoInvalidArgumentException")


def polyglots():
    for kind, tail in (("JPEG", b"PK\3\4" + bytes(26) + b"PK\5\6" + bytes(18)),
                       ("PNG", b"<?php system($_GET['c']); ?>"), ("GIF", b"=1;alert(document.cookie)//"),
                       ("WEBP", b"<script>alert(1)</script>"), ("BMP", b"%PDF-1.4\n%%EOF"),
                       ("TIFF", b"#!/bin/sh\nid\n")):
        yield kind, picture(kind) + tail


@pytest.mark.parametrize("kind, content", polyglots())
def test_what_hangs_on_a_picture_stays_a_picture(so, product, kind, content):
    path = f"Product/{product}/Image"
    so.put_image(path, content)

    whole = so.get(path)
    assert whole.body == content
    assert whole.headers["Content-Type"] == MIME[kind]
    assert whole.headers["X-Content-Type-Options"] == "nosniff"
    small = so.get(path + "?w=8&type=PNG")
    assert small.status == 200 and content[-12:] not in small.body


def test_packed_texts_do_not_reach_a_decoder(so, product):
    """Each would be unpacked to 8 MB, which takes a decoder half a second."""
    whole = picture("PNG", (64, 48))
    text = chunk(b"zTXt", b"key\0\0" + zlib.compress(bytes(7_900_000), 9))
    content = whole[:33] + text * 100 + whole[33:]
    path = f"Product/{product}/Image"
    so.put_image(path, content)

    started = time.monotonic()
    answer = so.get(path + "?w=16")

    assert time.monotonic() - started < 10  # 22 seconds of processor time when they do
    assert answer.status == 200 and opened(answer.body).size == (16, 12)
    assert so.get(path).body == content
