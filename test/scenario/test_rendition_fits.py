"""The native form: how a picture is made to fit, where it is cut, in which type and how well it goes out.
Pixel by pixel, as in test_rendition_types.py."""

import struct
import time

import pytest
from PIL import Image

from made_pictures import saved, scene, tiff_of
from program import PATIENCE
from renditions import Native, Shelf, check_alike, difference, scaled, shown, stored

FULL = (640, 480)
KINDS = ["contact", "person", "product", "project"]


@pytest.fixture(scope="module")
def image():
    return scene(FULL)


@pytest.fixture(scope="module")
def shelf(server):
    return Shelf(server)


@pytest.fixture
def native(server):
    return Native(server.address)


@pytest.fixture
def person(shelf, image):
    return f"person/{shelf.person(saved(image, 'PNG'))}"


def cut(image, size, x=0.5, y=0.5):
    """The largest part of those proportions, the focus as near to its middle as the edges let it."""
    factor = min(image.width / size[0], image.height / size[1])
    width, height = size[0] * factor, size[1] * factor
    left = min(max(x * image.width - width / 2, 0), image.width - width)
    top = min(max(y * image.height - height / 2, 0), image.height - height)
    box = (left, top, left + width, top + height)
    return image.convert("RGB").resize(size, Image.Resampling.LANCZOS, box)


def near(made, want, mean=3.5):
    assert made.size == want.size
    error, _ = difference(made.convert("RGB"), want.convert("RGB"))
    assert error <= mean, f"mean error {error:.2f} of 255"


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_record_has_renditions(server, native, image, kind):
    record = stored(server, saved(image, "PNG"), kind)

    near(shown(native.get(f"{kind}/{record}", w=160, h=120), "PNG"), scaled(image, (160, 120)))


@pytest.mark.parametrize("query, size", [
    ({"w": 100, "h": 100}, (100, 75)), ({"w": 100}, (100, 75)), ({"h": 60}, (80, 60)),
    ({"w": 100, "h": 100, "fit": "contain"}, (100, 75)), ({"w": 900, "h": 900}, FULL),
    ({"w": 50, "h": 50, "dpr": 2}, (100, 75)), ({"w": 40, "dpr": 4}, (160, 120)),
    ({"w": 100, "h": 75, "dpr": 1.5}, (150, 113)),
])
def test_contain_keeps_all_of_the_picture(native, person, image, query, size):
    made = shown(native.get(person, format="png", **query), "PNG")

    near(made, scaled(image, size))


@pytest.mark.parametrize("size", [(100, 100), (200, 50), (50, 200), (160, 120), (33, 77)])
def test_cover_cuts_from_the_middle(native, person, image, size):
    made = shown(native.get(person, w=size[0], h=size[1], fit="cover", format="png"), "PNG")

    near(made, cut(image, size))


@pytest.mark.parametrize("size", [(100, 100), (200, 50), (50, 200), (33, 77)])
def test_fill_takes_the_size_as_it_is(native, person, image, size):
    made = shown(native.get(person, w=size[0], h=size[1], fit="fill", format="png"), "PNG")

    near(made, scaled(image, size), 4)


@pytest.mark.parametrize("x, y", [(0, 0.5), (0.2, 0.5), (0.4, 0.1), (0.6, 0.9), (0.75, 0.5),
                                  (1, 1), (0.5, 0.5)])
@pytest.mark.parametrize("size", [(100, 100), (50, 200), (200, 50)])
def test_the_focus_moves_the_cut(server, native, image, x, y, size):
    person = f"person/{stored(server, saved(image, 'PNG'))}"
    query = {"w": size[0], "h": size[1], "fit": "cover", "format": "png"}
    middle = shown(native.get(person, **query), "PNG")

    native.focus(person, x, y)

    near(middle, cut(image, size))
    near(shown(native.get(person, **query), "PNG"), cut(image, size, x, y))


@pytest.mark.parametrize("orientation", [3, 6, 8])
def test_the_focus_is_of_the_picture_as_seen(server, native, image, orientation):
    person = f"person/{stored(server, tiff_of(image, orientation=orientation))}"
    turn = {3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_270,
            8: Image.Transpose.ROTATE_90}[orientation]

    native.focus(person, 0.1, 0.85)

    made = shown(native.get(person, w=90, h=90, fit="cover", format="png"), "PNG")
    near(made, cut(image.transpose(turn), (90, 90), 0.1, 0.85))


def test_the_focus_changes_nothing_but_the_cut(server, native, image):
    content = saved(image, "PNG")
    person = f"person/{stored(server, content)}"
    before = native.get(person, w=100, h=75, format="png").body

    native.focus(person, 0.1, 0.1)

    assert native.get(person).body == content
    assert native.get(person, w=100, h=75, format="png").body == before
    near(shown(native.get(person, w=100, h=100, fit="fill", format="png"), "PNG"),
         scaled(image, (100, 100)), 4)


@pytest.mark.parametrize("name, kind", [("jpeg", "JPEG"), ("png", "PNG"), ("webp", "WEBP"),
                                        ("gif", "GIF")])
def test_each_type_can_be_asked_for(native, person, image, name, kind):
    answer = native.get(person, w=160, h=120, format=name)

    near(shown(answer, kind), scaled(image, (160, 120)), {"GIF": 8}.get(kind, 4.5))
    assert "Accept" not in answer.headers.get("Vary", "")


@pytest.mark.parametrize("name", ["jpeg", "webp"])
def test_less_quality_takes_less_room_and_still_looks_alike(native, person, image, name):
    answers = [native.get(person, w=320, h=240, format=name, q=q) for q in (1, 30, 60, 90, 100)]

    assert [answer.status for answer in answers] == [200] * 5
    sizes = [len(answer.body) for answer in answers]
    assert sizes == sorted(sizes) and len(set(sizes)) == 5, sizes
    errors = [difference(shown(answer, name.upper()).convert("RGB"), scaled(image, (320, 240)))[0]
              for answer in answers]
    assert errors[1] < 10 and errors[4] < 3, errors


@pytest.mark.parametrize("accept, kind", [
    ("image/webp", "WEBP"), ("image/avif,image/webp,image/apng,*/*;q=0.8", "WEBP"),
    ("image/webp;q=0, image/*", "PNG"), ("*/*", "PNG"), (None, "PNG"), ("image/png", "PNG"),
])
def test_accept_decides_where_no_format_is_given(native, person, image, accept, kind):
    headers = {"Accept": accept} if accept else {}

    answer = native.get(person, headers, w=160, h=120)

    assert "Accept" in answer.headers["Vary"]
    near(shown(answer, kind), scaled(image, (160, 120)), 4.5)


def test_a_format_in_the_query_stands_over_accept(native, person):
    shown(native.get(person, {"Accept": "image/webp"}, w=160, format="jpeg"), "JPEG")


@pytest.mark.parametrize("query", [
    {"w": "x"}, {"w": -1}, {"h": "1e3"}, {"fit": "crop", "w": 9, "h": 9}, {"format": "tiff"},
    {"format": "bmp"}, {"q": 0}, {"q": 101}, {"q": "best"}, {"dpr": 0}, {"dpr": 5, "w": 9},
    {"w": 99999999999}])
def test_a_wish_that_cannot_be_understood_is_400(native, person, query):
    answer = native.get(person, **query)

    assert answer.status == 400, answer
    assert answer.headers["Content-Type"].startswith("application/json")


def avif_size(content):
    """Of the image spatial extents (ISO/IEC 23008-12, 6.5.3)."""
    assert content[4:12] == b"ftypavif"
    return struct.unpack_from(">II", content, content.index(b"ispe") + 8)


def until_avif(native, path, **query):
    """Asks until it is there; each answer before is WebP."""
    end = time.monotonic() + PATIENCE
    before = []
    while time.monotonic() < end:
        answer = native.get(path, format="avif", **query)
        assert answer.status == 200, answer
        if answer.headers["Content-Type"] == "image/avif":
            return before, answer
        before.append(answer)
        time.sleep(0.1)
    raise AssertionError("AVIF was never made")


def test_avif_is_made_in_the_background_and_webp_goes_out_until_then(server, native, image):
    person = f"person/{stored(server, saved(image, 'PNG'))}"

    before, answer = until_avif(native, person, w=160, h=120)

    assert before, "AVIF was made while somebody waited"
    for one in before:
        near(shown(one, "WEBP"), scaled(image, (160, 120)), 4.5)
    assert avif_size(answer.body) == (160, 120)
    assert answer.headers["ETag"] != before[0].headers["ETag"]
    tag = before[0].headers["ETag"]
    assert native.get(person, {"If-None-Match": tag}, w=160, h=120, format="avif").status == 200
    assert b"Exif" not in answer.body


def test_a_wish_for_avif_outlives_a_restart(fresh_server, image):
    person = f"person/{stored(fresh_server, saved(image, 'PNG'))}"
    asked = [Native(fresh_server.address).get(person, format="avif", w=160 + n) for n in range(6)]
    assert {answer.headers["Content-Type"] for answer in asked} <= {"image/webp", "image/avif"}

    fresh_server.restart()

    for n in range(6):
        _, answer = until_avif(Native(fresh_server.address), person, w=160 + n)
        assert avif_size(answer.body)[0] == 160 + n


def test_a_changed_picture_shows_no_avif_of_the_former_one(server, native, image):
    record = stored(server, saved(image, "PNG"))
    until_avif(native, f"person/{record}", w=160)

    server.superoffice.put_image(f"Person/{record}/Image", saved(scene((480, 640)), "PNG"))

    answer = native.get(f"person/{record}", w=160, format="avif")
    check_alike(shown(answer, "WEBP"), scaled(scene((480, 640)), (160, 213)), 5)
