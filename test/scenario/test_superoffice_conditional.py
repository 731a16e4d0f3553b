"""SuperOffice: conditional requests and HEAD, on Image and ImageInfo."""

import datetime
import email.utils

import pytest

from clients import check_failure

PAST = "Mon, 03 Jan 2000 10:00:00 GMT"


@pytest.fixture
def path(server, so, png):
    """A new contact with a picture."""
    contact = f"Contact/{server.record('contact')}"
    so.put_image(contact + "/Image", png)
    return contact


@pytest.fixture(params=["Image", "ImageInfo"])
def resource(request, path):
    return f"{path}/{request.param}"


def moved(http_date, seconds):
    date = email.utils.parsedate_to_datetime(http_date) + datetime.timedelta(seconds=seconds)
    return email.utils.format_datetime(date, usegmt=True)


def check_not_modified(answer, like):
    assert answer.status == 304 and answer.body == b"", answer
    assert answer.headers["ETag"] == like.headers["ETag"]
    assert answer.headers["Last-Modified"] == like.headers["Last-Modified"]


def test_the_tag_one_has_is_304(so, resource):
    got = so.get(resource)
    tag = got.headers["ETag"]

    for value in (tag, f'"other", {tag}', f'W/{tag}', f'"a","b",{tag} , "c"', "*"):
        check_not_modified(so.get(resource, {"If-None-Match": value}), got)


def test_another_tag_is_the_whole_answer(so, resource):
    got = so.get(resource)

    for value in ('"other"', "nonsense", got.headers["ETag"].strip('"')):
        again = so.get(resource, {"If-None-Match": value})
        assert (again.status, again.body) == (200, got.body)


def test_a_date_not_before_the_change_is_304(so, resource):
    got = so.get(resource)
    modified = got.headers["Last-Modified"]

    for value in (modified, moved(modified, 1), moved(modified, 3600)):
        check_not_modified(so.get(resource, {"If-Modified-Since": value}), got)
    for value in (moved(modified, -1), PAST):
        assert so.get(resource, {"If-Modified-Since": value}).status == 200


def test_all_three_forms_of_a_date_are_read(so, resource):
    got = so.get(resource)
    date = email.utils.parsedate_to_datetime(got.headers["Last-Modified"])

    for form in ("%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"):
        check_not_modified(so.get(resource, {"If-Modified-Since": date.strftime(form)}), got)


@pytest.mark.parametrize("value", ["yesterday", "", "0", "Mon, 99 Foo 2000 10:00:00 GMT",
                                   "Fri, 23 May 2014 11:10:53 G5T"])
def test_a_date_that_cannot_be_read_is_ignored(so, resource, value):
    assert so.get(resource, {"If-Modified-Since": value}).status == 200


def test_a_tag_counts_more_than_a_date(so, resource):
    got = so.get(resource)

    answer = so.get(resource, {"If-None-Match": '"other"',
                               "If-Modified-Since": got.headers["Last-Modified"]})

    assert answer.status == 200


def test_if_unmodified_since_leaked_onto_a_read_is_ignored(so, resource):
    assert so.get(resource, {"If-Unmodified-Since": PAST}).status == 200


def test_the_tag_of_a_picture_changes_with_its_bytes(so, path, png, jpeg):
    first = so.get(path + "/Image").headers["ETag"]
    so.put_image(path + "/Image", jpeg)
    second = so.get(path + "/Image", {"If-None-Match": first})

    assert second.status == 200 and second.headers["ETag"] != first
    assert second.body == jpeg


def test_the_tag_of_the_info_changes_with_its_texts(so, path):
    first = so.get(path + "/ImageInfo").headers["ETag"]
    so.put(path + "/ImageInfo", json={"Description": "new"})

    assert so.get(path + "/ImageInfo", {"If-None-Match": first}).status == 200


def test_head_is_get_without_a_body(so, resource):
    got, head = so.get(resource), so.head(resource)

    assert (head.status, head.body) == (200, b"")
    for name in ("Content-Type", "Content-Length", "ETag", "Last-Modified", "Cache-Control"):
        assert head.headers[name] == got.headers[name], name
    check_not_modified(so.head(resource, {"If-None-Match": got.headers["ETag"]}), got)


def test_head_of_what_is_not_there_is_404_without_a_body(server, so):
    answer = so.head(f"Contact/{server.record('contact')}/Image")

    assert (answer.status, answer.body) == (404, b"")


def test_put_on_another_tag_is_412_and_changes_nothing(so, path, png, jpeg):
    answer = so.put(path + "/Image", jpeg,
                    {"Content-Type": "image/jpeg", "If-Match": '"other"'})

    check_failure(answer, 412, "PreconditionFailed")
    assert so.get(path + "/Image").body == png


def test_put_on_the_tag_one_has_goes_through(so, path, jpeg):
    for condition in ("{}", '"other", {}', "*"):
        tag = so.get(path + "/Image").headers["ETag"]
        answer = so.put(path + "/Image", jpeg, {"Content-Type": "image/jpeg",
                                                "If-Match": condition.format(tag)})
        assert answer.status == 200, answer
    assert so.get(path + "/Image").body == jpeg


def test_put_of_info_holds_its_conditions(so, path):
    info = path + "/ImageInfo"
    got = so.get(info)
    modified = got.headers["Last-Modified"]

    for headers in ({"If-Match": '"other"'}, {"If-Unmodified-Since": PAST},
                    {"If-Unmodified-Since": moved(modified, -1)}):
        check_failure(so.put(info, json={"Description": "x"}, headers=headers), 412,
                      "PreconditionFailed")
    assert so.info(info)["Description"] == ""

    for headers in ({"If-Match": got.headers["ETag"]}, {"If-Unmodified-Since": moved(modified, 60)},
                    {"If-Unmodified-Since": "nonsense"}):
        assert so.put(info, json={"Description": "x"}, headers=headers).status == 200


def test_delete_holds_its_conditions(so, path, png):
    image = path + "/Image"
    tag = so.get(image).headers["ETag"]

    check_failure(so.delete(image, {"If-Unmodified-Since": PAST}), 412, "PreconditionFailed")
    check_failure(so.delete(image, {"If-Match": '"other"'}), 412, "PreconditionFailed")
    assert so.get(image).body == png

    assert so.delete(image, {"If-Match": tag}).status == 204
    assert so.get(image).status == 404


def test_if_modified_since_leaked_onto_a_write_is_ignored(so, path, jpeg):
    headers = {"If-Modified-Since": moved(so.get(path + "/Image").headers["Last-Modified"], 3600)}

    assert so.put(path + "/Image", jpeg, headers).status == 200
    assert so.put(path + "/ImageInfo", json={"Description": "x"}, headers=headers).status == 200
    assert so.delete(path + "/Image", headers).status == 204


def test_of_two_writers_with_one_tag_the_second_is_412(so, path):
    tag = so.get(path + "/ImageInfo").headers["ETag"]

    first = so.put(path + "/ImageInfo", json={"Description": "one"}, headers={"If-Match": tag})
    second = so.put(path + "/ImageInfo", json={"Description": "two"}, headers={"If-Match": tag})

    assert (first.status, second.status) == (200, 412)
    assert so.info(path + "/ImageInfo")["Description"] == "one"
