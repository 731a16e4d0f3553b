"""SuperOffice: GET, PUT, POST and DELETE of Image."""

import base64
import email.utils

import pytest

from clients import check_failure
from pictures import MIME, TYPES, noise, padded, picture
from wire import multipart

KINDS = ["Contact", "Person", "Product", "Project"]
ABSENT = 654_321
LIMIT = 10 * 1024 * 1024


@pytest.fixture
def image(server):
    """The path of a new person's image, with nothing there yet."""
    return f"Person/{server.record('person')}/Image"


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_put_comes_back_byte_for_byte(server, so, png, kind):
    path = f"{kind}/{server.record(kind.lower())}/Image"

    put = so.put(path, png, {"Content-Type": "image/png", "Accept": "application/json"})
    got = so.get(path)

    assert put.status == 200
    assert put.headers["Content-Type"] == "application/json; charset=utf-8"
    assert put.body.isdigit() and int(put.body) > 0
    assert got.status == 200 and got.body == png
    assert got.headers["Content-Type"] == "image/png"
    assert got.headers["Content-Length"] == str(len(png))


@pytest.mark.parametrize("kind", TYPES)
def test_every_picture_type_is_known_by_its_bytes(so, image, palette, kind):
    content = picture(kind, colour=next(palette))

    answer = so.put(image, content, {"Content-Type": "application/octet-stream"})
    got = so.get(image)

    assert answer.status == 200
    assert got.headers["Content-Type"] == MIME[kind]
    assert got.body == content
    info = so.info(image + "Info")
    assert info["MimeType"] == MIME[kind]
    assert info["OriginalSize"] == len(content)
    assert info["BlobSize"] == len(content) or info["IsZipped"]


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_an_oriented_photo_is_kept_as_it_was_taken(so, image, palette, orientation):
    content = picture("JPEG", colour=next(palette), orientation=orientation)

    so.put_image(image, content)

    assert so.get(image).body == content


def test_headers_of_a_picture_allow_revalidation_and_name_no_file(so, image, png):
    so.put_image(image, png)

    headers = so.get(image).headers

    assert headers["ETag"].startswith('"') and headers["ETag"].endswith('"')
    assert email.utils.parsedate_to_datetime(headers["Last-Modified"]).tzname() == "UTC"
    assert headers["Last-Modified"].endswith(" GMT")
    assert headers["Cache-Control"] == "private, no-cache"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "Content-Disposition" not in headers


@pytest.mark.parametrize("accept", ["application/json; charset=utf-8", "image/gif", "text/html",
                                    "application/xml", "nonsense"])
def test_accept_never_changes_or_refuses_a_picture(so, image, png, accept):
    so.put_image(image, png)

    answer = so.get(image, {"Accept": accept})

    assert (answer.status, answer.headers["Content-Type"]) == (200, "image/png")
    assert answer.body == png


def test_post_is_put(so, image, png, jpeg):
    first = so.post(image, png, {"Content-Type": "image/png"})
    second = so.post(image, jpeg, {"Content-Type": "image/jpeg"})

    assert first.status == second.status == 200
    assert first.json == second.json
    assert so.get(image).body == jpeg


def test_a_second_put_keeps_the_id_and_the_texts_and_refreshes_the_rest(so, image, png, jpeg):
    identity = so.put_image(image, png)
    texts = {"Description": "Head and shoulders", "ExtraInfo": "studio", "ConceptualType": "PHOTO"}
    assert so.put(image + "Info", json=texts).status == 200

    assert so.put_image(image, jpeg) == identity

    info = so.info(image + "Info")
    assert info["BlobId"] == identity
    assert {name: info[name] for name in texts} == texts
    assert info["MimeType"] == "image/jpeg"
    assert info["BlobSize"] == info["OriginalSize"] == len(jpeg)
    assert info["UpdatedBy"]["Name"].lower() == "demo"


@pytest.mark.parametrize("kind", ["image/jpeg", "image/webp", "image/x-unheard-of",
                                  "application/octet-stream", "application/x-www-form-urlencoded",
                                  None])
def test_the_content_type_of_a_raw_body_is_not_believed(so, image, png, kind):
    answer = so.put(image, png, {"Content-Type": kind} if kind else None)

    assert answer.status == 200, answer
    assert so.get(image).headers["Content-Type"] == "image/png"


@pytest.mark.parametrize("kind", ["application/json", "text/xml", "application/xml; charset=utf-8"])
def test_a_type_that_is_clearly_no_picture_is_refused(so, image, png, kind):
    headers = {"Content-Type": kind, "Accept": "application/json"}
    check_failure(so.put(image, png, headers), 415, "UnsupportedMediaType")
    assert so.get(image).status == 404


def test_multipart_takes_the_part_named_image(so, image, png, jpeg):
    kind, body = multipart([("note", None, None, b"hello"), ("file", "a.jpg", "image/jpeg", jpeg),
                            ("image", "b.png", "image/png", png)])

    assert so.post(image, body, {"Content-Type": kind}).status == 200
    assert so.get(image).body == png


def test_multipart_takes_else_the_first_part_with_a_file_name(so, image, png):
    kind, body = multipart([("note", None, None, b"hello"), ("file", "a.png", None, png)])

    assert so.post(image, body, {"Content-Type": kind}).status == 200
    assert so.get(image).body == png


def test_multipart_takes_else_the_first_part(so, image, png):
    kind, body = multipart([("upload", None, None, png), ("other", None, None, b"hello")])

    assert so.put(image, body, {"Content-Type": kind}).status == 200
    assert so.get(image).body == png


@pytest.mark.parametrize("kind", ["application/octet-stream", None])
def test_multipart_under_a_wrong_type_is_still_understood(so, image, png, kind):
    _, body = multipart([("image", "a.png", "image/png", png)])

    answer = so.put(image, body, {"Content-Type": kind} if kind else None)

    assert answer.status == 200, answer
    assert so.get(image).body == png


def test_the_file_name_of_a_part_becomes_the_description_only_where_there_is_none(so, image, png,
                                                                                  jpeg):
    for name, content in (("first.png", png), ("second.jpg", jpeg)):
        kind, body = multipart([("image", name, None, content)])
        assert so.put(image, body, {"Content-Type": kind}).status == 200
        assert so.info(image + "Info")["Description"] == "first.png"


def test_base64_text_and_data_urls_are_decoded(so, image, png, jpeg):
    text = base64.b64encode(png)
    assert so.put(image, text, {"Content-Type": "application/octet-stream"}).status == 200
    assert so.get(image).body == png

    text = b"data:image/jpeg;base64," + base64.b64encode(jpeg)
    assert so.put(image, text, {"Content-Type": "image/jpeg"}).status == 200
    assert so.get(image).body == jpeg


def test_a_body_over_a_megabyte_arrives_whole(so, image):
    content = noise((1000, 800))
    assert 2_000_000 < len(content) < LIMIT

    so.put_image(image, content)

    assert so.get(image).body == content


def test_a_large_multipart_body_arrives_whole(so, image):
    content = noise((900, 700), seed=2)
    kind, body = multipart([("image", "large.png", "image/png", content)])

    assert so.put(image, body, {"Content-Type": kind}).status == 200
    assert so.get(image).body == content


def test_a_chunked_body_arrives_whole(server, so, image, png):
    head = (f"PUT /api/v1/{image} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
            "Authorization: SOTicket 7T:demo\r\n\r\n").encode()
    middle = len(png) // 2
    body = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece)
                    for piece in (png[:middle], png[middle:])) + b"0\r\n\r\n"

    assert server.address.raw(head + body, "PUT").status == 200
    assert so.get(image).body == png


def test_ten_mebibytes_are_taken_and_one_byte_more_is_not(so, image):
    content = padded(LIMIT)
    so.put_image(image, content)
    assert so.get(image).body == content

    answer = so.put(image, content + b"\0", {"Content-Type": "image/jpeg"})

    check_failure(answer, 413, "PayloadTooLarge")
    assert so.get(image).body == content


def test_an_empty_body_is_a_missing_bitmap(so, image):
    for answer in (so.put(image, b"", {"Content-Type": "image/png"}), so.post(image),
                   so.put(image)):
        check_failure(answer, 400, "SoInvalidArgumentException")
        assert "bitmap" in answer.json["Message"]


def test_a_picture_that_is_not_there_is_404(so, image):
    check_failure(so.get(image), 404, "SoNotFoundException")
    check_failure(so.get(image, {"Accept": "image/png"}), 404, "SoNotFoundException")


@pytest.mark.parametrize("kind", KINDS)
def test_an_unknown_record_has_no_picture_takes_none_and_loses_none(so, png, kind):
    path = f"{kind}/{ABSENT}/Image"

    check_failure(so.get(path), 404, "SoNotFoundException")
    check_failure(so.put(path, png, {"Content-Type": "image/png"}), 400)
    check_failure(so.post(path, png, {"Content-Type": "image/png"}), 400)
    check_failure(so.delete(path), 404, "SoNotFoundException")


@pytest.mark.parametrize("identity", ["abc", "1x", "1.5", "2147483648", "99999999999999999999",
                                      "0x10", "%20"])
def test_an_id_that_is_no_int32_matches_no_route(so, identity):
    check_failure(so.get(f"Person/{identity}/Image"), 404, "SoNotFoundException")


def test_delete_answers_204_and_the_picture_is_gone(so, image, png):
    so.put_image(image, png)

    answer = so.delete(image)

    assert (answer.status, answer.body) == (204, b"")
    assert so.get(image).status == 404
    assert so.info(image + "Info")["BlobId"] == 0


def test_delete_where_there_is_none_is_204_too(so, image):
    assert so.delete(image).status == 204


def test_after_a_delete_the_next_put_makes_a_new_picture(so, image, png):
    first = so.put_image(image, png)
    so.put(image + "Info", json={"Description": "of the first"})
    so.delete(image)

    second = so.put_image(image, png)

    assert second != first
    assert so.info(image + "Info")["Description"] == ""


def test_equal_bytes_on_two_records_live_and_die_apart(server, so, png):
    one, two = (f"Contact/{server.record('contact')}/Image" for _ in range(2))
    assert so.put_image(one, png) != so.put_image(two, png)

    so.delete(one)

    assert so.get(one).status == 404
    assert so.get(two).body == png
    server.check()


def test_many_requests_run_over_one_connection(server, png):
    person = server.record("person")
    server.superoffice.put_image(f"Person/{person}/Image", png)
    request = (f"GET /api/v1/Person/{person}/Image HTTP/1.1\r\nHost: x\r\n"
               "Authorization: SOTicket 7T:demo\r\n\r\n").encode()
    with server.address.connect() as sock:
        stream = sock.makefile("rb")
        for _ in range(20):
            sock.sendall(request)
            assert read_kept(stream) == png


def read_kept(stream):
    assert stream.readline().startswith(b"HTTP/1.1 200 ")
    length = 0
    for line in iter(stream.readline, b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    return stream.read(length)
