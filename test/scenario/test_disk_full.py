"""A full disk: puts are refused in the vendor's form, reads, descriptions and deletes go on, nothing is half
done, and when there is room again it goes on without a restart."""

import base64
import errno
import json
import os

import pytest

import pictures
import program
import small_disk

MEGABYTE = 1 << 20


def fill(directory, leave):
    """A file of somebody else's that leaves `leave` bytes of the disk."""
    path = directory / "others"
    with open(path, "wb") as file:
        while True:
            free = os.statvfs(directory)
            try:
                os.posix_fallocate(file.fileno(), 0, free.f_bavail * free.f_frsize - leave)
                return path
            except OSError as why:  # somebody was quicker: what is left now
                if why.errno != errno.ENOSPC:
                    raise
                file.truncate(0)


def on_a_small_disk(tmp_path, body):
    disk = tmp_path / "disk"
    disk.mkdir()

    def in_child(directory):
        # what the keeper writes for later repairs would come between filling the disk and asking
        quiet = {"CAMEO_PARITY": "no", "CAMEO_SCRUB_SECONDS": "0"}
        with program.Server(directory / "store", "--demo", environment=quiet) as server:
            server.allow("disk is full|No space left|ballast")
            body(server, directory)

    small_disk.run(disk, 64 * MEGABYTE, in_child)


def test_a_product_is_made_with_its_pictures_or_not_at_all(tmp_path):
    def body(server, directory):
        bx = server.bitrix24
        before = bx.result("catalog.product.get", {"id": 1})["product"]
        data = {"fileData": ["a.png", base64.b64encode(pictures.noise((42, 42))).decode()]}
        mine = {"select": ["id", "iblockId"], "filter": {"iblockId": 14, "xmlId": "full"}}
        fill(directory, 12 * MEGABYTE)

        for method, parameters in (
                ("add", {"fields": {"iblockId": 14, "name": "A", "xmlId": "full",
                                    "detailPicture": data}}),
                ("update", {"id": 1, "fields": {"name": "changed", "detailPicture": data}})):
            answer = bx.call(f"catalog.product.{method}", parameters)
            assert answer.status == 400, answer
            assert answer.json["error_description"] == "Disk space limit exceeded.", answer

        assert bx.result("catalog.product.list", mine)["products"] == []
        assert bx.result("catalog.product.get", {"id": 1})["product"] == before

    on_a_small_disk(tmp_path, body)


def test_puts_are_refused_while_the_rest_goes_on(tmp_path):
    def body(server, directory):
        before = server.superoffice.get("Person/1/Image").body
        others = fill(directory, 12 * MEGABYTE)  # less than is kept back

        answer = server.superoffice.put("Person/1/Image", pictures.noise((40, 40)))
        assert answer.status == 507 and answer.json["ErrorType"] == "SoServerException", answer
        answer = server.bitrix24.call("catalog.productImage.add", {
            "fields": {"productId": 1}, "fileContent": [
                "a.png", base64.b64encode(pictures.noise((41, 41))).decode()]})
        assert answer.status == 400, answer
        assert answer.json["error_description"] == "Disk space limit exceeded.", answer

        assert server.superoffice.get("Person/1/Image").body == before
        answer = server.superoffice.put("Person/1/ImageInfo", b'{"Description":"still here"}',
                                        {"Content-Type": "application/json"})
        assert answer.status == 200 and answer.json["Description"] == "still here"
        assert server.superoffice.delete("Person/2/Image").status == 204
        assert server.superoffice.get("Person/2/Image").status == 404

        others.unlink()
        picture = pictures.noise((40, 40))
        assert server.superoffice.put("Person/1/Image", picture).status == 200
        assert server.superoffice.get("Person/1/Image").body == picture

    on_a_small_disk(tmp_path, body)


def test_deletes_go_on_when_others_took_the_last_byte(tmp_path):
    def body(server, directory):
        others = fill(directory, 0)
        for person in range(1, 21):
            assert server.superoffice.delete(f"Person/{person}/Image").status == 204
        assert server.superoffice.get("Person/20/Image").status == 404
        assert server.superoffice.get("Person/21/Image").status == 200
        for number in range(400):  # until the database's log has used up what it had beforehand
            if "ballast is thrown off" in (directory / "store/log/error.log").read_text():
                break
            answer = server.superoffice.put(f"Person/{21 + number % 5}/ImageInfo",
                                            json.dumps({"Description": f"{number} " + 4000 * "x"}).encode(),
                                            {"Content-Type": "application/json"})
            assert answer.status == 200, answer
        else:
            pytest.fail("the disk was not full enough to tell")
        assert server.superoffice.put("Person/1/Image", pictures.noise((40, 40))).status == 507
        others.unlink()
        assert server.superoffice.put("Person/1/Image", pictures.noise((40, 40))).status == 200

    on_a_small_disk(tmp_path, body)


def test_a_body_that_has_no_room_for_its_file_is_refused_as_vendors_do(tmp_path):
    def body(server, directory):
        server.allow("pwrite|write\\(\\)|temporary")
        others = fill(directory, 0)
        large = pictures.noise((700, 700))
        assert len(large) > 1 << 20
        answer = server.superoffice.put("Person/1/Image", large)
        assert answer.status in (503, 507) and answer.json["ErrorType"] == "SoServerException", answer
        answer = server.bitrix24.call("catalog.productImage.add", {
            "fields": {"productId": 1}, "fileContent": ["a.png", base64.b64encode(large).decode()]})
        assert (answer.status, answer.json["error"]) in ((503, "QUERY_LIMIT_EXCEEDED"), (400, "0")), answer
        others.unlink()
        assert server.superoffice.put("Person/1/Image", large).status == 200
        assert server.superoffice.get("Person/1/Image").body == large

    on_a_small_disk(tmp_path, body)


def test_a_disk_in_memory_sends_whole_pictures(tmp_path):
    """Such a file system does not say what it could read without waiting."""
    def body(server, _directory):
        large = pictures.noise((400, 400))
        assert 1 << 18 < len(large) < 1 << 19
        server.superoffice.put_image("Person/1/Image", large)
        for _ in range(200):
            assert server.superoffice.get("Person/1/Image").body == large

    on_a_small_disk(tmp_path, body)
