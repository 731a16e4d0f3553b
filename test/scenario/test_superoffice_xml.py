"""SuperOffice: XML that is meant to hurt. It is refused at once, and nothing is opened for it."""

import json
import socket
import time

import pytest

QUICK = 5  # seconds; all of it takes milliseconds, unless something expands


@pytest.fixture
def info(server, so, png):
    person = server.record("person")
    so.put_image(f"Person/{person}/Image", png)
    return f"Person/{person}/ImageInfo"


@pytest.fixture
def listener():
    """A socket that nobody has a reason to connect to."""
    with socket.socket() as waiting:
        waiting.bind(("127.0.0.1", 0))
        waiting.listen()
        waiting.setblocking(False)
        yield waiting
        with pytest.raises(BlockingIOError):
            waiting.accept()


def put(so, path, body):
    started = time.monotonic()
    answer = so.put(path, body, {"Content-Type": "application/xml", "Accept": "application/json"})
    assert time.monotonic() - started < QUICK
    return answer


def refused(so, path, body):
    answer = put(so, path, body)
    assert answer.status == 400, answer
    assert answer.json["ErrorType"] == "SoInvalidArgumentException"
    return answer.json["Message"]


def laughs():
    lines = ['<!ENTITY a0 "lol">']
    lines += [f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)]
    return f"<!DOCTYPE x [{''.join(lines)}]><x><Description>&a9;</Description></x>".encode()


def quadratic():
    return (b'<!DOCTYPE x [<!ENTITY a "' + b"x" * 100_000 + b'">]><x><Description>'
            + b"&a;" * 50_000 + b"</Description></x>")


@pytest.mark.parametrize("bomb", [laughs, quadratic])
def test_entities_are_not_expanded(so, info, bomb):
    assert "DOCTYPE" in refused(so, info, bomb())


def test_no_file_is_read(so, info, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("open sesame")
    for body in (f'<!DOCTYPE x [<!ENTITY s SYSTEM "file://{secret}">]><x><Description>&s;'
                 '</Description></x>',
                 f'<!DOCTYPE x [<!ENTITY % s SYSTEM "file://{secret}">%s;]><x/>',
                 f'<!DOCTYPE x SYSTEM "file://{secret}"><x/>'):
        message = refused(so, info, body.encode())
        assert "sesame" not in message and "DOCTYPE" in message
    xinclude = (f'<x xmlns:xi="http://www.w3.org/2001/XInclude"><Description><xi:include '
                f'parse="text" href="file://{secret}"/></Description></x>')
    assert put(so, info, xinclude.encode()).status == 400  # an element is no text
    assert so.info(info)["Description"] == ""


@pytest.mark.parametrize("form", [
    '<!DOCTYPE x [<!ENTITY s SYSTEM "{url}">]><x><Description>&s;</Description></x>',
    '<!DOCTYPE x [<!ENTITY % s SYSTEM "{url}">%s;]><x/>',
    '<!DOCTYPE x PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "{url}"><x/>',
    '<!DOCTYPE x SYSTEM "{url}"><x/>',
    '<?oasis-xml-catalog catalog="{url}"?><x/>',
    '<?xml-stylesheet href="{url}"?><x><Description>&s;</Description></x>',
])
def test_no_connection_is_made(so, info, listener, form):
    refused(so, info, form.format(url=f"http://127.0.0.1:{listener.getsockname()[1]}/x").encode())


def test_addresses_in_harmless_places_are_not_visited(so, info, listener):
    url = f"http://127.0.0.1:{listener.getsockname()[1]}/x"
    body = (f'<?xml version="1.0" standalone="no"?><?xml-stylesheet href="{url}"?>'
            f'<x xmlns="{url}" xmlns:i="http://www.w3.org/2001/XMLSchema-instance" '
            f'i:schemaLocation="{url} {url}" xml:base="{url}"><Description>a</Description></x>')

    answer = put(so, info, body.encode())

    assert answer.status == 200, answer
    assert answer.json["Description"] == "a"


@pytest.mark.parametrize("body", [
    b"<a>" * 100_000,
    b"<a>" * 66 + b"</a>" * 66,
    b"<x>" + b"<a/>" * 300_000 + b"</x>",
    b"<x " + b"a='' " * 200_000 + b"/>",
    b"<x " + b" ".join(b"a%d=''" % n for n in range(20_000)) + b"/>",
    b"<x>" + b"".join(b"<a xmlns:n%d='u'>" % n for n in range(5_000)),
    b"<" + b"x" * 1_000_000 + b"/>",
    b"<x a='" + b"x" * 1_000_000 + b"'/>",
    b"<x><!--" + b"-" * 1_000_000,
], ids=["unclosed", "deep", "many", "same attribute", "attributes", "namespaces", "name",
        "attribute", "comment"])
def test_limits_hold(so, info, body):
    refused(so, info, body)


def test_doctypes_hide_in_no_encoding(so, info):
    body = '<?xml version="1.0"?> <!-- x --> <!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-16-le"):
        refused(so, info, body.encode(encoding))


def test_a_long_text_is_a_text(so, info):
    """Longer than libxml2 takes by itself; too long for a description, and that is what is said."""
    answer = put(so, info, b"<x><Description>" + b"A" * (12 << 20) + b"</Description></x>")

    assert answer.status == 400, answer
    assert answer.json["ErrorType"] == "SoValidationException"
    assert list(answer.json["Fields"]) == ["Description"]


def test_what_was_refused_changed_nothing(so, info):
    before = so.get(info)
    for body in (laughs(), b"<x><Description>new</Description>", b"<x>&undefined;</x>"):
        assert put(so, info, body).status == 400

    assert json.loads(so.get(info).body) == before.json
