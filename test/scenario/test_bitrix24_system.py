"""Bitrix24: credentials and their errors, system methods, cross-origin headers."""

import datetime
import re

import pytest

from clients import READER_WEBHOOK, check_error

GET = "catalog.productImage.get"
METHODS = {"catalog.productimage.get", "catalog.productimage.add", "catalog.productimage.list",
           "catalog.productimage.delete", "catalog.productimage.getfields", "catalog.product.list",
           "catalog.product.sku.list", "catalog.product.offer.list", "catalog.product.service.list",
           "catalog.catalog.list", "server.time", "scope", "methods", "profile"}


def test_no_credential(bx):
    check_error(bx.call(GET, {"productId": 1, "id": 1}, auth=None), 401, "NO_AUTH_FOUND",
                "Wrong authorization data")


@pytest.mark.parametrize("auth", ["bearer", "auth", "access_token"])
@pytest.mark.parametrize("token", ["wrong", "8A:demo", "7T:demo", "demo-webhook", "x" * 5000])
def test_an_unknown_token(bx, auth, token):
    answer = bx.call(GET, {"productId": 1, "id": 1}, auth=auth, token=token)

    check_error(answer, 401, "invalid_token", "The access token provided is invalid")
    assert token not in answer.text


@pytest.mark.parametrize("webhook", ["1/wrong", "2/demo-webhook", "1/reader-webhook",
                                     "99/demo-webhook",
                                     "0/demo-webhook", "x/demo-webhook", "demo/demo-webhook",
                                     "-1/demo-webhook", "99999999999/demo-webhook",
                                     "1/demo-oauth", "1/Demo-Webhook", "1/demo-webhook%20"])
def test_a_wrong_webhook(bx, webhook):
    check_error(bx.call(GET, {"productId": 1, "id": 1}, webhook=webhook), 403,
                "INVALID_CREDENTIALS", "Invalid request credentials")


def test_bearer_wins_over_auth(bx):
    good, bad = "Bearer demo-oauth", "Bearer wrong"

    assert bx.call("server.time", auth="auth", token="wrong",
                   headers={"Authorization": good}).status == 200
    check_error(bx.call("server.time", auth="auth", headers={"Authorization": bad}), 401,
                "invalid_token")


def test_the_webhook_in_the_path_wins_over_everything(bx):
    answer = bx.call("profile", {"auth": "wrong", "access_token": "wrong"},
                     headers={"Authorization": "Bearer wrong"}, webhook=READER_WEBHOOK)

    assert answer.status == 200, answer
    assert answer.json["result"]["ID"] == "2"


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_the_scheme_is_taken_in_any_case(bx, scheme):
    assert bx.call("server.time", auth=None,
                   headers={"Authorization": f"{scheme} demo-oauth"}).status == 200


@pytest.mark.parametrize("auth", ["webhook", None])
@pytest.mark.parametrize("method", ["catalog.productImage.update", "nothing", "catalog.",
                                    "catalog.productImage.get.txt", "upload"])
def test_an_unknown_method_is_told_before_anyone_is_asked_who_he_is(bx, method, auth):
    check_error(bx.call(method, auth=auth), 404, "ERROR_METHOD_NOT_FOUND", "Method not found!")


def test_a_secret_without_a_user_reads_as_a_method(bx):
    answer = bx.address.request("POST", f"/rest/demo-webhook/{GET}",
                                {"Content-Type": "application/json"}, b"{}")

    check_error(answer, 404, "ERROR_METHOD_NOT_FOUND", "Method not found!")


@pytest.mark.parametrize("path", ["/rest", "/rest/", "/rest/1", "/rest/1/demo-webhook",
                                  "/rest/1/demo-webhook/"])
def test_an_address_without_a_method_is_an_unknown_method(bx, path):
    check_error(bx.address.request("GET", path), 404, "ERROR_METHOD_NOT_FOUND", "Method not found!")


@pytest.mark.parametrize("auth", ["webhook", "bearer", "auth"])
@pytest.mark.parametrize("form", ["json", "query"])
def test_server_time_is_now(bx, auth, form):
    text = bx.result("server.time", auth=auth, form=form)

    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d", text)
    now = datetime.datetime.now(datetime.timezone.utc)
    assert abs((datetime.datetime.fromisoformat(text) - now).total_seconds()) < 60


def test_scope_holds_catalog(bx):
    assert "catalog" in bx.result("scope")
    assert set(bx.result("scope")) <= set(bx.result("scope", {"full": True}))


def test_methods_are_listed_in_lower_case(bx):
    listed = bx.result("methods")

    assert METHODS <= set(listed)
    assert all(name == name.lower() for name in listed)
    assert not {"download", "upload"} & set(listed)
    assert all(name.startswith("catalog.") for name in bx.result("methods", {"scope": "catalog"}))
    common = bx.result("methods", {"scope": ""})
    assert "server.time" in common and not any(name.startswith("catalog.") for name in common)


def test_every_listed_method_exists(bx):
    for name in bx.result("methods", {"scope": "catalog"}):
        assert bx.call(name).status != 404, name


def test_profile_is_the_user_of_the_credential(bx):
    demo, reader = bx.result("profile"), bx.result("profile", webhook=READER_WEBHOOK)

    assert (demo["ID"], demo["ADMIN"]) == ("1", True)
    assert (reader["ID"], reader["ADMIN"]) == ("2", False)
    for name in ("NAME", "LAST_NAME", "PERSONAL_GENDER", "TIME_ZONE"):
        assert isinstance(demo[name], str)


def test_a_preflight_is_answered(bx):
    answer = bx.address.request("OPTIONS", f"/rest/{GET}", {
        "Origin": "https://shop.example.com", "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type"})

    assert (answer.status, answer.body) == (204, b"")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    allowed = answer.headers["Access-Control-Allow-Headers"].lower().replace(" ", "").split(",")
    assert {"origin", "content-type", "accept", "authorization"} <= set(allowed)


def test_errors_have_the_same_headers_as_answers(bx):
    for answer in (bx.call(GET), bx.call("nothing"), bx.call(GET, auth=None)):
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_new_credential_works_at_once_and_is_told_apart_by_its_user(server, bx):
    user = server.user("hook-owner", "editor", "hook-password")
    _, secret = server.key("webhook", "hook-owner")
    _, token = server.key("token", "hook-owner")

    assert bx.result("profile", webhook=f"{user}/{secret}")["ID"] == str(user)
    check_error(bx.call("profile", webhook=f"1/{secret}"), 403, "INVALID_CREDENTIALS")
    assert server.superoffice.as_user(f"Bearer {token}").get("Person/1/ImageInfo").status == 200


def test_an_address_is_never_answered_by_a_redirection(bx):
    for path in ("/rest/server.time", "/rest/server.time/", "//rest//server.time", "/rest",
                 "/rest/1/demo-webhook/server.time/"):
        assert bx.address.request("GET", path).status not in (301, 302, 307, 308)
