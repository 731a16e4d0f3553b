"""SuperOffice: the sign-in page, the session it makes, and what a page must send with it."""

import datetime
import html.parser
import urllib.parse

import pytest

from clients import SuperOffice, basic, check_failure

PATH = "Person/7/ImageInfo"
FORM = "application/x-www-form-urlencoded"


class Page(html.parser.HTMLParser):
    """The inputs of a page by name."""

    def __init__(self, answer):
        super().__init__()
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8", answer
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Frame-Options"] == "DENY"
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy and "<script" not in answer.text
        self.inputs, self.answer = {}, answer
        self.feed(answer.text)

    def handle_starttag(self, tag, attrs):
        fields = dict(attrs)
        if tag == "input":
            self.inputs[fields["name"]] = fields


class Browser:
    """As much of a browser as signing in takes: it keeps cookies."""

    def __init__(self, server, page="/login", address=None):
        self.server, self.page = server, page
        self.address = address or server.address
        self.jar, self.set = {}, []

    def send(self, method, target, headers=None, body=None):
        fields = dict(headers or {})
        if self.jar:
            fields.setdefault("Cookie", "; ".join(f"{n}={v}" for n, v in self.jar.items()))
        answer = self.address.request(method, target, fields, body)
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _, rest = line.partition("=")
            value, _, attributes = rest.partition("; ")
            self.set.append((name, attributes))
            if "Max-Age=0" in attributes:
                self.jar.pop(name, None)
            else:
                self.jar[name] = value
                self.server.hide(value)
        return answer

    def post(self, fields, headers=None):
        body = urllib.parse.urlencode(fields).encode()
        return self.send("POST", self.page, {"Content-Type": FORM, **(headers or {})}, body)

    def sign_in(self, user="demo", password="demo", **headers):
        answer = self.post({"user": user, "password": password}, headers)
        assert answer.status == 303, answer
        return answer

    @property
    def xsrf(self):
        return self.jar["XSRF-TOKEN"]

    def call(self, method, path, headers=None, body=None, xsrf=True):
        fields = {"X-XSRF-TOKEN": self.xsrf} if xsrf else {}
        return self.send(method, "/api/v1/" + path, {**fields, **(headers or {})}, body)


@pytest.fixture
def browser(server):
    return Browser(server)


def test_signing_in_with_a_form_gives_a_session(server, browser):
    page = Page(browser.send("GET", "/login"))
    assert page.inputs["password"]["type"] == "password" and "user" in page.inputs

    answer = browser.sign_in()

    assert answer.headers["Location"] == "login" and answer.headers["Cache-Control"] == "no-store"
    assert dict(browser.set) == {
        "SO_SESSION": "Path=/; HttpOnly; SameSite=Lax", "XSRF-TOKEN": "Path=/; SameSite=Lax"}
    shown = Page(browser.send("GET", "/login"))
    assert shown.inputs["XSRF_TOKEN"]["value"] == browser.xsrf
    assert shown.inputs["XSRF_TOKEN"]["type"] == "hidden"
    assert "Demo" in shown.answer.text and "password" not in shown.inputs
    assert browser.call("GET", PATH).status == 200
    assert browser.call("GET", "User/currentPrincipal").json["UserName"] == "demo"


def test_the_page_is_below_any_prefix_and_its_cookies_stay_there(server):
    for page, path in (("/crm/login", "/crm"), ("/Cust12345/CS/LOGIN", "/Cust12345/CS"),
                       ("/crm/login/", "/crm"), ("/a%3Bb/login", "/")):
        browser = Browser(server, page)
        answer = browser.sign_in()
        assert answer.headers["Location"] == ("../login" if page.endswith("/") else "login")
        assert all(f"Path={path}; " in attributes for _, attributes in browser.set)


@pytest.mark.parametrize("path", ["/login/x", "/xlogin", "/loginx", "/log", "/login.html"])
def test_only_that_address_is_the_page(server, path):
    assert server.address.request("GET", path).status == 404


def test_the_page_is_no_part_of_the_api(so):
    check_failure(so.as_user(None).get("/api/login"), 404)
    check_failure(so.as_user(None).get("/api/v1/login"), 404)
    check_failure(so.as_user(None).put("/login"), 405)


def test_without_the_header_a_session_opens_nothing_but_pictures(server, browser, png):
    person = server.record("person")
    server.superoffice.put_image(f"Person/{person}/Image", png)
    browser.sign_in()

    for method, path in (("GET", PATH), ("PUT", f"Person/{person}/Image"),
                         ("DELETE", f"Person/{person}/Image"), ("GET", "User/currentToken"),
                         ("POST", "Agents/User/GetAccessToken"), ("GET", "Contact")):
        answer = browser.call(method, path, body=b"x" if method == "PUT" else None, xsrf=False)
        check_failure(answer, 401, "SoSessionException")
        assert "X-XSRF-TOKEN" in answer.json["Message"]
    for wrong in ("wrong", browser.xsrf[:-1], browser.xsrf + "x", browser.jar["SO_SESSION"]):
        check_failure(browser.call("GET", PATH, {"X-XSRF-TOKEN": wrong}), 401)
    assert server.superoffice.get(f"Person/{person}/Image").body == png

    for query in ("", "?ifBlank=SrNoPhoto"):
        answer = browser.call("GET", f"Person/{person}/Image{query}", xsrf=False)
        assert answer.status == 200 and answer.body == png
    assert browser.call("HEAD", f"Person/{person}/Image", xsrf=False).status == 200


def test_a_session_writes_with_the_header(server, browser, png):
    path = f"Product/{server.record('product')}/Image"
    browser.sign_in()

    assert browser.call("PUT", path, {"Content-Type": "image/png"}, png).status == 200
    assert browser.call("GET", path).body == png
    assert browser.call("DELETE", path).status == 204


def test_a_readers_session_reads(server, browser, png):
    browser.sign_in("reader", "reader")

    assert browser.call("GET", PATH).status == 200
    check_failure(browser.call("PUT", "Person/7/Image", body=png), 403, "SoSentryException")


def test_the_xsrf_value_of_one_session_is_not_that_of_another(server, browser):
    other = Browser(server)
    browser.sign_in()
    other.sign_in()
    assert browser.xsrf != other.xsrf

    check_failure(browser.call("GET", PATH, {"X-XSRF-TOKEN": other.xsrf}), 401)


def test_an_authorization_header_counts_before_the_cookie(server, browser):
    browser.sign_in("reader", "reader")

    answer = browser.call("GET", "User/currentPrincipal", {"Authorization": basic("demo", "demo")})
    assert answer.json["UserName"] == "demo"
    check_failure(browser.call("GET", PATH, {"Authorization": "SOTicket 7T:wrong"}), 401)


@pytest.mark.parametrize("cookie", ["SO_SESSION=wrong", "SO_SESSION=", "SO_SESSION", "=", ";;;",
                                    "so_session=x", 'SO_SESSION="', "x=SO_SESSION=y"])
def test_a_cookie_that_is_no_session_opens_nothing(so, cookie):
    stranger = so.as_user(None)
    for headers in ({"Cookie": cookie}, {"Cookie": cookie, "X-XSRF-TOKEN": "x"}):
        check_failure(stranger.get(PATH, headers), 401)
        check_failure(stranger.get("Person/7/Image", headers), 401)


def test_the_cookie_is_found_among_others(server, browser):
    browser.sign_in()
    session = browser.jar["SO_SESSION"]

    for cookie in (f"a=b; SO_SESSION={session}; c=d", f'x="y;z";SO_SESSION={session}',
                   f'SO_SESSION="{session}"'):
        assert browser.call("GET", PATH, {"Cookie": cookie}).status == 200


def test_signing_out_ends_the_session_and_its_tokens(server, browser):
    browser.sign_in()
    kept = dict(browser.jar)
    token = browser.call("GET", "User/currentToken").json
    server.hide(token)
    bearer = SuperOffice(server.address, f"Bearer {token}")
    assert bearer.get(PATH).status == 200

    answer = browser.post({"action": "sign-out", "XSRF_TOKEN": browser.xsrf})

    assert answer.status == 303 and browser.jar == {}
    check_failure(browser.call("GET", PATH, {"X-XSRF-TOKEN": kept["XSRF-TOKEN"]}, xsrf=False), 401)
    browser.jar = kept
    check_failure(browser.call("GET", PATH), 401)
    check_failure(browser.call("GET", "Person/7/Image", xsrf=False), 401)
    check_failure(bearer.get(PATH), 401)
    assert browser.post({"action": "sign-out", "XSRF_TOKEN": browser.xsrf}).status == 303
    assert "password" in Page(browser.send("GET", "/login")).inputs


def test_nobody_else_can_sign_somebody_out(server, browser):
    browser.sign_in()

    for value in ("", "wrong"):
        answer = browser.post({"action": "sign-out", "XSRF_TOKEN": value})
        assert answer.status == 403
    assert browser.call("GET", PATH).status == 200


@pytest.mark.parametrize("user, password", [("demo", "wrong"), ("nobody", "demo"), ("", ""),
                                            ("demo", ""), ("d" * 300, "demo"), ("7T:demo", "x"),
                                            ("<b>demo</b>", "<script>x</script>"),
                                            ("demo", "x" * 2000)])
def test_what_was_wrong_is_not_said_and_nothing_comes_back(browser, user, password):
    answer = browser.post({"user": user, "password": password})

    page = Page(answer)
    assert answer.status == 401 and "password" in page.inputs and browser.jar == {}
    assert "User name or password is wrong." in answer.text
    assert "value=" not in answer.text and "<b>" not in answer.text
    assert answer.body == browser.post({"user": "demo", "password": "other"}).body


def test_a_disabled_user_gets_no_session_and_keeps_none(server, browser):
    server.user("otto", "reader", "otto-password")
    browser.sign_in("otto", "otto-password")
    assert browser.call("GET", PATH).status == 200

    server.run("user", "disable", "otto")

    check_failure(browser.call("GET", PATH), 401)
    assert browser.post({"user": "otto", "password": "otto-password"}).status == 401


def test_a_session_ends_when_the_password_changes(server, browser):
    server.user("paul", "reader", "paul-password")
    server.hide("paul-second")
    browser.sign_in("paul", "paul-password")
    token = browser.call("GET", "User/currentToken").json
    server.hide(token)

    server.run("user", "password", "paul", stdin=b"paul-second\n")

    check_failure(browser.call("GET", PATH), 401)
    check_failure(SuperOffice(server.address, f"Bearer {token}").get(PATH), 401)


def test_an_operator_can_end_a_session(server, browser):
    browser.sign_in()
    rows = [row for row in server.run("key", "list", "--json").json if row["kind"] == "session"]

    server.run("key", "revoke", rows[-1]["id"])

    check_failure(browser.call("GET", PATH), 401)


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Origin": "null"},
                                     {"Sec-Fetch-Site": "cross-site"},
                                     {"Sec-Fetch-Site": "same-site"}])
def test_a_form_of_another_site_is_refused(browser, headers):
    answer = browser.post({"user": "demo", "password": "demo"}, headers)

    assert answer.status == 403 and browser.jar == {}
    Page(answer)


def test_a_form_of_this_site_is_taken(server, browser):
    here = {"Origin": server.address.url, "Sec-Fetch-Site": "same-origin"}
    assert browser.post({"user": "demo", "password": "demo"}, here).status == 303


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data; boundary=x",
                                  "text/plain"])
def test_only_a_form_signs_in(browser, kind):
    check_failure(browser.post({"user": "demo", "password": "demo"}, {"Content-Type": kind}), 415)


def test_strangers_send_no_more_than_a_form(server, browser):
    check_failure(browser.post({"user": "demo", "password": "x" * 10_000}), 413)
    check_failure(server.address.request(
        "POST", "/login", {"Content-Type": FORM, "Transfer-Encoding": "chunked"}), 413)


def test_other_origins_cannot_read_the_page(server):
    answer = server.address.request("GET", "/login", {"Origin": "https://evil.example"})
    assert not [name for name in answer.headers if name.startswith("Access-Control")]


def test_over_tls_the_cookies_are_secure(tls_server):
    browser = Browser(tls_server, address=[a for a in tls_server.addresses if a.tls][0])
    browser.sign_in()

    assert len(browser.set) == 2
    assert all(attributes.endswith("; Secure") for _, attributes in browser.set)
    assert browser.call("GET", PATH).status == 200


def test_a_session_dies_when_nobody_uses_it(serve):
    server = serve("--demo", environment={"CAMEO_SESSION_SECONDS": "1"})
    browser = Browser(server)
    browser.sign_in()
    assert browser.call("GET", PATH).status == 200

    left = 1
    while left > -1:  # it is shown in whole seconds
        rows = [row for row in server.run("key", "list", "--json").json if row["kind"] == "session"]
        ends = datetime.datetime.fromisoformat(rows[-1]["expires"].replace("Z", "+00:00"))
        left = (ends - datetime.datetime.now(datetime.timezone.utc)).total_seconds()

    check_failure(browser.call("GET", PATH), 401)
    assert "password" in Page(browser.send("GET", "/login")).inputs


def test_signing_in_by_name_can_be_switched_off(serve):
    server = serve("--demo", environment={"CAMEO_AUTHORIZE_WITH_USERNAME": "no"})
    browser = Browser(server)

    assert browser.post({"user": "demo", "password": "demo"}).status == 403
    assert browser.send("GET", "/login").status == 403


def test_the_name_that_is_shown_is_text(server, browser):
    server.hide("tag-password")
    server.run("user", "add", "tag", "--role", "reader", "--full-name", "<b>&\"'",
               stdin=b"tag-password\n")
    browser.sign_in("tag", "tag-password")

    text = browser.send("GET", "/login").text
    assert "&lt;b&gt;&amp;&quot;&#39;" in text and "<b>" not in text
