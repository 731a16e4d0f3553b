"""GET /pictures/{kind}/{id}: sizes, types, caches, ranges, rights; lists, info and focus."""

import base64
import re
import sqlite3

import pytest

import clients
import page_sums
import pictures
from native import READER, Native, check_near, check_refused, halves

RED, BLUE = (220, 20, 20), (20, 20, 220)


@pytest.fixture
def native(server):
    return Native(server.address)


@pytest.fixture
def shown(server, so, product):
    """A product with a picture of two halves."""
    so.put_image(f"Product/{product}/Image", halves())
    return product


def rendition(native, target, kind, size, headers=None):
    answer = native.get(target, headers)
    assert answer.status == 200, answer
    image = pictures.opened(answer.body)
    assert image.format == kind and image.size == size, (target, image.format, image.size)
    assert answer.headers["Content-Type"] == {"JPEG": "image/jpeg", "PNG": "image/png",
                                              "GIF": "image/gif", "WEBP": "image/webp"}[kind]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    return answer, image


def test_without_parameters_the_stored_bytes_go_out(native, so, product, jpeg):
    so.put_image(f"Product/{product}/Image", jpeg)
    answer = native.get(f"/pictures/product/{product}")
    assert (answer.status, answer.body) == (200, jpeg)
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["Content-Disposition"].startswith("inline; filename=")
    head = native.request("HEAD", f"/pictures/product/{product}")
    assert (head.status, head.body) == (200, b"")
    for name in ("ETag", "Last-Modified", "Content-Length", "Content-Type"):
        assert head.headers[name] == answer.headers[name]


@pytest.mark.parametrize("kind", ["contact", "person", "product", "project"])
def test_each_kind_has_its_address(native, server, png, kind):
    record = server.record(kind)
    server.superoffice.put_image(f"{kind.title()}/{record}/Image", png)
    assert native.get(f"/pictures/{kind}/{record}").body == png


@pytest.mark.parametrize("query, kind, size", [
    ("w=100", "PNG", (100, 50)), ("h=25", "PNG", (50, 25)), ("w=100&h=20", "PNG", (40, 20)),
    ("w=60&dpr=1.5", "PNG", (90, 45)), ("w=400", "PNG", (200, 100)),
    ("w=400&enlarge=1", "PNG", (400, 200)), ("w=100&format=jpeg", "JPEG", (100, 50)),
    ("format=webp", "WEBP", (200, 100)), ("format=gif&w=50", "GIF", (50, 25)),
])
def test_contain_keeps_the_proportions_and_does_not_enlarge(native, shown, query, kind, size):
    _, image = rendition(native, f"/pictures/product/{shown}?{query}", kind, size)
    check_near(image, (2, 2), RED)
    check_near(image, (size[0] - 3, size[1] - 3), BLUE)


def test_cover_cuts_around_the_focus_and_follows_it_at_once(native, shown):
    target = f"/pictures/product/{shown}?w=50&h=50&fit=cover"
    first, image = rendition(native, target, "PNG", (50, 50))
    check_near(image, (2, 25), RED)
    check_near(image, (47, 25), BLUE)
    native.focus(f"product/{shown}", 0, 0.5)
    second, image = rendition(native, target, "PNG", (50, 50))
    check_near(image, (2, 25), RED)
    check_near(image, (47, 25), RED)
    assert first.headers["ETag"] != second.headers["ETag"]
    native.focus(f"product/{shown}", 1, 0.5)
    _, image = rendition(native, target, "PNG", (50, 50))
    check_near(image, (2, 25), BLUE)
    assert native.request("DELETE", f"/pictures/product/{shown}/focus").status == 204
    third = native.get(target)
    assert third.body == first.body and third.headers["ETag"] == first.headers["ETag"]


def test_fill_changes_the_proportions(native, shown):
    _, image = rendition(native, f"/pictures/product/{shown}?w=40&h=80&fit=fill", "PNG", (40, 80))
    check_near(image, (2, 77), RED)
    check_near(image, (37, 2), BLUE)


def test_quality_makes_smaller_files(native, so, product):
    so.put_image(f"Product/{product}/Image", pictures.noise((120, 90), "PNG", seed=5))
    sizes = [len(native.get(f"/pictures/product/{product}?format=jpeg&q={q}").body)
             for q in (10, 60, 95)]
    assert sizes == sorted(sizes) and sizes[0] * 2 < sizes[2]


def test_avif_is_webp_until_it_was_made(native, shown):
    answer = native.get(f"/pictures/product/{shown}?w=64&format=avif")
    assert answer.status == 200 and answer.headers["Content-Type"] in ("image/webp", "image/avif")
    assert "immutable" not in answer.headers["Cache-Control"]


def test_metadata_is_gone_also_from_what_has_its_size_already(native, so, product):
    picture = pictures.picture("JPEG", (40, 20), orientation=6)
    so.put_image(f"Product/{product}/Image", picture)
    for query in ("w=500", "format=jpeg", "w=20", "format=webp&w=20", "format=png"):
        answer = native.get(f"/pictures/product/{product}?{query}")
        image = pictures.opened(answer.body)
        assert not image.getexif() and b"Exif" not in answer.body
        assert image.size[0] < image.size[1]
    assert b"Exif" in native.get(f"/pictures/product/{product}").body


@pytest.mark.parametrize("accept, kind", [
    ("image/webp,*/*", "WEBP"), ("image/avif,image/webp;q=0.8", "WEBP"), ("*/*", "PNG"),
    ("image/*", "PNG"), ("image/webp;q=0, image/png", "PNG"), ("", "PNG"),
])
def test_accept_may_ask_for_webp_where_no_format_is_asked_for(native, shown, accept, kind):
    target = f"/pictures/product/{shown}?w=100"
    answer, _ = rendition(native, target, kind, (100, 50), {"Accept": accept})
    assert answer.headers["Vary"] == "Accept"
    answer, _ = rendition(native, target + "&format=png", "PNG", (100, 50), {"Accept": accept})
    assert answer.headers["Vary"] is None
    assert native.get(f"/pictures/product/{shown}", {"Accept": accept}).body == halves()


def test_conditions_and_ranges_hold_for_originals_and_renditions(native, shown):
    for query in ("", "?w=100"):
        target = f"/pictures/product/{shown}{query}"
        whole = native.get(target)
        tag = whole.headers["ETag"]
        same = native.get(target, {"If-None-Match": tag})
        assert (same.status, same.body, same.headers["ETag"]) == (304, b"", tag)
        since = {"If-Modified-Since": whole.headers["Last-Modified"]}
        assert native.get(target, since).status == 304
        assert native.get(target, {"If-None-Match": '"other"'}).status == 200
        check_refused(native.get(target, {"If-Match": '"other"'}), 412, "precondition_failed")
        part = native.get(target, {"Range": "bytes=5-14", "If-Range": tag})
        assert (part.status, part.body) == (206, whole.body[5:15])
        assert part.headers["Content-Range"] == f"bytes 5-14/{len(whole.body)}"
        assert native.get(target, {"Range": "bytes=5-14", "If-Range": '"x"'}).status == 200
        behind = native.get(target, {"Range": "bytes=9999999-"})
        check_refused(behind, 416, "range")
        assert behind.headers["Content-Range"] == f"bytes */{len(whole.body)}"


def test_a_changed_picture_never_shows_an_old_rendition(native, so, shown):
    target = f"/pictures/product/{shown}?w=20"
    before = native.get(target)
    so.put_image(f"Product/{shown}/Image", halves(left=BLUE, right=RED))
    after = native.get(target, {"If-None-Match": before.headers["ETag"]})
    assert after.status == 200
    check_near(pictures.opened(after.body), (1, 1), BLUE)


@pytest.mark.parametrize("query, text", [
    ("w=0", "w is"), ("w=8193", "w is"), ("h=x", "h is"), ("fit=crop", "fit is"), ("q=0", "q is"),
    ("format=bmp", "format is"), ("dpr=5", "dpr is"), ("dpr=1.2345", "dpr is"),
    ("w=1&w=2", "w is given twice"), ("width=1", "there is no parameter 'width'"),
    ("enlarge=2", "enlarge is"), ("v=", "v is"),
])
def test_what_cannot_be_read_is_named(native, shown, query, text):
    check_refused(native.get(f"/pictures/product/{shown}?{query}"), 400, "bad_request", text)


def test_what_is_missing_is_named(native, product):
    check_refused(native.get(f"/pictures/product/{product}"), 404, "not_found",
                  f"product {product} has no picture")
    check_refused(native.get("/pictures/person/2000000000"), 404, "not_found",
                  "there is no person 2000000000")
    for path in ("/pictures/thing/1", "/pictures/product/0", "/pictures/product/1/x",
                 "/pictures/product", "/pictures/product/1/", "/picturesque"):
        check_refused(native.get(path), 404, "not_found", "nothing at this address")


def test_methods_that_are_not_there_are_405(native, shown):
    for method, path, allow in (("POST", f"/pictures/product/{shown}", "GET, HEAD, OPTIONS"),
                                ("GET", f"/pictures/product/{shown}/focus",
                                 "PUT, DELETE, OPTIONS"),
                                ("GET", "/pictures/links", "POST, OPTIONS"),
                                ("PUT", "/pictures", "GET, HEAD, OPTIONS")):
        answer = native.request(method, path)
        check_refused(answer, 405, "method_not_allowed")
        assert answer.headers["Allow"] == allow


def test_a_picture_with_broken_pixels_is_refused_and_its_bytes_are_not(native, so, product):
    broken = (b"\xff\xd8\xff\xc0\0\x0b\x08\x01\xe0\x02\x80\x01\x01\x11\0"  # a frame, no table of it
              b"\xff\xda\0\x08\x01\x01\0\0\x3f\0" + b"\x55" * 100 + b"\xff\xd9")
    so.put_image(f"Product/{product}/Image", broken)
    assert native.get(f"/pictures/product/{product}").body == broken
    check_refused(native.get(f"/pictures/product/{product}?w=10"), 400, "bad_request", "broken")


# ---- who asks

def test_nobody_sees_nothing(server, shown):
    for path in (f"/pictures/product/{shown}", f"/pictures/product/{shown}/info",
                 "/pictures?kind=product&ids=1", "/pictures/duplicates?by=bytes"):
        answer = Native(server.address, None).get(path)
        check_refused(answer, 401, "unauthenticated")
        assert answer.headers["WWW-Authenticate"] == 'Basic realm="Cameo", Bearer realm="Cameo"'
    for wrong in ("Bearer x", "Basic eA==", clients.basic("demo", "wrong"), "Digest x", "Bearer"):
        check_refused(Native(server.address, wrong).get(f"/pictures/product/{shown}"), 401,
                      "unauthenticated")
    for method in ("PUT", "DELETE"):
        answer = Native(server.address, None).request(method, f"/pictures/product/{shown}/focus")
        check_refused(answer, 401, "unauthenticated")


@pytest.mark.parametrize("authorization", [clients.basic("demo", "demo"), READER,
                                           f"Bearer {clients.DEMO_TOKEN}",
                                           f"Bearer {clients.DEMO_AUTH}"])
def test_passwords_and_tokens_of_both_vendors_open(server, shown, authorization):
    assert Native(server.address, authorization).get(f"/pictures/product/{shown}").status == 200


def test_a_catalog_token_sees_products_only(server, native, png):
    person = server.record("person")
    server.superoffice.put_image(f"Person/{person}/Image", png)
    catalog = Native(server.address, f"Bearer {clients.DEMO_AUTH}")
    for path in (f"/pictures/person/{person}", f"/pictures/person/{person}/info",
                 f"/pictures?kind=person&ids={person}", "/pictures/duplicates?by=bytes"):
        check_refused(catalog.get(path), 403, "denied", "products only")
    answer = catalog.request("POST", "/pictures/links", body={"links": [f"/pictures/person/{person}"]})
    check_refused(answer, 403, "denied")


def test_a_reader_sets_no_focus(server, shown):
    reader = Native(server.address, READER)
    answer = reader.request("PUT", f"/pictures/product/{shown}/focus", body={"x": 0, "y": 0})
    check_refused(answer, 403, "denied")
    check_refused(reader.request("DELETE", f"/pictures/product/{shown}/focus"), 403, "denied")


def test_pages_of_other_origins_may_read(native, server, shown):
    origin = {"Origin": "https://shop.example"}
    answer = native.get(f"/pictures/product/{shown}?w=50", origin)
    assert answer.headers["Access-Control-Allow-Origin"] == "https://shop.example"
    assert set(answer.headers.get_all("Vary")) == {"Accept", "Origin"}
    asked = Native(server.address, None).request("OPTIONS", f"/pictures/product/{shown}/focus", origin)
    assert asked.status == 204 and "PUT" in asked.headers["Access-Control-Allow-Methods"]


# ---- lists, info, focus

def test_a_list_has_a_row_for_each_id_in_the_order_asked_for(native, server, so, shown):
    empty = server.record("product")
    so.put(f"Product/{shown}/ImageInfo", json={"Description": 'a "mug"'})
    answer = native.get(f"/pictures?kind=product&ids={empty},{shown},2000000000,{shown}")
    assert answer.status == 200
    assert list(answer.json) == ["pictures"]
    rows = answer.json["pictures"]
    assert [(row["id"], row["exists"]) for row in rows] == [
        (empty, True), (shown, True), (2000000000, False), (shown, True)]
    assert rows[0]["picture"] is None and rows[2]["picture"] is None
    picture = rows[1]["picture"]
    assert list(picture) == ["id", "width", "height", "type", "colour", "thumbHash",
                             "description", "updated", "url", "thumbnail"]
    assert (picture["width"], picture["height"], picture["type"]) == (200, 100, "image/png")
    assert picture["description"] == 'a "mug"'
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", picture["updated"])
    if picture["colour"] is not None:
        assert re.fullmatch("#[0-9a-f]{6}", picture["colour"])
        assert 5 <= len(base64.b64decode(picture["thumbHash"])) <= 25
    assert native.follow(picture["url"]).body == halves()
    image = pictures.opened(native.follow(picture["thumbnail"]).body)
    assert image.format == "PNG"
    check_near(image, (2, 2), RED)
    assert picture["url"].startswith(server.address.url + "/pictures/product/")


def test_a_list_shows_what_was_seen_of_a_picture(fresh_server):
    fresh_server.stop()
    looks = bytes(range(200, 221))
    index = sqlite3.connect(fresh_server.directory / "meta.db")
    with index:
        blob, other = (index.execute(
            "SELECT p.blob_id FROM link l JOIN picture p ON p.id = l.picture_id"
            " WHERE l.kind = 3 AND l.record_id = ? ORDER BY l.role, l.rank", (product,)
        ).fetchone()[0] for product in (1, 2))
        for number, state in ((blob, 1), (other, 2)):  # made, and not to be made
            index.execute("INSERT OR REPLACE INTO appearance VALUES (1, ?, ?, 1, ?, ?, ?, 0)",
                          (number, state, 0x0A43FF, looks, bytes(32)))
    index.close()
    page_sums.set_sums(fresh_server.directory / "meta.db")
    native = Native(fresh_server.start().address)
    rows = native.get("/pictures?kind=product&ids=1,2").json["pictures"]
    assert rows[0]["picture"]["colour"] == "#0a43ff"
    assert base64.b64decode(rows[0]["picture"]["thumbHash"]) == looks
    assert rows[1]["picture"]["colour"] is None and rows[1]["picture"]["thumbHash"] is None


def test_a_list_may_have_thumbnails_of_another_size(native, shown):
    row = native.get(f"/pictures?kind=product&ids={shown}&thumb=64x32").json["pictures"][0]
    assert "&w=64&h=32&fit=cover&" in row["picture"]["thumbnail"]
    for thumb in ("64", "0x1", "64x", "8193x1", "1x1x1"):
        check_refused(native.get(f"/pictures?kind=product&ids={shown}&thumb={thumb}"), 400,
                      "bad_request", "thumb")


def test_a_list_has_a_thousand_rows_at_most(native):
    ids = ",".join(map(str, range(1, 1001)))
    answer = native.get(f"/pictures?kind=product&ids={ids}")
    assert [row["id"] for row in answer.json["pictures"]] == list(range(1, 1001))
    check_refused(native.get(f"/pictures?kind=product&ids={ids},1001"), 400, "bad_request", "1000")


@pytest.mark.parametrize("query", ["", "kind=product", "ids=1", "kind=thing&ids=1", "kind=product&ids=",
                                   "kind=product&ids=1,,2", "kind=product&ids=0",
                                   "kind=product&ids=1&x=1", "kind=product&ids=1&ids=2"])
def test_a_list_that_cannot_be_read_is_refused(native, query):
    check_refused(native.get(f"/pictures?{query}"), 400, "bad_request")


def test_sides_are_those_that_are_seen(native, so, product):
    so.put_image(f"Product/{product}/Image", pictures.picture("JPEG", (40, 20), orientation=6))
    picture = native.get(f"/pictures/product/{product}/info").json["picture"]
    assert (picture["width"], picture["height"]) == (20, 40)


def test_info_has_the_focus(native, shown, product):
    picture = native.get(f"/pictures/product/{shown}/info").json["picture"]
    assert picture["focus"] == {"x": 0.5, "y": 0.5}
    native.focus(f"product/{shown}", 0.25, 1)
    assert native.get(f"/pictures/product/{shown}/info").json["picture"]["focus"] == {"x": 0.25, "y": 1}
    check_refused(native.get("/pictures/product/2000000000/info"), 404, "not_found", "no product")
    check_refused(native.get(f"/pictures/product/{shown}/info?w=1"), 400, "bad_request")


def test_new_bytes_have_no_focus(native, so, shown):
    native.focus(f"product/{shown}", 0, 0)
    so.put_image(f"Product/{shown}/Image", halves(left=(1, 2, 3)))
    assert native.get(f"/pictures/product/{shown}/info").json["picture"]["focus"] == {"x": 0.5, "y": 0.5}


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"{", {"x": 1}, {"x": 2, "y": 0}, {"x": -0.1, "y": 0},
                                  {"x": "0", "y": 0}, {"x": None, "y": 0}])
def test_a_focus_that_is_none_is_refused(native, shown, body):
    check_refused(native.request("PUT", f"/pictures/product/{shown}/focus", body=body), 400,
                  "bad_request")


def test_a_focus_needs_a_picture(native, product):
    for record in (product, 2000000000):
        answer = native.request("PUT", f"/pictures/product/{record}/focus", body={"x": 0, "y": 0})
        check_refused(answer, 404, "not_found")


@pytest.mark.parametrize("by", ["bytes", "pixels", "looks"])
def test_duplicates_have_three_lists(native, by):
    answer = native.get(f"/pictures/duplicates?by={by}&limit=10&after=0")
    assert answer.status == 200
    assert list(answer.json) == ["by", "groups", "more", "unseen"]
    assert answer.json["by"] == by and len(answer.json["groups"]) <= 10
    for group in answer.json["groups"]:
        assert group["count"] >= 2 and len(group["pictures"]) <= group["count"]
    for query in ("", "by=x", f"by={by}&limit=0", f"by={by}&limit=1001", f"by={by}&x=1"):
        check_refused(native.get(f"/pictures/duplicates?{query}"), 400, "bad_request")
