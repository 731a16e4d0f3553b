"""SuperOffice: GET and PUT of ImageInfo."""

import datetime
import email.utils
import json
import re

import pytest

from clients import check_failure

KINDS = ["Contact", "Person", "Product", "Project"]
CONCEPTUAL = {"Contact": "ContactImage", "Person": "PERSONPHOTO", "Product": "ProductImage",
              "Project": "ProjectImage"}
PROPERTIES = {"BlobId": int, "BlobSize": int, "Description": str, "ExtraInfo": str,
              "IsEncrypted": bool, "IsZipped": bool, "MimeType": str, "OriginalSize": int,
              "CreatedDate": str, "UpdatedDate": str, "CreatedBy": dict, "UpdatedBy": dict,
              "ConceptualType": str, "TableRight": dict, "FieldProperties": dict}
ASSOCIATE = {"AssociateId": int, "Name": str, "PersonId": int, "Rank": int, "Tooltip": str,
             "Type": str, "GroupIdx": int, "FullName": str, "FormalName": str, "Deleted": bool,
             "EjUserId": int, "UserName": type(None), "ExtraFields": dict, "CustomFields": dict,
             "TableRight": dict, "FieldProperties": dict}
TYPES = {"BlobId": ("System.Int32", 4), "BlobSize": ("System.UInt32", 4),
         "OriginalSize": ("System.UInt32", 4), "Description": ("System.String", 254),
         "ExtraInfo": ("System.String", 254), "ConceptualType": ("System.String", 254),
         "MimeType": ("System.String", 254), "IsEncrypted": ("System.Boolean", 2),
         "IsZipped": ("System.Boolean", 2), "CreatedDate": ("System.DateTime", 16),
         "UpdatedDate": ("System.DateTime", 16),
         "CreatedBy": ("SuperOffice.CRM.Services.Associate", 4),
         "UpdatedBy": ("SuperOffice.CRM.Services.Associate", 4)}
WRITABLE = {"Description", "ExtraInfo", "ConceptualType"}
DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")
NO_DATE = "0001-01-01T00:00:00"
ABSENT = 654_321


@pytest.fixture
def info(server, so, png):
    """The path of ImageInfo of a new product with a picture."""
    path = f"Product/{server.record('product')}"
    so.put_image(path + "/Image", png)
    return path + "/ImageInfo"


@pytest.fixture(scope="module")
def editor(server):
    """A second user who may write."""
    server.user("second-editor", "editor", "second-password")
    _, ticket = server.key("ticket", "second-editor")
    return server.superoffice.as_user(f"SOTicket {ticket}")


def in_seconds(text):
    return datetime.datetime.fromisoformat(text).replace(tzinfo=datetime.timezone.utc)


def check_types(entity, want):
    assert list(entity) == list(want)
    for name, kind in want.items():
        assert type(entity[name]) is kind, (name, entity[name])


@pytest.mark.parametrize("kind", KINDS)
def test_every_property_comes_in_order_with_its_type_and_value(server, so, png, kind):
    path = f"{kind}/{server.record(kind.lower())}"
    identity = so.put_image(path + "/Image", png)

    answer = so.get(path + "/ImageInfo")

    assert answer.status == 200
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    entity = answer.json
    check_types(entity, PROPERTIES)
    assert entity["BlobId"] == identity
    assert entity["BlobSize"] == entity["OriginalSize"] == len(png)
    assert (entity["IsEncrypted"], entity["IsZipped"]) == (False, False)
    assert (entity["Description"], entity["ExtraInfo"]) == ("", "")
    assert entity["MimeType"] == "image/png"
    assert entity["ConceptualType"] == CONCEPTUAL[kind]
    assert DATE.fullmatch(entity["CreatedDate"]) and DATE.fullmatch(entity["UpdatedDate"])
    for who in (entity["CreatedBy"], entity["UpdatedBy"]):
        check_types(who, ASSOCIATE)
        assert (who["AssociateId"], who["Name"].lower()) == (1, "demo")
        assert who["Type"] == "InternalAssociate" and who["Deleted"] is False
        assert who["FullName"] and (who["ExtraFields"], who["CustomFields"]) == ({}, {})


def test_last_modified_is_the_updated_date_and_json_is_not_cached(so, info):
    answer = so.get(info)

    modified = email.utils.parsedate_to_datetime(answer.headers["Last-Modified"])
    assert answer.headers["Last-Modified"].endswith(" GMT")
    assert modified == in_seconds(answer.json["UpdatedDate"])
    assert abs((modified - datetime.datetime.now(datetime.timezone.utc)).total_seconds()) < 60
    assert answer.headers["ETag"].startswith('"')
    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.headers["Pragma"] == "no-cache"
    assert answer.headers["Expires"] == "-1"


def test_rights_of_someone_who_may_do_everything(so, info):
    entity = so.info(info)

    assert entity["TableRight"] == {"Mask": "FULL", "Reason": ""}
    assert entity["FieldProperties"] == {
        name: {"FieldRight": {"Mask": "Update" if name in WRITABLE else "Read", "Reason": ""},
               "FieldType": kind, "FieldLength": length}
        for name, (kind, length) in TYPES.items()}


def test_rights_of_someone_who_may_read_only(server, info):
    entity = server.reader.info(info)

    assert entity["TableRight"]["Mask"] == "Select" and entity["TableRight"]["Reason"]
    assert {item["FieldRight"]["Mask"] for item in entity["FieldProperties"].values()} == {"Read"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_record_without_picture_has_the_default_entity(server, so, kind):
    answer = so.get(f"{kind}/{server.record(kind.lower())}/ImageInfo")

    assert answer.status == 200
    entity = answer.json
    assert list(entity) == list(PROPERTIES)
    empty = {"BlobId": 0, "BlobSize": 0, "Description": "", "ExtraInfo": "", "IsEncrypted": False,
             "IsZipped": False, "MimeType": "", "OriginalSize": 0, "CreatedDate": NO_DATE,
             "UpdatedDate": NO_DATE, "CreatedBy": None, "UpdatedBy": None, "ConceptualType": ""}
    assert {name: entity[name] for name in empty} == empty
    assert entity["TableRight"]["Mask"] == "FULL"
    assert set(entity["FieldProperties"]) == set(TYPES)


@pytest.mark.parametrize("kind", KINDS)
def test_an_unknown_record_is_404(so, kind):
    check_failure(so.get(f"{kind}/{ABSENT}/ImageInfo"), 404, "SoNotFoundException")
    check_failure(so.put(f"{kind}/{ABSENT}/ImageInfo", json={"Description": "x"}), 404,
                  "SoNotFoundException")


SEEDS = [("Product/8/ImageInfo", "en"), ("Contact/8/Imageinfo", "sv"), ("Person/8/ImageInfo", "*")]
SEED_HEADERS = {"Accept": "application/json; charset=utf-8", "SO-Language": "en",
                "SO-Culture": "nb-NO", "SO-TimeZone": "UTC", "SO-AppToken": "an-app-token",
                "X-XSRF-TOKEN": "a-value"}


@pytest.mark.parametrize("path, language", SEEDS)
def test_the_documented_reads_work_as_documented(server, path, language):
    headers = {**SEED_HEADERS, "Accept-Language": language,
               "Authorization": "Basic ZGVtbzpkZW1v"}

    answer = server.address.request("GET", f"/api/v1/{path}", headers)

    assert answer.status == 200
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    assert answer.headers["Last-Modified"]
    assert list(answer.json) == list(PROPERTIES) and answer.json["BlobId"] > 0


SENT = {  # the documented body, with other words in it
    "BlobSize": 907, "Description": "Front view, blue", "ExtraInfo": "studio-4",
    "IsEncrypted": True, "IsZipped": True, "MimeType": "text/nonsense", "OriginalSize": 900,
    "CreatedDate": "2008-01-30T09:40:59.9670645+01:00",
    "UpdatedDate": "2013-10-13T09:40:59.9670645+02:00",
    "CreatedBy": {"AssociateId": 566, "Name": "Somebody", "PersonId": 993, "Rank": 22,
                  "Tooltip": "word", "Type": "AnonymousAssociate", "GroupIdx": 189,
                  "FullName": "Some Body", "FormalName": "Body, Some O'", "Deleted": False,
                  "EjUserId": 135, "UserName": "some"},
    "UpdatedBy": {"AssociateId": 554, "Name": "Another", "Type": "AnonymousAssociate",
                  "Deleted": True},
    "ConceptualType": "PHOTO"}


@pytest.mark.parametrize("authorization", ["Basic ZGVtbzpkZW1v", "SoTicket 7T:demo",
                                           "Bearer 8A:demo"])
def test_the_documented_write_works_as_documented(server, so, info, png, authorization):
    before = so.info(info)
    headers = {**SEED_HEADERS, "Accept-Language": "*", "Authorization": authorization,
               "Content-Type": "application/json; charset=utf-8"}
    body = json.dumps({"BlobId": before["BlobId"], **SENT}, indent=2).encode()

    answer = server.address.request("PUT", f"/api/v1/{info}", headers, body)

    assert answer.status == 200
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    check_types(answer.json, PROPERTIES)
    written = {name: SENT[name] for name in WRITABLE}
    ignored = ("BlobId", "BlobSize", "IsEncrypted", "IsZipped", "MimeType", "OriginalSize",
               "CreatedDate", "CreatedBy")
    assert {name: answer.json[name] for name in WRITABLE} == written
    assert {name: answer.json[name] for name in ignored} == {name: before[name] for name in ignored}
    assert so.info(info) == answer.json
    assert so.get(info.replace("ImageInfo", "Image")).body == png


@pytest.mark.parametrize("kind", ["Contact", "Person", "Project"])
def test_the_other_kinds_are_written_the_same_way(server, so, png, kind):
    path = f"{kind}/{server.record(kind.lower())}"
    so.put_image(path + "/Image", png)

    answer = so.put(path + "/ImageInfo", json={"Description": f"of a {kind}"})

    assert answer.status == 200
    assert so.info(path + "/ImageInfo")["Description"] == f"of a {kind}"


def test_names_in_camel_case_and_numeric_masks_are_taken(so, info):
    before = so.info(info)
    body = {"blobId": before["BlobId"], "blobSize": 1, "description": "as npm sends it",
            "extraInfo": "x", "mimeType": None, "createdDate": "0001-01-01T00:00:00.000Z",
            "updatedDate": "0001-01-01T00:00:00.000Z", "createdBy": {"type": 1, "name": "n"},
            "updatedBy": None, "conceptualType": "PHOTO",
            "tableRight": {"mask": 15, "reason": ""},
            "fieldProperties": {"description": {"fieldRight": {"mask": 3, "reason": ""},
                                                "fieldType": "System.String", "fieldLength": 254}}}

    answer = so.put(info, json=body)

    assert answer.status == 200, answer
    assert answer.json["Description"] == "as npm sends it"
    assert answer.json["TableRight"] == {"Mask": "FULL", "Reason": ""}
    assert answer.json["BlobId"] == before["BlobId"]


@pytest.mark.parametrize("name", ["DESCRIPTION", "dEsCrIpTiOn"])
def test_names_are_taken_in_any_case(so, info, name):
    assert so.put(info, json={name: "found"}).json["Description"] == "found"


def test_absent_and_null_properties_stay_and_an_empty_text_clears(so, info):
    so.put(info, json={"Description": "one", "ExtraInfo": "two", "ConceptualType": "three"})

    so.put(info, json={"ExtraInfo": None})
    kept = so.put(info, json={}).json
    cleared = so.put(info, json={"Description": ""}).json

    assert [kept[name] for name in ("Description", "ExtraInfo", "ConceptualType")] == \
        ["one", "two", "three"]
    assert [cleared[name] for name in ("Description", "ExtraInfo", "ConceptualType")] == \
        ["", "two", "three"]


def test_unknown_properties_are_passed_over_and_the_last_of_two_wins(so, info):
    body = b'{"Unheard": {"of": [1, null]}, "Description": "first", "description": "last"}'

    answer = so.put(info, body, {"Content-Type": "application/json"})

    assert answer.status == 200
    assert answer.json["Description"] == "last"


@pytest.mark.parametrize("text", ['quotes " and \\ and /', "line\nbreak\ttab", "Zoë 日本語 🎈",
                                  "<b>&amp;</b>", "\u007f\u00ad\u2028"])
def test_texts_come_back_as_they_were_sent(so, info, text):
    answer = so.put(info, json={"Description": text, "ExtraInfo": text})

    assert answer.status == 200
    assert so.info(info)["Description"] == text
    assert so.info(info)["ExtraInfo"] == text


def test_half_a_surrogate_becomes_the_replacement_character(so, info):
    answer = so.put(info, b'{"Description": "a\\ud800b"}', {"Content-Type": "application/json"})

    assert answer.status == 200
    assert so.info(info)["Description"] == "a\ufffdb"


def test_non_ascii_text_travels_as_utf_8(so, info):
    so.put(info, json={"Description": "Zoë 日本語"})

    assert "Zoë 日本語".encode() in so.get(info).body


@pytest.mark.parametrize("name", sorted(WRITABLE))
def test_texts_hold_254_characters_and_not_one_more(so, info, name):
    longest = "ø" * 254
    assert so.put(info, json={name: longest}).json[name] == longest

    answer = so.put(info, json={name: longest + "ø"})

    check_failure(answer, 400, "SoValidationException")
    assert list(answer.json["Fields"]) == [name]
    assert so.info(info)[name] == longest


def test_another_blob_id_is_refused_and_nothing_is_written(so, info):
    wrong = so.info(info)["BlobId"] + 1

    answer = so.put(info, json={"BlobId": wrong, "Description": "never"})

    check_failure(answer, 400, "SoInvalidArgumentException")
    assert so.info(info)["Description"] == ""


def test_blob_id_zero_means_whichever_it_is(so, info):
    assert so.put(info, json={"BlobId": 0, "Description": "taken"}).json["Description"] == "taken"


def test_a_record_without_picture_has_nothing_to_describe(server, so):
    answer = so.put(f"Product/{server.record('product')}/ImageInfo", json={"Description": "x"})

    check_failure(answer, 404, "SoNotFoundException")


@pytest.mark.parametrize("body", [None, b"", b"null", b"[]", b'"text"', b"7", b"{", b'{"a":}',
                                  b'{"Description": "x"} trailing', b"\xff\xfe\xfd", b"nonsense"])
def test_a_body_that_is_no_entity_is_400(so, info, body):
    answer = so.put(info, body, {"Content-Type": "application/json"})

    check_failure(answer, 400)
    assert so.info(info)["Description"] == ""


def test_only_a_real_change_moves_who_and_when(so, info, editor):
    so.put(info, json={"Description": "settled"})
    before = so.get(info)

    echoed = editor.put(info, json=before.json)
    assert echoed.status == 200
    same = so.get(info)
    changed = editor.put(info, json={"Description": "moved"}).json

    assert same.json == before.json
    assert same.headers["ETag"] == before.headers["ETag"]
    assert changed["UpdatedBy"]["Name"] == "second-editor"
    assert changed["CreatedBy"]["Name"].lower() == "demo"
    assert changed["UpdatedDate"] >= before.json["UpdatedDate"]
    assert so.get(info).headers["ETag"] != before.headers["ETag"]


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
def test_other_methods_are_405_with_those_allowed(so, info, method):
    answer = so.request(method, info, b"{}", {"Content-Type": "application/json"})

    check_failure(answer, 405, "SoNotSupportedException")
    allowed = {word.strip() for word in answer.headers["Allow"].split(",")}
    assert {"GET", "PUT"} <= allowed and not allowed & {"POST", "PATCH", "DELETE"}


def test_patch_of_image_is_405(so, info):
    answer = so.request("PATCH", info.replace("ImageInfo", "Image"), b"{}")

    check_failure(answer, 405, "SoNotSupportedException")
    assert {"GET", "PUT", "POST", "DELETE"} <= set(answer.headers["Allow"].split(", "))
