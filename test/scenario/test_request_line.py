"""Spaces in a request line's query, as SuperOffice's PHP SDK sends them (superoffice 14.3)."""

import pytest

from clients import DEMO_TICKET, check_failure
from wire import read_answer

TARGET = b"/api/v1/Person/1/ImageInfo?$select=BlobId, MimeType&x=a 'b' HTTP/1.1 c"


def asking(target, method=b"GET", more=b""):
    return (method + b" " + target + b" HTTP/1.1\r\nHost: x\r\nAuthorization: SoTicket "
            + DEMO_TICKET.encode() + b"\r\n" + more + b"\r\n")


def check(answer):
    assert answer.status == 200, answer
    assert answer.json["MimeType"].startswith("image/"), answer
    assert answer.json["BlobId"] > 0
    assert answer.json["BlobSize"] is None, "the list after the space was not read"


@pytest.mark.parametrize("which", ["server", "tls_server"])
@pytest.mark.parametrize("piece", [4096, 7, 1])
def test_spaces_in_a_query_are_taken(request, which, piece):
    address = request.getfixturevalue(which).address

    with address.connect() as sock:
        for _ in range(3):  # the connection is kept
            data = asking(TARGET)
            for at in range(0, len(data), piece):
                sock.sendall(data[at:at + piece])
            check(read_answer(sock))


def test_a_body_is_not_touched(server):
    product = server.record("product")
    body = b'{"Description": "GET /?a b HTTP/1.1\\r\\n? a b"}'
    server.superoffice.put_image(f"Product/{product}/Image",
                                 b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff,"
                                 b"\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;")

    head = asking(f"/api/v1/Product/{product}/ImageInfo?x=a b".encode(), b"PUT",
                   b"Content-Type: application/json\r\nContent-Length: %d\r\n" % len(body))
    answer = server.address.raw(head + body, "PUT")

    assert answer.status == 200, answer
    assert answer.json["Description"] == "GET /?a b HTTP/1.1\r\n? a b"


def test_spaces_in_a_path_are_400(server):
    check_failure(server.address.raw(asking(b"/api/v1/Person/1 2/ImageInfo")), 400)


def test_spaces_right_behind_a_handshake_are_taken(tls_server):
    """The request may be there before the event that began the handshake is over."""
    for _ in range(150):
        with tls_server.address.connect() as sock:
            sock.sendall(asking(TARGET))
            check(read_answer(sock))
