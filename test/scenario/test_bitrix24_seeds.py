"""The curl examples of the reference page of catalog.productImage.get, run as they are printed by the real
curl, and answers with the members, order and JSON types that the page prints. Only the placeholders are
filled in: address, user, webhook, access token.

What differs, and why:
- downloadUrl has no `sessid`, which is of the browser the page was made with, and its token is ours
  (bitrix24 5.1, 5.2)
- `/` and `&` are not escaped within JSON (bitrix24 1.4)
- `error` is a text unless numeric_error_codes is set (bitrix24 3)
"""

import json
import os
import re
import subprocess

import pytest

import program
from clients import Bitrix24, invalid, missing
from pictures import picture

BY_WEBHOOK = r"""
    curl -X POST \
    -H "Content-Type: application/json" \
    -H "Accept: application/json" \
    -d '{"productId":1,"id":1}' \
    https://**put_your_bitrix24_address**/rest/**put_your_user_id_here**/**put_your_webhook_here**/catalog.productImage.get
"""
BY_TOKEN = r"""
    curl -X POST \
    -H "Content-Type: application/json" \
    -H "Accept: application/json" \
    -d '{"productId":1,"id":1,"auth":"**put_access_token_here**"}' \
    https://**put_your_bitrix24_address**/rest/catalog.productImage.get
"""
SAMPLES = pytest.mark.parametrize("sample", [BY_WEBHOOK, BY_TOKEN], ids=["webhook", "oauth"])
READ = '"productId":1,"id":1'  # what the samples ask for

ANSWER = {
    "result": {"productImage": {"createTime": str, "detailUrl": str, "downloadUrl": str, "id": int,
                                "name": str, "productId": int, "type": str}},
    "time": {"start": float, "finish": float, "duration": float, "processing": float,
             "date_start": str, "date_finish": str},
}
DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d")


class Page:
    """The page's portal: its product 1 has picture 1, test.jpeg, in the gallery."""

    def __init__(self, directory, content, environment=None):
        self.server = program.Server(directory, "--listen-tls", "127.0.0.1:0", "--self-signed",
                                     environment=environment)
        user = self.server.user("administrator", "administrator", "password of the page")
        assert self.server.record("product", "The product of the page") == 1
        file = directory.parent / "test.jpeg"
        file.write_bytes(content)
        put = self.server.run("picture", "put", "product", 1, file, "--role", "more")
        assert put.text == "1\n"
        self.filled = {
            "put_your_user_id_here": str(user),
            "put_your_webhook_here": self.server.key("webhook", "administrator")[1],
            "put_access_token_here": self.server.key("token", "administrator", "--bitrix24")[1],
        }

    def run(self, sample, body=READ, more=""):
        """What a shell makes of the sample: the answer's JSON, or all curl wrote if it wrote more."""
        assert READ in sample
        filled = {**self.filled, "put_your_bitrix24_address": self.server.address.authority}
        for name, value in filled.items():
            sample = sample.replace(f"**{name}**", value)
        assert "**" not in sample
        command = sample.strip().replace(READ, body).replace("curl ", f"curl {more} ", 1)
        environment = {**os.environ, "CURL_CA_BUNDLE": self.server.certificate}
        done = subprocess.run(["sh", "-c", command], capture_output=True, timeout=60, check=True,
                              env=environment)
        return done.stdout.decode()


@pytest.fixture(scope="module")
def content():
    return picture("JPEG", colour=(17, 29, 162))


@pytest.fixture(scope="module")
def page(tmp_path_factory, content):
    one = Page(tmp_path_factory.mktemp("page") / "store", content)
    with one.server:
        yield one


def check_shape(value, shape):
    """These members in this order, of exactly these types (true is no number, 1 no fraction)."""
    if isinstance(shape, dict):
        assert list(value) == list(shape)
        for name, inner in shape.items():
            check_shape(value[name], inner)
    else:
        assert type(value) is shape, (value, shape)


@SAMPLES
def test_the_sample_answers_as_the_page_prints(page, content, sample):
    answer = json.loads(page.run(sample))

    check_shape(answer, ANSWER)
    image, time = answer["result"]["productImage"], answer["time"]
    assert {name: image[name] for name in ("id", "name", "productId", "type")} == \
        {"id": 1, "name": "test.jpeg", "productId": 1, "type": "MORE_PHOTO"}
    for date in (image["createTime"], time["date_start"], time["date_finish"]):
        assert DATE.fullmatch(date)
    assert time["start"] <= time["finish"] and time["processing"] <= time["duration"]
    assert image["detailUrl"].startswith("/upload/") and image["detailUrl"].endswith("/test.jpeg")
    assert image["downloadUrl"].startswith(page.server.address.url + "/rest/download.json?")
    bitrix24 = Bitrix24(page.server.address)
    for name in ("detailUrl", "downloadUrl"):
        assert bitrix24.fetch(image[name]).body == content


@SAMPLES
def test_status_and_type_are_those_of_the_page(page, sample):
    head, _, body = page.run(sample, more="-s -i --http1.1").partition("\r\n\r\n")

    assert head.startswith("HTTP/1.1 200 ")
    assert "\r\ncontent-type: application/json; charset=utf-8" in head.lower()
    check_shape(json.loads(body), ANSWER)


# what the page lists under possible error codes, in its order; what it paraphrases as "not found"
# and what the server says are in bitrix24 4.2 to 4.4
ERRORS = [
    ('"id":1', "100", missing("productId")),
    ('"productId":1', "100", missing("id")),
    ('"productId":987654,"id":1', "0", "Product was not found"),
    ('"productId":1,"id":987654', "0", "productImage does not exist."),
    ('"productId":"one","id":1', "100", invalid("one", "productId")),
]


@SAMPLES
@pytest.mark.parametrize("body, code, text", ERRORS)
def test_an_error_has_the_members_of_the_page(page, sample, body, code, text):
    answer = json.loads(page.run(sample, body))

    assert list(answer.items()) == [("error", code), ("error_description", text)]
    assert page.run(sample, body, "-s -o /dev/null -w '%{http_code}'") == "400"


def test_with_the_setting_for_it_codes_are_numbers_as_the_page_prints(tmp_path, content):
    page = Page(tmp_path / "store", content, {"CAMEO_NUMERIC_ERROR_CODES": "yes"})
    with page.server:
        for sample in (BY_WEBHOOK, BY_TOKEN):
            for body, code, text in ERRORS:
                answer = json.loads(page.run(sample, body))
                assert list(answer.items()) == [("error", int(code)), ("error_description", text)]
                assert type(answer["error"]) is int
