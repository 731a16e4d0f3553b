"""Signed links: who has one sees one thing until a moment."""

import re
import time
import urllib.parse

import pytest

import program
from native import Native, check_refused, halves


@pytest.fixture
def native(server):
    return Native(server.address)


@pytest.fixture
def shown(server, so, product):
    so.put_image(f"Product/{product}/Image", halves())
    return product


def changed(url, old, new):
    assert old in url
    return url.replace(old, new)


def test_a_link_opens_without_a_credential_and_equal_requests_get_equal_links(native, shown):
    targets = (f"/pictures/product/{shown}", f"/pictures/product/{shown}?w=100&format=jpeg",
               f"/pictures/product/{shown}/info")
    first, second = native.sign(*targets), native.sign(*targets)
    if first != second:  # a window ended in between
        first, second = native.sign(*targets), native.sign(*targets)
    assert first == second
    assert native.follow(first[0]).body == halves()
    assert native.follow(first[0], method="HEAD").status == 200
    assert native.follow(first[1]).headers["Content-Type"] == "image/jpeg"
    info = native.follow(first[2]).json["picture"]
    assert info["width"] == 200 and info["url"] is None and info["thumbnail"] is None


def test_a_link_of_a_list_may_be_kept_until_it_ends(native, so, shown):
    picture = native.get(f"/pictures?kind=product&ids={shown}").json["pictures"][0]["picture"]
    answer = native.follow(picture["url"])
    match = re.fullmatch(r"public, max-age=(\d+), immutable", answer.headers["Cache-Control"])
    ends = int(re.search(r"expires=(\d+)", picture["url"])[1])
    assert abs(int(match[1]) - (ends - time.time())) < 60
    assert native.follow(picture["url"], {"If-None-Match": answer.headers["ETag"]}).status == 304
    so.put_image(f"Product/{shown}/Image", halves(left=(0, 99, 0)))
    assert native.follow(picture["url"]).headers["Cache-Control"] == "public, no-cache"
    again = native.get(f"/pictures?kind=product&ids={shown}").json["pictures"][0]["picture"]
    assert again["url"] != picture["url"] and again["thumbnail"] != picture["thumbnail"]


def test_a_moved_focus_makes_other_links(native, shown):
    def links():
        picture = native.get(f"/pictures?kind=product&ids={shown}").json["pictures"][0]["picture"]
        return picture["thumbnail"]
    before = links()
    native.focus(f"product/{shown}", 0.1, 0.1)
    assert links() != before


def test_a_link_does_not_open_anything_else(native, server, so, shown):
    other = server.record("product")
    so.put_image(f"Product/{other}/Image", halves(left=(7, 7, 7)))
    link = native.sign(f"/pictures/product/{shown}?w=100")[0]
    signature = re.search(r"signature=(.*)", link)[1]
    server.hide(signature)
    for wrong in (changed(link, f"/product/{shown}", f"/product/{other}"),
                  changed(link, "w=100", "w=101"), changed(link, "w=100&", ""),
                  changed(link, "?w=100", "?w=100&h=5"), changed(link, "?w=100", "/info?w=100"),
                  changed(link, "/product/", "/person/"), link + "A", link[:-1], link + "&w=5",
                  changed(link, "expires=1", "expires=2"), changed(link, "signature", "Signature"),
                  changed(link, "/pictures", "//pictures"), changed(link, "expires", "%65xpires"),
                  changed(link, signature, signature[::-1]), changed(link, "w=100&", "w=100&&")):
        answer = native.follow(wrong)
        check_refused(answer, 401, "unauthenticated")
        assert signature not in answer.text
    assert native.follow(link).status == 200


def test_a_link_shows_and_does_nothing_else(native, shown, server):
    link = native.sign(f"/pictures/product/{shown}")[0]
    query = urllib.parse.urlsplit(link).query
    for method in ("POST", "PUT", "DELETE"):
        assert native.follow(link, method=method).status == 405
    for path in ("/pictures", "/pictures/duplicates"):
        check_refused(native.follow(f"{path}?{query}"), 401, "unauthenticated")
    made = server.run("link", "sign", "/pictures/duplicates?by=bytes").text.strip()
    check_refused(native.follow(made), 403, "denied")


def test_a_link_ends(serve):
    server = serve("--demo", environment={"CAMEO_SIGNED_LINK_WINDOW_SECONDS": "1"})
    native = Native(server.address)
    link = native.sign("/pictures/product/1", seconds=1)[0]
    ends = int(re.search(r"expires=(\d+)", link)[1])
    assert ends - time.time() <= 2
    while time.time() < ends:
        time.sleep(0.05)
    check_refused(native.follow(link), 403, "denied", "expired")


def test_what_cannot_be_signed_is_refused(native, shown, server):
    mine = f"/pictures/product/{shown}"
    for target in ("", "/", "/api/v1/Product/1/Image", "/pictures", mine + "/focus", mine + "?w=0",
                   mine + "?x=1", mine + "/info?w=1", mine + "?expires=1", mine + "?w=1&signature=",
                   mine + "#x", mine + " x", "pictures/product/1", mine + "?w=1&w=1", 5, None):
        answer = native.request("POST", "/pictures/links", body={"links": [mine, target]})
        check_refused(answer, 400, "bad_request", "link 2")
    for body in (b"", b"[]", {}, {"links": {}}, {"links": "x"}, {"links": [mine] * 1001},
                 {"links": [], "seconds": 0}, {"links": [], "seconds": 400 * 86400 + 1},
                 {"links": [], "seconds": "5"}):
        check_refused(native.request("POST", "/pictures/links", body=body), 400, "bad_request")
    assert native.sign() == []
    assert len(native.sign(*[mine] * 1000)) == 1000


def test_a_rotation_drops_the_older_key_in_every_worker(serve):
    server = serve("--demo", "--workers", "2")
    native = Native(server.address)
    first = server.run("link", "sign", "/pictures/product/1", "--json").json["link"]
    server.hide(re.search(r"signature=(.*)", first)[1])

    def statuses(link):
        return {native.follow(link).status for _ in range(12)}  # a connection each: both workers

    assert statuses(first) == {200}
    server.run("link", "rotate")
    second = native.sign("/pictures/product/1")[0]
    assert first not in second and statuses(first) == {200} and statuses(second) == {200}
    server.run("link", "rotate")
    assert statuses(first) == {401} and statuses(second) == {200}
    server.restart()
    native = Native(server.address)
    assert native.follow(first).status == 401


def test_the_command_signs_as_the_server_does(server, native, shown):
    link = server.run("link", "sign", f"/pictures/product/{shown}?w=50", "--seconds", "60").text
    assert native.follow(link.strip()).status == 200
    program.refused(1, "link", "sign", server.directory, "/api/v1/x", says=b"/pictures/KIND/ID")
    program.refused(1, "link", "sign", server.directory, "/pictures/product/1?expires=1",
                    says=b"without expires")
    program.refused(2, "link", "sign", server.directory, "/pictures/product/1", "--seconds", "0")


def test_a_public_url_stands_before_links(serve):
    server = serve("--demo", environment={"CAMEO_PUBLIC_URL": "https://pictures.example.com/crm"})
    native = Native(server.address)
    link = native.sign("/pictures/product/1")[0]
    assert link.startswith("https://pictures.example.com/crm/pictures/product/1?expires=")
    assert native.follow(link.replace("/crm/", "/")).status == 200
