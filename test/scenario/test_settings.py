"""Settings: the file cameo.ini in the data directory, and the environment over it."""

import pytest

from clients import Bitrix24, b64, check_error, check_failure
from pictures import padded, picture
from program import refused

GET = "catalog.productImage.get"


@pytest.fixture
def configured(tmp_path, serve):
    """Starts a demo server with the text of a settings file."""
    def start(text, environment=None):
        directory = tmp_path / "configured"
        server = serve("--demo", directory=directory)
        server.stop()
        (directory / "cameo.ini").write_text(text)
        server.environment.update(environment or {})
        return server.start()

    return start


def test_the_largest_picture_and_the_largest_body_can_be_set(configured):
    server = configured("[limits]\npicture_bytes_max = 20K\nbody_bytes_max = 100K\n")
    server.allow("client intended to send too large body")
    product = server.record("product")
    path = f"Product/{product}/Image"

    assert server.superoffice.put(path, padded(20 * 1024)).status == 200
    check_failure(server.superoffice.put(path, padded(20 * 1024 + 1)), 413, "PayloadTooLarge")
    check_failure(server.superoffice.put(path, padded(200 * 1024)), 413, "PayloadTooLarge")
    answer = server.bitrix24.call("catalog.productImage.add", {
        "fields": {"productId": product}, "fileContent": ["a.jpg", b64(padded(30 * 1024))]})
    check_error(answer, 400, "0", "Maximum upload file size exceeded.")
    answer = server.bitrix24.call("catalog.productImage.add", {
        "fields": {"productId": product}, "fileContent": ["a.jpg", b64(padded(90 * 1024))]})
    check_error(answer, 413, answer.json["error"])


def test_the_environment_stands_over_the_file(configured):
    server = configured("[limits]\npicture_bytes_max = 20K\n",
                        {"CAMEO_PICTURE_BYTES_MAX": "30K"})
    person = server.record("person")

    assert server.superoffice.put(f"Person/{person}/Image", padded(30 * 1024)).status == 200
    check_failure(server.superoffice.put(f"Person/{person}/Image", padded(30 * 1024 + 1)), 413)


def test_the_size_in_pixels_can_be_set(configured):
    server = configured("[image]\nside_px_max = 100\n")
    path = f"Person/{server.record('person')}/Image"

    assert server.superoffice.put(path, picture(size=(100, 100))).status == 200
    answer = server.superoffice.put(path, picture(size=(101, 1)))
    check_failure(answer, answer.status)
    assert answer.status in (400, 413)


def test_links_begin_with_the_public_url(configured):
    server = configured("[links]\npublic_url = https://pictures.example.com/shop\n")

    image = server.bitrix24.images(1)[0]

    assert image["downloadUrl"].startswith("https://pictures.example.com/shop/rest/download.json?")


def test_the_word_of_a_proxy_counts_only_when_it_is_trusted(server, configured):
    headers = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "shop.example.com"}
    trusting = configured("[links]\ntrust_forwarded = yes\n")

    links = [Bitrix24(one.address).call("catalog.productImage.list", {"productId": 1},
                                        headers=headers).json["result"]["productImages"][0]
             for one in (server, trusting)]

    assert links[0]["downloadUrl"].startswith(server.address.url + "/rest/")
    assert links[1]["downloadUrl"].startswith("https://shop.example.com/rest/")


def test_detail_links_can_be_closed_to_strangers(configured):
    server = configured("[links]\ndetail_url_public = no\n")
    image = server.bitrix24.images(1)[0]

    assert image["detailUrl"].startswith("/upload/")
    answer = server.bitrix24.fetch(image["detailUrl"])
    check_error(answer, 403, answer.json["error"])
    assert server.bitrix24.fetch(image["downloadUrl"]).status == 200


def test_a_download_link_dies_when_its_time_is_over(configured):
    server = configured("[links]\nlink_webhook_seconds = 1\n")
    link = server.bitrix24.images(1)[0]["downloadUrl"]

    answer = server.bitrix24.fetch(link)
    assert answer.status == 200
    while answer.status == 200:
        answer = server.bitrix24.fetch(link)

    check_error(answer, 403, "ACCESS_DENIED", "Access denied! Link check failed")


def test_catalog_codes_can_be_numbers(configured):
    server = configured("[bitrix24]\nnumeric_error_codes = yes\n")

    assert server.bitrix24.call(GET, {"productId": 1}).json["error"] == 100
    assert server.bitrix24.call(GET, {"productId": 654_321, "id": 1}).json["error"] == 0
    assert server.bitrix24.call(GET, auth=None).json["error"] == "NO_AUTH_FOUND"


def test_the_blocks_of_the_catalog_can_be_numbered(configured):
    server = configured("[bitrix24]\ncatalog_iblock_id = 24\noffers_iblock_id = 26\n")

    catalogs = server.bitrix24.result("catalog.catalog.list")["catalogs"]

    assert [row["iblockId"] for row in catalogs] == [24, 26]


def test_the_property_of_the_gallery_can_be_numbered(configured):
    bx = configured("[bitrix24]\ncatalog_photo_property_id = 98\n"
                    "offers_photo_property_id = 117\n").bitrix24
    data = [{"value": {"fileData": ["a.png", b64(picture())]}}]

    for method, block, name in (("product", 14, "property98"), ("product.offer", 15, "property117")):
        added, = bx.result(f"catalog.{method}.add", {"fields": {
            "iblockId": block, "name": "x", name: data, "property44": "text"}}).values()
        assert [one["type"] for one in bx.images(added["id"])] == ["MORE_PHOTO"]
        assert added[name][0]["value"]["id"] and added["property44"]["value"] == "text"


@pytest.mark.parametrize("text, says", [
    ("[limits]\nnothing = 1\n", b"nothing"), ("[limits]\npicture_bytes_max = many\n", b"many"),
    ("[limits]\npicture_bytes_max = 64M\nbody_bytes_max = 1M\n", b"picture_bytes_max"),
    ("nonsense", b"cameo.ini")])
def test_a_setting_that_cannot_be_is_named_and_nothing_is_served(tmp_path, text, says):
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "cameo.ini").write_text(text)

    refused(1, "serve", tmp_path / "store", "--listen", "127.0.0.1:0", says=says)
