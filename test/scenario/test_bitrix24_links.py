"""Bitrix24: downloadUrl and detailUrl, which really download."""

import email.utils
import time
import urllib.parse

import pytest

from clients import DEMO_AUTH, check_error
from pictures import noise, picture
from test_bitrix24_oauth import Application

LINKS = ["downloadUrl", "detailUrl"]
CONTENT = noise((40, 30), seed=6)


@pytest.fixture
def image(bx, product):
    return bx.add(product, CONTENT, "mug.png")


@pytest.fixture(params=LINKS)
def link(request, image):
    return image[request.param]


def token_of(link):
    return urllib.parse.parse_qs(urllib.parse.urlsplit(link).query)["token"][0]


def test_both_links_give_the_bytes_without_a_credential(bx, image):
    for link in LINKS:
        answer = bx.fetch(image[link])
        assert (answer.status, answer.body) == (200, CONTENT), link
        assert answer.headers["Content-Type"] == "image/png"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Accept-Ranges"] == "bytes"


def test_download_is_an_attachment_and_detail_is_inline(bx, image):
    download, detail = (bx.fetch(image[link]).headers for link in LINKS)

    assert download["Content-Disposition"].startswith('attachment; filename="mug.png"')
    assert "filename*=UTF-8''mug.png" in download["Content-Disposition"]
    assert detail["Content-Disposition"].startswith("inline")
    assert "private" in download["Cache-Control"]
    assert "public" in detail["Cache-Control"] and "immutable" in detail["Cache-Control"]
    assert "max-age=" in detail["Cache-Control"]


@pytest.mark.parametrize("name", ["Zoë 日本.png", 'a"b.png', "a;b=c.png", "100%.png", "a?b#c.png",
                                  "a&b+c.png", "..png"])
def test_any_name_survives_both_links(bx, product, name):
    added = bx.add(product, CONTENT, name)
    assert added["name"] == name

    for link in LINKS:
        answer = bx.fetch(added[link])
        assert (answer.status, answer.body) == (200, CONTENT), added[link]
    disposition = bx.fetch(added["downloadUrl"]).headers["Content-Disposition"]
    assert "filename*=UTF-8''" + urllib.parse.quote(name, safe="") in disposition
    assert disposition.isascii()


def test_links_hold_no_secret_and_do_not_depend_on_the_person(bx, image, product):
    for auth in ("webhook", "bearer", "auth"):
        found = bx.result("catalog.productImage.get", {"productId": product, "id": image["id"]},
                          auth=auth)["productImage"]
        for link in LINKS:
            assert "demo-webhook" not in found[link] and DEMO_AUTH not in found[link]
            assert bx.fetch(found[link]).body == CONTENT
        assert found["detailUrl"] == image["detailUrl"]


def test_the_host_of_the_request_is_the_host_of_the_link(bx, product, image):
    body = f'{{"productId": {product}, "id": {image["id"]}}}'.encode()
    answer = bx.address.request("POST", "/rest/1/demo-webhook/catalog.productImage.get",
                                {"Host": "pictures.example.com:1234",
                                 "Content-Type": "application/json"}, body)

    link = answer.json["result"]["productImage"]["downloadUrl"]
    assert link.startswith("http://pictures.example.com:1234/rest/download.json?token=")


@pytest.mark.parametrize("path", ["/rest/download", "/rest/download/", "/rest/download.json",
                                  "/rest/1/demo-webhook/download/", "/rest/1/whatever/download/",
                                  "/rest//download.json"])
def test_every_form_of_the_download_address_works(bx, image, path):
    query = urllib.parse.urlencode({"token": token_of(image["downloadUrl"]), "sessid": "x",
                                    "auth": "y"})

    answer = bx.fetch(f"{path}?{query}")

    assert (answer.status, answer.body) == (200, CONTENT), answer


def test_head_is_get_without_a_body(bx, link):
    got, head = bx.fetch(link), bx.fetch(link, method="HEAD")

    assert (head.status, head.body) == (200, b"")
    for name in ("Content-Type", "Content-Length", "ETag", "Content-Disposition"):
        assert head.headers[name] == got.headers[name]


@pytest.mark.parametrize("given, first, last", [
    ("bytes=0-0", 0, 0), ("bytes=0-99", 0, 99), ("bytes=100-", 100, None),
    ("bytes=-7", len(CONTENT) - 7, None), ("bytes=5-999999999", 5, None),
    (f"bytes=-{len(CONTENT) * 2}", 0, None),
    (f"bytes={len(CONTENT) - 1}-", len(CONTENT) - 1, None)])
def test_a_range_is_that_part(bx, link, given, first, last):
    last = len(CONTENT) - 1 if last is None else last

    answer = bx.fetch(link, {"Range": given})

    assert answer.status == 206
    assert answer.body == CONTENT[first:last + 1]
    assert answer.headers["Content-Range"] == f"bytes {first}-{last}/{len(CONTENT)}"
    assert answer.headers["Content-Length"] == str(last - first + 1)


@pytest.mark.parametrize("given", [f"bytes={len(CONTENT)}-", "bytes=999999999-", "bytes=-0"])
def test_a_range_outside_is_416(bx, link, given):
    answer = bx.fetch(link, {"Range": given})

    assert answer.status == 416
    assert answer.headers["Content-Range"] == f"bytes */{len(CONTENT)}"


@pytest.mark.parametrize("given", ["bytes=0-1,5-6", "lines=1-2", "bytes=x-y", "bytes=9-3",
                                   "nonsense",
                                   "bytes="])
def test_a_range_of_another_form_is_the_whole(bx, link, given):
    answer = bx.fetch(link, {"Range": given})

    assert (answer.status, answer.body) == (200, CONTENT)


def test_if_range_gives_the_part_only_of_the_same_bytes(bx, link):
    got = bx.fetch(link)

    same = bx.fetch(link, {"Range": "bytes=0-4", "If-Range": got.headers["ETag"]})
    other = bx.fetch(link, {"Range": "bytes=0-4", "If-Range": '"other"'})

    assert (same.status, same.body) == (206, CONTENT[:5])
    assert (other.status, other.body) == (200, CONTENT)


def test_what_one_has_is_304(bx, link):
    got = bx.fetch(link)
    modified = got.headers["Last-Modified"]

    assert email.utils.parsedate_to_datetime(modified)
    for headers in ({"If-None-Match": got.headers["ETag"]}, {"If-Modified-Since": modified}):
        answer = bx.fetch(link, headers)
        assert (answer.status, answer.body) == (304, b"")
        assert answer.headers["ETag"] == got.headers["ETag"]


def tampered(token):
    middle = len(token) // 2
    other = "A" if token[middle] != "A" else "B"
    return [token[:middle] + other + token[middle + 1:], token[:-4], token + "AAAA", token[1:],
            "x", "A" * len(token), "A" * 5000, "%00", "catalog|aWQ9MQ==|x"]


def test_a_token_changed_in_any_way_is_refused(bx, image):
    for token in tampered(token_of(image["downloadUrl"])):
        answer = bx.fetch("/rest/download.json?" + urllib.parse.urlencode({"token": token}))
        check_error(answer, 403, "ACCESS_DENIED", "Access denied! Link check failed")


def test_a_token_of_one_picture_gives_no_other(bx, product, image):
    other = bx.add(product, picture("JPEG"), "other.jpg")

    assert token_of(other["downloadUrl"]) != token_of(image["downloadUrl"])
    assert bx.fetch(other["downloadUrl"]).body == picture("JPEG")


def test_a_path_changed_in_any_way_is_not_found(bx, image):
    directory, _, name = image["detailUrl"].rpartition("/")
    changed = [directory[:-1] + ("A" if directory[-1] != "A" else "B") + "/" + name,
               directory[:-1] + "/" + name, "/upload/" + name, "/upload/x/y/z/" + name, "/upload/"]

    for path in changed:
        check_error(bx.fetch(path), 404, "ERROR_NOT_FOUND")


def test_links_of_a_deleted_picture_are_not_found(bx, product, image):
    bx.result("catalog.productImage.delete", {"productId": product, "id": image["id"]})

    for link in LINKS:
        check_error(bx.fetch(image[link]), 404, "ERROR_NOT_FOUND")


def test_a_download_link_dies_with_its_credential_and_no_other_does(server, bx, product, image):
    key, secret = server.key("webhook", "demo")
    other = server.bitrix24
    other.webhook = f"1/{secret}"
    theirs = other.image(product, image["id"])
    assert bx.fetch(theirs["downloadUrl"]).body == CONTENT

    server.run("key", "revoke", key)

    check_error(bx.fetch(theirs["downloadUrl"]), 403, "ACCESS_DENIED",
                "Access denied! Link check failed")
    assert bx.fetch(image["downloadUrl"]).body == CONTENT
    assert bx.fetch(theirs["detailUrl"]).body == CONTENT


def test_a_download_link_dies_with_its_user(server, bx, product, image):
    user = server.user("link-maker", "editor", "link-password")
    _, secret = server.key("webhook", "link-maker")
    theirs = server.bitrix24
    theirs.webhook = f"{user}/{secret}"
    link = theirs.image(product, image["id"])["downloadUrl"]
    assert bx.fetch(link).status == 200

    server.run("user", "disable", "link-maker")

    check_error(bx.fetch(link), 403, "ACCESS_DENIED")


def test_a_download_link_dies_with_the_application_of_its_token(server, bx, product, image):
    application = Application(server)
    wanted = {"productId": product, "id": image["id"]}

    def link_of(pair):
        answer = application.call(pair, "catalog.productImage.get", parameters=wanted)
        return answer.json["result"]["productImage"]["downloadUrl"]

    links = [link_of(application.exchange(application.code())) for _ in range(2)]
    assert [bx.fetch(link).body for link in links] == [CONTENT] * 2
    assert max_age(bx.fetch(links[0])) <= 3600  # its token's hour, which ends before the link

    server.run("app", "remove", str(application.id))

    for link in links:
        check_error(bx.fetch(link), 403, "ACCESS_DENIED", "Access denied! Link check failed")


def test_links_live_through_a_restart(fresh_server):
    links = [fresh_server.bitrix24.images(1)[0][link] for link in LINKS]
    before = [fresh_server.bitrix24.fetch(link).body for link in links]

    fresh_server.restart()

    assert [fresh_server.bitrix24.fetch(link).body for link in links] == before


def max_age(answer):
    kind, _, seconds = answer.headers["Cache-Control"].partition(", max-age=")
    assert kind == "private", answer.headers
    return int(seconds)


@pytest.mark.parametrize("auth, lifetime", [("webhook", 86400), ("bearer", 3600)])
def test_equal_calls_give_equal_links_and_browsers_may_keep_the_bytes(bx, product, image, auth,
                                                                      lifetime):
    wanted = {"productId": product, "id": image["id"]}
    links = [bx.result("catalog.productImage.get", wanted, auth=auth)["productImage"]["downloadUrl"]
             for _ in range(3)]

    assert links[0] == links[1] or links[1] == links[2]  # the window may end between two calls
    answer = bx.fetch(links[2])
    assert lifetime - 60 <= max_age(answer) <= lifetime * 5 / 4
    again = bx.fetch(links[2], {"If-None-Match": answer.headers["ETag"]})
    assert (again.status, again.body) == (304, b"")
    assert max_age(again) <= max_age(answer)
    assert max_age(bx.fetch(links[2], {"Range": "bytes=0-1"})) <= max_age(answer)


def test_a_link_ends_with_the_time_of_its_credential(server, bx, product, image):
    _, secret = server.key("webhook", "demo", "--expires", "3")
    link = bx.result("catalog.productImage.get", {"productId": product, "id": image["id"]},
                     webhook=f"1/{secret}")["productImage"]["downloadUrl"]

    begin = time.monotonic()
    answer = bx.fetch(link)
    assert answer.status == 200 and max_age(answer) <= 3
    while answer.status == 200:
        assert time.monotonic() - begin < 10
        answer = bx.fetch(link)
    check_error(answer, 403, "ACCESS_DENIED", "Access denied! Link check failed")


def test_other_methods_on_a_link_are_refused_in_form(bx, image):
    for link in LINKS:
        for method in ("POST", "PUT", "DELETE", "PATCH"):
            answer = bx.fetch(image[link], method=method)
            check_error(answer, 405, "INVALID_REQUEST")
            assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"
        assert bx.fetch(image[link], method="OPTIONS").status == 204


@pytest.mark.parametrize("path, status", [("/rest/download", 403), ("/rest/download/?token=x", 403),
                                          ("/rest/1/x/download/?token=", 403),
                                          ("/upload/c/1-x/a.png", 404), ("/upload", 404)])
def test_errors_of_links_are_like_all_others(bx, path, status):
    answer = bx.fetch(path)

    check_error(answer, status, {403: "ACCESS_DENIED", 404: "ERROR_NOT_FOUND"}[status])
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    head = bx.fetch(path, method="HEAD")
    assert (head.status, head.body) == (status, b"")
    assert head.headers["Content-Length"] == answer.headers["Content-Length"]


def test_a_page_of_another_origin_may_read_both_links(bx, link):
    answer = bx.fetch(link, {"Origin": "https://shop.example.com"})

    assert answer.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("public", ["yes", "no"])
def test_detail_links_can_lead_to_a_host_of_their_own(serve, public):
    server = serve("--demo", environment={"CAMEO_DETAIL_URL_BASE": "https://cdn.example.com/b24",
                                          "CAMEO_DETAIL_URL_PUBLIC": public})
    image = server.bitrix24.images(1)[0]

    assert image["detailUrl"].startswith("https://cdn.example.com/b24/upload/c/")
    path = urllib.parse.urlsplit(image["detailUrl"]).path.removeprefix("/b24")
    answer = server.bitrix24.fetch(path)
    if public == "yes":
        assert answer.status == 200 and answer.headers["Content-Type"].startswith("image/")
        assert image["downloadUrl"].startswith(server.address.url)
    else:
        check_error(answer, 403, "ACCESS_DENIED")
