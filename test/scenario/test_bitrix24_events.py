"""Event handlers hear of every change of a product and its pictures, whichever wire made it."""

import contextlib
import re
import sqlite3
import threading
import time

import pytest

import clients
import pictures
import program
from receiver import TOKEN, Receiver
from test_bitrix24_oauth import Application

IMAGE = "Product/{}/Image"


@pytest.fixture
def receiver():
    with Receiver() as one:
        yield one


@pytest.fixture
def told(serve, receiver):
    """A demo store that tells the receiver of everything."""
    return serve("--demo", environment=receiver.environment())


def events_of(server):
    return program.cameo("events", server.directory, "--json").json


def until(holds):
    """Waits for a state that nobody announces."""
    end = time.monotonic() + 30
    while not (value := holds()):
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.05)
    return value


def product_of(server, **options):
    return server.record("product", "Told of", **options)


def test_a_call_is_a_form_as_the_vendor_sends_it(serve, receiver):
    server = serve("--demo", environment=receiver.environment(public_url="https://cat.example/x"))
    before = int(time.time())
    product = product_of(server, subtype="service")
    call = receiver.take()

    assert call.path == "/hook?secret=behind-the-mark"
    assert call.headers["Content-Type"] == "application/x-www-form-urlencoded"
    form = call.form
    assert before <= int(form.pop("ts")) <= time.time()
    assert re.fullmatch("[0-9a-f]{32}", form.pop("auth[member_id]"))
    assert int(form.pop("event_handler_id")) > 0
    assert form == {
        "event": "CATALOG.PRODUCT.ON.ADD", "data[FIELDS][ID]": str(product),
        "data[FIELDS][TYPE]": "7", "auth[domain]": "cat.example",
        "auth[client_endpoint]": "https://cat.example/x/rest/",
        "auth[server_endpoint]": "https://cat.example/x/rest/",
        "auth[application_token]": TOKEN, "auth[scope]": "catalog", "auth[status]": "L"}


def test_without_a_public_url_the_listener_is_named(told, receiver):
    product_of(told)
    form = receiver.take().form
    assert form["auth[domain]"] == told.address.authority
    assert form["auth[client_endpoint]"] == told.address.url.rstrip("/") + "/rest/"


def test_superoffice_changes_are_told(told, receiver, palette):
    so = told.superoffice
    png = [pictures.picture("PNG", colour=next(palette)) for _ in range(3)]
    product = so.post("Product", json={"Name": "From SuperOffice"}).json["ProductId"]
    receiver.expect(("ADD", product))
    so.put_image(IMAGE.format(product), png[0])
    receiver.expect(("UPDATE", product))
    so.put_image(IMAGE.format(product), png[1])
    receiver.expect(("UPDATE", product))
    info = so.info(f"Product/{product}/ImageInfo")
    assert so.put(f"Product/{product}/ImageInfo", json={**info, "Description": "New"}).status == 200
    receiver.expect(("UPDATE", product))
    assert so.put(f"Product/{product}", json={"Name": "Renamed"}).status == 200
    receiver.expect(("UPDATE", product))
    assert so.get(IMAGE.format(product)).status == 200
    assert so.delete(IMAGE.format(product)).status == 204
    receiver.expect(("UPDATE", product))
    assert so.put(IMAGE.format(product), b"no picture").status == 400
    person = told.record("person", "Not a product")
    so.put_image(f"Person/{person}/Image", png[2])
    assert so.delete(f"Product/{product}").status == 204
    receiver.expect(("DELETE", product))
    receiver.nothing_more()


def test_bitrix24_changes_are_told(told, receiver, palette):
    bx = told.bitrix24
    png = [pictures.picture("PNG", colour=next(palette)) for _ in range(4)]
    product = product_of(told)
    receiver.expect(("ADD", product))
    bx.add(product, png[0], role="DETAIL_PICTURE")
    bx.add(product, png[1], role="DETAIL_PICTURE")
    bx.add(product, png[2], role="PREVIEW_PICTURE")
    more = bx.add(product, png[3])
    receiver.expect(*[("UPDATE", product)] * 4)
    bx.images(product)
    assert bx.result("catalog.productImage.delete", {"productId": product, "id": more["id"]})
    receiver.expect(("UPDATE", product))
    clients.check_error(bx.call("catalog.productImage.delete",
                                {"productId": product, "id": more["id"]}), 400, "0")
    receiver.nothing_more()


def test_the_command_line_is_told_of_too_and_variations_with_their_parent(told, receiver):
    parent = product_of(told, subtype="parent")
    offer = product_of(told, subtype="offer", parent=parent)
    told.run("record", "delete", "product", str(parent))
    receiver.expect(("ADD", parent), ("ADD", offer), ("DELETE", offer), ("DELETE", parent))
    receiver.nothing_more()


def test_a_new_event_goes_out_within_a_second(told, receiver):
    product_of(told)
    receiver.take()
    began = time.monotonic()
    told.bitrix24.add(1, pictures.picture("PNG"))
    receiver.take()
    assert time.monotonic() - began < 2  # a second, and a busy machine


def test_what_was_not_taken_is_told_again_and_later_ones_do_not_wait(told, receiver):
    receiver.answers.extend([500, 404, 200])
    first, second = product_of(told), product_of(told)
    third = product_of(told)
    heard = [receiver.event() for _ in range(5)]
    assert heard[:3] == [("ADD", first), ("ADD", second), ("ADD", third)]
    assert sorted(heard[3:]) == [("ADD", first), ("ADD", second)]
    until(lambda: all(row["waiting"] == 0 for row in events_of(told)))
    receiver.nothing_more()
    assert re.search(r"event handler \d+ at http://127\.0\.0\.1:\d+ answers 500",
                     told.errors.read_text())


def test_order_is_kept(told, receiver):
    bx, happened = told.bitrix24, []
    for _ in range(8):
        product = product_of(told)
        for _ in range(3):
            bx.add(product, pictures.picture("PNG"), role="DETAIL_PICTURE")
        told.run("record", "delete", "product", str(product))
        happened += [("ADD", product), *[("UPDATE", product)] * 3, ("DELETE", product)]
    receiver.expect(*happened)
    receiver.nothing_more()


def test_a_handler_that_was_away_hears_of_it_when_it_is_back(serve):
    with Receiver() as away:
        environment, port = away.environment(), away.port
    server = serve("--demo", environment=environment)
    product = product_of(server)
    row = until(lambda: next((row for row in events_of(server) if row["attempts"]), None))
    assert row["waiting"] == 1 and row["event"] == "add" and row["dropped"] == 0
    assert row["url"] == f"http://127.0.0.1:{port}/hook"
    with Receiver(port=port) as back:
        back.expect(("ADD", product))
        until(lambda: all(row["waiting"] == 0 for row in events_of(server)))
        back.nothing_more()
    assert "Couldn't connect" in server.errors.read_text()
    assert "behind-the-mark" not in server.errors.read_text()


def test_what_is_never_taken_is_given_up(serve):
    with Receiver() as away:
        environment = away.environment(event_keep_seconds=2)
    server = serve("--demo", environment=environment)
    product = product_of(server)
    until(lambda: all(row["waiting"] == 0 for row in events_of(server)))
    assert f"what happened to product {product} is given up" in server.errors.read_text()


def test_nothing_is_lost_when_the_service_is_killed(serve, receiver, tmp_path):
    """Killed while an event is on its way: it comes again, and those behind it come."""
    held = threading.Event()
    receiver.answers.append(lambda call: (held.wait(20) and 200, {}, b""))
    environment = receiver.environment()
    server = serve("--demo", directory=tmp_path / "killed", environment=environment)
    first, second = product_of(server), product_of(server)
    receiver.expect(("ADD", first))
    server.kill()
    held.set()
    third = product_of(server)
    server.start()
    receiver.expect(("ADD", first), ("ADD", second), ("ADD", third))
    until(lambda: all(row["waiting"] == 0 for row in events_of(server)))


def test_a_restart_tells_nothing_twice(told, receiver):
    first = product_of(told)
    receiver.expect(("ADD", first))
    until(lambda: all(row["waiting"] == 0 for row in events_of(told)))
    told.restart()
    second = product_of(told)
    receiver.expect(("ADD", second))
    receiver.nothing_more()


def test_a_slow_handler_holds_up_nobody_and_not_the_end(serve, receiver):
    held = threading.Event()
    with Receiver() as slow:
        slow.answers.extend([lambda call: (held.wait(30) and 200, {}, b"")] * 10)
        server = serve("--demo", environment=receiver.environment(slow))
        products = [product_of(server) for _ in range(4)]
        slow.expect(("ADD", products[0]))
        receiver.expect(*[("ADD", product) for product in products])
        slow.nothing_more()
        began = time.monotonic()
        server.stop()
        assert time.monotonic() - began < 8  # and not the ten seconds of a call
        held.set()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0x7f.1", "[::ffff:127.0.0.1]",
                                  "0.0.0.0", "127.0.0.1."])
def test_private_addresses_are_not_called_unless_a_setting_allows_the_host(serve, receiver, host):
    environment = receiver.environment(event_hosts="other.example localhost:1 127.0.0.1:1",
                                       event_url=f"http://{host}:{receiver.port}/hook")
    server = serve("--demo", environment=environment)
    product_of(server)
    until(lambda: any(row["attempts"] for row in events_of(server)))
    receiver.nothing_more()
    said = server.errors.read_text()
    assert "its address is private" in said or "resolve host" in said  # of 127.0.0.1. as it likes


def test_a_name_may_be_allowed(serve, receiver):
    environment = receiver.environment(event_hosts="LOCALHOST",
                                       event_url=f"http://localhost:{receiver.port}/hook")
    server = serve("--demo", environment=environment)
    receiver.expect(("ADD", product_of(server)))


def test_redirects_are_not_followed(serve, receiver):
    with Receiver() as target:
        receiver.answers.extend(
            [lambda call: (status, {"Location": target.url}, b"") for status in (302, 307)])
        server = serve("--demo", environment=receiver.environment())
        product = product_of(server)
        receiver.expect(*[("ADD", product)] * 3)
        target.nothing_more()


def test_the_environment_names_no_proxy(serve, receiver):
    with Receiver() as proxy:
        environment = {**receiver.environment(), "http_proxy": proxy.url, "ALL_PROXY": proxy.url}
        server = serve("--demo", environment=environment)
        receiver.expect(("ADD", product_of(server)))
        proxy.nothing_more()


def test_long_answers_count_by_their_status(told, receiver):
    receiver.answers.append(lambda call: (200, {}, b"x" * 1_000_000))
    first, second = product_of(told), product_of(told)
    receiver.expect(("ADD", first), ("ADD", second))
    until(lambda: all(row["waiting"] == 0 for row in events_of(told)))
    receiver.nothing_more()


def test_a_certificate_that_does_not_hold_is_no_answer(serve, tls_server):
    url = tls_server.address.url
    server = serve("--demo", environment={
        "CAMEO_EVENT_URL": url, "CAMEO_EVENT_TOKEN": TOKEN, "CAMEO_EVENT_HOSTS": "127.0.0.1"})
    product_of(server)
    until(lambda: any(row["attempts"] for row in events_of(server)))
    assert "certificate" in server.errors.read_text()


def test_handlers_of_the_settings_come_and_go(serve, receiver, tmp_path):
    with Receiver() as other:
        server = serve("--demo", directory=tmp_path / "changing",
                       environment=receiver.environment(other))
        rows = events_of(server)
        assert [row["event"] for row in rows] == ["add", "update", "delete"] * 2
        assert {row["application"] for row in rows} == {0}
        product = product_of(server)
        receiver.expect(("ADD", product))
        other.expect(("ADD", product))
        until(lambda: all(row["waiting"] == 0 for row in events_of(server)))
        server.stop()
        server.environment = {**server.environment, **other.environment(event_token="another")}
        server.start()
        assert [row["id"] for row in events_of(server)] == [row["id"] for row in rows[3:]]
        product_of(server)
        assert other.take().form["auth[application_token]"] == "another"
        receiver.nothing_more()
        server.stop()
        for name in ("CAMEO_EVENT_URL", "CAMEO_EVENT_TOKEN"):
            del server.environment[name]
        server.start()
        assert events_of(server) == []


@pytest.mark.parametrize("settings, says", [
    ({"EVENT_URL": "https://a.example/"}, b"event_token is not"),
    ({"EVENT_URL": "a.example", "EVENT_TOKEN": TOKEN}, b"event_url is no list"),
    ({"EVENT_URL": "https://me:word@a.example/", "EVENT_TOKEN": TOKEN}, b"event_url is no list"),
    ({"EVENT_HOSTS": "http://localhost/"}, b"event_hosts is no list"),
])
def test_wrong_settings_are_refused(tmp_path, monkeypatch, settings, says):
    for name, value in settings.items():
        monkeypatch.setenv(f"CAMEO_{name}", value)
    program.refused(1, "serve", tmp_path / "store", "--listen", "127.0.0.1:0", says=says)


def test_events_and_who_may_bind_them(bx):
    names = ["CATALOG.PRODUCT.ON.ADD", "CATALOG.PRODUCT.ON.UPDATE", "CATALOG.PRODUCT.ON.DELETE"]
    assert bx.result("events") == names
    assert bx.result("events", {"scope": "crm"}) == []
    parameters = {"event": names[0], "handler": "https://a.example/"}
    for method in ("event.bind", "event.unbind", "event.get"):
        clients.check_error(bx.call(method, parameters), 400, "ACCESS_DENIED",
                            "Access denied! Application context required")


def application_token(server, app):
    """As it was shown when the application was registered."""
    with contextlib.closing(sqlite3.connect(server.directory / "meta.db")) as database:
        query = "SELECT application_token FROM application WHERE id = ?"
        return database.execute(query, [app.id]).fetchone()[0]


def bind(app, pair, receiver, *events, method="event.bind", **parameters):
    answers = [app.call(pair, method, parameters={"event": f"catalog.product.on.{event}",
                                                  "handler": receiver.url, **parameters})
               for event in events]
    assert all(answer.status == 200 for answer in answers), answers
    return [answer.json["result"] for answer in answers]


def test_applications_bind_hear_with_tokens_and_unbind(serve, receiver):
    server = serve("--demo", environment={"CAMEO_EVENT_HOSTS": f"127.0.0.1:{receiver.port}"})
    app = Application(server)
    pair = app.exchange(app.code())
    assert bind(app, pair, receiver, "add", "Update", auth_type=0) == [True, True]
    clients.check_error(app.call(pair, "event.bind", parameters={
        "event": "CATALOG.PRODUCT.ON.ADD", "handler": receiver.url}), 400, "ERROR_CORE")
    clients.check_error(app.call(pair, "event.bind", parameters={
        "event": "ONCRMLEADADD", "handler": receiver.url}), 400, "ERROR_EVENT_NOT_FOUND",
        "Event not found")
    clients.check_error(app.call(pair, "event.bind", parameters={
        "event": "CATALOG.PRODUCT.ON.ADD", "handler": receiver.url, "event_type": "offline"}),
        400, "ERROR_ARGUMENT", "Offline events are not available")
    assert app.call(pair, "event.get").json["result"] == [
        {"event": f"CATALOG.PRODUCT.ON.{event}", "handler": receiver.url, "auth_type": "1",
         "offline": 0} for event in ("ADD", "UPDATE")]

    product = product_of(server)
    form = receiver.take().form
    token = form["auth[access_token]"]
    server.hide(token)
    assert form["event"] == "CATALOG.PRODUCT.ON.ADD" and form["data[FIELDS][ID]"] == str(product)
    assert form["auth[user_id]"] == "1" and form["auth[scope]"] == "catalog,user"
    assert form["auth[member_id]"] == pair["member_id"]
    assert 3500 < int(form["auth[expires_in]"]) <= 3600
    assert 3500 < int(form["auth[expires]"]) - time.time() <= 3601
    assert "auth[refresh_token]" not in form
    assert form["auth[application_token]"] == application_token(server, app)
    fetched = app.call({"access_token": token}, "catalog.productImage.list",
                       parameters={"productId": product})
    assert fetched.status == 200 and fetched.json["result"] == {"productImages": []}

    server.bitrix24.add(product, pictures.picture("PNG"))
    assert receiver.take().form["auth[access_token]"] == token  # as long as it is good
    assert bind(app, pair, receiver, "add", "update", "delete", method="event.unbind") == [
        {"count": 1}, {"count": 1}, {"count": 0}]
    product_of(server)
    assert events_of(server) == []


def test_an_application_full_of_slow_handlers_leaves_room_for_others(serve, receiver):
    held = threading.Event()
    with Receiver() as slow:
        slow.answers.extend([lambda call: (held.wait(30) and 200, {}, b"")] * 100)
        server = serve("--demo", environment=receiver.environment(slow, event_url=receiver.url))
        app = Application(server)
        pair = app.exchange(app.code())
        for number in range(9):
            answer = app.call(pair, "event.bind", parameters={
                "event": "CATALOG.PRODUCT.ON.ADD", "handler": f"{slow.url}{number}"})
            assert answer.status == 200, answer
        receiver.expect(("ADD", product_of(server)))
        for _ in range(4):
            server.hide(slow.take().form["auth[access_token]"])
        began = time.monotonic()
        receiver.expect(("ADD", product_of(server)))
        assert time.monotonic() - began < 5  # and not the ten seconds of a call
        slow.nothing_more()
        held.set()


def test_what_an_application_bound_goes_with_it(serve, receiver):
    server = serve("--demo")
    app = Application(server)
    bind(app, app.exchange(app.code()), receiver, "add")
    product_of(server)
    until(lambda: any(row["attempts"] for row in events_of(server)))
    server.run("app", "remove", str(app.id))
    assert events_of(server) == []
    receiver.nothing_more()


def test_events_go_on_without_tokens_when_the_user_is_out(serve, receiver):
    server = serve("--demo", environment={"CAMEO_EVENT_HOSTS": f"127.0.0.1:{receiver.port}"})
    app = Application(server)
    bind(app, app.exchange(app.code("reader", "reader")), receiver, "add")
    server.run("user", "disable", "reader")
    product = product_of(server)
    form = receiver.take().form
    assert form["data[FIELDS][ID]"] == str(product) and form["auth[application_token]"]
    assert not {"auth[access_token]", "auth[user_id]", "auth[expires]"} & form.keys()


def test_cameo_events_lists_nothing_when_nobody_listens(store):
    assert program.cameo("events", store.directory, "--json").json == []
