"""OAuth 2 on Bitrix24's wire: the page, the tokens, what they open and when they end."""

import html
import json
import re
import time
import urllib.parse

import pytest

from clients import b64, basic, check_envelope, check_error

REDIRECT = "https://shop.example.com/back?from=bitrix"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
FIELD = re.compile(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)">')


class Application:
    """One that is registered, and the browser of a user who is asked to let it in."""

    def __init__(self, server, scopes="catalog,user", redirect=REDIRECT):
        shown = server.run("app", "add", "--name", "Shop & Co", "--redirect", redirect,
                           "--scopes", scopes, "--json").json
        self.server, self.id = server, shown["id"]
        self.client_id, self.secret = shown["client_id"], shown["client_secret"]
        server.hide(self.secret)

    def page(self, path="/oauth/authorize/", **parameters):
        query = {"client_id": self.client_id, "response_type": "code", **parameters}
        return self.server.address.request("GET", f"{path}?{urllib.parse.urlencode(query)}")

    def answer_page(self, page, path="/oauth/authorize/", cookie=None, headers=None, **fields):
        form = {name: html.unescape(value) for name, value in FIELD.findall(page.text)}
        form.update(fields)
        if cookie is None:
            cookie = page.headers["Set-Cookie"].split(";")[0]
        return self.server.address.request("POST", path, {**FORM, "Cookie": cookie,
                                                          **(headers or {})},
                                           urllib.parse.urlencode(form).encode())

    def code(self, user="demo", password="demo", **parameters):
        """The whole way through the page; gives the code."""
        back = self.answer_page(self.page(**parameters), user=user, password=password,
                                action="allow")
        assert back.status == 302, back
        code = sent_back(back)["code"]
        self.server.hide(code)
        return code

    def token(self, form="query", path="/oauth/token/", **parameters):
        parameters = {"client_id": self.client_id, "client_secret": self.secret, **parameters}
        text = urllib.parse.urlencode(parameters)
        if form == "query":
            return self.server.address.request("GET", f"{path}?{text}")
        if form == "json":
            return self.server.address.request("POST", path, {"Content-Type": "application/json"},
                                               json.dumps(parameters).encode())
        return self.server.address.request("POST", path, FORM, text.encode())

    def exchange(self, code):
        return self.pair(self.token(grant_type="authorization_code", code=code))

    def refresh(self, refresh_token, **options):
        return self.token(grant_type="refresh_token", refresh_token=refresh_token, **options)

    def pair(self, answer):
        assert answer.status == 200, answer
        self.server.hide(answer.json["access_token"], answer.json["refresh_token"])
        return answer.json

    def call(self, pair, method="profile", **options):
        return self.server.bitrix24.call(method, auth="auth", token=pair["access_token"],
                                         **options)


def sent_back(answer, redirect=REDIRECT):
    location = answer.headers["Location"]
    assert location.startswith(redirect), location
    return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(location).query))


@pytest.fixture
def app(server):
    return Application(server)


def check_refusal(answer, status, error):
    assert answer.status == status, answer
    assert list(answer.json) == ["error", "error_description"] and answer.json["error"] == error
    assert answer.headers["Cache-Control"] == "no-store"
    for word in ("portal", "domain", "not found"):
        assert word not in answer.text.lower()


# the page

def test_a_user_lets_an_application_in_and_it_gets_its_tokens(server, app):
    page = app.page(state="xyz 1&2", redirect_uri=REDIRECT)
    assert page.status == 200 and page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "Shop &amp; Co" in page.text and "<script" not in page.text
    assert page.headers["X-Frame-Options"] == "DENY"
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert "script" not in page.headers["Content-Security-Policy"]
    cookie = page.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie

    back = app.answer_page(page, user="demo", password="demo", action="allow")
    assert back.status == 302 and back.body == b""
    got = sent_back(back)
    server.hide(got["code"])
    assert got["from"] == "bitrix" and got["state"] == "xyz 1&2" and got["scope"] == "catalog,user"
    assert got["domain"] == got["server_domain"] == server.address.authority
    assert re.fullmatch("[0-9a-f]{32}", got["member_id"])

    answer = app.token(grant_type="authorization_code", code=got["code"])
    pair = app.pair(answer)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    endpoint = f"{server.address.url}/rest/"
    fixed = {"expires_in": 3600, "client_endpoint": endpoint, "server_endpoint": endpoint,
             "domain": server.address.authority, "member_id": got["member_id"],
             "scope": "catalog,user", "status": "L", "user_id": 1}
    assert {name: pair[name] for name in fixed} == fixed
    assert set(pair) == {"access_token", "refresh_token", "expires", *fixed}
    assert isinstance(pair["expires"], int) and 3500 < pair["expires"] - time.time() <= 3600
    check_envelope(app.call(pair, "catalog.catalog.list").json)


def test_who_denies_is_sent_back_without_a_code(app):
    back = app.answer_page(app.page(state="s"), action="deny")

    assert back.status == 302
    assert {"error": "access_denied", "state": "s"}.items() <= sent_back(back).items()
    assert "code" not in sent_back(back)


def test_a_wrong_password_is_asked_for_again_and_tells_nothing(app):
    first = app.page()
    texts = set()
    for user, password in (("demo", "wrong"), ("nobody", "wrong"), ("demo", ""), ("", "")):
        again = app.answer_page(first, user=user, password=password, action="allow")
        assert again.status == 401 and "Location" not in again.headers
        texts.add(re.sub(r'name="form" value="[^"]*"', "", again.text))
    assert len(texts) == 1
    cookie = first.headers["Set-Cookie"].split(";")[0]
    assert app.answer_page(again, cookie=cookie, user="demo", password="demo",
                           action="allow").status == 302


@pytest.mark.parametrize("parameters", [
    {"client_id": "local.nobody"}, {"client_id": ""}, {"redirect_uri": "https://evil.example.com/"},
    {"redirect_uri": REDIRECT + "x"}, {"redirect_uri": "https://shop.example.com/back"},
    {"state": "s" * 5000}, {"client_id": "<script>alert(1)</script>"}])
def test_nobody_is_sent_where_an_application_is_not(app, parameters):
    for path in ("/oauth/authorize", "/oauth/authorize/"):
        page = app.page(path, **parameters)
        assert page.status == 400 and "Location" not in page.headers
        assert "<form" not in page.text and "script" not in page.text
        assert "evil" not in page.text


def test_a_form_counts_in_the_browser_that_was_asked(app):
    mine, others = app.page(state="1"), app.page(state="1")
    cookie = others.headers["Set-Cookie"].split(";")[0]
    yes = {"user": "demo", "password": "demo", "action": "allow"}

    for wrong in ({"cookie": cookie}, {"cookie": "x=y"}, {"state": "2"}, {"form": "1.x"},
                  {"scope": "user"}, {"headers": {"Sec-Fetch-Site": "cross-site"}}):
        refused = app.answer_page(mine, **{**yes, **wrong})
        assert refused.status == 403 and "Location" not in refused.headers, wrong
    assert app.answer_page(mine, headers={"Sec-Fetch-Site": "same-origin"}, **yes).status == 302


def test_two_pages_in_one_browser_do_not_void_each_other(server, app):
    first = app.page(state="1")
    cookie = first.headers["Set-Cookie"].split(";")[0]
    query = urllib.parse.urlencode({"client_id": app.client_id, "state": "2"})
    second = server.address.request("GET", f"/oauth/authorize?{query}", {"Cookie": cookie})

    assert second.headers["Set-Cookie"].split(";")[0] == cookie
    for page in (first, second):
        assert app.answer_page(page, cookie=cookie, action="deny").status == 302


def test_only_a_form_is_taken_and_other_methods_are_not(server, app):
    page = app.page()
    refused = app.answer_page(page, headers={"Content-Type": "application/json"}, action="deny")
    assert refused.status == 400 and "Location" not in refused.headers
    assert server.address.request("PUT", "/oauth/authorize").status == 405
    assert server.address.request("DELETE", "/oauth/token").status == 405
    head = server.address.request("HEAD", f"/oauth/authorize?client_id={app.client_id}")
    assert head.status == 200 and head.body == b""


def test_over_tls_the_cookie_stays_there(tls_server):
    app = Application(tls_server)
    with_tls = next(one for one in tls_server.addresses if one.tls)
    page = with_tls.request("GET", f"/oauth/authorize?client_id={app.client_id}")
    assert page.status == 200 and "; Secure" in page.headers["Set-Cookie"]


# tokens

@pytest.mark.parametrize("form", ["query", "form", "json"])
@pytest.mark.parametrize("path", ["/oauth/token", "/oauth/token/", "/oauth//token/"])
def test_tokens_are_refreshed_however_it_is_asked_for(app, form, path):
    first = app.exchange(app.code())
    second = app.pair(app.refresh(first["refresh_token"], form=form, path=path))

    assert second["access_token"] != first["access_token"]
    assert second["refresh_token"] != first["refresh_token"]
    for pair in (first, second):  # the old one lives until its own end
        assert app.call(pair).status == 200


def test_the_secret_may_come_by_basic(server, app):
    query = urllib.parse.urlencode({"grant_type": "authorization_code", "code": app.code()})
    wrong = server.address.request("GET", f"/oauth/token/?{query}",
                                   {"Authorization": basic(app.client_id, "wrong")})
    check_refusal(wrong, 401, "invalid_client")
    assert wrong.headers["WWW-Authenticate"] == 'Basic realm="oauth"'
    app.pair(server.address.request("GET", f"/oauth/token/?{query}",
                                    {"Authorization": basic(app.client_id, app.secret)}))


@pytest.mark.parametrize("parameters,status,error", [
    ({}, 400, "invalid_request"),
    ({"grant_type": "authorization_code"}, 400, "invalid_request"),
    ({"grant_type": "refresh_token"}, 400, "invalid_request"),
    ({"grant_type": "refresh_token", "refresh_token": "no such token"}, 400, "invalid_grant"),
    ({"grant_type": "authorization_code", "code": "no such code"}, 400, "invalid_grant"),
    ({"grant_type": "client_credentials"}, 400, "unsupported_grant_type"),
    ({"grant_type": "refresh_token", "refresh_token": "x", "scope": "crm"}, 400, "invalid_scope"),
    ({"grant_type": "refresh_token", "refresh_token": "x", "client_secret": "no such secret"},
     401, "invalid_client"),
    ({"grant_type": "refresh_token", "refresh_token": "x", "client_id": "local.nobody"},
     401, "invalid_client"),
])
@pytest.mark.parametrize("form", ["query", "form", "json"])
def test_each_wrong_request_has_its_error(app, form, parameters, status, error):
    check_refusal(app.token(form, **parameters), status, error)


def test_a_code_is_good_once_and_a_second_use_closes_what_the_first_opened(app):
    code = app.code()
    pair = app.exchange(code)
    assert app.call(pair).status == 200

    check_refusal(app.token(grant_type="authorization_code", code=code), 400, "invalid_grant")
    check_error(app.call(pair), 401, "invalid_token", "The access token provided is invalid")
    check_refusal(app.refresh(pair["refresh_token"]), 400, "invalid_grant")


def test_a_refresh_token_works_again_for_a_client_that_never_got_the_answer(app):
    first = app.exchange(app.code())
    app.pair(app.refresh(first["refresh_token"]))  # which the client never saw
    again = app.pair(app.refresh(first["refresh_token"]))

    assert app.call(again).status == 200
    app.pair(app.refresh(again["refresh_token"]))


def test_without_a_grace_a_refresh_token_works_once(serve):
    server = serve("--demo", environment={"CAMEO_OAUTH_GRACE_SECONDS": "0"})
    app = Application(server)
    first = app.exchange(app.code())
    second = app.pair(app.refresh(first["refresh_token"]))

    check_refusal(app.refresh(first["refresh_token"]), 400, "invalid_grant")
    assert app.call(second).status == 200


def until(true):
    end = time.monotonic() + 30
    while not true():
        assert time.monotonic() < end, "never came true"
        time.sleep(0.05)


def test_a_token_that_is_over_says_so_and_is_refreshed(serve):
    server = serve("--demo", environment={"CAMEO_OAUTH_ACCESS_SECONDS": "1"})
    app = Application(server)
    pair = app.exchange(app.code())
    assert pair["expires_in"] == 1
    until(lambda: app.call(pair).status != 200)

    for auth in ("auth", "access_token", "bearer"):
        check_error(server.bitrix24.call("profile", auth=auth, token=pair["access_token"]), 401,
                    "expired_token", "The access token provided has expired")
    pair = app.pair(app.refresh(pair["refresh_token"]))
    assert app.call(pair).status == 200 or app.call(pair).json["error"] == "expired_token"


def test_a_refresh_token_ends_too(serve):
    server = serve("--demo", environment={"CAMEO_OAUTH_ACCESS_SECONDS": "1",
                                          "CAMEO_OAUTH_REFRESH_SECONDS": "1"})
    app = Application(server)
    pair = app.exchange(app.code())
    until(lambda: app.call(pair).status != 200)
    check_refusal(app.refresh(pair["refresh_token"]), 400, "invalid_grant")


def test_tokens_are_taken_wherever_clients_put_them(server, app):
    pair = app.exchange(app.code())
    for auth in ("auth", "access_token", "bearer"):
        for form in ("query", "form", "json"):
            answer = server.bitrix24.call("user.current", auth=auth, form=form,
                                          token=pair["access_token"])
            assert answer.status == 200 and answer.json["result"]["ID"] == "1", answer
    lower = {"Authorization": f"bearer {pair['access_token']}"}
    assert server.address.request("GET", "/rest//profile?auth=wrong", lower).status == 200


def test_scopes_bound_what_tokens_open(server):
    app = Application(server, "user")
    pair = app.exchange(app.code())
    assert pair["scope"] == "user"
    assert app.call(pair, "user.current").status == 200
    check_error(app.call(pair, "catalog.catalog.list"), 403, "insufficient_scope",
                "The request requires higher privileges than provided by the access token")

    both = Application(server)
    pair = both.exchange(both.code(scope="catalog crm"))
    assert pair["scope"] == "catalog"
    assert both.call(pair, "catalog.catalog.list").status == 200
    check_error(both.call(pair, "user.current"), 403, "insufficient_scope")
    back = both.page(scope="crm,task", state="s")
    assert back.status == 302
    assert {"error": "invalid_scope", "state": "s"}.items() <= sent_back(back).items()


def test_a_reader_lets_in_no_writer(server, app, product, png):
    pair = app.exchange(app.code("reader", "reader"))
    assert pair["user_id"] == 2
    check_error(app.call(pair, "catalog.productImage.add",
                         parameters={"fields": {"productId": product},
                                     "fileContent": ["a.png", b64(png)]}),
                400, "200040300020")


# ends

def test_an_application_that_is_removed_is_out(server, app):
    pair, code = app.exchange(app.code()), app.code()
    server.run("app", "remove", str(app.id))

    check_error(app.call(pair), 401, "APPLICATION_NOT_FOUND", "Application not found")
    check_refusal(app.refresh(pair["refresh_token"]), 401, "invalid_client")
    check_refusal(app.token(grant_type="authorization_code", code=code), 401, "invalid_client")
    assert app.page().status == 400


def test_a_user_who_is_disabled_or_has_a_new_password_is_out(server, app):
    server.user("oauth-anna", "editor", "anna-password")
    pair = app.exchange(app.code("oauth-anna", "anna-password"))
    server.run("user", "disable", "oauth-anna")
    check_error(app.call(pair), 401, "authorization_error")
    check_refusal(app.refresh(pair["refresh_token"]), 400, "invalid_grant")
    assert app.answer_page(app.page(), user="oauth-anna", password="anna-password",
                           action="allow").status == 401
    server.run("user", "enable", "oauth-anna")
    pair = app.pair(app.refresh(pair["refresh_token"]))

    server.hide("anna-second")
    server.run("user", "password", "oauth-anna", stdin=b"anna-second\n")
    check_error(app.call(pair), 401, "invalid_token")
    check_refusal(app.refresh(pair["refresh_token"]), 400, "invalid_grant")


def test_an_operator_takes_one_users_consent_back(server, app):
    pair = app.exchange(app.code())
    codes = [row for row in server.run("key", "list", "--json").json if row["kind"] == "code"]
    server.run("key", "revoke", str(codes[-1]["id"]))

    check_error(app.call(pair), 401, "invalid_token")
    check_refusal(app.refresh(pair["refresh_token"]), 400, "invalid_grant")


def test_what_was_answered_survives_a_kill(tmp_path, serve):
    server = serve("--demo")
    app = Application(server)
    pair = app.exchange(app.code())
    for _ in range(3):
        pair = app.pair(app.refresh(pair["refresh_token"]))
        server.kill()
        server.start()
        assert app.call(pair).status == 200
    check_refusal(app.refresh("no such token"), 400, "invalid_grant")
    app.pair(app.refresh(pair["refresh_token"]))


# REST 3.0

@pytest.mark.parametrize("path", ["/rest/api/catalog.product.list", "/rest/api/main.eventlog.list/",
                                  "/rest/api/1/demo-webhook/profile", "/rest/api/", "/rest/api/x/y/z",
                                  "/rest/api/profile?auth=demo-oauth", "/rest//api/profile.json"])
def test_rest_3_answers_as_one_that_knows_no_method(server, path):
    want = {"error": {"code": "BITRIX_REST_V3_EXCEPTION_METHODNOTFOUNDEXCEPTION",
                      "message": "Method not found!"}}
    for method, body in (("GET", None), ("POST", b'{"select":["id"]}')):
        answer = server.address.request(method, path, {"Content-Type": "application/json"}, body)
        assert answer.status == 404 and answer.json == want, answer
        assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
