"""What nginx itself refuses comes out in the vendor's form for the vendor's paths."""

import pytest

from clients import check_error, check_failure
from wire import head_of, read_answer

SUPEROFFICE, BITRIX24 = "/api/v1/Person/1/Image", "/rest/1/demo-webhook/server.time"


def check(answer, status, target):
    if target.startswith("/rest") or target.startswith("/upload"):
        check_error(answer, status, answer.json["error"])
    elif "/api/" in target:
        check_failure(answer, status)
    else:
        assert answer.status == status, answer
        assert answer.headers["Content-Type"].startswith("application/json"), answer
        assert answer.json


TARGETS = [SUPEROFFICE, "/crm" + SUPEROFFICE, "/api/Services80/person/1/image", BITRIX24,
           "/rest/server.time", "/nobody/s"]


@pytest.mark.parametrize("target", TARGETS)
def test_a_request_without_host_is_400(server, target):
    check(server.address.raw(f"GET {target} HTTP/1.1\r\n\r\n".encode()), 400, target)


@pytest.mark.parametrize("target", TARGETS)
def test_a_length_that_is_no_number_is_400(server, target):
    check(server.address.raw(head_of("POST", target, [("Content-Length", "many")]), "POST"), 400,
          target)


@pytest.mark.parametrize("line", [b"GET", b"nonsense", b"\x16\x03\x01\x02", b"get /rest/x HTTP/1.1",
                                  b"GET rest HTTP/1.1", b"GET /rest/x HTTP/x", b"GET  HTTP/1.1"])
def test_a_request_line_that_cannot_be_read_is_400(server, line):
    answer = server.address.raw(line + b"\r\nHost: x\r\n\r\n")

    assert answer.status == 400
    assert answer.headers["Content-Type"].startswith("application/json")
    assert answer.json


@pytest.mark.parametrize("target", TARGETS)
def test_a_target_too_long_is_414(server, target):
    answer = server.address.raw(head_of("GET", target + "?" + "x" * 200_000, []))

    check(answer, 414, target)


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("headers", [[("X-Long", "x" * 200_000)],
                                     [(f"X-Many-{number}", "x" * 4000) for number in range(100)]],
                         ids=["one", "many"])
def test_headers_too_large_are_431(server, target, headers):
    check(server.address.raw(head_of("GET", target, headers)), 431, target)


@pytest.mark.parametrize("method", ["TRACE", "CONNECT"])
@pytest.mark.parametrize("target", TARGETS[:5])
def test_methods_that_nginx_refuses_are_405(server, method, target):
    check(server.address.raw(head_of(method, target, []), method), 405, target)


@pytest.mark.parametrize("target", TARGETS[:5])
def test_a_body_too_large_is_413_before_it_is_sent(server, target):
    server.allow("client intended to send too large body")
    head = head_of("POST", target, [("Content-Length", 10**10), ("Expect", "100-continue"),
                                    ("Authorization", "SOTicket 7T:demo")])

    check(server.address.raw(head, "POST"), 413, target)


def test_a_chunked_body_too_large_is_413(serve):
    server = serve("--demo")
    server.allow("client intended to send too large chunked body")
    head = head_of("POST", BITRIX24, [("Transfer-Encoding", "chunked"),
                                      ("Content-Type", "application/octet-stream")])
    piece = b"100000\r\n" + b"x" * 0x100000 + b"\r\n"

    check(server.address.raw(head + piece * 70 + b"0\r\n\r\n", "POST"), 413, BITRIX24)


@pytest.mark.parametrize("target", [SUPEROFFICE, BITRIX24])
def test_a_broken_chunk_is_400(server, target):
    server.allow("client sent invalid chunked body")
    head = head_of("POST", target, [("Transfer-Encoding", "chunked"),
                                    ("Authorization", "SOTicket 7T:demo"),
                                    ("Content-Type", "application/octet-stream")])

    check(server.address.raw(head + b"zz\r\n", "POST"), 400, target)


def test_a_version_of_http_from_the_future_is_an_error_in_form(server):
    answer = server.address.raw(f"GET {SUPEROFFICE} HTTP/3.0\r\nHost: x\r\n\r\n".encode())

    assert answer.status in (400, 505)
    assert answer.headers["Content-Type"].startswith("application/json")


@pytest.mark.parametrize("target", ["/", "/favicon.ico", "/nobody/s", "/.git/config", "/apix/v1",
                                    "/resting/1"])
def test_a_path_that_is_nobodys_is_404(server, target):
    answer = server.address.request("GET", target)

    check(answer, 404, "/nobody/s")


@pytest.mark.parametrize("target", ["/api/v1/%zz", "/rest/%zz"])
def test_a_path_that_cannot_be_decoded_is_400(server, target):
    answer = server.address.raw(head_of("GET", target, []))

    assert answer.status == 400
    assert answer.headers["Content-Type"].startswith("application/json")


@pytest.mark.parametrize("target", ["/../../etc/passwd", "/api/v1/../../../etc/passwd",
                                    "/upload/../../meta.db", "/rest/..%2f..%2fmeta.db",
                                    "/%2e%2e/%2e%2e/etc/passwd"])
def test_no_path_leads_out(server, target):
    answer = server.address.raw(head_of("GET", target, []))

    assert answer.status in (400, 401, 404), answer
    assert answer.headers["Content-Type"].startswith("application/json")


def test_a_body_that_does_not_come_is_408(tmp_path, serve):
    directory = tmp_path / "slow"
    server = serve("--demo", directory=directory)
    server.stop()
    (directory / "nginx.d" / "server" / "slow.conf").write_text("client_body_timeout 1s;\n")
    server.start()

    for target in (SUPEROFFICE, BITRIX24):
        head = head_of("PUT" if "api" in target else "POST", target, [
            ("Content-Length", 100), ("Authorization", "SOTicket 7T:demo")])
        with server.address.connect() as sock:
            sock.sendall(head + b"slow")
            check(read_answer(sock, "PUT"), 408, target)


def test_every_answer_hides_the_version_of_nginx(server):
    for target in (SUPEROFFICE, BITRIX24, "/nobody/s"):
        answer = server.address.request("GET", target)
        assert not any(letter.isdigit() for letter in answer.headers.get("Server", ""))
        assert b"nginx/" not in answer.body
