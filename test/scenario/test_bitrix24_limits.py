"""Bitrix24: how much one credential may ask for, counted by all workers together."""

import concurrent.futures
import contextlib
import fcntl
import os
import time
import urllib.parse

import pytest

from clients import DEMO_AUTH, READER_WEBHOOK, b64, check_envelope, check_error
from pictures import picture

ADD, GET = "catalog.productImage.add", "catalog.productImage.get"
PRODUCT = 1


@pytest.fixture
def limited(serve):
    """Starts a demo server whose settings are given by name."""
    def start(*arguments, **settings):
        return serve("--demo", *arguments, environment={
            f"CAMEO_{name.upper()}": str(value) for name, value in settings.items()})

    return start


def check_refused(answer):
    check_error(answer, 503, "QUERY_LIMIT_EXCEEDED", "Too many requests")
    assert int(answer.headers["Retry-After"]) >= 1
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def ask(bx, count, **options):
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        return list(pool.map(lambda _: bx.call("server.time", **options), range(count)))


def test_nothing_is_limited_unless_it_is_set(bx):
    answers = ask(bx, 300)

    assert {answer.status for answer in answers} == {200}
    assert not {"operating", "operating_reset_at"} & set(answers[0].json["time"])


def test_a_bucket_of_requests_runs_over_and_empties(limited):
    bx = limited(rate_requests=5, rate_per_second=1).bitrix24

    begin = time.monotonic()
    answers = [bx.call("server.time") for _ in range(5)]
    assert [answer.status for answer in answers] == [200] * 5
    refused = bx.call("server.time")
    if refused.status == 200:  # a slow machine: a second is over
        assert time.monotonic() - begin >= 1
        refused = next(answer for answer in ask(bx, 50) if answer.status != 200)
    check_refused(refused)
    while refused.status != 200:
        refused = bx.call("server.time")
    assert time.monotonic() - begin >= 1


@pytest.mark.parametrize("workers", [1, 4])
def test_all_workers_count_together(limited, workers):
    bx = limited("--workers", workers, rate_requests=20, rate_per_second=1).bitrix24

    begin = time.monotonic()
    answers = ask(bx, 100)
    passed = sum(answer.status == 200 for answer in answers)

    assert 20 <= passed <= 20 + time.monotonic() - begin + 1
    for answer in answers:
        if answer.status != 200:
            check_refused(answer)


def test_each_credential_has_a_bucket_of_its_own_and_strangers_have_none(limited):
    bx = limited(rate_requests=3, rate_per_second=1).bitrix24

    assert 503 in {answer.status for answer in ask(bx, 60)}
    assert bx.call("server.time", webhook=READER_WEBHOOK).status == 200
    assert bx.call("server.time", auth="auth").status == 200
    for answer in ask(bx, 20, webhook="1/wrong-secret"):
        check_error(answer, 403, "INVALID_CREDENTIALS")
    for answer in ask(bx, 20, auth="bearer", token="unknown-token"):
        check_error(answer, 401, "invalid_token")
    assert 503 in {answer.status for answer in ask(bx, 60, auth="bearer", token=DEMO_AUTH)}


def test_who_asks_too_often_is_told_so_before_anything_else(limited):
    bx = limited(rate_requests=1, rate_per_second=1).bitrix24

    def after_another(method, **options):
        """Of many at once the most are over the limit."""
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda _: bx.call(method, **options), range(40)))
        return next(answer for answer in answers if answer.status == 503)

    check_refused(after_another(GET))  # else 100: a parameter is missing
    check_refused(after_another("user.current"))  # else insufficient_scope
    answer = after_another("server.time.xml")
    assert answer.text.startswith("<response><error>QUERY_LIMIT_EXCEEDED</error>")


def test_a_write_that_goes_on_in_a_thread_counts_once(limited, png):
    server = limited(rate_requests=4, rate_per_second=1)
    bx = server.bitrix24

    begin = time.monotonic()
    statuses = [bx.call(ADD, {"fields": {"productId": PRODUCT}, "fileContent": ["a.png", ""]}
                        ).status for _ in range(4)]
    assert statuses == [400] * 4, (statuses, time.monotonic() - begin)


def test_links_are_not_counted(limited):
    bx = limited(rate_requests=2, rate_per_second=1).bitrix24
    image = bx.images(PRODUCT)[0]

    for link in ("downloadUrl", "detailUrl"):
        assert {bx.fetch(image[link]).status for _ in range(20)} == {200}


@contextlib.contextmanager
def nobody_may_write(server):
    """While it holds the store's lock writes wait."""
    with open(os.path.join(server.directory, "write.lock"), "rb+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def slow_add(server, bx, seconds, colour):
    """A write that takes at least that long; gives its answer."""
    parameters = {"fields": {"productId": PRODUCT}, "fileContent": ["a.png", b64(picture(colour=colour))]}
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        with nobody_may_write(server):
            begin = time.monotonic()
            adding = pool.submit(bx.call, ADD, parameters)
            while time.monotonic() - begin < seconds + 0.1:
                concurrent.futures.wait([adding], timeout=0.05)
        return adding.result()


def test_time_is_shown_only_when_it_is_counted(limited, palette):
    server = limited(operating_seconds=1)
    bx = server.bitrix24

    fresh = bx.call(GET, {"productId": PRODUCT, "id": bx.images(PRODUCT)[0]["id"]}).json["time"]
    assert fresh["operating"] == 0 and "operating_reset_at" not in fresh
    answer = slow_add(server, bx, 0.15, next(palette))
    assert answer.status == 200, answer
    check_envelope(answer.json)
    used = answer.json["time"]
    assert isinstance(used["operating"], float) and 0.1 <= used["operating"] < 60
    assert isinstance(used["operating_reset_at"], int)
    assert 0 < used["operating_reset_at"] - time.time() <= 600
    assert "operating" not in bx.call(GET, {"productId": PRODUCT}).json


@pytest.mark.parametrize("workers", [1, 2])
def test_a_method_that_has_used_up_its_time_is_blocked(limited, palette, workers):
    server = limited("--workers", workers, operating_seconds=1)
    bx = server.bitrix24
    add = {"fields": {"productId": PRODUCT}, "fileContent": ["a.png", b64(picture(colour=next(palette)))]}

    assert slow_add(server, bx, 1.05, next(palette)).status == 200

    def check_blocked():
        for _ in range(8):
            check_error(bx.call(ADD, add), 429, "OPERATION_TIME_LIMIT",
                        "Method is blocked due to operation time limit.")

    check_blocked()
    check_error(bx.call(ADD), 429, "OPERATION_TIME_LIMIT")  # before its parameters are looked at
    check_error(bx.call(ADD, add, auth=None), 401, "NO_AUTH_FOUND")
    assert bx.images(PRODUCT)
    assert bx.call(ADD, add, auth="auth").status == 200
    server.restart()
    bx = server.bitrix24
    check_blocked()


def batch(bx, **commands):
    return bx.result("batch", {"cmd": commands, "halt": 0})


def test_a_batch_counts_as_one_request(limited):
    bx = limited(rate_requests=3, rate_per_second=1).bitrix24

    result = batch(bx, **{f"c{n}": "server.time" for n in range(50)})

    assert len(result["result"]) == 50 and result["result_error"] == []
    assert bx.call("server.time").status == 200


def test_the_commands_of_a_batch_count_and_the_batch_does_not(limited, palette):
    server = limited(operating_seconds=1)
    bx = server.bitrix24
    add = f"{ADD}?fields[productId]={PRODUCT}&fileContent[]=a.gif&fileContent[]="
    add += urllib.parse.quote(b64(picture("GIF", (2, 2), next(palette))), safe="")

    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        with nobody_may_write(server):
            begin = time.monotonic()
            asked = pool.submit(batch, bx, first=add, time="server.time", second=add)
            while time.monotonic() - begin < 1.2:
                concurrent.futures.wait([asked], timeout=0.05)
        result = asked.result()

    times = result["result_time"]
    assert times["first"]["operating"] >= 1 and type(times["first"]["operating_reset_at"]) is int
    assert times["time"]["operating"] == 0 and "operating_reset_at" not in times["time"]
    assert list(result["result"]) == ["first", "time"]
    assert result["result_error"] == {"second": {
        "error": "OPERATION_TIME_LIMIT",
        "error_description": "Method is blocked due to operation time limit."}}
    again = bx.call("batch", {"cmd": {"time": "server.time"}}).json
    assert "operating" not in again["time"]
    check_error(bx.call(ADD), 429, "OPERATION_TIME_LIMIT")


def test_a_scope_that_is_missing_is_told_before_the_time_is_over(limited, palette):
    server = limited(operating_seconds=1)
    _, secret = server.key("webhook", "demo", "--scope", "user")
    bx = server.bitrix24

    check_error(bx.call(ADD, webhook=f"1/{secret}"), 403, "insufficient_scope")
