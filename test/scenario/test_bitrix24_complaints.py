"""What users of Bitrix24 run into, and that they do not here (bitrix24 14)."""

import re
import urllib.parse

import pytest

from clients import DEMO_AUTH, Bitrix24, b64, check_error, invalid, missing
from wire import head_of, php_form

ADD = "catalog.productImage.add"
LINKS = ["detailUrl", "downloadUrl"]


@pytest.fixture
def image(bx, product, png):
    return bx.add(product, png, "mug.png")


# "picture links lead to a log-in page or need a session", "messenger gateways cannot fetch them"

@pytest.mark.parametrize("link", LINKS)
@pytest.mark.parametrize("headers", [
    [], [("User-Agent", "")], [("User-Agent", "WhatsApp/2.23.20.0"), ("Accept", "image/*")],
    [("User-Agent", "TelegramBot (like TwitterBot)")],
    [("User-Agent", "Mozilla/5.0"), ("Referer", "https://shop.example/"), ("Accept-Language", "de")],
])
def test_a_link_is_followed_by_anybody(bx, image, png, link, headers):
    parts = urllib.parse.urlsplit(image[link])
    target = parts.path + ("?" + parts.query if parts.query else "")

    answer = bx.address.raw(head_of("GET", target, headers))

    assert (answer.status, answer.body) == (200, png)
    assert answer.headers["Content-Type"] == "image/png"
    assert int(answer.headers["Content-Length"]) == len(png)
    assert "Set-Cookie" not in answer.headers and "Location" not in answer.headers


def test_a_call_needs_no_headers_either(bx, image):
    target = f"/rest/1/demo-webhook/catalog.productImage.list?productId={image['productId']}"
    for headers in ([], [("User-Agent", "")], [("Accept", "text/html")]):
        answer = bx.address.raw(head_of("GET", target, headers))
        assert answer.status == 200, answer
        assert [one["id"] for one in answer.json["result"]["productImages"]] == [image["id"]]


# "a webhook's downloadUrl leaks the secret, and is answered by method not found"

@pytest.mark.parametrize("options", [{}, {"auth": "auth"}, {"auth": "bearer"}], ids=str)
def test_a_download_url_works_and_holds_no_secret(bx, product, png, options):
    link = bx.add(product, png, "mug.png", **options)["downloadUrl"]

    assert "demo-webhook" not in link and DEMO_AUTH not in link
    assert re.fullmatch(r"https?://[^/]+/rest/download\.json\?token=[A-Za-z0-9_.~-]+", link)
    assert bx.fetch(link).body == png
    # the address the original makes for webhooks, and one with a credential that nobody asked for
    query = urllib.parse.urlsplit(link).query
    for target in (f"/rest/1/demo-webhook/download/?{query}", f"/rest/download/?{query}&auth=wrong",
                   f"/rest/download.json?sessid=0&{query}"):
        answer = bx.address.request("GET", target)
        assert (answer.status, answer.body) == (200, png), target


# "which link is for machines": both, and they are the same

def test_url_and_url_machine_are_one_and_work(bx, product, png):
    bx.add(product, png, "mug.png", "DETAIL_PICTURE")

    file = bx.result("catalog.product.get", {"id": product})["product"]["detailPicture"]

    assert file["url"] == file["urlMachine"]
    assert file["url"].startswith("/rest/catalog.product.download?")
    by_webhook = file["url"].replace("/rest/", "/rest/1/demo-webhook/")
    for target in (by_webhook, f"{file['url']}&auth={DEMO_AUTH}"):
        answer = bx.address.request("GET", target)
        assert (answer.status, answer.body) == (200, png)
        assert answer.headers["Content-Type"] == "image/png"
    answer = bx.address.request("GET", file["url"], {"Authorization": f"Bearer {DEMO_AUTH}"})
    assert (answer.status, answer.body) == (200, png)
    check_error(bx.address.request("GET", file["url"]), 401, "NO_AUTH_FOUND")


# "fileData, fileContent or a bare array": each says what is wrong with it, or works

@pytest.mark.parametrize("form", ["json", "form"])
@pytest.mark.parametrize("content, text", [
    ({"fields": ["a.png", "PNG"]}, missing("fileContent")),
    ({"fileData": ["a.png", "PNG"]}, missing("fileContent")),
    ({"fileContent": "PNG"}, None),
    ({"fileContent": ""}, invalid("", "fileContent", "array")),
])
def test_a_file_in_the_wrong_place_is_told(bx, product, png, form, content, text):
    content = {name: [value[0], b64(png)] if isinstance(value, list) else value.replace("PNG", b64(png))
               for name, value in content.items()}
    fields = {"productId": product}
    if "fields" in content:
        fields["fileContent"] = content.pop("fields")

    answer = bx.call(ADD, {"fields": fields, **content}, form=form)

    check_error(answer, 400, "100", text)
    description = answer.json["error_description"]
    if text is None:
        assert "match with parameter {fileContent}. Should be value of type array." in description
        assert len(description) < 300
    assert bx.images(product) == []


@pytest.mark.parametrize("content", [
    lambda text: {"name": "mug.png", "content": text}, lambda text: {"0": "mug.png", "1": text},
    lambda text: ["mug.png", "data:image/png;base64," + text],
    lambda text: ["https://shop.example/p/mug.png", text]],
    ids=["object", "numbers", "data", "address"])
@pytest.mark.parametrize("form", ["json", "form"])
def test_a_file_written_otherwise_is_taken(bx, product, png, form, content):
    result = bx.result(ADD, {"fields": {"productId": product}, "fileContent": content(b64(png))},
                       form=form)

    assert result["productImage"]["name"] == "mug.png"
    assert bx.fetch(result["productImage"]["detailUrl"]).body == png


def test_the_way_python_prints_bytes_is_no_picture(bx, product, png):
    answer = bx.call(ADD, {"fields": {"productId": product},
                           "fileContent": ["a.png", str(b64(png).encode())]})

    check_error(answer, 400, "0", "Invalid file type.")


# "Method not found!" for half a webhook

@pytest.mark.parametrize("path", ["/rest/demo-webhook/{}", "/rest/demo-webhook/{}.json",
                                  "/rest/demo-webhook/{}/", "/rest/1demo-webhook/{}"])
def test_a_secret_without_its_user_is_an_unknown_method(bx, image, path):
    answer = bx.address.request("POST", path.format("catalog.productImage.list"),
                                {"Content-Type": "application/x-www-form-urlencoded"},
                                php_form({"productId": image["productId"]}).encode())

    check_error(answer, 404, "ERROR_METHOD_NOT_FOUND", "Method not found!")
    assert "demo-webhook" not in answer.text


# "Create MORE_PHOTO property": it is there, in every block, from the first moment on

@pytest.mark.parametrize("subtype", ["simple", "parent", "offer", "service"])
def test_a_gallery_needs_no_preparation(tmp_path, serve, store, png, subtype):
    parent = {"parent": store.record("product", subtype="parent")} if subtype == "offer" else {}
    product = store.record("product", subtype=subtype, **parent)
    webhook = f"1/{store.key('webhook', 'first')[1]}"
    client = Bitrix24(serve(directory=store.directory).address, webhook)

    image = client.add(product, png)

    assert (image["productId"], image["type"]) == (product, "MORE_PHOTO")
    assert client.fetch(image["detailUrl"]).body == png
