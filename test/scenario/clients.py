"""The two vendors' clients, as far as the tests need them."""

import base64
import json as jsonlib
import urllib.parse

from wire import multipart, php_form, php_pairs

DEMO_TICKET = "7T:demo"
DEMO_TOKEN = "8A:demo"
DEMO_AUTH = "demo-oauth"
WEBHOOK = "1/demo-webhook"
READER_WEBHOOK = "2/reader-webhook"
UNSET = object()


def basic(user, password):
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def b64(content):
    return base64.b64encode(content).decode()


class SuperOffice:
    """Paths are relative to /api/v1/ unless they begin with a slash."""

    def __init__(self, address, authorization=f"SOTicket {DEMO_TICKET}"):
        self.address, self.authorization = address, authorization

    def as_user(self, authorization):
        return SuperOffice(self.address, authorization)

    def request(self, method, path, body=None, headers=None, json=UNSET):
        fields = dict(headers or {})
        if self.authorization is not None:
            fields.setdefault("Authorization", self.authorization)
        if json is not UNSET:
            body = jsonlib.dumps(json).encode()
            fields.setdefault("Content-Type", "application/json; charset=utf-8")
        target = path if path.startswith("/") else "/api/v1/" + path
        return self.address.request(method, target, fields, body)

    def get(self, path, headers=None):
        return self.request("GET", path, headers=headers)

    def head(self, path, headers=None):
        return self.request("HEAD", path, headers=headers)

    def put(self, path, body=None, headers=None, json=UNSET):
        return self.request("PUT", path, body, headers, json)

    def post(self, path, body=None, headers=None, json=UNSET):
        return self.request("POST", path, body, headers, json)

    def delete(self, path, headers=None):
        return self.request("DELETE", path, headers=headers)

    def put_image(self, path, content):
        """Puts a picture and gives its id."""
        answer = self.put(path, content, {"Content-Type": "application/octet-stream"})
        assert answer.status == 200, answer
        assert isinstance(answer.json, int) and answer.json > 0, answer
        return answer.json

    def info(self, path):
        answer = self.get(path)
        assert answer.status == 200, answer
        return answer.json


class Bitrix24:
    """Calls by webhook unless told otherwise; parameters travel in the form the test asks for."""

    def __init__(self, address, webhook=WEBHOOK):
        self.address, self.webhook = address, webhook

    def call(self, method, parameters=None, form="json", auth="webhook", token=DEMO_AUTH,
             headers=None, webhook=None):
        parameters = dict(parameters or {})
        fields = dict(headers or {})
        path = f"/rest/{method}"
        if auth == "webhook":
            path = f"/rest/{webhook or self.webhook}/{method}"
        elif auth == "bearer":
            fields["Authorization"] = f"Bearer {token}"
        elif auth is not None:
            parameters[auth] = token
        if form == "query":
            query = php_form(parameters)
            return self.address.request("GET", path + ("?" + query if query else ""), fields)
        if form == "json":
            kind, body = "application/json", jsonlib.dumps(parameters).encode()
        elif form == "form":
            kind, body = "application/x-www-form-urlencoded", php_form(parameters).encode()
        else:
            kind, body = multipart([(name, None, None, value.encode())
                                    for name, value in php_pairs(parameters)])
        fields.setdefault("Content-Type", kind)
        return self.address.request("POST", path, fields, body)

    def result(self, method, parameters=None, **options):
        """The result of a call that must succeed, its envelope checked."""
        answer = self.call(method, parameters, **options)
        assert answer.status == 200, answer
        check_envelope(answer.json)
        return answer.json["result"]

    def add(self, product, content, name="picture.png", role=None, **options):
        fields = {"productId": product}
        if role:
            fields["type"] = role
        result = self.result("catalog.productImage.add",
                             {"fields": fields, "fileContent": [name, b64(content)]}, **options)
        return result["productImage"]

    def image(self, product, image):
        return self.result("catalog.productImage.get",
                           {"productId": product, "id": image})["productImage"]

    def images(self, product):
        return self.result("catalog.productImage.list", {"productId": product})["productImages"]

    def fetch(self, url, headers=None, method="GET"):
        """Follows a link of an image object, without any credential."""
        parts = urllib.parse.urlsplit(url)
        target = parts.path + ("?" + parts.query if parts.query else "")
        return self.address.request(method, target, headers)


def check_envelope(body):
    time = body["time"]
    assert time["finish"] >= time["start"] > 1_500_000_000, body
    for name in ("start", "finish", "duration", "processing"):
        assert isinstance(time[name], (int, float)) and time[name] >= 0, body
    for name in ("date_start", "date_finish"):
        assert len(time[name]) == 25 and time[name][10] == "T" and time[name][19] in "+-", body
    assert "error" not in body, body


def check_error(answer, status, code, text=None):
    """A Bitrix24 error: string code, text, no result, no time."""
    assert answer.status == status, answer
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8", answer
    body = answer.json
    assert body["error"] == code, answer
    if text is not None:
        assert body["error_description"] == text, answer
    assert isinstance(body["error_description"], str) and body["error_description"], answer
    assert "result" not in body and "time" not in body, answer


def check_failure(answer, status, kind=None):
    """A SuperOffice error: the superset object of both published shapes."""
    assert answer.status == status, answer
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8", answer
    body = answer.json
    fields = ["Fields"] if body.get("ErrorType") == "SoValidationException" else []
    assert list(body) == ["Error", "ErrorType", "ErrorMessage", "Message", "MessageDetail",
                          "ErrorSource", *fields, "InnerError"], answer
    assert body["Error"] is True and body["InnerError"] is None, answer
    assert body["ErrorMessage"] and body["Message"] == body["ErrorMessage"], answer
    assert isinstance(body["MessageDetail"], str) and body["ErrorSource"], answer
    if kind is not None:
        assert body["ErrorType"] == kind, answer


# Bitrix24's texts for a parameter that is not there, or not what it should be. The braces are
# the vendor's own.

def missing(name):
    return "Could not find value for parameter {%s}" % name


def invalid(value, name, kind="int"):
    return f"Invalid value {{{value}}} to match with parameter {{{name}}}. " \
           f"Should be value of type {kind}."
