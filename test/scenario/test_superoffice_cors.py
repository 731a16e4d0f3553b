"""SuperOffice: pages of other origins (12.5)."""

import pytest

from clients import basic, check_failure

PATH = "Person/7/ImageInfo"
ALLOW = "Access-Control-Allow-Origin"
TRUST = "Access-Control-Allow-Credentials"


def cors(answer):
    return {name for name in answer.headers if name.lower().startswith("access-control-")}


def preflight(so, origin, method="PUT", path=PATH):
    return so.as_user(None).request("OPTIONS", path, headers={
        "Origin": origin, "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": "authorization,content-type,x-xsrf-token"})


def test_any_page_may_read_what_it_has_a_credential_for(so):
    answer = so.get(PATH, {"Origin": "https://shop.example"})

    assert answer.status == 200 and answer.headers[ALLOW] == "https://shop.example"
    assert TRUST not in answer.headers, "not with the log-in that the browser remembers"
    exposed = answer.headers["Access-Control-Expose-Headers"]
    assert all(name in exposed for name in ("ETag", "Last-Modified", "SO-TimeZone"))
    assert "Origin" in ", ".join(answer.headers.get_all("Vary"))


def test_a_preflight_is_answered_without_a_credential(so):
    answer = preflight(so, "https://shop.example")

    assert answer.status == 204 and answer.body == b""
    assert answer.headers[ALLOW] == "https://shop.example"
    for method in ("GET", "PUT", "POST", "PATCH", "DELETE", "HEAD", "OPTIONS"):
        assert method in answer.headers["Access-Control-Allow-Methods"]
    for name in ("Authorization", "Content-Type", "Accept", "SO-Language", "SO-TimeZone",
                 "SO-AppToken", "X-XSRF-TOKEN", "If-Match", "If-None-Match"):
        assert name in answer.headers["Access-Control-Allow-Headers"]


def test_errors_can_be_read_by_the_page_too(so):
    for answer in (so.as_user(None).get(PATH, {"Origin": "https://a.example"}),
                   so.get("Person/654321/Image", {"Origin": "https://a.example"}),
                   so.get("nowhere", {"Origin": "https://a.example"}),
                   so.delete(PATH, {"Origin": "https://a.example"})):
        assert answer.status in (401, 404, 405) and answer.headers[ALLOW] == "https://a.example"


def test_who_is_no_page_gets_no_such_headers(so):
    assert not cors(so.get(PATH))
    assert not cors(so.request("OPTIONS", PATH))


@pytest.mark.parametrize("origin", ["null", "https://a b", "https://a.example\x7f", ""])
def test_what_is_no_origin_is_not_echoed(so, origin):
    assert ALLOW not in so.get(PATH, {"Origin": origin}).headers


@pytest.fixture(scope="module")
def listed(tmp_path_factory):
    import program
    directory = tmp_path_factory.mktemp("cors") / "store"
    environment = {"CAMEO_CORS_ORIGIN": "https://crm.example.com http://localhost* "
                                        "https://shop.example.com:* https://*.trusted.example"
                                        " http://192.168.* http://10.0.0.1*"}
    with program.Server(directory, "--demo", environment=environment) as running:
        yield running


@pytest.mark.parametrize("origin, allowed, trusted", [
    ("https://crm.example.com", True, True), ("HTTPS://CRM.example.com", True, True),
    ("http://crm.example.com", False, False), ("https://crm.example.com:8443", False, False),
    ("https://crm.example.com.evil.example", False, False),
    ("http://localhost", True, True), ("http://localhost:3000", True, True),
    # the vendor's wildcard stands for anything; but trust goes to this machine alone
    ("http://localhost.evil.example", True, False), ("http://localhost:3000.evil", True, False),
    ("https://localhost", False, False), ("https://shop.example.com:8443", True, True),
    ("https://shop.example.com", False, False), ("http://192.168.1.7", True, False),
    ("http://10.0.0.1:80", True, True), ("http://10.0.0.12", True, False),
    ("https://other.example", False, False)])
def test_only_those_that_are_listed(listed, origin, allowed, trusted):
    so = listed.superoffice
    for answer in (so.get(PATH, {"Origin": origin}), preflight(so, origin),
                   so.as_user(None).get(PATH, {"Origin": origin})):
        assert (answer.headers.get(ALLOW) == origin) is allowed, answer
        assert (answer.headers.get(TRUST) == "true") is trusted, answer
        assert bool(cors(answer)) is allowed
        assert "Origin" in ", ".join(answer.headers.get_all("Vary"))


def test_a_page_that_is_not_listed_is_answered_all_the_same(listed):
    """CORS is the browser's to enforce: who has a credential is nobody's page."""
    so = listed.superoffice
    assert so.get(PATH, {"Origin": "https://other.example"}).status == 200
    check_failure(so.as_user(basic("demo", "x")).get(PATH, {"Origin": "https://o.example"}), 401)
    assert preflight(so, "https://other.example").status == 204


def test_all_of_it_can_be_switched_off(serve):
    so = serve("--demo", environment={"CAMEO_CORS": "no"}).superoffice

    assert not cors(so.get(PATH, {"Origin": "https://shop.example"}))
    assert not cors(preflight(so, "https://shop.example"))
