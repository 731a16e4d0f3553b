"""The program as a server: start, ready lines, refusals, end, demo contents."""

import re
import socket

import pytest

import program
from pictures import opened, picture
from wire import head_of, read_answer

READY = re.compile(r"cameo: ready http://127\.0\.0\.1:[1-9][0-9]*")
COUNTS = {"Contact": 20, "Person": 40, "Product": 60, "Project": 10}
WITHOUT = {"Contact": 20, "Person": 40, "Product": 45, "Project": 10}


def test_stdout_holds_one_ready_line_and_nothing_else(fresh_server):
    fresh_server.terminate()

    assert fresh_server.wait() == 0
    assert len(fresh_server.said) == 1
    assert READY.fullmatch(fresh_server.said[0])


def test_every_listener_gets_its_ready_line_and_serves_the_same_store(serve, png):
    server = serve("--demo", "--listen", "127.0.0.1:0", "--listen", "127.0.0.1:0")
    first, second = server.addresses

    assert first.port != second.port
    assert all(READY.fullmatch(line) for line in server.said)
    person = server.record("person")
    assert server.superoffice.put(f"Person/{person}/Image", png).status == 200
    headers = {"Authorization": "SOTicket 7T:demo"}
    for address in (first, second):
        assert address.request("GET", f"/api/v1/Person/{person}/Image", headers).body == png


def test_a_given_port_is_the_port_taken(serve):
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]

    server = serve("--demo", "--listen", f"127.0.0.1:{port}")

    assert server.said == [f"cameo: ready http://127.0.0.1:{port}"]


def test_a_port_in_use_is_a_clear_failure(tmp_path, cli):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = cli("serve", tmp_path / "store", "--listen", f"127.0.0.1:{port}")

    assert result.code in (1, 3)
    assert str(port).encode() in result.err
    assert b"ready" not in result.out


def test_a_second_serve_on_the_same_directory_is_refused(server, cli):
    result = cli("serve", server.directory, "--listen", "127.0.0.1:0")

    assert result.code in (1, 3)
    assert result.out == b""
    assert str(server.directory).encode() in result.err
    assert server.superoffice.get("Person/1/ImageInfo").status == 200


def test_a_directory_that_holds_something_else_is_left_alone(tmp_path, cli):
    (tmp_path / "letter.txt").write_text("not a store")

    result = cli("serve", tmp_path, "--listen", "127.0.0.1:0")

    assert result.code == 1
    assert str(tmp_path).encode() in result.err
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


@pytest.mark.parametrize("listen", ["0.0.0.0:0", "[::]:0"])
def test_demo_is_refused_on_a_listener_that_others_can_reach(tmp_path, cli, listen):
    result = cli("serve", tmp_path / "store", "--demo", "--listen", "127.0.0.1:0",
                 "--listen", listen)

    assert result.code == 2
    assert b"--demo" in result.err and listen.encode() in result.err
    assert not (tmp_path / "store").exists()


def test_sigterm_lets_a_request_in_flight_finish(serve, png):
    server = serve("--demo")
    person = server.record("person")
    head = head_of("PUT", f"/api/v1/Person/{person}/Image",
                   [("Authorization", "SOTicket 7T:demo"), ("Content-Length", len(png)),
                    ("Expect", "100-continue")])
    with server.address.connect() as sock:
        sock.sendall(head)
        assert sock.recv(100).startswith(b"HTTP/1.1 100 ")  # the request is being handled
        sock.sendall(png[:10])
        server.terminate()
        wait_until_refused(server.address)
        sock.sendall(png[10:])
        answer = read_answer(sock, "PUT")

    assert answer.status == 200 and answer.json > 0, answer
    assert server.wait() == 0
    server.start()
    assert server.superoffice.get(f"Person/{person}/Image").body == png


def wait_until_refused(address):
    while True:
        try:
            socket.create_connection((address.host, address.port), timeout=30).close()
        except ConnectionError:
            return


def test_a_restart_keeps_pictures_texts_users_and_keys(serve, png):
    server = serve("--demo")
    product = server.record("product", "Kept")
    identity = server.superoffice.put_image(f"Product/{product}/Image", png)
    server.superoffice.put(f"Product/{product}/ImageInfo", json={"Description": "kept too"})
    before = server.superoffice.info(f"Product/{product}/ImageInfo")
    server.user("kept-user", "editor", "kept-password")
    _, ticket = server.key("ticket", "kept-user")

    server.restart()

    kept = server.superoffice.as_user(f"SOTicket {ticket}")
    after = kept.info(f"Product/{product}/ImageInfo")
    assert after["BlobId"] == identity and after["Description"] == "kept too"
    assert {**after, "CreatedBy": 0} == {**before, "CreatedBy": 0,
                                         "TableRight": after["TableRight"]}
    assert kept.get(f"Product/{product}/Image").body == png
    assert server.bitrix24.images(product)[0]["id"] == identity


def test_demo_on_a_store_that_is_not_empty_changes_nothing(serve, png):
    server = serve("--demo")
    server.superoffice.put_image("Person/1/Image", png)
    server.superoffice.delete("Person/2/Image")

    server.restart()

    assert server.superoffice.get("Person/1/Image").body == png
    assert server.superoffice.get("Person/2/Image").status == 404


def test_an_empty_store_without_demo_lets_nobody_in(serve):
    server = serve()

    assert server.superoffice.get("Person/1/ImageInfo").status == 401
    assert server.bitrix24.call("server.time").status == 403
    assert server.record("person") == 1


def test_two_workers_show_each_write_at_once(serve, palette):
    server = serve("--demo", "--workers", "2")
    person = server.record("person")
    for _ in range(5):
        content = picture("PNG", colour=next(palette))
        server.superoffice.put_image(f"Person/{person}/Image", content)
        for _ in range(6):  # on new connections: either worker may take them
            assert server.superoffice.get(f"Person/{person}/Image").body == content


def test_the_demo_store_holds_the_promised_records(so):
    for kind, count in COUNTS.items():
        for identity in range(1, count + 1):
            info = so.info(f"{kind}/{identity}/ImageInfo")
            assert (info["BlobId"] > 0) == (identity != WITHOUT[kind]), (kind, identity)


@pytest.mark.parametrize("kind", COUNTS)
def test_ids_above_a_hundred_thousand_exist_nowhere(so, kind):
    for identity in (100_001, 123_456, 2**31 - 1):
        assert so.get(f"{kind}/{identity}/ImageInfo").status == 404


def test_demo_pictures_are_real_different_and_of_four_types(so):
    seen, types = set(), set()
    for kind, count in COUNTS.items():
        for identity in range(1, count + 1):
            if identity == WITHOUT[kind]:
                continue
            answer = so.get(f"{kind}/{identity}/Image")
            assert answer.status == 200
            image = opened(answer.body)
            assert min(image.size) >= 16
            assert answer.headers["Content-Type"] == image.get_format_mimetype()
            seen.add(answer.body)
            types.add(image.format)
    assert {"JPEG", "PNG", "GIF", "WEBP"} <= types
    assert len(seen) >= 100


def test_the_first_five_demo_products_have_pictures_in_several_roles(bx):
    for product in range(1, 6):
        assert len({image["type"] for image in bx.images(product)}) >= 2


def test_demo_records_have_sensible_names(server):
    for kind, count in COUNTS.items():
        rows = server.run("record", "list", kind.lower(), "--json").json
        names = {row["id"]: row["name"] for row in rows}
        assert len({names[identity] for identity in range(1, count + 1)}) > count // 2
        assert all(len(names[identity]) >= 3 for identity in range(1, count + 1))


def test_the_store_can_be_checked_while_it_is_served(server):
    assert program.cameo("check", server.directory).code == 0
