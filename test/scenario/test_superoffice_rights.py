"""SuperOffice: what a reader sees, and that he and a read-only credential change nothing (11.3)."""

import json
import re

import pytest

from clients import basic, check_failure

READS = re.compile(r"/v1/Agents/\w+/(Get|CreateDefault|Validate|IsExist)\w*$")
SAMPLE = {"id": "7", "name": "x", "n": "1", "kind": "Person"}


@pytest.fixture(scope="module")
def callers(server):
    """Those who may only read, by the reason."""
    _, ticket = server.key("ticket", "demo", "--read-only")
    so = server.superoffice
    return {"the user's role is reader": so.as_user(basic("reader", "reader")),
            "this credential may only read": so.as_user(f"SOTicket {ticket}")}


def writes(so):
    """Every call of the description that changes something: method and path."""
    document = so.get("/api/swagger/v1.json").json
    base = document.get("basePath", "").rstrip("/")
    for path, operations in document["paths"].items():
        full = base + re.sub(r"\{(\w+)\}", lambda m: SAMPLE.get(m.group(1), "7"), path)
        full = full if full.startswith("/api") else "/api" + full
        for method in operations:
            if method in ("get", "head", "parameters", "options") or READS.search(full):
                continue
            yield method.upper(), full


def test_every_write_is_refused_with_the_right_that_is_missing(so, callers):
    calls = list(writes(so))
    assert len(calls) > 40, calls
    methods = {method for method, _ in calls}
    assert methods >= {"PUT", "POST", "DELETE", "PATCH"}

    for method, path in calls:
        if path.endswith("/GetAccessToken"):
            continue  # makes a token that may only read
        for why, caller in callers.items():
            answer = caller.request(method, path, b"{}", {"Content-Type": "application/json"})
            check_failure(answer, 403, "SoSentryException")
            right = re.fullmatch(r"the right (Update|Insert|Delete)( on \w+)? is missing: (.*)",
                                 answer.json["Message"])
            assert right and right.group(3) == why, (method, path, answer)


@pytest.mark.parametrize("method, path, says", [
    ("PUT", "Person/7/Image", "the right Update on person is missing"),
    ("DELETE", "Person/7/Image", "the right Update on person is missing"),
    ("PUT", "Contact/1/ImageInfo", "the right Update on contact is missing"),
    ("POST", "Contact", "the right Insert on contact is missing"),
    ("DELETE", "Project/1", "the right Delete on project is missing"),
    ("PUT", "Product/1", "the right Update on product is missing"),
    ("PATCH", "Person/7", "the right Update on person is missing")])
def test_the_right_is_the_one_the_table_would_have(callers, method, path, says):
    for why, caller in callers.items():
        answer = caller.request(method, path, b"{}", {"Content-Type": "application/json"})
        check_failure(answer, 403, "SoSentryException")
        assert answer.json["Message"] == f"{says}: {why}"


@pytest.mark.parametrize("path", ["Person/7/ImageInfo", "Person/7", "Contact/1", "Product/1",
                                  "Project/1"])
def test_who_may_only_read_sees_that(so, callers, path):
    for caller in callers.values():
        answer = caller.get(path)
        assert answer.status == 200, answer
        assert answer.json["TableRight"]["Mask"] == "Select"
        assert answer.json["TableRight"]["Reason"]
        masks = {name: field["FieldRight"]["Mask"]
                 for name, field in answer.json["FieldProperties"].items()}
        assert masks and set(masks.values()) == {"Read"}, masks
    full = so.get(path).json
    assert full["TableRight"] == {"Mask": "FULL", "Reason": ""}
    assert "FULL" not in json.dumps(full["FieldProperties"])


def test_an_editor_sees_update(server, so):
    server.user("edda", "editor", "edda-password")
    editor = so.as_user(basic("edda", "edda-password"))

    assert editor.get("Person/7/ImageInfo").json["TableRight"]["Mask"] == "Select, Update"


def test_strangers_are_asked_who_they_are_at_every_address(so):
    stranger = so.as_user(None)
    for method, path in writes(so):
        answer = stranger.request(method, path, b"{}", {"Content-Type": "application/json"})
        check_failure(answer, 401, "SoSessionException")
