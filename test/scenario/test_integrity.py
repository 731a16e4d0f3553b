"""Damaged bytes: never served, told in the vendor's own form, repaired while the server runs."""

import pathlib
import sqlite3
import time

import pytest

import clients
import program
from clients import check_error, check_failure
from native import Native, check_refused
from pictures import noise, picture

SEEN = "blob .* is damaged|blob .* cannot be repaired|damaged blocks|parity was damaged"
BLOCK = 4096


def rows(server, sql, *values):
    database = sqlite3.connect(f"file:{server.directory}/meta.db?mode=ro", uri=True)
    try:
        return database.execute(sql, values).fetchall()
    finally:
        database.close()


def place_of(server, content):
    """Pack and offset of these bytes, found in the packs."""
    for pack in sorted((server.directory / "packs").glob("*.pack")):
        at = pack.read_bytes().find(content)
        if at >= 0:
            return pack, at
    raise AssertionError("nowhere")


def damage(pack, at, length=1):
    with open(pack, "r+b") as file:
        file.seek(at)
        old = file.read(length)
        file.seek(at)
        file.write(bytes(byte ^ 0x40 for byte in old))


def until(condition, patience=60):
    """Polls: what a thread of another process does has no event to wait for."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError("it did not come")


def scrub(server, *options):
    result = program.cameo("scrub", server.directory, "--json", *options)
    assert result.code in (0, 1), result
    return result.json, result.code


def status(server):
    return scrub(server, "--status")[0]


@pytest.fixture
def configured(serve, tmp_path):
    """Starts a demo server with these settings, which hold for commands, too."""
    def start(**settings):
        directory = tmp_path / "configured"
        directory.mkdir()
        lines = [f"{name} = {value}" for name, value in settings.items()]
        (directory / "cameo.ini").write_text("\n".join(["[store]", *lines, ""]))
        server = serve("--demo", directory=directory)
        server.allow(SEEN)
        return server

    return start


@pytest.fixture
def quiet(configured):
    """A server that can repair nothing, for it keeps no parity."""
    return configured(parity="no", scrub_seconds=0)


@pytest.fixture
def damaged(quiet):
    """The server, and a product with a picture that is damaged and cannot be repaired."""
    content = noise((200, 150), seed=5)
    product = quiet.record("product")
    quiet.superoffice.put_image(f"Product/{product}/Image", content)
    pack, at = place_of(quiet, content)
    damage(pack, at + 70000)
    yield quiet, product, content
    damage(pack, at + 70000)  # as it was: the store must be faultless at its end


def test_damage_is_answered_in_the_vendors_own_form_by_every_wire(damaged):
    server, product, content = damaged
    native = Native(server.address)
    link = server.bitrix24.images(product)[0]

    for headers in ({}, {"Range": "bytes=70000-70010"}, {"Range": "bytes=66000-"}):
        answer = server.superoffice.get(f"Product/{product}/Image", headers)
        check_failure(answer, 500, "SoServerException")
        assert "ETag" not in answer.headers and content[70000:70020] not in answer.body
    check_failure(server.superoffice.get(f"Product/{product}/Image?w=50"), 500)
    check_error(server.bitrix24.fetch(link["downloadUrl"]), 500, "INTERNAL_SERVER_ERROR")
    check_error(server.bitrix24.fetch(link["detailUrl"]), 500, "INTERNAL_SERVER_ERROR")
    check_refused(native.get(f"/pictures/product/{product}"), 500, "internal")
    check_refused(native.get(f"/pictures/product/{product}?w=20"), 500, "internal")
    # what needs no bytes goes on
    assert server.superoffice.info(f"Product/{product}/ImageInfo")["BlobSize"] == len(content)
    assert server.bitrix24.image(product, link["id"])["id"] == link["id"]


def test_a_part_that_is_whole_is_served(damaged):
    server, product, content = damaged

    answer = server.superoffice.get(f"Product/{product}/Image", {"Range": "bytes=100-199"})

    assert answer.status == 206 and answer.body == content[100:200]


def test_damage_is_marked_counted_and_logged_once(damaged):
    server, product, _ = damaged
    for _ in range(20):
        assert server.superoffice.get(f"Product/{product}/Image").status == 500

    (number, _), = until(lambda: rows(server, "SELECT id, bad_us FROM blob WHERE bad_us > 0"))
    now = status(server)

    assert now["damaged_blobs"] == 1 and now["refused_reads"] >= 20
    told = "".join(log.read_text("utf-8", "replace") for log in server.logs())
    assert told.count(f"blob {number} is damaged and not served") == 1
    assert told.count(f"blob {number} cannot be repaired") == 1
    found, code = scrub(server)
    assert code == 1 and found["damaged_blobs"] == 1


def test_the_same_bytes_put_again_take_the_place_of_damaged_ones(damaged):
    server, product, content = damaged
    other = server.record("person")
    assert server.superoffice.get(f"Product/{product}/Image").status == 500
    until(lambda: rows(server, "SELECT id FROM blob WHERE bad_us > 0"))

    server.superoffice.put_image(f"Person/{other}/Image", content)

    for path in (f"Product/{product}/Image", f"Person/{other}/Image"):
        answer = server.superoffice.get(path)
        assert answer.status == 200 and answer.body == content
    assert not rows(server, "SELECT id FROM blob WHERE bad_us > 0")
    server.check()


def test_a_read_that_finds_damage_has_it_repaired_without_a_restart(fresh_server):
    server = fresh_server
    server.allow(SEEN)
    content = noise((300, 200), seed=6)
    product = server.record("product")
    server.superoffice.put_image(f"Product/{product}/Image", content)
    native = Native(server.address)
    until(lambda: status(server)["protected_bytes"] == status(server)["bytes"])
    link = server.bitrix24.images(product)[0]["downloadUrl"]

    for ask in (lambda: server.superoffice.get(f"Product/{product}/Image"),
                lambda: server.bitrix24.fetch(link),
                lambda: native.get(f"/pictures/product/{product}")):
        pack, at = place_of(server, content)
        damage(pack, at + 100, 3)
        damage(pack, at + 90000, 30)
        first = ask()
        assert first.status == 500 or first.body == content
        until(lambda: ask().status == 200)
        assert ask().body == content
    now = status(server)
    assert now["damaged_blobs"] == 0 and now["repaired_blocks"] >= 6


def test_the_pass_in_the_background_repairs_what_nobody_reads(configured):
    server = configured(scrub_seconds=1)
    until(lambda: status(server)["protected_bytes"] == status(server)["bytes"])
    pack = server.directory / "packs" / "000001.pack"
    before = pack.read_bytes()
    end = status(server)["bytes"]  # behind it there may be zeros, which are nobody's

    for at in (0, 5000, end // 2, end - 1):
        damage(pack, at)
        until(lambda: pack.read_bytes() == before)

    until(lambda: status(server)["ended"])
    assert status(server)["repaired_blocks"] == 4


def test_a_pass_that_has_ended_is_not_begun_again_by_a_restart(serve):
    server = serve("--demo")
    until(lambda: status(server)["ended"])
    before = status(server)

    server.restart()
    product = server.record("product")
    server.superoffice.put_image(f"Product/{product}/Image", noise((100, 100), seed=3))

    until(lambda: status(server)["protected_bytes"] == status(server)["bytes"])
    assert status(server)["begun"] == before["begun"] and status(server)["ended"] == before["ended"]


def test_scrub_finds_repairs_and_says_so(fresh_server):
    server = fresh_server
    server.allow(SEEN)
    pictures = {}
    for seed in range(8):
        person = server.record("person")
        pictures[person] = noise((120, 90 + seed), seed=seed)
        server.superoffice.put_image(f"Person/{person}/Image", pictures[person])
    made, code = scrub(server)
    assert code == 0 and made["problems"] == 0
    places = [place_of(server, content) for content in pictures.values()]

    for pack, at in places:
        damage(pack, at + 20)
    result = program.cameo("scrub", server.directory, "--json")

    assert result.code == 0 and result.json["damaged_blocks"] == result.json["repaired_blocks"]
    assert 1 <= result.json["damaged_blocks"] <= 8 and b"damaged blocks" in result.err, result
    for person, content in pictures.items():
        assert server.superoffice.get(f"Person/{person}/Image").body == content
    assert scrub(server)[0]["damaged_blocks"] == 0


def test_a_burst_in_the_pack_is_repaired(fresh_server):
    server = fresh_server
    server.allow(SEEN)
    person = server.record("person")
    content = noise((400, 350), seed=9)
    server.superoffice.put_image(f"Person/{person}/Image", content)
    scrub(server)
    pack, at = place_of(server, content)

    damage(pack, at + 7, 60 * BLOCK)
    found, code = scrub(server)

    assert code == 0 and found["repaired_blocks"] == found["damaged_blocks"] >= 60
    assert server.superoffice.get(f"Person/{person}/Image").body == content


def test_deleted_bytes_do_not_come_back(configured):
    server = configured(history_seconds=0, grace_seconds=0, scrub_seconds=1)
    person = server.record("person")
    content = noise((300, 200), seed=11)
    server.superoffice.put_image(f"Person/{person}/Image", content)
    scrub(server)
    pack, at = place_of(server, content)
    piece = content[1000:1000 + 2 * BLOCK]

    assert server.superoffice.delete(f"Person/{person}/Image").status == 204
    assert program.cameo("collect", server.directory).code == 0
    for _ in range(3):
        scrub(server)
        assert piece not in pack.read_bytes()
    damage(pack, at + 5000, 100)
    until(lambda: pack.read_bytes()[at:at + len(content)] == bytes(len(content)))
    scrub(server)

    # nor can they be had from what is kept for repairs
    parity = pathlib.Path(str(pack).replace(".pack", ".parity"))
    parity_bytes = parity.read_bytes()
    assert all(content[i:i + 64] not in parity_bytes for i in range(0, len(content) - 64, 512))


def test_a_store_without_parity_makes_none(quiet):
    found, code = scrub(quiet)

    assert code == 0 and found["made_zones"] == 0
    assert not list((quiet.directory / "packs").glob("*.parity"))
    assert status(quiet)["protected_bytes"] == 0


def test_the_rate_is_kept(fresh_server):
    server = fresh_server
    for seed in range(2):
        server.superoffice.put_image(f"Person/{server.record('person')}/Image",
                                     noise((700, 700), seed=20 + seed))
    size = status(server)["bytes"]
    assert size > 2 << 20

    begun = time.monotonic()
    scrub(server, "--rate", "1")

    assert time.monotonic() - begun >= size / (1 << 20) * 0.9


@pytest.mark.parametrize("arguments", [["--rate", "0"], ["--rate", "x"], ["--nothing"]])
def test_wrong_usage_is_told(fresh_server, arguments):
    assert program.cameo("scrub", fresh_server.directory, *arguments).code == 2
