"""The stores that earlier programs made (test/golden): each opens, is whole, is read as it was written, can be written,
and can be backed up. test/golden/make makes the next one."""

import hashlib
import json
import pathlib
import sqlite3
import tarfile

import pytest

import clients
import page_sums
import pictures
import program

GOLDEN = pathlib.Path(__file__).resolve().parents[1] / "golden"
FILES = sorted(GOLDEN.glob("schema-*.tar.xz"), key=lambda path: int(path.name.split("-")[1].split(".")[0]))
ENTITIES = {"contact": "Contact", "person": "Person", "project": "Project", "product": "Product"}


def schema_of(directory):
    database = sqlite3.connect(f"file:{directory}/meta.db?immutable=1", uri=True)
    try:
        return database.execute("PRAGMA user_version").fetchone()[0]
    finally:
        database.close()


def digest(data):
    return hashlib.sha256(data).hexdigest()


class Golden:
    def __init__(self, file, folder):
        with tarfile.open(file) as tar:
            tar.extractall(folder, filter="data") if hasattr(tarfile, "data_filter") else tar.extractall(folder)
        self.directory = folder / "store"
        self.told = json.loads((folder / "golden.json").read_text("utf-8"))

    def check_commands(self, directory):
        """All that golden.json tells is there, byte for byte."""
        for record in self.told["records"]:
            listed = program.cameo("record", "list", directory, record["kind"], "--json").json
            assert any(one["id"] == record["id"] and one["name"] == record["name"] for one in listed), record
            shown = program.cameo("picture", "info", directory, record["kind"], record["id"], "--all", "--json").json
            assert {one["id"]: one["description"] for one in shown} == \
                {one["id"]: one["description"] for one in record["pictures"]}, record
            for picture in record["pictures"]:
                got = program.cameo("picture", "get", directory, record["kind"], record["id"], "--picture", picture["id"])
                assert digest(got.out) == picture["sha256"], picture
        for record in self.told["gone"]:
            assert program.cameo("picture", "get", directory, record["kind"], record["id"]).code == 1, record


@pytest.fixture(params=FILES, ids=lambda path: path.name.split(".")[0])
def golden(request, tmp_path):
    return Golden(request.param, tmp_path)


def test_there_is_one_of_every_released_schema():
    schemas = [int(path.name.split("-")[1].split(".")[0]) for path in FILES]
    assert schemas == list(range(1, len(schemas) + 1)) and len(schemas) >= 5


def test_it_opens_and_nothing_is_missing(golden):
    assert schema_of(golden.directory) == golden.told["schema"]

    counts = program.cameo("check", golden.directory, "--json")

    assert counts.code == 0, counts
    assert {name: counts.json[name] for name in golden.told["counts"]} == golden.told["counts"]
    assert schema_of(golden.directory) >= golden.told["schema"]
    assert page_sums.are_there(golden.directory / "meta.db")
    golden.check_commands(golden.directory)


def serve(golden):
    server = program.Server(golden.directory)
    server.hide(golden.told["ticket"], golden.told["token"], golden.told["webhook"])
    return server


def test_its_users_and_keys_still_count(golden):
    with serve(golden) as server:
        told = golden.told
        for user, password in told["passwords"].items():
            so = clients.SuperOffice(server.address, clients.basic(user, password))
            assert so.get("User/currentPrincipal").status == 200, user
        for user, password in told["disabled"].items():
            so = clients.SuperOffice(server.address, clients.basic(user, password))
            assert so.get("User/currentPrincipal").status == 401, user
        for authorization in f"SOTicket {told['ticket']}", f"Bearer {told['token']}":
            assert clients.SuperOffice(server.address, authorization).get("Contact/1/ImageInfo").status == 200
        bitrix = clients.Bitrix24(server.address, told["webhook"])
        assert bitrix.result("profile")["ID"] == "1"
        listed = program.cameo("app", "list", golden.directory, "--json").json
        assert [one["client_id"] for one in listed] == [told["application"]] * (told["application"] is not None)


def test_both_wires_read_and_write_it(golden):
    with serve(golden) as server:
        told = golden.told
        so = clients.SuperOffice(server.address, f"SOTicket {told['ticket']}")
        bitrix = clients.Bitrix24(server.address, told["webhook"])
        for record in told["records"]:
            answer = so.get(f"{ENTITIES[record['kind']]}/{record['id']}/Image")
            assert answer.status == (200 if record["pictures"] else 404), record
            if record["pictures"]:
                assert digest(answer.body) == record["pictures"][0]["sha256"], record
        for record in (one for one in told["records"] if one["kind"] == "product"):
            shown = {image["id"]: digest(bitrix.fetch(image["detailUrl"]).body)
                     for image in bitrix.images(record["id"])}
            assert shown == {one["id"]: one["sha256"] for one in record["pictures"]}, record
        if told["members"]:
            entity = so.get(f"Contact/{told['members']}").json
            assert entity["OrgNr"] == "556677" and entity["Mine"] == {"kept": [1, 2]}, entity
        if told["fields"]:
            product = bitrix.result("catalog.product.get", {"id": told["fields"]})["product"]
            assert (product["weight"], product["detailText"]) == (700, "oiled"), product

        new = pictures.noise((20, 20), seed=99)
        so.put_image("Contact/1/Image", new)
        assert so.get("Contact/1/Image").body == new
        assert so.info("Contact/1/ImageInfo")["Description"] == "said by wire"
        image = bitrix.add(1, new)
        assert bitrix.fetch(bitrix.image(1, image["id"])["detailUrl"]).body == new
        assert so.delete("Person/1/Image").status == 204
        assert so.get("Person/1/Image").status == 404


def test_it_can_be_backed_up_and_restored(golden, tmp_path):
    assert program.cameo("backup", golden.directory, tmp_path / "target").code == 0
    restored = program.cameo("restore", tmp_path / "target", tmp_path / "restored", "--json")

    assert restored.code == 0 and restored.json["problems"] == 0, restored
    golden.check_commands(tmp_path / "restored")
