"""Bitrix24: what stands around a result: paging, time, and the type of error codes."""

import datetime
import math

import pytest

import program
from clients import READER_WEBHOOK, check_envelope, check_error, missing

GET, LIST = "catalog.productImage.get", "catalog.productImage.list"
DELETE, PRODUCTS = "catalog.productImage.delete", "catalog.product.list"
EVERYTHING = {"select": ["id", "iblockId"], "filter": {"iblockId": 14}}
TIMES = ["start", "finish", "duration", "processing", "date_start", "date_finish"]


def test_time_says_when_and_how_long(bx):
    before = datetime.datetime.now(datetime.timezone.utc).timestamp()
    time = bx.call(LIST, {"productId": 1}).json["time"]
    after = datetime.datetime.now(datetime.timezone.utc).timestamp()

    assert list(time) == TIMES
    assert all(isinstance(time[name], float) for name in TIMES[:4])
    assert before - 1 <= time["start"] <= time["finish"] <= after + 1
    assert math.isclose(time["duration"], time["finish"] - time["start"], abs_tol=2e-6)
    assert 0 <= time["processing"] <= time["duration"]
    for text, seconds in (("date_start", "start"), ("date_finish", "finish")):
        parsed = datetime.datetime.fromisoformat(time[text])
        assert parsed.utcoffset() is not None and parsed.microsecond == 0
        assert parsed.timestamp() == int(time[seconds])


@pytest.mark.parametrize("method, kind", [("server.time", str), ("user.admin", bool),
                                          ("scope", list), ("profile", dict),
                                          ("catalog.productImage.getFields", dict)])
def test_a_result_is_what_the_method_gives_and_stands_alone(bx, method, kind):
    answer = bx.call(method).json

    check_envelope(answer)
    assert list(answer) == ["result", "time"]
    assert type(answer["result"]) is kind


def test_next_and_total_are_numbers_and_only_where_they_say_something(bx):
    pages, start = [], 0
    while start is not None:
        answer = bx.call(PRODUCTS, {**EVERYTHING, "start": start}).json
        check_envelope(answer)
        pages.append(answer)
        start = answer.get("next")
        assert start is None or type(start) is int
    assert len(pages) > 1
    assert all(type(page["total"]) is int for page in pages)
    assert sum(len(page["result"]["products"]) for page in pages) == pages[0]["total"]
    assert [page.get("next") for page in pages[:-1]] == [50 * n for n in range(1, len(pages))]
    assert not {"next", "total"} & set(bx.call(PRODUCTS, {**EVERYTHING, "start": -1}).json)


FAILURES = [(GET, {}, {}, 400, "100", missing("id")),
            (GET, {"productId": 654_321, "id": 1}, {}, 400, "0", "Product was not found"),
            (DELETE, {"productId": 1, "id": 1}, {"webhook": READER_WEBHOOK}, 400, "200040300020",
             "Access Denied"),
            (GET, {}, {"auth": None}, 401, "NO_AUTH_FOUND", "Wrong authorization data"),
            ("nothing", {}, {}, 404, "ERROR_METHOD_NOT_FOUND", "Method not found!")]


@pytest.mark.parametrize("method, parameters, options, status, code, text", FAILURES)
def test_an_error_is_two_texts_and_nothing_else(bx, method, parameters, options, status, code,
                                                text):
    answer = bx.call(method, parameters, **options)

    check_error(answer, status, code, text)
    assert list(answer.json) == ["error", "error_description"]


@pytest.fixture(scope="module")
def numeric(tmp_path_factory):
    with program.Server(tmp_path_factory.mktemp("numeric") / "store", "--demo",
                        environment={"CAMEO_NUMERIC_ERROR_CODES": "yes"}) as running:
        yield running.bitrix24


@pytest.mark.parametrize("method, parameters, options, status, code, text", FAILURES)
def test_codes_of_digits_become_numbers_when_it_is_set(numeric, method, parameters, options,
                                                       status, code, text):
    answer = numeric.call(method, parameters, **options)

    check_error(answer, status, int(code) if code.isdigit() else code, text)
    assert type(answer.json["error"]) is (int if code.isdigit() else str)
