"""Bitrix24: addresses, methods, bodies and headers, in every form clients send them."""

import gzip
import json
import ssl
import struct
import urllib.parse
import xml.etree.ElementTree as xml
import zlib

import pytest

from clients import DEMO_AUTH, b64, check_envelope, check_error, missing
from wire import head_of, multipart, php_form, read_answer

GET, LIST = "catalog.productImage.get", "catalog.productImage.list"
HOOK, FORM, JSON = "/rest/1/demo-webhook/", "application/x-www-form-urlencoded", "application/json"
LIST_PATH = HOOK + LIST

# Where a method may be asked for, and by which credential.
WEBHOOK_PATHS = ["/rest/1/demo-webhook/{}", "/rest/1/demo-webhook/{}/",
                 "/rest/1/demo-webhook/{}.json", "/rest/1/demo-webhook/{}.json/",
                 "/rest/1/demo-webhook//{}", "/rest/1/demo-webhook//{}.json",
                 "/rest/1//demo-webhook/{}", "//rest/1/demo-webhook/{}",
                 "///rest///1///demo-webhook///{}/", "/rest/1/demo%2Dwebhook/{}"]
TOKEN_PATHS = ["/rest/{}", "/rest/{}/", "/rest/{}.json", "/rest/{}.json/", "/rest//{}",
               "//rest//{}", "/rest//{}.json/"]


@pytest.fixture(autouse=True, scope="module")
def never_redirected(server):
    """Every answer to this file's requests is looked at: none may be a redirection (304 is none)."""
    seen = []
    original = type(server.address).request

    def request(self, *arguments, **options):
        answer = original(self, *arguments, **options)
        seen.append(answer.status)
        return answer

    type(server.address).request = request
    yield
    type(server.address).request = original
    assert seen and not [status for status in seen if 300 <= status < 400 and status != 304]


def check_headers(answer, kind="application/json; charset=utf-8"):
    assert answer.headers["Content-Type"] == kind, answer
    assert answer.headers["Access-Control-Allow-Origin"] == "*", answer
    allowed = answer.headers["Access-Control-Allow-Headers"].replace(" ", "").split(",")
    assert allowed == ["origin", "content-type", "accept", "authorization"], answer
    assert answer.headers["X-Content-Type-Options"] == "nosniff", answer


def found(answer, product=1):
    """The list of a product's pictures, its envelope and headers checked; gives their ids."""
    assert answer.status == 200, answer
    check_envelope(answer.json)
    check_headers(answer)
    images = answer.json["result"]["productImages"]
    assert images and all(image["productId"] == product for image in images), answer
    return [image["id"] for image in images]


def post(bx, path, body=b"", kind=JSON, **headers):
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    if kind is not None:
        fields["Content-Type"] = kind
    return bx.address.request("POST", path, fields, body)


# addresses

@pytest.mark.parametrize("path", WEBHOOK_PATHS)
@pytest.mark.parametrize("method", [LIST, LIST.lower(), LIST.upper()])
def test_a_webhook_may_be_spelled_in_all_these_ways(bx, path, method):
    path = path.format(method)

    ids = found(post(bx, path, b'{"productId":1}'))

    assert found(bx.address.request("GET", path + "?productId=1")) == ids
    assert found(post(bx, path, b"productId=1", FORM)) == ids


@pytest.mark.parametrize("path", TOKEN_PATHS)
@pytest.mark.parametrize("carrier", ["header", "auth", "access_token"])
def test_a_token_may_come_to_all_these_addresses(bx, path, carrier):
    path = path.format(LIST)
    headers, parameters = {}, {"productId": 1}
    if carrier == "header":
        headers = {"Authorization": f"Bearer {DEMO_AUTH}"}
    else:
        parameters[carrier] = DEMO_AUTH

    ids = found(post(bx, path, json.dumps(parameters).encode(), **headers))

    query = "?" + php_form(parameters)
    assert found(bx.address.request("GET", path + query, headers)) == ids
    assert found(post(bx, path, php_form(parameters).encode(), FORM, **headers)) == ids
    assert found(post(bx, path + query, b"", None, Content_Length="0", **headers)) == ids


def test_a_webhook_may_come_as_parameters_when_there_is_nothing_else(bx):
    hook = {"aplogin": "1", "ap": "demo-webhook", "productId": "1"}

    ids = found(post(bx, f"/rest/{LIST}", json.dumps(hook).encode()))

    assert found(post(bx, f"/rest/{LIST}", json.dumps({**hook, "aplogin": 1}).encode())) == ids
    assert found(bx.address.request("GET", f"/rest/{LIST}?{php_form(hook)}")) == ids
    for wrong in ({"ap": "wrong-secret"}, {"aplogin": "2"}, {"aplogin": "x"}, {"aplogin": None}):
        check_error(post(bx, f"/rest/{LIST}", json.dumps({**hook, **wrong}).encode()), 403,
                    "INVALID_CREDENTIALS", "Invalid request credentials")
    check_error(post(bx, f"/rest/{LIST}", json.dumps({**hook, "auth": "wrong"}).encode()), 401,
                "invalid_token")
    check_error(post(bx, f"/rest/{LIST}", b'{"aplogin":1}'), 401, "NO_AUTH_FOUND")
    # in the path they stand above those in parameters
    assert found(post(bx, LIST_PATH, b'{"productId":1,"aplogin":"9","ap":"wrong"}')) == ids


@pytest.mark.parametrize("tail", [".txt", ".JSON", ".xml.json.html", ".", "json", ".json.json",
                                  "/more", ".xmlx"])
def test_any_other_tail_belongs_to_the_name(bx, tail):
    check_error(bx.address.request("GET", HOOK + "server.time" + tail), 404,
                "ERROR_METHOD_NOT_FOUND", "Method not found!")


@pytest.mark.parametrize("path", ["/rest/api/1/demo-webhook/" + LIST, "/rest/api/" + LIST,
                                  "/rest/api/1/demo-webhook/main.eventlog.list.json",
                                  "/rest//api//" + LIST])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_rest_3_is_not_here(bx, path, method):
    answer = bx.address.request(method, path, {"Content-Type": JSON}, b"{}")

    assert answer.status == 404, answer
    check_headers(answer)
    assert answer.json["error"]["code"] == "BITRIX_REST_V3_EXCEPTION_METHODNOTFOUNDEXCEPTION"


def test_what_sdks_add_to_the_query_is_passed_over(bx):
    path = LIST_PATH + "?bx24_request_id=0190&bx24_sdk_ver=2.2.0&bx24_sdk_type=b24-js&sessid=x" \
                       "&auth_connector=y&state=z"

    assert found(post(bx, path, b'{"productId":1}'))


# methods

@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "PROPFIND", "BREW"])
def test_other_http_methods_are_405(bx, method):
    answer = bx.address.request(method, HOOK + "server.time", {"Content-Type": JSON}, b"{}")

    check_error(answer, 405, "INVALID_REQUEST")
    check_headers(answer)
    assert "POST" in answer.headers["Allow"]


@pytest.mark.parametrize("path", ["/rest/" + LIST, LIST_PATH, LIST_PATH + "/", "/rest//" + LIST,
                                  LIST_PATH + ".xml", "/rest/nothing", "/rest", "/rest/",
                                  "/rest/api/x", "/rest/download", "/upload/c/1-x/a.png"])
def test_a_preflight_is_204_everywhere(bx, path):
    answer = bx.address.request("OPTIONS", path, {
        "Origin": "https://shop.example.com", "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type"})

    assert (answer.status, answer.body) == (204, b""), answer
    check_headers(answer, None)


@pytest.mark.parametrize("path", [
    HOOK + "user.admin",
    HOOK + "catalog.product.list?filter[iblockId]=14",
    HOOK + "catalog.product.offer.list?filter[iblockId]=15"])
def test_head_is_get_without_a_body(bx, path):
    got, head = bx.address.request("GET", path), bx.address.request("HEAD", path)

    assert (head.status, head.body) == (200, b"")
    assert abs(int(head.headers["Content-Length"]) - len(got.body)) < 8  # digits of `duration`
    check_headers(head)


# bodies

LISTS = [(JSON, b'{"productId":1}'), (JSON + "; charset=utf-8", b' {"productId" : "1"} '),
         ("Application/JSON", b'{"productId":1}'), (FORM, b"productId=1"),
         (FORM + "; charset=UTF-8", b"productId=1"), ("text/plain", b"productId=1"),
         ("nonsense", b"productId=1"), (None, b"productId=1"), ("", b"productId=1"),
         multipart([("productId", None, None, b"1")]),
         multipart([("productId", None, "text/plain; charset=utf-8", b"1"),
                    ("file", "a.png", "image/png", b"\x89PNG")])]


@pytest.mark.parametrize("kind, body", LISTS, ids=range(len(LISTS)))
@pytest.mark.parametrize("query", ["", "?productId=2", "?other=1"])
def test_a_body_of_each_kind_wins_over_the_query(bx, kind, body, query):
    assert found(post(bx, LIST_PATH + query, body, kind))


@pytest.mark.parametrize("kind, body", [
    (JSON, b""), (JSON, b"[]"), (JSON, b"{}"), (JSON, b"null"), (JSON, b"7"), (JSON, b'"text"'),
    (JSON, b"{broken"), (JSON, b"productId=7"), (JSON, b"\xff\xfe"), (FORM, b""), (FORM, b"&&=&"),
    ("multipart/form-data", b"no boundary"), ("multipart/form-data; boundary=x", b"nothing"),
    (None, b"\0")])
def test_a_body_without_parameters_leaves_those_of_the_query(bx, kind, body):
    assert found(post(bx, LIST_PATH + "?productId=1", body, kind))
    answer = post(bx, LIST_PATH, body, kind)
    check_error(answer, 400, "100", missing("productId"))
    check_headers(answer)


def test_a_body_replaces_names_whole_and_goes_no_deeper(bx):
    path = LIST_PATH + "?productId=1&select[]=id&filter[%3Eid]=0"

    answer = post(bx, path, b'{"select":["name"]}')

    assert answer.status == 200, answer
    assert {name for image in answer.json["result"]["productImages"] for name in image} == {"name"}


@pytest.mark.parametrize("form", [
    "productId=1&select[]=id&select[]=name", "productId=1&select[0]=id&select[1]=name",
    "productId=1&select%5B%5D=id&select%5B%5D=name", "productId=9&productId=1&select[]=id"
    "&select[]=name", "productId=1&select[a]=id&select[b]=name"])
def test_php_s_names_of_parameters_in_query_and_form(bx, form):
    for answer in (bx.address.request("GET", LIST_PATH + "?" + form),
                   post(bx, LIST_PATH, form.encode(), FORM)):
        assert answer.status == 200, answer
        assert all(list(image) == ["id", "name"]
                   for image in answer.json["result"]["productImages"])


@pytest.mark.parametrize("coding", ["gzip", "x-gzip", "deflate"])
@pytest.mark.parametrize("kind, body", [(JSON, b'{"productId":1}'), (FORM, b"productId=1")])
def test_a_packed_body_is_unpacked(bx, coding, kind, body):
    packed = zlib.compress(body) if coding == "deflate" else gzip.compress(body)

    assert found(post(bx, LIST_PATH, packed, kind, Content_Encoding=coding))


def test_a_large_packed_body_is_a_picture_like_any_other(bx, product, png):
    body = json.dumps({"fields": {"productId": product}, "fileContent": ["a.png", b64(png)],
                       "pad": "x" * 2_000_000}).encode()

    answer = post(bx, HOOK + "catalog.productImage.add", gzip.compress(body),
                  Content_Encoding="gzip")

    assert answer.status == 200, answer
    assert bx.fetch(answer.json["result"]["productImage"]["detailUrl"]).body == png


def test_what_cannot_be_unpacked_is_refused_in_form(bx):
    check_error(post(bx, LIST_PATH, b'{"productId":1}', Content_Encoding="br"), 415,
                "INVALID_REQUEST")
    check_error(post(bx, LIST_PATH, b'{"productId":1}', Content_Encoding="gzip"), 400,
                "INVALID_REQUEST", "The body cannot be unpacked")
    bomb = gzip.compress(b" " * (65 << 20))
    check_error(post(bx, LIST_PATH, bomb, Content_Encoding="gzip"), 413, "INVALID_REQUEST")


def test_a_chunked_body_is_a_body(bx):
    head = head_of("POST", LIST_PATH, [("Content-Type", JSON), ("Transfer-Encoding", "chunked")])

    assert found(bx.address.raw(head + b'8\r\n{"produc\r\n7\r\ntId":1}\r\n0\r\n\r\n', "POST"))


def test_a_client_that_waits_is_told_to_go_on(bx):
    head = head_of("POST", LIST_PATH, [("Content-Type", JSON), ("Content-Length", 15),
                                       ("Expect", "100-continue")])

    with bx.address.connect() as sock:
        sock.sendall(head)
        said = b""
        while not said.endswith(b"\r\n\r\n"):
            piece = sock.recv(1)
            assert piece
            said += piece
        assert said.startswith(b"HTTP/1.1 100 ")
        sock.sendall(b'{"productId":1}')
        assert found(read_answer(sock, "POST"))


def test_a_client_that_waits_with_too_much_is_told_at_once(server, bx):
    server.allow("client intended to send too large body")
    for target in (LIST_PATH, "/rest/" + LIST, "//rest//" + LIST, LIST_PATH + ".json/"):
        answer = bx.address.raw(head_of("POST", target, [
            ("Content-Type", JSON), ("Content-Length", 10**9), ("Expect", "100-continue")]), "POST")
        check_error(answer, 413, "INVALID_REQUEST")
        check_headers(answer)


# headers

def test_an_upgrade_to_http_2_is_passed_over(bx):
    answer = post(bx, LIST_PATH, b'{"productId":1}', Connection="Upgrade, HTTP2-Settings",
                  Upgrade="h2c", HTTP2_Settings="AAMAAABkAAQCAAAAAAIAAAAA")

    assert found(answer)
    assert "Upgrade" not in answer.headers


def test_nothing_but_a_host_is_needed(bx):
    image = bx.images(1)[0]
    for target in (LIST_PATH + "?productId=1", urllib.parse.urlsplit(image["detailUrl"]).path):
        answer = bx.address.raw(f"GET {target} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        assert answer.status == 200, answer
    for headers in ([("User-Agent", "")], [("Accept", "text/html")], [("Accept", "application/xml")],
                    [("Accept-Encoding", "gzip, deflate, br")], [("Origin", "null")],
                    [("Referer", "http://evil.example/")], [("Authorization", "Basic eDp5")]):
        assert found(bx.address.raw(head_of("GET", LIST_PATH + "?productId=1", headers)))


def test_a_connection_goes_on_after_an_error(bx):
    with bx.address.connect() as sock:
        for path, body, status in [("/rest/nothing", b"x" * 100_000, 404),
                                   ("/rest/" + LIST, b"{}", 401), (LIST_PATH, b"{}", 400),
                                   (LIST_PATH, b'{"productId":1}', 200)]:
            sock.sendall(head_of("POST", path, [("Content-Type", JSON),
                                                ("Content-Length", len(body))]) + body)
            answer = read_answer(sock, "POST")
            assert answer.status == status, answer
            check_headers(answer)


# XML

def test_each_form_of_the_address_may_ask_for_xml(bx):
    for path in WEBHOOK_PATHS[:2] + TOKEN_PATHS[:2] + TOKEN_PATHS[4:6]:
        path = path.format(LIST + ".xml")
        answer = bx.address.request("GET", path + f"?productId=1&auth={DEMO_AUTH}")
        assert answer.status == 200, answer
        check_headers(answer, "text/xml; charset=utf-8")
        assert answer.body.startswith(b"<response><result><productImages><item>")
        root = xml.fromstring(answer.body)
        assert int(root.findtext("total")) == len(root.find("result/productImages"))
        assert [part.tag for part in root.find("time")] == [
            "start", "finish", "duration", "processing", "date_start", "date_finish"]


def test_values_in_xml_are_as_php_prints_them(bx, product, png):
    bx.add(product, png, "a<b>&'\"ö.png")

    answer = bx.address.request("GET", f"{LIST_PATH}.xml?productId={product}")

    assert xml.fromstring(answer.body).findtext(".//name") == "a<b>&'\"ö.png"
    yes = bx.address.request("GET", HOOK + "user.admin.xml")
    no = bx.address.request("GET", "/rest/2/reader-webhook/user.admin.xml")
    assert b"<result>1</result>" in yes.body and b"<result></result>" in no.body


@pytest.mark.parametrize("path, status, code", [
    (LIST_PATH + ".xml", 400, "100"), ("/rest/server.time.xml", 401, "NO_AUTH_FOUND"),
    ("/rest/1/wrong/server.time.xml", 403, "INVALID_CREDENTIALS"),
    ("/rest/nothing.xml", 404, "ERROR_METHOD_NOT_FOUND"),
    ("/rest/1/demo-webhook/nothing.xml/", 404, "ERROR_METHOD_NOT_FOUND"),
    ("/rest/download.xml", 403, "ACCESS_DENIED")])
def test_errors_of_an_address_that_asked_for_xml_are_xml(bx, path, status, code):
    answer = bx.address.request("GET", path)

    assert answer.status == status, answer
    check_headers(answer, "text/xml; charset=utf-8")
    root = xml.fromstring(answer.body)
    assert [part.tag for part in root] == ["error", "error_description"]
    assert root.findtext("error") == code and root.findtext("error_description")


# errors of the server below us

BROKEN = [
    (400, b"POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: many\r\n\r\n"),
    (400, b"GET %s HTTP/1.1\r\n\r\n"),
    (400, b"POST %s HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
    (400, b"POST %s HTTP/1.1\r\nHost: x\r\nHost: y\r\nContent-Length: 0\r\n\r\n"),
    (405, b"TRACE %s HTTP/1.1\r\nHost: x\r\n\r\n"),
    (413, b"POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999999\r\n\r\n"),
    (414, b"GET %s?" + b"x" * 200_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n"),
    (431, b"GET %s HTTP/1.1\r\nHost: x\r\nX-Long: " + b"x" * 200_000 + b"\r\n\r\n"),
    (501, b"POST %s HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: unheard\r\n\r\n"),
    (505, b"GET %s HTTP/3.0\r\nHost: x\r\n\r\n"),
]


@pytest.mark.parametrize("target", [LIST_PATH, "/rest/" + LIST, "/rest//" + LIST + ".json",
                                    "//rest/1/demo-webhook//" + LIST, "/upload/c/1-x/a.png",
                                    "/rest/download.json"])
@pytest.mark.parametrize("status, request_", BROKEN, ids=[f"{row[0]}-{number}" for number, row
                                                          in enumerate(BROKEN)])
def test_what_nginx_refuses_is_json_too(server, target, status, request_):
    server.allow("client intended to send too large body")
    server.allow("client sent invalid chunked body")
    answer = server.address.raw(request_.replace(b"%s", target.encode()))

    if answer.status == 404 and target.startswith("/upload"):
        return  # told before a body is looked at
    check_error(answer, status, "INTERNAL_SERVER_ERROR" if status >= 500 else "INVALID_REQUEST")
    check_headers(answer)


@pytest.mark.parametrize("status, request_", [BROKEN[0], BROKEN[5], BROKEN[6]],
                         ids=["400", "413", "414"])
def test_what_nginx_refuses_is_xml_where_xml_was_asked_for(server, status, request_):
    server.allow("client intended to send too large body")
    answer = server.address.raw(request_.replace(b"%s", LIST_PATH.encode() + b".xml"))

    assert answer.status == status
    check_headers(answer, "text/xml; charset=utf-8")
    assert xml.fromstring(answer.body).findtext("error") == "INVALID_REQUEST"


def test_tls_answers_the_same(tls_server):
    bx = tls_server.bitrix24

    assert found(bx.call(LIST, {"productId": 1}))
    check_error(bx.call(LIST, auth=None), 401, "NO_AUTH_FOUND")
    answer = bx.address.raw(BROKEN[0][1].replace(b"%s", LIST_PATH.encode()), "POST")
    check_error(answer, 400, "INVALID_REQUEST")
    check_headers(answer)


# HTTP/2

def frame(kind, flags, stream, payload=b""):
    return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(
        ">I", stream) + payload


def literal(name, value):
    """A header without an index and without Huffman's code (RFC 7541 6.2.2); short ones."""
    return b"\0" + bytes([len(name)]) + name.encode() + bytes([len(value)]) + value.encode()


def read_exactly(sock, length):
    data = b""
    while len(data) < length:
        piece = sock.recv(length - len(data))
        assert piece, "the connection ended"
        data += piece
    return data


def ask_http_2(address, method, path, *headers):
    """One request; gives the header block as it came and the body."""
    context = ssl.create_default_context(cafile=address.trust)
    context.set_alpn_protocols(["h2"])
    block = b"".join(literal(*pair) for pair in (
        (":method", method), (":scheme", "https"), (":path", path),
        (":authority", address.authority), *headers))
    with context.wrap_socket(address.plain(), server_hostname=address.host) as sock:
        assert sock.selected_alpn_protocol() == "h2"
        sock.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(4, 0, 0)
                     + frame(1, 4 if method == "POST" else 5, 1, block))
        head = body = b""
        while True:
            begin = read_exactly(sock, 9)
            payload = read_exactly(sock, int.from_bytes(begin[:3], "big"))
            if begin[3] == 1:
                head = payload
            elif begin[3] == 0:
                body += payload
            assert begin[3] not in (3, 7), "reset"
            if begin[3] in (0, 1) and begin[4] & 1:
                return head, body


@pytest.mark.parametrize("method, path, headers, status, code", [
    ("GET", "/rest/nothing", [], b"\x8d", "ERROR_METHOD_NOT_FOUND"),
    ("TRACE", "/rest/server.time", [], b"405", "INVALID_REQUEST"),
    ("POST", LIST_PATH, [("content-length", "9999999999")], b"413", "INVALID_REQUEST")])
def test_errors_are_json_over_http_2(tls_server, method, path, headers, status, code):
    tls_server.allow("client intended to send too large body")

    head, body = ask_http_2(tls_server.address, method, path, *headers)

    assert head.startswith(status) or status in head[:6], head  # 8d: 404 in HPACK's table
    answer = json.loads(body)
    assert answer["error"] == code and answer["error_description"], body
