"""Bitrix24: credentials and their errors, system methods, cross-origin headers."""

import datetime
import re

import pytest

from clients import READER_WEBHOOK, check_error
from test_bitrix24_oauth import Application

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


# what a credential is

@pytest.mark.parametrize("auth", ["webhook", "bearer"])
def test_app_info_of_what_is_no_application(bx, auth):
    assert bx.result("app.info", auth=auth) == {"SCOPE": ["catalog"], "LICENSE": "en_selfhosted"}


def test_app_info_shows_the_scopes_of_the_webhook(server, bx):
    _, secret = server.key("webhook", "demo", "--scope", "catalog,user_basic")

    assert bx.result("app.info", webhook=f"1/{secret}")["SCOPE"] == ["catalog", "user_basic"]


def test_app_info_of_an_application(server):
    application = Application(server)
    pair = application.exchange(application.code())

    info = application.call(pair, "app.info").json["result"]

    assert info == {"ID": application.id, "CODE": application.client_id, "VERSION": 1,
                    "STATUS": "L", "INSTALLED": True, "PAYMENT_EXPIRED": "N", "DAYS": None,
                    "LANGUAGE_ID": "en", "LICENSE": "en_selfhosted",
                    "LICENSE_TYPE": "selfhosted", "LICENSE_FAMILY": "selfhosted",
                    "SCOPE": ["catalog", "user"]}
    assert type(info["ID"]) is int


@pytest.mark.parametrize("code", ["rest_offline_extended", "rest_auth_connector", "unheard"])
@pytest.mark.parametrize("form", ["json", "query"])
def test_no_feature_of_a_vendor_s_plan_is_here(bx, code, form):
    assert bx.result("feature.get", {"CODE": code}, form=form) == {"value": "N"}


@pytest.mark.parametrize("parameters", [{}, {"CODE": ""}, {"CODE": "0"}, {"code": "x"}])
def test_a_feature_needs_a_code(bx, parameters):
    check_error(bx.call("feature.get", parameters), 400, "CODE_EMPTY", "CODE can't be empty")


@pytest.mark.parametrize("parameters, everything", [
    ({}, False), ({"full": True}, True), ({"FULL": "1"}, True), ({"Full": "true"}, True),
    ({"full": 0}, False), ({"full": "0"}, False), ({"full": ""}, False),
    ({"full": "false"}, True)])  # a text is true in PHP
def test_scope_in_all_its_forms(bx, parameters, everything):
    for form in ("json", "form", "query"):
        names = bx.result("scope", parameters, form=form)
        assert names == (["catalog", "user", "user_basic", "user_brief"] if everything
                         else ["catalog"])


def test_methods_in_all_its_forms(server, bx):
    common = bx.result("methods", {"scope": ""})
    catalog = bx.result("methods", {"SCOPE": "catalog"})
    user = bx.result("methods", {"Scope": "user"})
    everything = bx.result("methods", {"full": True})

    assert user == ["user.current"] == bx.result("methods", {"scope": "user_brief"})
    assert {"app.info", "feature.get", "method.get", "methods", "profile", "scope", "server.time",
            "user.admin"} <= set(common)
    assert sorted(everything) == sorted(common + catalog + user)
    assert sorted(bx.result("methods")) == sorted(common + catalog)
    assert bx.result("methods", {"full": 0}) == bx.result("methods")
    assert bx.result("methods", {"scope": "unheard"}) == []
    assert bx.result("methods", {"scope": "unheard", "full": 1}) == []
    for form in ("form", "query", "multipart"):
        assert bx.result("methods", {"scope": "catalog"}, form=form) == catalog
    _, secret = server.key("webhook", "demo", "--scope", "user")
    hook = {"webhook": f"1/{secret}"}
    assert sorted(bx.result("methods", **hook)) == sorted(common + user)
    assert sorted(bx.result("methods", {"full": True}, **hook)) == sorted(everything)


@pytest.mark.parametrize("name, exists, available", [
    ("server.time", True, True), ("catalog.productimage.get", True, True),
    ("user.current", True, False), ("download", False, False), ("upload", False, False),
    ("unheard", False, False), ("", False, False), (None, False, False)])
def test_method_get(bx, name, exists, available):
    parameters = {} if name is None else {"name": name}
    for form in ("json", "query"):
        assert bx.result("method.get", parameters, form=form) == {
            "isExisting": exists, "isAvailable": available}


# the user

@pytest.fixture
def person_with_picture(server, so, png):
    so.put_image("Person/1/Image", png)
    return png


def test_profile_has_all_its_members(server, bx, person_with_picture):
    profile = bx.result("profile")

    assert list(profile) == ["ID", "ADMIN", "NAME", "LAST_NAME", "PERSONAL_GENDER", "TIME_ZONE",
                             "PERSONAL_PHOTO"]
    assert profile["ID"] == "1" and profile["ADMIN"] is True
    assert (profile["NAME"], profile["LAST_NAME"]) == ("Demo", "User")
    assert profile["PERSONAL_PHOTO"].startswith(server.address.url + "/upload/c/")
    assert bx.fetch(profile["PERSONAL_PHOTO"]).body == person_with_picture


def test_a_user_without_a_picture_has_no_photo(server, bx):
    user = server.user("no-face", "reader", "no-face-password")
    _, secret = server.key("webhook", "no-face", "--scope", "catalog,user")
    hook = {"webhook": f"{user}/{secret}"}

    assert "PERSONAL_PHOTO" not in bx.result("profile", **hook)
    assert "PERSONAL_PHOTO" not in bx.result("user.current", **hook)


@pytest.mark.parametrize("scope", ["user", "user_basic", "user_brief", "catalog,user"])
def test_user_current_is_the_caller(server, bx, scope, person_with_picture):
    _, secret = server.key("webhook", "demo", "--scope", scope)

    user = bx.result("user.current", webhook=f"1/{secret}")

    assert list(user)[:4] == ["ID", "ACTIVE", "NAME", "LAST_NAME"]
    assert user["ID"] == "1" and user["ACTIVE"] is True
    assert all(name == name.upper() for name in user)
    for name in ("NAME", "LAST_NAME", "SECOND_NAME", "EMAIL", "PERSONAL_GENDER",
                 "PERSONAL_BIRTHDAY", "WORK_POSITION", "UF_EMPLOYMENT_DATE", "TIME_ZONE"):
        assert isinstance(user[name], str), name
    assert user["UF_DEPARTMENT"] == [] and user["IS_ONLINE"] == "Y"
    assert user["USER_TYPE"] == "employee"
    assert bx.fetch(user["PERSONAL_PHOTO"]).body == person_with_picture


def test_a_login_that_is_an_address_is_his_address(server, bx):
    user = server.user("ann@example.com", "editor", "ann-password")
    _, secret = server.key("webhook", "ann@example.com", "--scope", "user")

    assert bx.result("user.current", webhook=f"{user}/{secret}")["EMAIL"] == "ann@example.com"


def test_user_current_needs_its_scope(bx):
    check_error(bx.call("user.current"), 403, "insufficient_scope",
                "The request requires higher privileges than provided by the webhook token")
    check_error(bx.call("user.current", auth="auth"), 403, "insufficient_scope",
                "The request requires higher privileges than provided by the access token")


# catalogs

PRODUCTS = {"iblockId": 14, "iblockTypeId": "CRM_PRODUCT_CATALOG", "id": 14, "lid": "s1",
            "name": "Products", "productIblockId": None, "skuPropertyId": None,
            "subscription": "N", "vatId": None}
VARIATIONS = {**PRODUCTS, "iblockId": 15, "id": 15, "name": "Product variations",
              "productIblockId": 14, "skuPropertyId": 15}


@pytest.mark.parametrize("identity, catalog", [(14, PRODUCTS), ("14", PRODUCTS), (15, VARIATIONS)])
@pytest.mark.parametrize("form", ["json", "query"])
def test_a_catalog_is_got_by_its_block(bx, identity, catalog, form):
    parameters = {"id": identity}

    assert bx.result("catalog.catalog.get", parameters, form=form) == {"catalog": catalog}
    assert bx.result("catalog.catalog.isOffers", parameters, form=form) is (catalog is VARIATIONS)
    assert catalog in bx.result("catalog.catalog.list")["catalogs"]


@pytest.mark.parametrize("method", ["catalog.catalog.get", "catalog.catalog.isOffers"])
@pytest.mark.parametrize("parameters, code, text", [
    ({}, "100", "Could not find value for parameter {id}"),
    ({"ID": 14}, "100", "Could not find value for parameter {id}"),
    ({"id": "x"}, "100",
     "Invalid value {x} to match with parameter {id}. Should be value of type int."),
    ({"id": 0}, "0", "catalog does not exist."), ({"id": -14}, "0", "catalog does not exist."),
    ({"id": 16}, "0", "catalog does not exist."), ({"id": 2**32 + 14}, "0", "catalog does not exist.")])
def test_a_catalog_that_is_not_there(bx, method, parameters, code, text):
    check_error(bx.call(method, parameters), 400, code, text)


def test_the_fields_of_catalogs(bx):
    fields = bx.result("catalog.catalog.getFields")["catalog"]

    def field(kind, immutable=False, read_only=False, required=False):
        return {"isImmutable": immutable, "isReadOnly": read_only, "isRequired": required,
                "type": kind}

    assert fields == {"iblockId": field("integer", immutable=True, required=True),
                      "iblockTypeId": field("integer", read_only=True),
                      "id": field("integer", read_only=True),
                      "lid": field("string", read_only=True),
                      "name": field("string", read_only=True),
                      "productIblockId": field("integer"), "skuPropertyId": field("integer"),
                      "subscription": field("char"), "vatId": field("integer")}


@pytest.mark.parametrize("method", ["get", "getFields", "isOffers", "list"])
def test_catalogs_need_the_scope_catalog(server, bx, method):
    _, secret = server.key("webhook", "demo", "--scope", "user")

    check_error(bx.call(f"catalog.catalog.{method}", {"id": 14}, webhook=f"1/{secret}"), 403,
                "insufficient_scope")
    assert bx.call(f"catalog.catalog.{method}", {"id": 14}, webhook=READER_WEBHOOK).status == 200
