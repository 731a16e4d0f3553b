"""Bad input on both wires: the vendor's own error, nothing half done, no secret in any log."""

import json

import pytest

from clients import READER_WEBHOOK, b64, basic, check_error, check_failure
from pictures import picture, png_claiming
from wire import head_of, multipart

GET, ADD = "catalog.productImage.get", "catalog.productImage.add"
LIST, DELETE = "catalog.productImage.list", "catalog.productImage.delete"
TEXT = b"I am text and call myself a picture. " * 10


@pytest.fixture(autouse=True, scope="module")
def orderly(server):
    """When all has been tried, the store is whole and no log holds a secret."""
    yield
    server.check()
    server.check_logs()
    server.check_secrets()
    assert server.superoffice.get("Person/1/Image").status == 200


@pytest.fixture
def kept(so, product, png):
    """A product with a picture that no bad request may touch."""
    path = f"Product/{product}/Image"
    so.put_image(path, png)
    yield path
    assert so.get(path).body == png
    assert so.info(path + "Info")["Description"] == ""


@pytest.fixture
def empty(bx, record):
    """A product that must stay without pictures."""
    product = record("product")
    yield product
    assert bx.images(product) == []


@pytest.mark.parametrize("identity", [0, -1, 654_321, 2**31 - 1, 2**31, 2**32 + 1, -2**31, 10**30])
def test_ids_that_nothing_has(so, bx, png, identity):
    for kind in ("Contact", "Person", "Product", "Project"):
        check_failure(so.get(f"{kind}/{identity}/Image"), 404, "SoNotFoundException")
        check_failure(so.get(f"{kind}/{identity}/ImageInfo"), 404, "SoNotFoundException")
        check_failure(so.delete(f"{kind}/{identity}/Image"), 404, "SoNotFoundException")
        answer = so.put(f"{kind}/{identity}/Image", png)
        check_failure(answer, 400 if 0 < identity < 2**31 else answer.status)
        assert answer.status in (400, 404)
    for parameters in ({"productId": identity, "id": 1}, {"productId": 1, "id": identity}):
        for method in (GET, DELETE):
            answer = bx.call(method, parameters)
            check_error(answer, 400, answer.json["error"])
            assert answer.json["error"] in ("0", "100")
    answer = bx.call(ADD, {"fields": {"productId": identity}, "fileContent": ["a.png", b64(png)]})
    check_error(answer, 400, answer.json["error"])


def test_wrong_and_missing_credentials(so, bx, kept, empty, png):
    body = {"fields": {"productId": empty}, "fileContent": ["a.png", b64(png)]}
    for authorization in (None, basic("demo", "nope-nope"), "SOTicket 7T:nope-nope", "nonsense"):
        check_failure(so.as_user(authorization).put(kept, picture("GIF")), 401)
        check_failure(so.as_user(authorization).delete(kept), 401)
    check_error(bx.call(ADD, body, auth=None), 401, "NO_AUTH_FOUND")
    check_error(bx.call(ADD, body, auth="auth", token="nope-nope"), 401, "invalid_token")
    check_error(bx.call(ADD, body, webhook="1/nope-nope"), 403, "INVALID_CREDENTIALS")


def test_a_reader_who_writes(server, bx, kept, empty, png):
    body = {"fields": {"productId": empty}, "fileContent": ["a.png", b64(png)]}

    check_failure(server.reader.put(kept, picture("GIF")), 403, "SoSentryException")
    check_failure(server.reader.delete(kept), 403, "SoSentryException")
    check_error(bx.call(ADD, body, webhook=READER_WEBHOOK), 400, "200040300020", "Access Denied")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "PROPFIND", "BREW"])
def test_methods_that_bitrix24_does_not_have(bx, method):
    answer = bx.address.request(method, f"/rest/1/demo-webhook/{GET}", body=b"productId=1&id=1")

    check_error(answer, 405, answer.json["error"])


@pytest.mark.parametrize("method", ["PROPFIND", "BREW", "MKCOL"])
def test_methods_that_superoffice_does_not_have(so, kept, method):
    check_failure(so.request(method, kept), 405, "SoNotSupportedException")
    check_failure(so.request(method, kept + "Info"), 405, "SoNotSupportedException")


@pytest.mark.parametrize("body", [b"{", b"}", b'{"Description":', b'{"Description": "x"', b"\0",
                                  b"{\"Description\": \"\xff\xfe\"}",
                                  b"[" * 100_000, b'{"a":' * 100_000, b"\xef\xbb\xbf", b"{}{}"])
def test_malformed_json_for_superoffice(so, kept, body):
    check_failure(so.put(kept + "Info", body, {"Content-Type": "application/json"}), 400)


@pytest.mark.parametrize("body", [b"{", b"nonsense", b"7", b'"text"', b"null", b"[" * 100_000,
                                  b'{"productId": 1, "id": 1', b"\xff\xfe", b"{}{}"])
def test_malformed_json_for_bitrix24_is_no_parameters(bx, body):
    answer = bx.address.request("POST", f"/rest/1/demo-webhook/{GET}",
                                {"Content-Type": "application/json"}, body)

    check_error(answer, 400, "100", "Could not find value for parameter {id}")


@pytest.mark.parametrize("body", [b"%", b"%zz=%", b"&&&&", b"=1", b"id", b"[]=1", b"id[=1",
                                  b"id]=1",
                                  b"%00=1", b"\xff=\xff", b"a[" * 1000 + b"=1",
                                  b"x[1]" + b"[1]" * 5000 + b"=1"])
def test_malformed_forms_for_bitrix24(bx, body):
    answer = bx.address.request("POST", f"/rest/1/demo-webhook/{GET}",
                                {"Content-Type": "application/x-www-form-urlencoded"}, body)

    if body.count(b"[") > 5000:
        check_error(answer, 413, "INVALID_REQUEST")  # nested deeper than anyone means to
    else:
        check_error(answer, 400, "100")


def broken_multipart(png):
    kind, whole = multipart([("image", "a.png", "image/png", png)])
    return [(kind, b""), (kind, b"--"), (kind, b"nothing of the kind"),
            ("multipart/form-data", b"hello"), ("multipart/form-data; boundary=", b"hello"),
            ("multipart/form-data; boundary=other", whole),
            (kind, b"--x-boundary-7f3a--\r\n"), (kind, b"--x-boundary-7f3a\r\n" * 200),
            (kind, b"--x-boundary-7f3a\r\nContent-Disposition: form-data; name=\"image"),
            (kind, b"--x-boundary-7f3a\r\n" + b"X: y\r\n" * 5000 + b"\r\n")]


@pytest.mark.parametrize("which", range(10))
def test_malformed_multipart(so, bx, kept, empty, png, which):
    kind, body = broken_multipart(png)[which]

    answer = so.put(kept, body, {"Content-Type": kind})
    check_failure(answer, 400)
    answer = bx.address.request("POST", f"/rest/1/demo-webhook/{ADD}", {"Content-Type": kind}, body)
    check_error(answer, 400, "100")


@pytest.mark.parametrize("content", ["!!!", "=", "====", "A", "\u00ad\u00ad",
                                     "data:image/png;base64,",
                                     "data:,", "b'iVBORw0KGgo='", "iVBORw0KGgo", "null"])
def test_base64_that_is_no_picture(bx, empty, content):
    check_error(bx.call(ADD, {"fields": {"productId": empty}, "fileContent": ["a.png", content]}),
                400, "0")


def test_bodies_far_too_large(server, so, kept, empty):
    server.allow("client intended to send too large body")
    for method, target, headers in (
            ("PUT", f"/api/v1/{kept}", [("Authorization", "SOTicket 7T:demo")]),
            ("POST", f"/rest/1/demo-webhook/{ADD}", [("Content-Type", "application/json")])):
        head = head_of(method, target, headers + [("Content-Length", 10**12)])
        answer = server.address.raw(head, method)
        assert answer.status == 413, answer
        if target.startswith("/api"):
            check_failure(answer, 413, "PayloadTooLarge")
        else:
            check_error(answer, 413, answer.json["error"])


def test_empty_bodies(so, bx, kept):
    for headers in ({"Content-Type": "image/png"}, {"Content-Type": "multipart/form-data"}, {},
                    {"Content-Type": "application/json"}):
        answer = so.put(kept, b"", headers)
        check_failure(answer, answer.status)
        assert answer.status in (400, 415)
        check_failure(so.put(kept + "Info", b"", {"Content-Type": "application/json"}), 400)
        answer = bx.address.request("POST", f"/rest/1/demo-webhook/{ADD}", headers, b"")
        check_error(answer, 400, "100", "Could not find value for parameter {fields}")


@pytest.mark.parametrize("kind", ["image/png", "image/jpeg", "application/octet-stream"])
@pytest.mark.parametrize("content", [TEXT, b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF89a", b"BM",
                                     b"RIFF\0\0\0\0WEBP", b"II*\0", b"\0" * 5000,
                                     b"<svg xmlns='http://www.w3.org/2000/svg'/>",
                                     b"<html><script>alert(1)</script>"],
                         ids=["text", "png", "jpeg", "gif", "bmp", "webp", "tiff", "zeros", "svg",
                              "html"])
def test_what_only_calls_itself_a_picture(so, bx, kept, empty, kind, content):
    check_failure(so.put(kept, content, {"Content-Type": kind}), 400)
    check_error(bx.call(ADD, {"fields": {"productId": empty},
                              "fileContent": ["a.png", b64(content)]}), 400, "0",
                "Invalid file type.")


@pytest.mark.parametrize("width, height", [(60_000, 60_000), (2**31 - 1, 1), (1, 8001), (8001, 1),
                                           (7000, 7000), (0, 10), (10, 0), (2**32 - 1, 2**32 - 1)])
def test_sizes_that_no_picture_may_have(so, bx, kept, empty, width, height):
    content = png_claiming(width, height)

    answer = so.put(kept, content, {"Content-Type": "image/png"})
    check_failure(answer, answer.status)
    assert answer.status in (400, 413), answer
    check_error(bx.call(ADD, {"fields": {"productId": empty},
                              "fileContent": ["a.png", b64(content)]}), 400, "0")


def test_a_picture_cut_off_in_its_header(so, bx, kept, empty):
    for kind in ("JPEG", "PNG", "GIF", "WEBP", "BMP"):
        content = picture(kind)[:12]
        check_failure(so.put(kept, content, {"Content-Type": "image/png"}), 400)
        check_error(bx.call(ADD, {"fields": {"productId": empty},
                                  "fileContent": ["a", b64(content)]}), 400, "0")


NAMES = ["../../etc/passwd", "/etc/passwd", "a/b\\c.png", ".", "..", "...", "a\nb.png", "a\r\nX: y",
         "\x00", "a\x00b.png", "\x1b[31m.png", "\x7f.png", '"quoted".png',
         "'; DROP TABLE picture;--",
         "x" * 10_000, "ü" * 10_000, "\u202egnp.exe", "%2e%2e%2f", "con", " ", "a" * 255 + ".png"]


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_names_of_every_kind(so, bx, product, png, name):
    answer = bx.call(ADD, {"fields": {"productId": product}, "fileContent": [name, b64(png)]})

    assert answer.status in (200, 400), answer
    if answer.status == 400:
        check_error(answer, 400, "0")
        assert bx.images(product) == []
        return
    added = answer.json["result"]["productImage"]
    assert not set("/\\") & set(added["name"])
    assert added["name"].isprintable() or "\u202e" in added["name"]
    assert len(added["name"].encode()) <= 255 and added["name"].endswith(".png")
    for link in ("detailUrl", "downloadUrl"):
        fetched = bx.fetch(added[link])
        assert fetched.body == png
        assert set(fetched.headers) <= {"Server", "Date", "Content-Type", "Content-Length",
                                        "Connection", "Keep-Alive", "Last-Modified", "ETag",
                                        "Accept-Ranges", "Cache-Control", "Content-Disposition",
                                        "X-Content-Type-Options", "Access-Control-Allow-Origin",
                                        "Access-Control-Allow-Headers", "Vary",
                                        "Content-Security-Policy"}


@pytest.mark.parametrize("name, stored", [("../../etc/passwd", "passwd"), ("it's", "it's"),
                                          ("a;b.png", "a;b.png"), ("C:\\\\x\\\\a.png", "a.png")])
def test_names_of_every_kind_in_a_multipart(so, product, png, name, stored):
    path = f"Product/{product}/Image"
    kind, body = multipart([("image", name, "image/png", png)])

    answer = so.put(path, body, {"Content-Type": kind})

    assert answer.status == 200, answer
    assert so.get(path).body == png
    assert so.info(path + "Info")["Description"].startswith(stored)


@pytest.mark.parametrize("name", ["a\tb.png", "a\x01b.png", "x" * 10_000])
def test_names_in_a_multipart_that_cannot_be_kept(so, product, png, name):
    path = f"Product/{product}/Image"
    kind, body = multipart([("image", name, "image/png", png)])

    answer = so.put(path, body, {"Content-Type": kind})

    check_failure(answer, 400, "SoValidationException")
    assert so.get(path).status == 404


@pytest.mark.parametrize("second", ["Content-Length: 5", "Content-Length: 4", "Host: other"])
def test_duplicate_headers_that_would_confuse(server, second):
    for start, check in ((b"POST /rest/1/demo-webhook/server.time HTTP/1.1\r\n", check_error),
                         (b"PUT /api/v1/Person/1/Image HTTP/1.1\r\n", check_failure)):
        answer = server.address.raw(start + b"Host: x\r\nContent-Length: 4\r\n" + second.encode()
                                    + b"\r\n\r\nabcd\r\n\r\n", "POST")
        assert answer.status == 400
        check(answer, 400, *([answer.json["error"]] if check is check_error else []))


def test_duplicate_credentials_count_once(so):
    good, bad = ("Authorization", "SOTicket 7T:demo"), ("Authorization", "SOTicket 7T:nope-nope")
    path = "/api/v1/Person/1/ImageInfo"

    assert so.address.request("GET", path, [bad, good]).status in (400, 401)
    assert so.address.request("GET", path, [good, bad]).status in (200, 400, 401)


def test_duplicate_content_types_and_conditions(so, kept):
    tag = so.get(kept).headers["ETag"]
    credential = ("Authorization", "SOTicket 7T:demo")

    answer = so.address.request("GET", f"/api/v1/{kept}", [
        credential, ("If-None-Match", tag), ("If-None-Match", tag)])
    check_failure(answer, 400)
    answer = so.address.request("PUT", f"/api/v1/{kept}", [
        credential, ("Content-Type", "image/png"), ("Content-Type", "text/xml")], TEXT)
    check_failure(answer, answer.status)
    assert answer.status in (400, 415)


def test_a_client_that_hangs_up_in_the_middle_of_an_upload(server, so, bx, kept, empty):
    content = picture("BMP", (700, 700))  # over a megabyte: on its way to a temporary file
    body = json.dumps({"fields": {"productId": empty}, "fileContent": ["a.bmp", b64(content)]})
    uploads = [("PUT", f"/api/v1/{kept}", [("Authorization", "SOTicket 7T:demo")], content),
               ("POST", f"/rest/1/demo-webhook/{ADD}", [("Content-Type", "application/json")],
                body.encode())]
    for method, target, headers, data in uploads:
        for sent in (0, 1, len(data) // 2, len(data) - 1):
            with server.address.connect() as sock:
                sock.sendall(head_of(method, target, headers + [("Content-Length", len(data))]))
                sock.sendall(data[:sent])
    assert so.get(kept).status == 200
    assert bx.images(empty) == []
    server.check()


def test_a_client_that_hangs_up_before_the_answer(server, so, kept):
    head = head_of("GET", f"/api/v1/{kept}", [("Authorization", "SOTicket 7T:demo")])
    for _ in range(20):
        with server.address.connect() as sock:
            sock.sendall(head)
    assert so.get(kept).status == 200


@pytest.mark.parametrize("text", ["x" * 255, "\x00", "a" * 1_000_000])
def test_texts_that_are_too_long_or_cannot_be_kept(so, kept, text):
    answer = so.put(kept + "Info", json={"Description": text, "ExtraInfo": "never"})

    if len(text) > 254:
        check_failure(answer, 400, "SoValidationException")
    elif answer.status != 400:
        assert answer.json["Description"] == text
        so.put(kept + "Info", json={"Description": "", "ExtraInfo": ""})
    assert so.info(kept + "Info")["ExtraInfo"] == ""


def test_a_png_with_a_hostile_chunk_length(so, bx, product):
    content = picture("PNG")[:33] + b"\xff\xff\xff\xff" + b"eXIf" + b"\0" * 20
    path = f"Product/{product}/Image"

    answer = so.put(path, content, {"Content-Type": "image/png"})

    assert answer.status in (200, 400)
    assert (so.get(path).status == 200) == (answer.status == 200)


def test_errors_never_repeat_a_secret(so, bx):
    secrets = ["7T:nope-nope", "nope-nope-token", "nope-nope-hook"]
    answers = [so.as_user(f"SOTicket {secrets[0]}").get("Person/1/Image"),
               so.as_user(basic("demo", secrets[1])).get("Person/1/Image"),
               bx.call(GET, auth="auth", token=secrets[1]),
               bx.call(GET, webhook=f"1/{secrets[2]}"),
               bx.call("nothing", webhook=f"1/{secrets[2]}"),
               bx.call("nothing", {"auth": secrets[1]}, form="query", auth=None)]
    for answer in answers:
        assert answer.status >= 400
        assert not any(secret in answer.text for secret in secrets), answer
