"""SuperOffice: ifBlank of GET Image, what is shown where no picture is."""

import pytest

from clients import check_failure
from pictures import MIME, opened

KINDS = ["Contact", "Person", "Product", "Project"]
ABSENT = 765_432
DRAWN = ["Default", "SrNoPhoto", "SrNoPhotoWithBorder", "GenericFileIcon"]


@pytest.fixture
def image(server):
    """The path of a new person's image, with nothing there."""
    return f"Person/{server.record('person')}/Image"


def placeholder(so, path, headers=None, kind="PNG"):
    answer = so.get(path, headers)
    assert answer.status == 200, answer
    assert answer.headers["Content-Type"] == MIME[kind], answer
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert "Last-Modified" not in answer.headers and "Content-Disposition" not in answer.headers
    made = opened(answer.body)
    assert made.format == kind
    return made.convert("RGB")


def ink(made, dark=(226, 226, 226)):
    """The pixels that are not paper, as (x, y)."""
    return [(x, y) for x in range(made.width) for y in range(made.height)
            if made.getpixel((x, y))[0] < dark[0]]


@pytest.mark.parametrize("query", ["", "?ifBlank=Null", "?ifblank=NULL", "?ifBlank=4", "?ifBlank=",
                                   "?w=64&h=64"])
def test_unset_and_null_are_404(so, image, query):
    check_failure(so.get(image + query), 404, "SoNotFoundException")
    check_failure(so.get(image + query, {"Accept": "image/*"}), 404, "SoNotFoundException")


@pytest.mark.parametrize("value", ["Nothing", "6", "-1", "1.0", "ClearPixel2", "Default,Null"])
def test_an_unknown_value_is_400_with_and_without_a_picture(so, image, png, value):
    check_failure(so.get(f"{image}?ifBlank={value}"), 400, "SoInvalidArgumentException")
    so.put_image(image, png)
    check_failure(so.get(f"{image}?ifBlank={value}"), 400, "SoInvalidArgumentException")


@pytest.mark.parametrize("value", ["ClearPixel", "clearpixel", "1"])
@pytest.mark.parametrize("more", ["", "&w=64&h=64", "&type=PNG"])
def test_a_clear_pixel_is_one_transparent_pixel(so, image, value, more):
    answer = so.get(f"{image}?ifBlank={value}{more}")

    made = opened(answer.body)
    assert answer.status == 200 and answer.headers["Content-Type"] == "image/gif"
    assert made.format == "GIF" and made.size == (1, 1)
    assert made.convert("RGBA").getpixel((0, 0))[3] == 0
    assert len(answer.body) == 43


@pytest.mark.parametrize("kind", KINDS)
def test_default_is_a_drawing_of_the_kind(so, server, kind):
    made = placeholder(so, f"{kind}/{server.record(kind.lower())}/Image?ifBlank=Default")

    assert made.size == (130, 180)
    drawn = ink(made)
    assert 130 * 130 / 6 < len(drawn) < 130 * 130 * 3 / 4
    assert all(x > 5 and y > 5 for x, y in drawn)


def test_the_drawings_differ(so):
    drawings = {so.get(f"{kind}/{ABSENT}/Image?ifBlank={value}").body
                for kind, value in [(kind, "Default") for kind in KINDS]
                + [("Person", value) for value in DRAWN[1:]]}

    assert len(drawings) == 7


@pytest.mark.parametrize("name, number", [("Default", 0), ("SrNoPhoto", 2),
                                          ("SrNoPhotoWithBorder", 3), ("GenericFileIcon", 5)])
def test_numbers_and_any_case_mean_the_same(so, image, name, number):
    want = so.get(f"{image}?ifBlank={name}")

    for value in (number, name.upper(), name.lower()):
        answer = so.get(f"{image}?IFBLANK={value}")
        assert answer.body == want.body and answer.headers["ETag"] == want.headers["ETag"]


@pytest.mark.parametrize("query, size", [
    ("w=65", (65, 90)), ("h=90", (65, 90)), ("w=64&h=64", (64, 64)), ("w=0&h=-9", (130, 180)),
    ("w=260", (260, 360)), ("w=5&h=3", (5, 3)), ("w=1", (1, 1)), ("w=300&h=40", (300, 40)),
])
@pytest.mark.parametrize("value", DRAWN)
def test_the_size_asked_for(so, image, value, query, size):
    assert placeholder(so, f"{image}?ifBlank={value}&{query}").size == size


def test_sizes_are_bounded(so, image):
    assert placeholder(so, f"{image}?ifBlank=GenericFileIcon&w=5000&h=100000").size == (4096, 4096)


@pytest.mark.parametrize("name, kind", [("JPG", "JPEG"), ("image/png", "PNG"), ("GIF", "GIF"),
                                        ("unheard", "PNG")])
@pytest.mark.parametrize("value", DRAWN)
def test_the_type_asked_for(so, image, value, name, kind):
    made = placeholder(so, f"{image}?ifBlank={value}&type={name}", kind=kind)

    assert made.size == (130, 180)
    assert len(ink(made)) > 50


def test_only_the_border_is_different(so, image):
    plain = placeholder(so, f"{image}?ifBlank=SrNoPhoto")
    bordered = placeholder(so, f"{image}?ifBlank=SrNoPhotoWithBorder")

    width, height = plain.size
    inner = (4, 4, width - 4, height - 4)
    assert plain.crop(inner).tobytes() == bordered.crop(inner).tobytes()
    edge = [bordered.getpixel((x, y)) for x in range(width) for y in (0, height - 1)]
    assert len(set(edge)) == 1 and edge[0][0] < 200
    assert plain.getpixel((0, 0))[0] > 230


@pytest.mark.parametrize("headers, language", [
    ({"SO-Language": "nb-NO"}, "no"), ({"Accept-Language": "de"}, "de"),
    ({"SO-Language": "sv", "Accept-Language": "en"}, "sv"),
])
def test_the_words_are_in_the_callers_language(so, image, headers, language):
    english = so.get(f"{image}?ifBlank=SrNoPhoto")

    answer = so.get(f"{image}?ifBlank=SrNoPhoto", headers)

    assert answer.status == 200 and answer.body != english.body
    assert answer.headers["ETag"] != english.headers["ETag"]
    for one in (answer, english):
        assert one.headers["Vary"].startswith("Authorization, Cookie, Accept-Language")
    assert answer.headers["SO-Language"] == language
    assert "SO-Language" not in english.headers
    drawn = ink(opened(answer.body).convert("RGB"))
    assert len(drawn) > 100 and min(x for x, _ in drawn) >= 13 - 2


@pytest.mark.parametrize("value", ["Default", "GenericFileIcon", "ClearPixel"])
def test_what_has_no_words_does_not_vary(so, image, value):
    answer = so.get(f"{image}?ifBlank={value}", {"SO-Language": "de"})

    assert "Accept-Language" not in answer.headers.get("Vary", "")
    assert "SO-Language" not in answer.headers
    assert answer.body == so.get(f"{image}?ifBlank={value}").body


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("identity", [ABSENT, 0, -1])
def test_an_unknown_record_is_a_record_without_a_picture(so, kind, identity):
    check_failure(so.get(f"{kind}/{identity}/Image"), 404, "SoNotFoundException")
    assert placeholder(so, f"{kind}/{identity}/Image?ifBlank=Default").size == (130, 180)


def test_who_may_not_see_pictures_sees_no_placeholder(server, image):
    stranger = server.superoffice.as_user(None)

    assert stranger.get(f"{image}?ifBlank=SrNoPhoto").status == 401


def test_a_placeholder_is_revalidated_by_its_tag(so, image):
    path = f"{image}?ifBlank=SrNoPhoto"
    first = so.get(path)

    again = so.get(path, {"If-None-Match": first.headers["ETag"]})
    other = so.get(path + "&w=40", {"If-None-Match": first.headers["ETag"]})

    assert (again.status, again.body) == (304, b"")
    assert again.headers["Vary"].startswith("Authorization, Cookie, Accept-Language")
    assert other.status == 200


def test_a_picture_and_its_placeholder_are_told_apart(so, image, png):
    path = f"{image}?ifBlank=Default"
    blank = so.get(path)
    so.put_image(image, png)

    shown = so.get(path, {"If-None-Match": blank.headers["ETag"]})
    assert shown.status == 200 and shown.body == png

    so.delete(image)
    gone = so.get(path, {"If-None-Match": shown.headers["ETag"],
                         "If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"})
    assert gone.status == 200 and gone.body == blank.body


def test_head_and_ranges_of_a_placeholder(so, image):
    path = f"{image}?ifBlank=Default"
    whole = so.get(path)

    head = so.head(path)
    part = so.get(path, {"Range": "bytes=1-3"})

    assert (head.status, head.body) == (200, b"")
    assert head.headers["Content-Length"] == str(len(whole.body))
    assert (part.status, part.body) == (206, b"PNG")


@pytest.mark.parametrize("path", ["/api/Services80/person/{}/image/content",
                                  "/api/v1/Person/{}/Image/Content"])
def test_older_addresses_have_placeholders_too(so, path):
    assert placeholder(so, path.format(ABSENT) + "?ifBlank=Default&w=20").size == (20, 28)
