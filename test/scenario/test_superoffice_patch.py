"""SuperOffice: PATCH of contacts, people and projects."""

import pytest

from clients import check_failure

PATCH, MERGE = "application/json-patch+json", "application/merge-patch+json"
ABSENT = 654_321


@pytest.fixture
def contact(so):
    """The path of a contact of this test alone."""
    made = so.post("Contact/", json={
        "name": "Example AS", "department": "Oslo", "own": {"a": 1},
        "emails": [{"value": "a@example.com"}, {"value": "b@example.com"}],
        "address": {"street": {"city": "Oslo", "zipcode": "0150"}},
        "userDefinedFields": {"SuperOffice:1": "x", "a/b": "y"}})
    assert made.status == 200, made
    return f"Contact/{made.json['ContactId']}"


def patch(so, path, body, **headers):
    return so.request("PATCH", path, json=body, headers=headers)


def emails(answer):
    return [email["Value"] for email in answer.json["Emails"]]


def test_operations_in_one_patch_are_done_in_order(so, contact):
    answer = patch(so, contact, [
        {"op": "test", "path": "/Name", "value": "Example AS"},
        {"op": "replace", "path": "/Name", "value": "Renamed AS"},
        {"op": "test", "path": "/name", "value": "Renamed AS"},
        {"op": "add", "path": "/Emails/-", "value": {"value": "c@example.com"}},
        {"op": "remove", "path": "/Emails/0"},
        {"op": "add", "path": "emails/0", "value": {"Value": "first@example.com"}},
        {"op": "replace", "path": "/userdefinedfields/a~1b", "value": "z"},
        {"op": "add", "path": "/UserDefinedFields/SuperOffice:2", "value": "new"},
        {"op": "replace", "path": "/Address/Street", "value": {"City": "Bergen"}},
        {"op": "remove", "path": "/own"}])

    assert answer.status == 200
    got = so.get(contact)
    assert got.json == answer.json and got.headers["ETag"] == answer.headers["ETag"]
    assert got.json["Name"] == "Renamed AS"
    assert emails(got) == ["first@example.com", "b@example.com", "c@example.com"]
    assert got.json["UserDefinedFields"] == {"SuperOffice:1": "x", "a/b": "z",
                                             "SuperOffice:2": "new"}
    assert (got.json["Address"]["Street"]["City"], got.json["Address"]["Street"]["Zipcode"]) == (
        "Bergen", "")
    assert "own" not in got.json
    assert got.json["_Links"]["Self"].endswith(contact)


def test_an_object_is_merged_and_appended_where_a_list_is(so, contact):
    answer = patch(so, contact, {"department": None, "name": "Merged AS",
                                 "emails": {"value": "c@example.com"}, "own": {"b": 2},
                                 "address": {"street": {"city": "Bergen"}}})

    assert answer.status == 200
    assert (answer.json["Name"], answer.json["Department"]) == ("Merged AS", "")
    assert emails(answer) == ["a@example.com", "b@example.com", "c@example.com"]
    assert answer.json["own"] == {"a": 1, "b": 2}
    street = answer.json["Address"]["Street"]
    assert (street["City"], street["Zipcode"]) == ("Bergen", "0150")
    assert emails(patch(so, contact, {"emails": [{"value": "only@example.com"}]})) == [
        "only@example.com"]


@pytest.mark.parametrize("kind", ["application/json", "text/json", PATCH, MERGE])
def test_the_shape_of_the_body_decides_and_not_its_type(so, contact, kind):
    by_list = so.request("PATCH", contact, b'[{"op":"replace","path":"/name","value":"L"}]',
                         {"Content-Type": kind})
    by_object = so.request("PATCH", contact, b'{"department":"O"}', {"Content-Type": kind})

    assert by_list.status == by_object.status == 200
    assert (by_object.json["Name"], by_object.json["Department"]) == ("L", "O")


def test_bodies_as_people_write_them(so, contact):
    body = b"""[ // as published
        { op: 'test', path: 'ContactId', value: '%d' },
        { 'op': 'replace', 'path': 'Source', 'value': '5', },
        { "op": "Add", "path": "/associate/AssociateId", "value": "1" }, ]"""

    answer = so.request("PATCH", contact, body % int(contact.split("/")[1]),
                        {"Content-Type": "application/json"})

    assert answer.status == 200
    assert (answer.json["Source"], answer.json["Associate"]["Name"]) == (5, "demo")


@pytest.mark.parametrize("operation", [
    {"op": "test", "path": "/Name", "value": "Somebody else"},
    {"op": "test", "path": "/Emails/0/Value", "value": "b@example.com"},
    {"op": "test", "path": "/Nothing", "value": 1}])
def test_a_test_that_fails_is_409_and_changes_nothing(so, contact, operation):
    before = so.get(contact)

    answer = patch(so, contact, [{"op": "replace", "path": "/Department", "value": "x"}, operation])

    check_failure(answer, 409, "SoIllegalOperationException")
    assert "operation 2" in answer.json["Message"]
    after = so.get(contact)
    assert after.json == before.json and after.headers["ETag"] == before.headers["ETag"]


@pytest.mark.parametrize("body", [
    [{"op": "move", "from": "/Name", "path": "/Department"}],
    [{"op": "copy", "from": "/Name", "path": "/Department"}],
    [{"op": "burn", "path": "/Name"}], [{"op": "replace", "path": "/Name"}],
    [{"op": "remove", "path": "/Nothing"}], [{"op": "remove"}], [{"path": "/Name"}],
    [{"op": "replace", "path": "/Emails/7", "value": {}}],
    [{"op": "add", "path": "/Name/First", "value": "x"}], [1], "text", 5])
def test_a_patch_that_cannot_be_done_is_400(so, contact, body):
    check_failure(patch(so, contact, body), 400, "SoInvalidArgumentException")


@pytest.mark.parametrize("body, field", [
    ({"name": ""}, "Name"), ([{"op": "remove", "path": "/Name"}], "Name"),
    ([{"op": "replace", "path": "/Source", "value": "many"}], "Source"),
    ({"department": "x" * 255}, "Department")])
def test_what_it_would_become_must_be_an_entity(so, contact, body, field):
    answer = patch(so, contact, body)

    check_failure(answer, 400, "SoValidationException")
    assert list(answer.json["Fields"]) == [field]


def test_no_patch_of_nothing_or_by_nothing(so, contact):
    check_failure(patch(so, f"Contact/{ABSENT}", {"name": "x"}), 404, "SoNotFoundException")
    check_failure(so.request("PATCH", contact, b"", {"Content-Type": "application/json"}), 400,
                  "SoInvalidArgumentException")
    too_many = [{"op": "test", "path": "/Name", "value": "Example AS"}] * 1001
    check_failure(patch(so, contact, too_many), 413, "PayloadTooLarge")


def test_conditions_hold_for_a_patch(so, contact):
    tag = so.get(contact).headers["ETag"]
    old = {"If-Unmodified-Since": "Thu, 01 Jan 2015 00:00:00 GMT"}

    check_failure(patch(so, contact, {"name": "x"}, **old), 412, "PreconditionFailed")
    assert patch(so, contact, {"name": "y"}, **{"If-Match": tag}).status == 200
    check_failure(patch(so, contact, {"name": "z"}, **{"If-Match": tag}), 412, "PreconditionFailed")
    assert so.get(contact).json["Name"] == "y"


def test_a_patch_that_changes_nothing_leaves_the_date(so, contact):
    before = so.get(contact)

    for body in ([], {}, {"name": before.json["Name"]}, before.json,
                 [{"op": "replace", "path": "/Emails", "value": before.json["Emails"]}],
                 [{"op": "replace", "path": "/ContactId", "value": 1},
                  {"op": "replace", "path": "/UpdatedDate", "value": "1999-01-01T00:00:00"}]):
        answer = patch(so, contact, body)
        if body is before.json:  # its lists are replaced, its objects merged: the same again
            assert answer.status == 200
        assert answer.json == before.json, body
        assert answer.headers["ETag"] == before.headers["ETag"]


def test_people_and_projects_too(so, server):
    person, project = server.record("person", "Ada Lovelace"), server.record("project", "Bridge")

    named = patch(so, f"Person/{person}", [{"op": "replace", "path": "/Firstname", "value": "A."}])
    done = patch(so, f"Project/{project}", {"completed": "true", "projectNumber": 7})

    assert named.json["FullName"] == "A. Lovelace"
    assert (done.json["Completed"], done.json["ProjectNumber"]) == (True, "7")
