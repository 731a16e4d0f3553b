"""The samples of the four reference pages this project began with: the same request lines and headers,
and answers with the members, order and JSON types that the pages print.

What differs, and why:
- the placeholder of a path is a record's id, and BlobId of the PUT is that of its picture: another one
  would be refused (superoffice 3.6)
- Last-Modified ends in GMT: the pages' `G5T` is an accident of their template (superoffice 10)
- dates are whole seconds without an offset: the pages' are noise of their generator (superoffice 9.4)
- Associate has ExtraFields and CustomFields, which newer versions have (superoffice 2.2)
- UserName is null, as real servers have it (superoffice 2.2)
- Mask of a FieldRight is never FULL, which is not a member of it (superoffice 11.2)
"""

import email.utils
import json
import re

import pytest

from wire import head_of

AUTHORIZATION = ("Authorization", "Basic dGplMDpUamUw")
ACCEPT = ("Accept", "application/json; charset=utf-8")

# (kind, request line, headers) of the three samples that read
READS = [
    ("Product", "GET /api/v1/Product/{productId}/ImageInfo",
     [AUTHORIZATION, ACCEPT, ("Accept-Language", "en")]),
    ("Contact", "GET /api/v1/Contact/{contactId}/Imageinfo",
     [AUTHORIZATION, ACCEPT, ("Accept-Language", "sv")]),
    ("Person", "GET /api/v1/Person/{personId}/ImageInfo",
     [AUTHORIZATION, ACCEPT, ("Accept-Language", "*")]),
]
WRITE = ("Product", "PUT /api/v1/Product/{productId}/ImageInfo",
         [AUTHORIZATION, ACCEPT, ("Accept-Language", "*"),
          ("Content-Type", "application/json; charset=utf-8")])


def writer(identity, name, person, rank, tooltip, group, full, formal, ej_user, user):
    """An Associate as the sample of the request has it: without its rights."""
    return {"AssociateId": identity, "Name": name, "PersonId": person, "Rank": rank,
            "Tooltip": tooltip, "Type": "AnonymousAssociate", "GroupIdx": group, "FullName": full,
            "FormalName": formal, "Deleted": False, "EjUserId": ej_user, "UserName": user}


BODY = {
    "BlobId": 909, "BlobSize": 907, "Description": "Monitored scalable capacity", "ExtraInfo": "et",
    "IsEncrypted": True, "IsZipped": True, "MimeType": "similique", "OriginalSize": 900,
    "CreatedDate": "2008-01-30T09:40:59.9670645+01:00",
    "UpdatedDate": "2013-10-13T09:40:59.9670645+02:00",
    "CreatedBy": writer(566, "Mann-Purdy", 993, 22, "corporis", 189, "Soledad Jewess",
                        "Ruecker, Champlin and O'Reilly", 135, "Lowe LLC"),
    "UpdatedBy": writer(554, "Muller, Berge and Maggio", 41, 289, "omnis", 140, "Tania Russel",
                        "Wisoky Group", 11, "Sipes-Gerlach"),
    "ConceptualType": "voluptatem",
}

NULL = type(None)
RIGHT = {"Mask": (str,), "Reason": (str,)}
FIELD = {"FieldRight": RIGHT, "FieldType": (str,), "FieldLength": (int,)}
ASSOCIATE = {
    "AssociateId": (int,), "Name": (str,), "PersonId": (int,), "Rank": (int,), "Tooltip": (str,),
    "Type": (str,), "GroupIdx": (int,), "FullName": (str,), "FormalName": (str,),
    "Deleted": (bool,), "EjUserId": (int,), "UserName": (str, NULL), "ExtraFields": (dict,),
    "CustomFields": (dict,), "TableRight": (dict,), "FieldProperties": [FIELD],
}
ENTITY = {
    "BlobId": (int,), "BlobSize": (int,), "Description": (str,), "ExtraInfo": (str,),
    "IsEncrypted": (bool,), "IsZipped": (bool,), "MimeType": (str,), "OriginalSize": (int,),
    "CreatedDate": (str,), "UpdatedDate": (str,), "CreatedBy": ASSOCIATE, "UpdatedBy": ASSOCIATE,
    "ConceptualType": (str,), "TableRight": RIGHT, "FieldProperties": [FIELD],
}
DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")


@pytest.fixture(scope="module")
def tje0(server):
    """The user of the pages."""
    return server.user("tje0", "editor", "Tje0")


@pytest.fixture
def picture(server, tje0, png):
    """Makes a record with a picture: its id and the picture's."""
    def make(kind):
        record = server.record(kind.lower())
        return record, server.superoffice.put_image(f"{kind}/{record}/Image", png)
    return make


def check_shape(value, shape):
    """A dict: these members in this order; a list of one: any names with this shape; a tuple: one of
    these types, and exactly (True is no number)."""
    if isinstance(shape, dict):
        assert list(value) == list(shape)
        for name, inner in shape.items():
            check_shape(value[name], inner)
    elif isinstance(shape, list):
        assert isinstance(value, dict)
        for inner in value.values():
            check_shape(inner, shape[0])
    else:
        assert type(value) in shape, (value, shape)


def ask(server, sample, record, body=b""):
    kind, line, headers = sample
    method, target = line.split()
    target = target.replace("{%sId}" % kind.lower(), str(record))
    more = [("Content-Length", str(len(body)))] if body else []
    head = head_of(method, target, headers + more)
    return server.address.raw(head + body, method)


def check_answer(answer):
    assert answer.status == 200, answer
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    check_shape(answer.json, ENTITY)
    assert DATE.fullmatch(answer.json["CreatedDate"]) and DATE.fullmatch(answer.json["UpdatedDate"])


@pytest.mark.parametrize("sample", READS, ids=lambda sample: sample[1])
def test_the_samples_that_read(server, picture, png, sample):
    record, blob = picture(sample[0])

    answer = ask(server, sample, record)

    check_answer(answer)
    entity = answer.json
    assert (entity["BlobId"], entity["BlobSize"], entity["OriginalSize"]) == (blob, len(png), len(png))
    modified = answer.headers["Last-Modified"]
    assert modified.endswith(" GMT")
    assert email.utils.parsedate_to_datetime(modified).strftime("%Y-%m-%dT%H:%M:%S") == \
        entity["UpdatedDate"]


def test_the_sample_that_writes(server, picture, png, tje0):
    record, blob = picture("Product")
    body = json.dumps({**BODY, "BlobId": blob}, indent=2).encode()

    answer = ask(server, WRITE, record, body)

    check_answer(answer)
    entity = answer.json
    for name in ("Description", "ExtraInfo", "ConceptualType"):
        assert entity[name] == BODY[name]
    # what the server knows better is not taken from the request (superoffice 2.1)
    assert (entity["BlobId"], entity["BlobSize"], entity["OriginalSize"]) == (blob, len(png), len(png))
    assert (entity["MimeType"], entity["IsEncrypted"], entity["IsZipped"]) == \
        ("image/png", False, False)
    assert entity["CreatedBy"]["AssociateId"] != BODY["CreatedBy"]["AssociateId"]
    assert entity["UpdatedBy"]["AssociateId"] == tje0
    assert entity["UpdatedDate"] >= entity["CreatedDate"] > "2020"
    assert ask(server, READS[0], record).json["Description"] == BODY["Description"]


def test_the_samples_number_of_another_picture_is_refused(server, picture):
    record, blob = picture("Product")
    assert blob != BODY["BlobId"]

    answer = ask(server, WRITE, record, json.dumps(BODY, indent=2).encode())

    assert answer.status == 400
    assert answer.json["ErrorType"] == "SoInvalidArgumentException"


@pytest.mark.parametrize("kind, target", [
    ("Contact", "/api/v1/contact/%d/image"),
    ("Person", "/api/Services80/person/%d/image/content"),
    ("Product", "/api/Services80/pricelist/1/product/%d/image"),
])
def test_the_addresses_of_the_bitmap_that_the_pages_name(server, picture, png, kind, target):
    record, _ = picture(kind)

    answer = server.address.raw(head_of("GET", target % record, [AUTHORIZATION]))

    assert answer.status == 200 and answer.body == png
    assert answer.headers["Content-Type"] == "image/png"
