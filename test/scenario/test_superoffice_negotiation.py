"""SuperOffice: the form of answers and of bodies (sections 7 and 8 of the specification)."""

import base64
import gzip
import json
import urllib.parse
import xml.etree.ElementTree as ElementTree
import zlib

import pytest

JSON = "application/json; charset=utf-8"
SERIALIZATION = "{http://schemas.microsoft.com/2003/10/Serialization/}"
NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"


@pytest.fixture
def info(server, so, png):
    """The path of a new person's ImageInfo, with a picture."""
    person = server.record("person")
    so.put_image(f"Person/{person}/Image", png)
    return f"Person/{person}/ImageInfo"


def described(so, path, **texts):
    answer = so.put(path, json=texts)
    assert answer.status == 200, answer
    return answer.json


def tree(answer):
    """The XML of an answer, which never has a declaration."""
    assert not answer.body.startswith(b"<?xml"), answer
    return ElementTree.fromstring(answer.body)


def check_xml_failure(answer, status, kind, label="application/xml"):
    assert answer.status == status, answer
    assert answer.headers["Content-Type"] == f"{label}; charset=utf-8", answer
    root = tree(answer)
    assert root.tag == "ErrorResponse"
    assert [child.tag for child in root if child.tag != "Fields"] == [
        "Error", "ErrorType", "ErrorMessage", "Message", "MessageDetail", "ErrorSource",
        "InnerError"], answer
    assert root.findtext("Error") == "true" and root.findtext("ErrorType") == kind, answer
    assert root.findtext("ErrorMessage") and root.findtext("ErrorMessage") == root.findtext(
        "Message")
    assert root.find("InnerError").get(NIL) == "true"
    return root


# 7.1: which form

@pytest.mark.parametrize("accept, label", [
    (None, "application/json"),
    ("", "application/json"),
    ("application/json", "application/json"),
    ("application/json; charset=utf-8", "application/json"),
    ("APPLICATION/JSON;odata=nometadata", "application/json"),
    ("text/json", "text/json"),
    ("application/xml", "application/xml"),
    ("text/xml", "text/xml"),
    ("application/json-patch+json", "application/json-patch+json"),
    ("application/merge-patch+json", "application/merge-patch+json"),
    ("application/json;q=0.5, application/xml;q=0.9", "application/xml"),
    ("text/xml;q=0.5, text/json;q=0.6", "text/json"),
    ("application/xml, application/json", "application/xml"),
    ("application/json, application/xml", "application/json"),
    ("*/*", "application/json"),
    ("application/json, text/plain, */*", "application/json"),
    ("application/html", "application/json"),
    ("text/html", "application/json"),
    ("image/png", "application/json"),
    ("application/json;q=0", "application/json"),
    ("nonsense", "application/json"),
])
def test_accept_is_weighed_and_nothing_is_not_acceptable(so, info, accept, label):
    answer = so.get(info, {} if accept is None else {"Accept": accept})

    assert answer.status == 200, answer
    assert answer.headers["Content-Type"] == f"{label}; charset=utf-8"
    assert answer.body.startswith(b"<BlobEntity " if label.endswith("xml") else b'{"BlobId":')


@pytest.mark.parametrize("headers, label", [
    ({"Content-Type": "text/xml"}, "text/xml"),
    ({"Content-Type": "application/xml; charset=utf-8", "Accept": "*/*"}, "application/xml"),
    ({"Content-Type": "application/xml", "Accept": "application/html"}, "application/xml"),
    ({"Content-Type": "application/xml", "Accept": "application/json"}, "application/json"),
    ({"Content-Type": "application/x-www-form-urlencoded"}, "application/json"),
    ({"Content-Type": "image/png"}, "application/json"),
])
def test_without_a_wish_the_own_content_type_decides(so, info, headers, label):
    answer = so.get(info, headers)

    assert answer.headers["Content-Type"] == f"{label}; charset=utf-8"


def test_the_format_parameter_is_for_lists_only(so, info):
    assert so.get(info + "?$format=xml").headers["Content-Type"] == JSON


def test_html_is_for_the_challenge_only(so, server, info):
    browser = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    nobody = so.as_user(None)

    assert so.get(info, browser).headers["Content-Type"] == JSON
    assert nobody.get(info, browser).headers["Content-Type"] == "text/html; charset=utf-8"
    assert so.get("Person/999999/ImageInfo", browser).headers["Content-Type"] == JSON


# 7.2: JSON

def test_json_has_every_member_and_plain_utf8(so, info):
    text = "bl\u00e5 \u65e5 \U0001f600 \"q\" \\ / \u0001\t<&>"
    described(so, info, Description=text)

    answer = so.get(info)

    assert answer.json["Description"] == text
    assert ('"Description":"bl\u00e5 \u65e5 \U0001f600 \\"q\\" \\\\ / \\u0001\\t<&>"'.encode()
            in answer.body)
    assert list(answer.json) == [
        "BlobId", "BlobSize", "Description", "ExtraInfo", "IsEncrypted", "IsZipped", "MimeType",
        "OriginalSize", "CreatedDate", "UpdatedDate", "CreatedBy", "UpdatedBy", "ConceptualType",
        "TableRight", "FieldProperties"]
    assert answer.json["CreatedBy"]["ExtraFields"] == {}
    assert answer.json["CreatedBy"]["UserName"] is None


@pytest.mark.parametrize("body", [
    b'{"description":"x"}', b'{"DESCRIPTION":"x"}', b"{'Description':'x',}", b"{Description:'x'}",
    b'/* why */ {"Description": "x" // that is why\n}', b'\xef\xbb\xbf{"Description":"x"}',
    b'{"Description":"y","description":"x"}', b'{"New":{"a":[1,{}]},"Description":"x"}',
    b'{"BlobSize":"7","Description":"x","IsZipped":"yes","TableRight":{"Mask":15}}',
])
def test_json_comes_in_many_spellings(so, info, body):
    answer = so.put(info, body, {"Content-Type": "application/json"})

    assert answer.status == 200, answer
    assert answer.json["Description"] == "x"


def test_json_is_as_deep_as_64_and_no_deeper(so, info):
    def nested(depth):
        return b'{"a":' * (depth - 1) + b"{}" + b"}" * (depth - 1)

    assert so.put(info, nested(64), {"Content-Type": "application/json"}).status == 200
    assert so.put(info, nested(65), {"Content-Type": "application/json"}).status == 400


# 7.3: bodies

XML = "<BlobEntity><Description>bl\u00e5 &amp; r\u00f8d</Description></BlobEntity>"
TEXT = "bl\u00e5 & r\u00f8d"
OBJECT = json.dumps({"Description": TEXT}, ensure_ascii=False)
FORM = urllib.parse.urlencode({"Description": TEXT, "CreatedBy.Name": "x", "TableRight[Mask]": "15"})


@pytest.mark.parametrize("kind, body", [
    ("application/json", OBJECT.encode()),
    ("text/json; charset=utf-8", OBJECT.encode()),
    ("application/json-patch+json", OBJECT.encode()),
    ("application/merge-patch+json", OBJECT.encode()),
    ("application/vnd.example+json", OBJECT.encode()),
    ("application/json", OBJECT.encode("utf-16")),
    ("application/json; charset=utf-16", OBJECT.encode("utf-16")),
    ("application/json; charset=iso-8859-1", OBJECT.encode("latin-1")),
    ("application/xml", XML.encode()),
    ("text/xml; charset=utf-8", XML.encode()),
    ("text/xml", XML.encode("utf-16")),
    ("text/xml", ('<?xml version="1.0" encoding="utf-16"?>' + XML).encode("utf-16")),
    ("text/xml", ('<?xml version="1.0" encoding="ISO-8859-1"?>' + XML).encode("latin-1")),
    ("text/xml; charset=iso-8859-1", XML.encode("latin-1")),
    ("application/x-www-form-urlencoded", FORM.encode()),
    ("application/x-www-form-urlencoded", OBJECT.encode()),  # curl -d
    ("application/x-www-form-urlencoded", XML.encode()),
    (None, OBJECT.encode()),
    (None, b" \r\n" + XML.encode()),
    (None, OBJECT.encode("utf-16")),
])
def test_bodies_are_read_by_type_or_by_their_looks(so, info, kind, body):
    answer = so.put(info, body, {"Accept": "application/json",
                                 **({"Content-Type": kind} if kind else {})})

    assert answer.status == 200, answer
    assert answer.json["Description"] == TEXT


@pytest.mark.parametrize("kind", ["text/plain", "image/png", "application/octet-stream",
                                  "multipart/form-data; boundary=x", "application/soap+xml",
                                  "application/json; charset=koi8-r"])
def test_other_types_are_not_taken(so, info, kind):
    answer = so.put(info, OBJECT.encode(), {"Content-Type": kind, "Accept": "application/json"})

    assert answer.status == 415, answer
    assert answer.json["ErrorType"] == "UnsupportedMediaType"
    assert "JSON" in answer.json["Message"] or "UTF-8" in answer.json["Message"]


@pytest.mark.parametrize("kind, body", [
    ("application/json", b""), ("application/json", b"null"), ("application/json", b"[]"),
    ("application/json", b"{"), ("application/json", OBJECT.encode("latin-1")),
    ("application/xml", b"<a>"), ("application/xml", b"{}"), ("application/xml", b"<a/><a/>"),
    ("application/xml", b"<a>\xe5</a>"), ("application/json", OBJECT.encode("utf-16")[:-1]),
    ("application/x-www-form-urlencoded", b"Description=%E5"),
])
def test_what_cannot_be_read_is_the_clients_fault(so, info, kind, body):
    answer = so.put(info, body, {"Content-Type": kind, "Accept": "application/json"})

    assert answer.status == 400, answer
    assert answer.json["ErrorType"] == "SoInvalidArgumentException"


def bare_deflate(content):
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(content) + packer.flush()


@pytest.mark.parametrize("coding, pack", [("gzip", gzip.compress), ("x-gzip", gzip.compress),
                                          ("deflate", zlib.compress), ("deflate", bare_deflate),
                                          ("identity", bytes)])
@pytest.mark.parametrize("kind, body", [("application/json", OBJECT), ("text/xml", XML)])
def test_bodies_may_be_packed(so, info, coding, pack, kind, body):
    answer = so.put(info, pack(body.encode()),
                    {"Content-Type": kind, "Content-Encoding": coding, "Accept": "text/json"})

    assert answer.status == 200, answer
    assert answer.json["Description"] == TEXT


def test_a_packed_picture_is_unpacked(so, server, png):
    path = f"Product/{server.record('product')}/Image"

    put = so.put(path, gzip.compress(png), {"Content-Type": "image/png",
                                            "Content-Encoding": "gzip"})

    assert put.status == 200, put
    assert so.get(path).body == png


@pytest.mark.parametrize("body, headers, status", [
    (b"{}", {"Content-Encoding": "gzip"}, 400),
    (gzip.compress(b"{}" * 500)[:-9], {"Content-Encoding": "gzip"}, 400),
    (gzip.compress(b"{}") + b"more", {"Content-Encoding": "gzip"}, 400),
    (b"{}", {"Content-Encoding": "br"}, 415),
    (gzip.compress(gzip.compress(b"{}")), {"Content-Encoding": "gzip, gzip"}, 415),
])
def test_what_is_not_packed_as_it_says_is_refused(so, info, body, headers, status):
    for path in (info, info.removesuffix("Info")):
        answer = so.put(path, body, headers)

        assert answer.status == status, answer


def test_a_bomb_is_too_large_however_small_it_comes(serve, png):
    server = serve("--demo")
    so = server.superoffice
    person = server.record("person")
    so.put_image(f"Person/{person}/Image", png)
    bomb = gzip.compress(bytes(65 << 20))  # body_bytes_max is 64 MiB

    for path in (f"Person/{person}/ImageInfo", f"Person/{person}/Image"):
        answer = so.put(path, bomb, {"Content-Encoding": "gzip",
                                     "Content-Type": "application/octet-stream"
                                     if path.endswith("Image") else "application/json"})

        assert answer.status == 413, answer
        assert answer.json["ErrorType"] == "PayloadTooLarge"
    assert so.get(f"Person/{person}/Image").body == png


# answers, packed

def test_text_is_packed_where_asked_and_pictures_never(so, info, png):
    plain = so.get(info)

    packed = so.get(info, {"Accept-Encoding": "gzip, deflate, br"})
    deflated = so.get(info, {"Accept-Encoding": "gzip;q=0.5, deflate"})
    image = so.get(info.removesuffix("Info"), {"Accept-Encoding": "gzip"})

    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert int(packed.headers["Content-Length"]) == len(packed.body) < len(plain.body)
    assert deflated.headers["Content-Encoding"] == "deflate"
    assert zlib.decompress(deflated.body) == plain.body
    for answer in (plain, packed, deflated):
        assert answer.headers["Vary"] == "Accept-Encoding"
        assert answer.headers["Content-Type"] == JSON
    assert "Content-Encoding" not in image.headers and image.body == png
    for refusal in ("gzip;q=0", "identity", "br", "*;q=0"):
        assert "Content-Encoding" not in so.get(info, {"Accept-Encoding": refusal}).headers


def test_short_answers_are_not_packed(so):
    answer = so.get("Person/999999/ImageInfo", {"Accept-Encoding": "gzip"})

    assert answer.status == 404 and "Content-Encoding" not in answer.headers


def test_the_tag_of_a_packed_answer_works(so, info):
    wanted = {"Accept-Encoding": "gzip"}
    plain, packed = so.get(info).headers["ETag"], so.get(info, wanted).headers["ETag"]

    again = so.get(info, {"If-None-Match": packed, **wanted})
    saved = so.put(info, b'{"ExtraInfo":"x"}', {"If-Match": packed})
    late = so.put(info, b'{"ExtraInfo":"y"}', {"If-Match": packed})

    assert plain != packed
    assert again.status == 304 and again.headers["ETag"] == packed and again.body == b""
    assert saved.status == 200, saved
    assert late.status == 412, late


def test_forms_and_languages_have_tags_of_their_own(so, info):
    described(so, info, Description='US:"Front";NO:"Forside"')
    asked = [{}, {"Accept": "text/xml"}, {"SO-Language": "no"},
             {"SO-TimeZone": "UTC, includeTZOffset"}]

    answers = [so.get(info, headers) for headers in asked]

    assert len({answer.headers["ETag"] for answer in answers}) == len(asked)
    for headers, answer in zip(asked, answers):
        tag = {"If-None-Match": answer.headers["ETag"]}
        assert so.get(info, {**headers, **tag}).status == 304
        assert so.get(info, {**tag, "SO-Language": "de"}).status == 200


# 7.4: XML

def test_xml_says_what_json_says_in_the_same_order(so, info):
    described(so, info, Description="a <b> & \"c\"", ExtraInfo="")

    entity = so.get(info).json
    root = tree(so.get(info, {"Accept": "application/xml"}))

    assert root.tag == "BlobEntity"
    assert [child.tag for child in root] == list(entity)
    assert root.findtext("Description") == entity["Description"]
    assert root.find("ExtraInfo").text is None and root.find("ExtraInfo").get(NIL) is None
    assert int(root.findtext("BlobId")) == entity["BlobId"]
    assert root.findtext("IsZipped") == "false"
    assert root.findtext("CreatedDate") == entity["CreatedDate"]
    assert [child.tag for child in root.find("CreatedBy")] == list(entity["CreatedBy"])
    assert root.findtext("CreatedBy/Name") == entity["CreatedBy"]["Name"]
    assert root.find("CreatedBy/UserName").get(NIL) == "true"
    assert root.findtext("TableRight/Mask") == entity["TableRight"]["Mask"]
    pairs = root.findall("FieldProperties/FieldPropertyKeyValuePair")
    assert [pair.findtext("Key") for pair in pairs] == list(entity["FieldProperties"])
    for pair in pairs:
        field = entity["FieldProperties"][pair.findtext("Key")]
        assert pair.findtext("Value/FieldRight/Mask") == field["FieldRight"]["Mask"]
        assert pair.findtext("Value/FieldType") == field["FieldType"]
        assert int(pair.findtext("Value/FieldLength")) == field["FieldLength"]


def test_xml_that_was_read_may_be_sent_back(so, info):
    described(so, info, Description="kept", ExtraInfo="x")
    read = so.get(info, {"Accept": "text/xml"})

    echoed = so.put(info, read.body, {"Content-Type": "text/xml"})
    changed = so.put(info, read.body.replace(b">kept<", b">new<"), {"Content-Type": "text/xml"})

    assert echoed.status == 200 and echoed.body == read.body
    assert echoed.headers["ETag"] == read.headers["ETag"]
    assert tree(changed).findtext("Description") == "new"
    assert tree(changed).findtext("ExtraInfo") == "x"


def test_xml_is_matched_by_local_names_and_nil_changes_nothing(so, info):
    described(so, info, Description="kept", ExtraInfo="x")
    body = ('<?xml version="1.0"?><!-- a comment --><q:Anything xmlns:q="urn:a" '
            'xmlns="http://schemas.datacontract.org/2004/07/SuperOffice" '
            'xmlns:i="http://www.w3.org/2001/XMLSchema-instance"><Unknown><Deep/></Unknown>'
            '<q:extrainfo><![CDATA[<y>]]></q:extrainfo><Description i:nil="true"/>'
            '</q:Anything>').encode()

    answer = so.put(info, body, {"Content-Type": "application/xml", "Accept": "application/json"})

    assert answer.status == 200, answer
    assert answer.json["Description"] == "kept" and answer.json["ExtraInfo"] == "<y>"


def test_bare_values_are_elements_of_their_type(so, server, png):
    path = f"Contact/{server.record('contact')}/Image"

    answer = so.put(path, png, {"Content-Type": "image/png", "Accept": "application/xml"})

    assert answer.headers["Content-Type"] == "application/xml; charset=utf-8"
    assert answer.body == (b'<int xmlns="http://schemas.microsoft.com/2003/10/Serialization/">'
                           + tree(answer).text.encode() + b"</int>")
    assert tree(answer).tag == SERIALIZATION + "int" and int(tree(answer).text) > 0


def test_select_nulls_the_rest_in_xml_too(so, info):
    root = tree(so.get(info + "?$select=BlobId,tableright", {"Accept": "text/xml"}))

    filled = [child.tag for child in root if child.get(NIL) is None]
    assert filled == ["BlobId", "TableRight", "FieldProperties"]


# every entity, in and out

ENTITIES = {
    "Contact": {"Name": "A/S <B> & C", "Department": "", "Emails": [{"Value": "a@b.no"}],
                "Phones": [{"Value": "1"}, {"Value": "2", "Description": "x"}], "Urls": [],
                "CustomFields": {"SuperOffice:1": "[I:3]", "a b": ""}, "Country": {"CountryId": 578},
                "Domains": ["a.no", "b.no"]},
    "Person": {"Firstname": "\u00c5se", "Lastname": "Li", "MobilePhones": [{"Value": "47"}],
               "Retired": False, "Address": {"LocalizedAddress": [[{"Name": "n", "Value": "v"}], []],
                                             "Street": {"City": "Oslo"}},
               "BirthDate": "1970-02-03T00:00:00"},
    "Product": {"Name": "Mug", "VAT": 25.5, "UnitListPrice": 1e-3, "InAssortment": True,
                "ExtraInfo": [{"Name": "n", "Value": "v", "Type": "Url"}]},
    "Project": {"Name": "P", "EndDate": "2030-01-02T03:04:05", "Completed": True,
                "UserDefinedFields": {"x": "y"}},
}
OWN = {"x_number": 5, "x_half": 0.5, "x_yes": True, "x_text": "5", "x_list": [1, "a", {"b": []}],
       "x_one": ["a"], "x_none": [], "x/odd name": {"1st": "a", "_x002F_": {}}, "x_empty": ""}


@pytest.mark.parametrize("kind", ENTITIES)
def test_every_entity_may_be_read_and_written_in_xml(so, kind):
    made = so.post(kind, json={**ENTITIES[kind], **OWN})
    assert made.status == 200, made
    key = made.json[kind + "Id"]
    before = so.get(f"{kind}/{key}").json

    read = so.get(f"{kind}/{key}", {"Accept": "application/xml"})
    assert tree(read).tag == (kind if kind == "Product" else kind + "Entity")
    assert [child.tag for child in tree(read)][:5] == list(before)[:5]
    # one byte changes, so that all of it is written
    sent = read.body.replace(b"<Name>", b"<Name>x", 1).replace(b"<Firstname>", b"<Firstname>x", 1)
    assert sent != read.body
    saved = so.put(f"{kind}/{key}", sent, {"Content-Type": "application/xml"})
    assert saved.status == 200 and saved.headers["Content-Type"].startswith("application/xml")
    after = so.get(f"{kind}/{key}").json

    for name, value in OWN.items():
        assert after[name] == value, name
    for name in ENTITIES[kind].keys() - {"Name", "Firstname"}:
        assert after[name] == before[name], name


@pytest.mark.parametrize("kind", ENTITIES)
def test_every_entity_may_be_made_by_xml_and_by_a_form(so, kind):
    name = "Lastname" if kind == "Person" else "Name"
    by_xml = so.post(kind, f"<e><{name}>bl\u00e5</{name}></e>".encode(),
                     {"Content-Type": "text/xml", "Accept": "application/json"})
    by_form = so.post(kind, urllib.parse.urlencode({name: "bl\u00e5"}).encode(),
                      {"Content-Type": "application/x-www-form-urlencoded"})

    for answer in (by_xml, by_form):
        assert answer.status == 200, answer
        assert answer.json[name] == "bl\u00e5" and answer.json[kind + "Id"] > 0


def test_lists_heed_the_format_parameter(so):
    wish = {"Accept": "application/json"}
    as_xml = so.get("Person?$top=1&$format=xml", wish)
    as_json = so.get("Person?$top=1&$format=json", {"Accept": "application/xml"})

    assert as_xml.headers["Content-Type"] == "application/xml; charset=utf-8"
    assert len(tree(as_xml).findall("value/row")) == 1
    assert as_json.headers["Content-Type"] == JSON and len(as_json.json["value"]) == 1


def test_agents_take_and_give_xml(server, so, png):
    person = server.record("person")
    so.put_image(f"Person/{person}/Image", png)
    wish = {"Content-Type": "application/xml"}

    picture = so.post("Agents/BLOB/GetPersonImage", f"<a><PersonId>{person}</PersonId></a>".encode(),
                      wish)
    several = so.post("Agents/Person/GetPersonImages",
                      f"<a><PersonIds><int>{person}</int></PersonIds></a>".encode(),
                      {**wish, "Accept": "application/json"})
    nothing = so.post("Agents/BLOB/GetBlobEntity?blobEntityId=0", b"", {"Accept": "text/xml"})

    assert tree(picture).tag == SERIALIZATION + "base64Binary"
    assert base64.b64decode(tree(picture).text) == png
    assert [image["PersonId"] for image in several.json] == [person]
    assert nothing.status == 200 and tree(nothing).get(NIL) == "true"


# 8: failures

@pytest.mark.parametrize("method, path, body, status, kind", [
    ("GET", "Person/999999/ImageInfo", None, 404, "SoNotFoundException"),
    ("GET", "Nonsense/1", None, 404, "SoNotFoundException"),
    ("GET", "Person/999999/Image", None, 404, "SoNotFoundException"),
    ("DELETE", "Person/1/ImageInfo", None, 405, "SoNotSupportedException"),
    ("PUT", "Person/1/ImageInfo", b"{", 400, "SoInvalidArgumentException"),
    ("PUT", "Person/1/Image", b"", 400, "SoInvalidArgumentException"),
])
def test_failures_are_in_the_form_asked_for(so, method, path, body, status, kind):
    for label in ("application/xml", "text/xml"):
        check_xml_failure(so.request(method, path, body, {"Accept": label}), status, kind, label)
    answer = so.request(method, path, body, {"Accept": "text/json"})
    assert answer.status == status and answer.json["ErrorType"] == kind
    assert answer.headers["Content-Type"] == "text/json; charset=utf-8"


def test_a_field_at_fault_is_named_in_both_forms(so, info):
    body = json.dumps({"Description": "x" * 255}).encode()

    in_json = so.put(info, body, {"Content-Type": "application/json"})
    in_xml = so.put(info, body, {"Content-Type": "application/json", "Accept": "text/xml"})

    assert in_json.json["ErrorType"] == "SoValidationException"
    assert list(in_json.json["Fields"]) == ["Description"]
    root = check_xml_failure(in_xml, 400, "SoValidationException", "text/xml")
    assert root.findtext("Fields/StringKeyValuePair/Key") == "Description"
    assert root.findtext("Fields/StringKeyValuePair/Value") == root.findtext("Message")


def test_who_is_not_known_is_told_in_xml(so, info):
    answer = so.as_user(None).get(info, {"Accept": "application/xml"})

    check_xml_failure(answer, 401, "SoSessionException")
    assert answer.headers["WWW-Authenticate"].startswith("Basic ")


def test_a_reader_is_told_in_xml_what_he_may_not(server, so, png):
    path = f"Person/{server.record('person')}/Image"
    reader = so.as_user("Basic cmVhZGVyOnJlYWRlcg==")

    answer = reader.put(path, png, {"Content-Type": "image/png", "Accept": "application/xml"})

    check_xml_failure(answer, 403, "SoSentryException")
