"""The ways to a rendition, and what it has to look like: Pillow's own scaling of what was drawn."""

import urllib.parse

from PIL import Image, ImageChops, ImageStat

from clients import basic
from pictures import MIME, opened

WHITE = (255, 255, 255, 255)
AGENT = {"Accept": "application/octet-stream"}


class Native:
    """The native form: /pictures/{kind}/{id}?w=&h=&fit=&format=&q=&dpr="""

    def __init__(self, address, authorization=basic("demo", "demo")):
        self.address, self.authorization = address, authorization

    def request(self, method, path, body=None, headers=None, **query):
        fields = {"Authorization": self.authorization, **(headers or {})}
        target = f"/pictures/{path}" + ("?" + urllib.parse.urlencode(query) if query else "")
        return self.address.request(method, target, fields, body)

    def get(self, path, headers=None, **query):
        return self.request("GET", path, None, headers, **query)

    def focus(self, path, x, y):
        answer = self.request("PUT", path + "/focus", b'{"x":%g,"y":%g}' % (x, y),
                              {"Content-Type": "application/json"})
        assert answer.status in (200, 204), answer


def by_superoffice(server, person, size, kind):
    return server.superoffice.get(f"Person/{person}/Image?w={size[0]}&h={size[1]}&type={kind}")


def by_agent(server, person, size, kind):
    assert kind == "JPEG"
    return server.superoffice.post("Agents/BLOB/GetPersonImageWithSize", headers=AGENT,
                                   json={"PersonId": person, "Width": size[0], "Height": size[1]})


def by_native(server, person, size, kind):
    return Native(server.address).get(f"person/{person}", w=size[0], h=size[1], fit="contain",
                                      format=kind.lower())


# name: how to ask, the type that comes
WAYS = {"superoffice, PNG": (by_superoffice, "PNG"), "superoffice, JPEG": (by_superoffice, "JPEG"),
        "agent": (by_agent, "JPEG"), "native, PNG": (by_native, "PNG"),
        "native, WebP": (by_native, "WEBP")}


def shown(answer, kind):
    """What Pillow sees of an answer that must be a picture of that type."""
    assert answer.status == 200, answer
    assert answer.headers["Content-Type"] in (MIME[kind], "application/octet-stream"), answer
    made = opened(answer.body)
    assert made.format == kind
    assert getattr(made, "n_frames", 1) == 1
    return made


def stored(server, content, kind="person"):
    """A new record with that picture; its id."""
    record = server.record(kind)
    server.superoffice.put_image(f"{kind}/{record}/Image", content)
    return record


class Shelf:
    """Persons with pictures that the tests only look at: each picture is stored once."""

    def __init__(self, server):
        self.server, self.persons = server, {}

    def person(self, content):
        if content not in self.persons:
            self.persons[content] = stored(self.server, content)
        return self.persons[content]


def scaled(seen, size):
    """Pillow's LANCZOS in one step; alpha is taken into account."""
    mode = "RGBA" if seen.mode in ("LA", "RGBA") else "RGB"
    return seen.convert(mode).resize(size, Image.Resampling.LANCZOS)


def on_white(image):
    made = image.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", made.size, WHITE), made).convert("RGB")


def difference(one, two):
    """The mean of the absolute differences of the worst channel, and the largest one of all."""
    stat = ImageStat.Stat(ImageChops.difference(one, two))
    return max(stat.mean), max(high for _, high in stat.extrema)


def landmarks(image):
    """The middle of each corner's patch, and the middle of all."""
    width, height = image.size
    return [image.getpixel((width * x // 16, height * y // 16))
            for x, y in ((2, 2), (14, 2), (2, 14), (14, 14), (8, 8))]


def check_alike(made, want, mean=3.0, point=14):
    """Equal sizes, a small error on the average, and none of the landmarks of another colour."""
    assert made.size == want.size
    error, _ = difference(on_white(made), on_white(want))
    assert error <= mean, f"mean error {error:.2f} of 255, allowed {mean}"
    for got, wanted in zip(landmarks(on_white(made)), landmarks(on_white(want))):
        assert all(abs(a - b) <= point for a, b in zip(got, wanted)), (got, wanted)


def check_alpha(made, want, mean=3.0):
    """What is clear stays so."""
    assert "A" in made.getbands() or "transparency" in made.info, made.mode
    error, _ = difference(made.convert("RGBA").getchannel("A"), want.getchannel("A"))
    assert error <= mean, f"mean error of alpha {error:.2f} of 255, allowed {mean}"
