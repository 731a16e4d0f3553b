"""Every operation that SuperOffice describes and this project answers, called as described.

test/openapi holds what SuperOffice's own descriptions say, condensed by tools/condense-openapi. A request
is made from the description, the status of the answer must be a described one, and its body must fit
the described schema, its members in the described order. Where we answer something else on purpose,
DIFFERENCES and the tests at the end say so, each with the section of the specification.
"""

import json
import pathlib
import re
import xml.etree.ElementTree as xml

import jsonschema
import pytest

import pictures
from clients import b64, check_failure
from wire import multipart

FOLDER = pathlib.Path(__file__).resolve().parents[1] / "openapi"
UNKNOWN = 987_654_321
SERIALIZATION = "{http://schemas.microsoft.com/2003/10/Serialization/}"
NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)?$")
FUTURE, PAST = "Fri, 01 Jan 2100 00:00:00 GMT", "Mon, 01 Jan 2001 00:00:00 GMT"

# What is not called as described, and why.
DIFFERENCES = {
    # superoffice 6.5: the user's own settings are no part of this
    ("get", "/api/v1/User/current"): 404,
}
# superoffice 4.2: no countries, so no flags; no blob either where none is linked (4.4)
MAY_BE_NULL = {"/api/v1/Agents/BLOB/GetBlobEntityOnCountry"}
# superoffice 4.2: what is out of scope is answered as if there were nothing
EMPTY = {"/api/v1/Agents/BLOB/GetQuoteLineImage", "/api/v1/Agents/BLOB/GetChatImageWithSize",
         "/api/v1/Agents/BLOB/GetOutputFromBatch"}


class Description:
    """One file of test/openapi."""

    def __init__(self, path):
        given = json.loads(path.read_text())
        self.paths, self.definitions = given["paths"], given["definitions"]
        checked = {name: self.checked(schema) for name, schema in self.definitions.items()}
        self.checked_definitions = checked

    def checked(self, schema):
        """The described schema as JSON schema, with what the specification adds to it."""
        if "$ref" in schema:
            # superoffice 7.2: null is written, not left out; the seeds show null for objects
            return {"anyOf": [schema, {"type": "null"}]}
        out = {key: value for key, value in schema.items()
               if key in ("enum", "format") or (key == "type" and value != "file")}
        if "properties" in schema:
            out["properties"] = {name: self.member(name, member)
                                 for name, member in schema["properties"].items()}
            # superoffice 7.2: every member is there, and no other
            out["required"] = list(out["properties"])
            out["additionalProperties"] = False
        if "additionalProperties" in schema:
            out["additionalProperties"] = self.checked(schema["additionalProperties"])
        if "items" in schema:
            out["items"] = self.checked(schema["items"])
        return out

    def member(self, name, schema):
        if name == "value" and schema.get("type") == "array":
            # superoffice 14.3: a row holds plain values; the description says objects
            return {"type": "array", "items": {"type": "object"}}
        if name in ("UserName", "odata.nextLink"):
            # superoffice 2.2: real servers return null here; 14.3: no further page
            return {"type": ["string", "null"]}
        return self.checked(schema)

    def properties(self, schema):
        """Members of a schema that is an object of a definition, in order; else None."""
        if "$ref" in schema:
            schema = self.definitions[schema["$ref"].rsplit("/", 1)[1]]
        return schema.get("properties")

    def validate(self, body, schema):
        whole = {**self.checked(schema), "definitions": self.checked_definitions}
        if "$ref" in schema:
            whole = {**schema, "definitions": self.checked_definitions}
        jsonschema.Draft4Validator(whole, format_checker=FORMATS).validate(body)


FORMATS = jsonschema.FormatChecker(formats=())
FORMATS.checkers = {}


@FORMATS.checks("int32")
def is_int32(value):
    return not isinstance(value, int) or -2**31 <= value < 2**31


@FORMATS.checks("date-time")
def is_date(value):
    """superoffice 9.4: whole seconds, and no zone unless it was asked for."""
    return not isinstance(value, str) or bool(DATE.match(value))


DESCRIPTIONS = {path.stem: Description(path) for path in sorted(FOLDER.glob("*.json"))}
OPERATIONS = [(name, path, method) for name, description in DESCRIPTIONS.items()
              for path, item in description.paths.items() for method in item]


def label(operation):
    return f"{operation[2].upper()} {operation[1].removeprefix('/api/v1/')}"


def operations(wanted=lambda name, path, method, described: True):
    """Marks a test to run for each operation."""
    chosen = [one for one in OPERATIONS
              if wanted(*one, DESCRIPTIONS[one[0]].paths[one[1]][one[2]])]
    assert chosen
    return pytest.mark.parametrize("operation", chosen, ids=label)


def answers(status):
    """Operations for which that status is described."""
    return operations(lambda name, path, method, described: str(status) in described["responses"]
                      and (method, path) not in DIFFERENCES)


def kind_of(path):
    """The kind of record that an operation is about: of its path, or of an agent's method."""
    found = re.search(r"(?:v1/|Get|Set|Change|Save|On)(Contact|Person|Product|Project)", path)
    return found.group(1) if found else "Person"


class Case:
    """One operation on a record of its own, which has a picture."""

    def __init__(self, server, operation, png):
        self.so, self.png = server.superoffice, png
        self.name, self.path, self.method = operation
        self.description = DESCRIPTIONS[self.name]
        self.described = self.description.paths[self.path][self.method]
        self.kind = kind_of(self.path)
        self.record = server.record(self.kind.lower())
        self.blob = self.so.put_image(f"{self.kind}/{self.record}/Image", png)
        self.other = None

    def unlinked(self):
        """A blob that is nobody's picture."""
        if self.other is None:
            answer = self.so.post("Agents/BLOB/SaveImageStream", json={
                "Type": "PersonImage", "Image": b64(self.png), "Description": "free"})
            assert answer.status == 200, answer
            self.other = answer.json
        return self.other

    def value(self, name, schema):
        """What to send for a parameter or an agent's argument of that name."""
        lower = name.lower()
        if lower in ("id", self.kind.lower() + "id"):
            return self.record
        if lower == "blobentityid":
            return self.blob
        if lower == "blobid":
            return self.unlinked()
        if schema.get("format") in ("byte", "binary"):
            return b64(self.png)
        if "enum" in schema:
            return schema["enum"][0]
        return {"integer": 1, "boolean": True, "string": "x"}[schema["type"]]

    def carrier(self, name):
        """A whole object as a client would send it: what the server gave, with a change."""
        if name == "BlobEntity":
            if "ImageInfo" in self.path:
                given = self.so.info(f"{self.kind}/{self.record}/ImageInfo")
            else:
                given = self.so.post("Agents/BLOB/CreateDefaultBlobEntity", b"").json
            return {**given, "Description": "As described", "ExtraInfo": "extra"}
        if self.method == "post":
            given = self.so.get(f"{self.kind}/default").json
        else:
            given = self.so.get(f"{self.kind}/{self.record}").json
        return {**given, "Lastname" if self.kind == "Person" else "Name": "As described"}

    def body(self, schema):
        name = schema["$ref"].rsplit(".", 1)[1]
        if name.endswith("Request"):
            members = self.description.properties(schema)
            return {member: self.value(member, what) for member, what in members.items()}
        return self.carrier(name)

    def send(self, accept="application/json", headers=None, **replaced):
        """The request; `replaced` values go before those that belong to the record."""
        path, query, body = self.path.removeprefix("/api/v1/"), [], None
        headers = {"Accept": accept, **(headers or {})}
        for parameter in self.described["parameters"]:
            name, where = parameter["name"], parameter["in"]
            if where == "path":
                value = replaced.get("id", self.value(name, parameter))
                path = path.replace("{%s}" % name, str(value))
            elif where == "query" and parameter["required"]:
                query.append(f"{name}={replaced.get('id', self.value(name, parameter))}")
            elif where == "header":
                headers.setdefault(name, {"SO-TimeZone": "UTC"}.get(name, "en"))
            elif where == "formData":
                kind, body = multipart([(name, "described.png", "image/png", self.png)])
                headers.setdefault("Content-Type", kind)
            elif where == "body":
                headers.setdefault("Content-Type", "application/json")
                body = json.dumps(self.body(parameter["schema"])).encode()
        if "body" in replaced:
            body = replaced["body"]
        if query:
            path += "?" + "&".join(query)
        return self.so.request(self.method.upper(), path, body, headers)

    @property
    def success(self):
        """Status and schema (or None) of the answer to a request without fault."""
        status = next(one for one in self.described["responses"] if one.startswith("2"))
        return int(status), self.described["responses"][status].get("schema")


@pytest.fixture
def case(server, operation, png):
    return Case(server, operation, png)


def is_bytes(path, schema):
    """Pictures: described as text of format byte or binary."""
    return schema is not None and schema.get("format") in ("byte", "binary")


def check_order(description, body, schema):
    """Members stand in the described order, at every depth."""
    if isinstance(body, list):
        for one in body:
            check_order(description, one, schema.get("items", {}))
    if not isinstance(body, dict):
        return
    members = description.properties(schema)
    if members is None or "odata.metadata" in members:
        return
    assert list(body) == list(members)
    for name, value in body.items():
        check_order(description, value, members[name])


@operations(lambda name, path, method, described: (method, path) not in DIFFERENCES)
def test_a_request_as_described_is_answered_as_described(case):
    status, schema = case.success
    answer = case.send()

    assert answer.status == status, answer
    if status == 204:
        assert answer.body == b"" and "Content-Type" not in answer.headers
    elif is_bytes(case.path, schema) and case.path.endswith("/Image"):
        # superoffice 3.2, 16: a real picture whatever Accept says; the description says text
        assert answer.body == case.png and answer.headers["Content-Type"] == "image/png"
    elif case.path in MAY_BE_NULL:
        assert answer.json is None
    elif is_bytes(case.path, schema):
        # superoffice 4.1: JSON gets base64
        assert isinstance(answer.json, str), answer
        assert (answer.json == "") == (case.path in EMPTY), answer
    else:
        assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
        case.description.validate(answer.json, schema)
        check_order(case.description, answer.json, schema)


def check_xml(description, element, schema):
    """Elements are named and ordered as the members of the description (superoffice 7.4)."""
    members = description.properties(schema)
    if members is None or element.get(NIL) == "true":
        return
    names = [child.tag for child in element]
    assert names == list(members), element.tag
    for child in element:
        what = members[child.tag]
        for item in child if "items" in what else ():
            check_xml(description, item, what["items"])
        if "items" not in what:
            check_xml(description, child, what)


def has_carrier(name, path, method, described):
    answer = described["responses"].get("200", {}).get("schema", {})
    return "$ref" in answer and "OData" not in answer["$ref"] and path not in MAY_BE_NULL and \
        (method, path) not in DIFFERENCES


@operations(has_carrier)
@pytest.mark.parametrize("accept", ["application/xml", "text/xml"])
def test_objects_as_xml_have_the_described_elements(case, accept):
    answer = case.send(accept)

    assert answer.status == 200, answer
    assert answer.headers["Content-Type"] == f"{accept}; charset=utf-8"
    schema = case.success[1]
    root = xml.fromstring(answer.text)
    # superoffice 7.4: the carrier's own name, without the …WithLinks of the description
    assert root.tag == schema["$ref"].rsplit(".", 1)[1].removesuffix("WithLinks")
    check_xml(case.description, root, schema)


@operations(lambda name, path, method, described:
            described["responses"].get("200", {}).get("schema", {}).get("type") == "integer")
def test_numbers_as_xml(case):
    root = xml.fromstring(case.send("application/xml").text)

    assert root.tag == SERIALIZATION + "int" and int(root.text) > 0


@operations(lambda name, path, method, described: "/Agents/" in path and path not in EMPTY and
            is_bytes(path, described["responses"].get("200", {}).get("schema")))
def test_an_agents_picture_as_bytes_and_as_xml(case):
    answer = case.send("application/octet-stream")
    text = case.send("application/xml")

    assert answer.status == 200, answer
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert pictures.opened(answer.body)
    root = xml.fromstring(text.text)
    assert root.tag == SERIALIZATION + "base64Binary" and root.text == b64(answer.body)


@operations(lambda name, path, method, described: "OData" in
            described["responses"].get("200", {}).get("schema", {}).get("$ref", ""))
def test_rows_begin_with_their_key_and_their_kind(case):
    body = case.send().json

    assert list(body) == ["odata.metadata", "odata.nextLink", "value"]
    assert body["value"]
    for row in body["value"]:
        assert list(row)[:2] == ["PrimaryKey", "EntityName"]
        assert isinstance(row["PrimaryKey"], str) and isinstance(row["EntityName"], str)


@answers(404)
def test_unknown_records_are_not_found(case):
    check_failure(case.send(id=UNKNOWN), 404, "SoNotFoundException")


@answers(400)
def test_requests_without_their_body_are_bad(case):
    check_failure(case.send(body=b""), 400)


@answers(412)
def test_writes_on_the_strength_of_an_old_state_are_refused(case):
    check_failure(case.send(headers={"If-Unmodified-Since": PAST}), 412, "PreconditionFailed")
    assert case.send(headers={"If-Unmodified-Since": FUTURE}).status in (200, 204)


@answers(304)
def test_reads_of_what_did_not_change_are_short(case):
    answer = case.send(headers={"If-Modified-Since": FUTURE})

    assert answer.status == 304 and answer.body == b""
    assert case.send(headers={"If-Modified-Since": PAST}).status == 200


@operations(lambda name, path, method, described: any(
    parameter["in"] == "body" for parameter in described["parameters"]))
def test_every_described_type_of_a_body_is_taken(case):
    """XML and forms as well (superoffice 7.3); a form says less, so it says the least."""
    for kind in case.described["consumes"]:
        headers = {"Content-Type": kind}
        if kind.endswith("json"):
            answer = case.send(headers=headers)
        else:
            # enough to tell that the body was read: an unreadable one is 400, an unread one 415
            broken = b"<a><b></a>" if kind.endswith("xml") else b"=%"
            answer = case.send(headers=headers, body=broken)
        assert answer.status != 415, (kind, answer)
        if kind.endswith("json"):
            assert answer.status == case.success[0], (kind, answer)
        if kind.endswith("xml"):
            check_failure(answer, 400)


@operations(lambda name, path, method, described: (method, path) in DIFFERENCES)
def test_what_is_answered_differently_on_purpose(case):
    check_failure(case.send(), DIFFERENCES[case.method, case.path])


@operations(lambda name, path, method, described: (method, path) not in DIFFERENCES)
def test_nobody_gets_an_answer_without_a_credential(case):
    case.so = case.so.as_user(None)
    case.carrier = lambda name: {}
    case.other = 1

    check_failure(case.send(), 401, "SoSessionException")


def test_our_description_holds_every_operation_of_theirs(server):
    """Case and names of parameters are the vendor's own business (superoffice 1.2)."""
    ours = server.address.request("GET", "/api/swagger/v1.json").json["paths"]

    def folded(path):
        return re.sub(r"\{\w+\}", "{}", path).lower()

    have = {(folded(path), method) for path, item in ours.items() for method in item}
    want = {(folded(path), method) for _, path, method in OPERATIONS
            if (method, path) not in DIFFERENCES}
    assert want <= have, sorted(want - have)


def test_what_the_vendor_describes_is_condensed():
    text = "".join(path.read_text() for path in FOLDER.glob("*.json"))

    assert len(OPERATIONS) == 89
    assert "description" not in re.findall(r'"(description|summary)":', text)
