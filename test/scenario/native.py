"""The native form's client, and its pictures made by the tests."""

import io
import json
import urllib.parse

from PIL import Image

import clients

TOKEN = f"Bearer {clients.DEMO_TOKEN}"
READER = clients.basic("reader", "reader")


class Native:
    def __init__(self, address, authorization=TOKEN):
        self.address, self.authorization = address, authorization

    def request(self, method, target, headers=None, body=None):
        fields = dict(headers or {})
        if self.authorization is not None:
            fields.setdefault("Authorization", self.authorization)
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
            fields.setdefault("Content-Type", "application/json")
        return self.address.request(method, target, fields, body)

    def get(self, target, headers=None):
        return self.request("GET", target, headers)

    def follow(self, url, headers=None, method="GET"):
        """A signed link, without any credential."""
        parts = urllib.parse.urlsplit(url)
        return self.address.request(method, f"{parts.path}?{parts.query}", headers)

    def sign(self, *targets, **options):
        answer = self.request("POST", "/pictures/links", body={"links": targets, **options})
        assert answer.status == 200, answer
        return answer.json["links"]

    def focus(self, owner, x, y):
        answer = self.request("PUT", f"/pictures/{owner}/focus", body={"x": x, "y": y})
        assert answer.status == 204, answer


def halves(kind="PNG", size=(200, 100), left=(220, 20, 20), right=(20, 20, 220), **options):
    """Two colours beside each other: what is cut off shows."""
    image = Image.new("RGB", size, left)
    image.paste(right, (size[0] // 2, 0, size[0], size[1]))
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def check_near(image, place, colour, tolerance=12):
    got = image.convert("RGB").getpixel(place)
    assert all(abs(a - b) <= tolerance for a, b in zip(got, colour)), (place, got, colour)


def check_refused(answer, status, word, text=None):
    assert answer.status == status, answer
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8", answer
    assert list(answer.json) == ["error", "message"], answer
    assert answer.json["error"] == word, answer
    assert answer.json["message"], answer
    if text is not None:
        assert text in answer.json["message"], answer
