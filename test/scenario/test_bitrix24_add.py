"""Bitrix24: catalog.productImage.add."""

import base64
import re

import pytest

from clients import b64, check_error, invalid, missing
from pictures import TYPES, noise, padded, picture

GET, ADD = "catalog.productImage.get", "catalog.productImage.add"
DELETE = "catalog.productImage.delete"
KEYS = ["createTime", "detailUrl", "downloadUrl", "id", "name", "productId", "type"]
ABSENT = 654_321


@pytest.mark.parametrize("form", ["json", "form", "multipart"])
@pytest.mark.parametrize("kind", TYPES)
def test_what_is_added_comes_back_byte_for_byte(bx, product, palette, form, kind):
    content = picture(kind, colour=next(palette))
    name = f"photo.{kind.lower()}"

    added = bx.add(product, content, name, form=form)

    assert list(added) == KEYS
    assert (added["name"], added["type"], added["productId"]) == (name, "MORE_PHOTO", product)
    assert bx.image(product, added["id"])["createTime"] == added["createTime"]
    assert bx.fetch(added["downloadUrl"]).body == content
    assert bx.fetch(added["detailUrl"]).body == content


def test_add_by_get_works_too(bx, product, png):
    assert bx.add(product, png, form="query")["id"] > 0


@pytest.mark.parametrize("role, stored", [(None, "MORE_PHOTO"), ("MORE_PHOTO", "MORE_PHOTO"),
                                          ("DETAIL_PICTURE", "DETAIL_PICTURE"),
                                          ("PREVIEW_PICTURE", "PREVIEW_PICTURE"),
                                          ("detail_picture", "MORE_PHOTO"),
                                          ("ANYTHING", "MORE_PHOTO")])
def test_the_type_is_taken_in_its_exact_spelling_only(bx, product, png, role, stored):
    assert bx.add(product, png, role=role)["type"] == stored


@pytest.mark.parametrize("identity", [46, 51, 56])
def test_parents_variations_and_services_have_pictures_too(bx, png, identity):
    added = bx.add(identity, png)

    assert bx.image(identity, added["id"])["productId"] == identity
    assert bx.result(DELETE, {"productId": identity, "id": added["id"]}) is True


@pytest.mark.parametrize("role", ["DETAIL_PICTURE", "PREVIEW_PICTURE"])
def test_a_picture_in_a_single_role_is_replaced_under_a_new_id(bx, product, png, jpeg, role):
    old = bx.add(product, png, "old.png", role)

    new = bx.add(product, jpeg, "new.jpg", role)

    assert new["id"] != old["id"]
    assert [image["id"] for image in bx.images(product)] == [new["id"]]
    check_error(bx.call(GET, {"productId": product, "id": old["id"]}), 400, "0",
                "productImage does not exist.")
    assert bx.fetch(old["detailUrl"]).status == 404
    assert bx.fetch(new["detailUrl"]).body == jpeg


def test_read_only_and_unknown_fields_are_dropped(bx, product, png):
    fields = {"productId": product, "id": 5, "name": "forged.gif", "createTime": "2001-01-01",
              "detailUrl": "/x", "downloadUrl": "http://x/", "unheard": [1]}

    added = bx.result(ADD, {"fields": fields, "fileContent": ["true.png", b64(png)]})

    assert added["productImage"]["name"] == "true.png"
    assert added["productImage"]["id"] != 5


def spoilt(content):
    """The ways in which clients spoil base64 and the original still reads it."""
    text = base64.b64encode(content).decode()
    return {"line breaks": "\r\n".join(re.findall(".{1,60}", text)),
            "soft hyphens": "\u00ad".join(re.findall(".{1,30}", text)),
            "tabs and spaces": "\t ".join(re.findall(".{1,44}", text)),
            "no padding": text.rstrip("="),
            "data url": "data:image/png;base64," + text,
            "foreign letters": "!".join(re.findall(".{1,20}", text))}


@pytest.mark.parametrize("way", list(spoilt(b"")))
@pytest.mark.parametrize("form", ["json", "form"])
def test_spoilt_base64_is_read(bx, product, png, way, form):
    content = png + b"\0\1"  # a length that needs padding
    assert len(content) % 3 or way != "no padding"

    added = bx.result(ADD, {"fields": {"productId": product},
                            "fileContent": ["a.png", spoilt(content)[way]]}, form=form)

    assert bx.fetch(added["productImage"]["detailUrl"]).body == content


def test_a_plus_that_a_form_turned_into_a_space_is_read(bx, product):
    content = noise((16, 16), seed=3)
    text = base64.b64encode(content).decode()
    assert "+" in text
    body = f"fields[productId]={product}&fileContent[0]=a.png&fileContent[1]={text}"

    answer = bx.address.request("POST", f"/rest/1/demo-webhook/{ADD}",
                                {"Content-Type": "application/x-www-form-urlencoded"},
                                body.encode())

    assert answer.status == 200, answer
    assert bx.fetch(answer.json["result"]["productImage"]["detailUrl"]).body == content


@pytest.mark.parametrize("content", [lambda name, text: {"0": name, "1": text},
                                     lambda name, text: {"name": name, "data": text}])
def test_an_object_of_two_is_a_file_too(bx, product, png, content):
    added = bx.result(ADD, {"fields": {"productId": product},
                            "fileContent": content("two.png", b64(png))})

    assert added["productImage"]["name"] == "two.png"


@pytest.mark.parametrize("sent, stored", [("dir/sub/a.png", "a.png"), ("C:\\dir\\a.png", "a.png"),
                                          ("/a.png", "a.png"), ("a.PNG", "a.PNG"), ("a", "a.png"),
                                          ("a.jpg", "a.png"),
                                          ("a.txt", "a.txt.png"), ("Zoë 日本.png", "Zoë 日本.png"),
                                          ('q"uote.png', 'q"uote.png')])
def test_names_lose_directories_and_get_the_right_extension(bx, product, png, sent, stored):
    added = bx.add(product, png, sent)

    assert added["name"] == stored
    assert bx.fetch(added["detailUrl"]).body == png


def test_a_picture_of_megabytes_arrives_whole(bx, product):
    content = noise((900, 800), seed=4)

    for form in ("json", "form", "multipart"):
        assert bx.fetch(bx.add(product, content, form=form)["downloadUrl"]).body == content


@pytest.mark.parametrize("parameters, code, text", [
    ({}, "100", missing("fields")),
    ({"fileContent": ["a.png", "AAAA"]}, "100", missing("fields")),
    ({"fields": {"productId": 1}}, "100", missing("fileContent")),
    ({"fields": "x", "fileContent": ["a", "b"]}, "100", invalid("x", "fields", "array")),
    ({"fields": {"productId": 1}, "fileContent": "x"}, "100", invalid("x", "fileContent", "array")),
    ({"fields": {"type": "MORE_PHOTO"}, "fileContent": ["a.png", "AAAA"]}, "0",
     "Required fields: productId"),
    ({"fields": {"productId": ABSENT}, "fileContent": ["a.png", "AAAA"]}, "0",
     "Product was not found")])
def test_add_says_what_is_missing_or_wrong(bx, parameters, code, text):
    check_error(bx.call(ADD, parameters), 400, code, text)


@pytest.mark.parametrize("name, content, text", [
    ("a.png", "", "Could not save image."), ("a.png", "!!!!", "Could not save image."),
    ("", None, "File name is not specified."), ("a\u0001b.png", None,
                                                "File name contains invalid characters."),
    ("a" * 10_000 + ".png", None, "File name is too long."),
    ("a.png", b64(b"this is text, not a picture"), "Invalid file type."),
    ("a.png", b64(padded(10 * 1024 * 1024 + 1)), "Maximum upload file size exceeded.")])
def test_a_file_that_cannot_be_kept_is_refused_with_its_reason(bx, product, png, name, content,
                                                               text):
    answer = bx.call(ADD, {"fields": {"productId": product},
                           "fileContent": [name, b64(png) if content is None else content]})

    check_error(answer, 400, "0", text)
    assert bx.images(product) == []


def test_a_name_and_no_content_is_refused(bx, product):
    for content in ([], ["a.png"]):
        answer = bx.call(ADD, {"fields": {"productId": product}, "fileContent": content})
        check_error(answer, 400, answer.json["error"])
    assert bx.images(product) == []
