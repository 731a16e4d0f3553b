"""Flipped bits of meta.db and its log: nothing wrong is served, and what is wrong is said."""

import time

import pytest

import page_sums
import program
from clients import check_failure
from native import Native, check_refused
from pictures import noise

SEEN = "the index is damaged"
PAGE = page_sums.PAGE
BELIEVED = 1.5  # seconds; a page in memory is looked at again after a second, and a snapshot's time


def flip_everywhere(path, header=0, step=PAGE):
    """A bit in each page behind the first."""
    with open(path, "r+b") as file:
        data = bytearray(file.read())
        for at in range(header + step + 1000, len(data), step):
            data[at] ^= 0x10
        file.seek(0)
        file.write(data)


def scrub(server, *options):
    result = program.cameo("scrub", server.directory, "--json", *options)
    assert result.code in (0, 1), result
    return result.json, result.code


@pytest.fixture
def stored(fresh_server):
    """A server that was started anew, so that its log is empty, and a product's picture."""
    content = noise((60, 40), seed=8)
    product = fresh_server.record("product")
    fresh_server.superoffice.put_image(f"Product/{product}/Image", content)
    fresh_server.stop()
    fresh_server.allow(SEEN)
    return fresh_server, product, content


def test_a_server_whose_index_is_damaged_says_so_by_every_wire(stored):
    server, product, content = stored
    server.start()
    assert server.superoffice.get(f"Product/{product}/Image").body == content
    whole = (server.directory / "meta.db").read_bytes()
    flip_everywhere(server.directory / "meta.db")

    time.sleep(BELIEVED)
    answers = [server.superoffice.get(f"Product/{product}/Image") for _ in range(20)]
    assert all(answer.status == 500 for answer in answers)
    failure = server.superoffice.get(f"Product/{product}/Image")
    check_failure(failure, 500, "SoServerException")
    assert failure.json["Message"] == "the index is damaged"
    check_refused(Native(server.address).get(f"/pictures/product/{product}"), 500, "internal")
    told = "".join(log.read_text("utf-8", "replace") for log in server.logs())
    assert 1 <= told.count("is not what was written; cameo check --rebuild") <= 16

    # as it was: nothing was written meanwhile, and nothing is left of it
    with open(server.directory / "meta.db", "r+b") as file:  # it is mapped
        file.write(whole)
    time.sleep(BELIEVED)
    assert server.superoffice.get(f"Product/{product}/Image").body == content


def test_check_names_the_page_and_says_what_to_do(stored):
    server, _, _ = stored
    path = server.directory / "meta.db"
    whole = path.read_bytes()
    last = len(whole) // PAGE
    damaged = bytearray(whole)
    damaged[-100] ^= 1
    path.write_bytes(damaged)

    checked = program.cameo("check", server.directory)
    scrubbed, code = scrub(server)

    path.write_bytes(whole)
    said = checked.err.decode()
    assert checked.code == 1 and f"the index is damaged: page {last} is not what was written" in said
    assert "cameo check --rebuild" in said
    assert code == 1 and scrubbed["damaged_pages"] == 1 and scrubbed["index_bytes"] >= len(whole)
    assert program.cameo("check", server.directory).code == 0


def test_a_store_whose_first_page_is_damaged_is_not_opened(stored):
    server, _, _ = stored
    path = server.directory / "meta.db"
    whole = path.read_bytes()
    for at in (20, 28, 60, 2000, 4095):
        damaged = bytearray(whole)
        damaged[at] ^= 4
        path.write_bytes(damaged)
        result = program.cameo("check", server.directory)
        assert result.code == 1 and b"the index is damaged" in result.err, (at, result)
    path.write_bytes(whole)
    assert program.cameo("check", server.directory).code == 0
