"""SuperOffice: /api, /api/v1 and the description (superoffice 12)."""

import base64
import datetime
import hashlib
import re

import pytest

from clients import check_failure

JSON = {"Accept": "application/json"}
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
KEYS = ["v1", "Version", "NetServerVersion", "NetServerAssembly", "NetServerDate", "NetServerLabel",
        "NetServer", "Services", "ServicesCurrent", "PictureService"]
FUTURE = "Fri, 01 Jan 2100 00:00:00 GMT"


@pytest.fixture
def get(server):
    """Without any credential."""
    return lambda target, headers=None, method="GET": server.address.request(method, target, headers)


@pytest.mark.parametrize("prefix", ["", "/crm", "/Cust12345/x"])
@pytest.mark.parametrize("path", ["/api", "/api/", "/API"])
def test_api_tells_versions_and_where_to_go(server, get, prefix, path):
    answer = get(prefix + path, JSON)

    assert answer.status == 200
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    body = answer.json
    assert list(body) == KEYS
    assert body["v1"] == f"{server.address.url}{prefix}/api/v1"
    assert body["Version"] == "v1"
    assert int(body["NetServerVersion"].split(".")[0]) >= 10
    assert datetime.date.fromisoformat(body["NetServerDate"]).year >= 2026
    assert get(body["v1"].removeprefix(server.address.url)).status == 200


@pytest.mark.parametrize("path", ["/api", "/api/v1"])
def test_browsers_get_a_page(get, path):
    answer = get(path, BROWSER)

    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "<script" not in answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_who_does_not_ask_gets_the_page_of_api_and_the_list_of_v1(get):
    assert get("/api").headers["Content-Type"].startswith("text/html")
    assert get("/api/v1").headers["Content-Type"].startswith("application/json")


@pytest.mark.parametrize("path", ["/api", "/api/v1", "/api/swagger/v1.json", "/swagger/"])
def test_descriptions_are_never_304_and_answer_head(get, path):
    whole = get(path, JSON)
    asked = get(path, {**JSON, "If-Modified-Since": FUTURE, "If-None-Match": "*"})
    head = get(path, JSON, "HEAD")

    assert asked.status == whole.status == head.status == 200
    assert asked.body == whole.body and head.body == b""
    assert head.headers["Content-Length"] == str(len(whole.body))
    assert whole.headers["Cache-Control"] == "no-cache"
    check_failure(get(path, JSON, "POST"), 405, "SoNotSupportedException")


def test_the_list_names_every_address_with_its_methods(server, get):
    base = server.address.url + "/crm/api/v1/"

    listed = get("/crm/api/v1").json

    assert all(url.startswith(base) for url in listed)
    assert list(listed[base + "Contact/{id}/Image"]) == ["GET", "PUT", "POST", "DELETE"]
    assert list(listed[base + "Product/{id}/ImageInfo"]) == ["GET", "PUT"]
    assert all(isinstance(text, str) and text for item in listed.values() for text in item.values())
    assert not any(re.search(r"Services\d|Image/Content|\{kind\}|\{entity\}|\{product\}", url)
                   for url in listed)


def test_the_list_and_the_description_say_the_same(server, get):
    base = server.address.url
    listed = {(url.removeprefix(base), method.lower())
              for url, item in get("/api/v1").json.items() for method in item}

    paths = get("/api/swagger/v1.json").json["paths"]

    assert listed == {(path, method) for path, item in paths.items() for method in item}


def test_every_listed_address_answers(server, get):
    for url, item in get("/api/v1").json.items():
        target = re.sub(r"\{\w+\}", "1", url.removeprefix(server.address.url))
        allowed = get(target, method="OPTIONS").headers["Allow"].split(", ")
        assert set(item) <= set(allowed), target


def test_operations_have_names_of_their_own(get):
    paths = get("/api/swagger/v1.json").json["paths"]

    names = [one["operationId"] for item in paths.values() for one in item.values()]

    assert len(names) == len(set(names))
    assert all(one["summary"] for item in paths.values() for one in item.values())


def test_headers_and_errors_are_described(get):
    api = get("/api/swagger/v1.json").json

    for name in ("Accept-Language", "SO-Language", "SO-Culture", "SO-TimeZone", "SO-AppToken"):
        assert api["parameters"][name]["in"] == "header"
    image = api["paths"]["/api/v1/Contact/{id}/Image"]
    assert {one.get("name") for one in image["get"]["parameters"]} >= {"w", "h", "type", "ifBlank"}
    assert "If-Unmodified-Since" in str(image["put"]["parameters"])
    assert set(image["put"]["responses"]) == {"200", "400", "401", "403", "404", "412"}
    assert list(image["delete"]["responses"])[0] == "204"
    assert api["definitions"]["BlobEntity"]["properties"]["BlobId"]["type"] == "integer"


@pytest.mark.parametrize("path", ["/swagger", "/swagger/", "/crm/swagger/"])
def test_the_page_reads_the_description_with_nothing_from_elsewhere(get, path):
    answer = get(path)

    assert answer.status == 200 and answer.headers["Content-Type"] == "text/html; charset=utf-8"
    where = re.search(r'data-from="([^"]+)"', answer.text).group(1)
    assert where == path.split("/swagger")[0] + "/api/swagger/v1.json"
    assert get(where).json["swagger"] == "2.0"
    assert "http" not in answer.text
    policy = answer.headers["Content-Security-Policy"]
    for tag in ("script", "style"):
        text = re.search(f"<{tag}>(.*)</{tag}>", answer.text, re.DOTALL).group(1)
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy


@pytest.mark.parametrize("path", ["/swagger/x", "/swagger.json", "/swaggers/"])
def test_nothing_else_is_taken_for_the_page(get, path):
    assert get(path).status == 404


def test_pages_of_other_origins_may_read_the_description(get):
    answer = get("/api/swagger/v1.json", {"Origin": "http://localhost:3000"})

    assert answer.status == 200
    assert answer.headers["Access-Control-Allow-Origin"] in ("*", "http://localhost:3000")
