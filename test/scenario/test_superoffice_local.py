"""SuperOffice: languages, multi-language texts, resources, dates and time zones (superoffice 9)."""

import datetime
import re
import zoneinfo

import pytest

from clients import check_failure

RAW = 'US:"Supplier";NO:"Leverandør";GE:"Lieferant";SW:"Leverantör";FR:"Fournisseur"'
SHOWN = {"en": "Supplier", "no": "Leverandør", "de": "Lieferant", "sv": "Leverantör",
         "fr": "Fournisseur"}
NO_DATE = "0001-01-01T00:00:00"


@pytest.fixture
def info(server, so, png):
    """The path of ImageInfo of a new product with a picture."""
    path = f"Product/{server.record('product')}"
    so.put_image(path + "/Image", png)
    return path + "/ImageInfo"


@pytest.fixture
def described(so, info):
    """The same, its Description and ExtraInfo multi-language strings."""
    answer = so.put(info, json={"Description": RAW, "ExtraInfo": RAW})
    assert answer.status == 200, answer
    assert answer.json["Description"] == RAW
    return info


def texts(so, path, headers):
    answer = so.get(path, headers)
    assert answer.status == 200, answer
    assert answer.json["Description"] == answer.json["ExtraInfo"]
    return answer.json["Description"]


# ---- 9.1: the language ----

CHOSEN = [
    ({}, None),
    ({"SO-Culture": "nb-NO"}, None),
    ({"Accept-Language": "en"}, "en"),
    ({"Accept-Language": "sv"}, "sv"),
    ({"Accept-Language": "nb-NO"}, "no"),
    ({"Accept-Language": "EN-us"}, "en"),
    ({"SO-Language": "de", "Accept-Language": "fr"}, "de"),
    ({"SO-Language": "nb-no", "Accept-Language": "en-us; en-gb"}, "no"),
    ({"SO-Language": "sv", "SO-Culture": "de"}, "sv"),
    ({"Accept-Language": "fr,de,ru,zh"}, "fr"),
    ({"Accept-Language": "en-us; en-gb"}, "en"),
    ({"Accept-Language": "nb-NO,nb;q=0.9,en;q=0.5"}, "no"),
    ({"Accept-Language": "sv;q=0,fr"}, "fr"),
    ({"Accept-Language": "US"}, "en"),
    ({"SO-Language": "GE"}, "de"),
    ({"Accept-Language": "tlh, sv"}, "sv"),
    ({"Accept-Language": "tlh"}, "en"),
    ({"SO-Language": "*"}, None),
    ({"SO-Language": "x"}, None),
    ({"SO-Language": "-"}, None),
    ({"SO-Language": ""}, None),
    ({"SO-Language": "x", "Accept-Language": "en-us; en-gb"}, None),
    ({"SO-Language": "*", "Accept-Language": "sv"}, None),
    ({"SO-Language": "", "Accept-Language": "sv"}, None),
    ({"Accept-Language": "*"}, None),
    ({"Accept-Language": ""}, None),
]


@pytest.mark.parametrize("headers, language", CHOSEN)
def test_the_language_is_chosen_as_published(so, described, headers, language):
    assert texts(so, described, headers) == SHOWN.get(language, RAW)


# ---- 9.2: multi-language strings ----

@pytest.mark.parametrize("raw, language, shown", [
    ('US:"Supplier";NO:"Leverandør"', "fr", "Supplier"),
    ('NO:"Leverandør";GE:"Lieferant"', "fr", "Leverandør"),
    ('NO:"Leverandør" US:"Supplier"', "en", "Supplier"),
    ('US:"Supplier"; NO:"Leverandør"; ', "nn", "Leverandør"),
    ('US:"x";DA:"Leverandør"', "da", "Leverandør"),
    ('US:"x";DK:"Leverandør"', "da", "Leverandør"),
    ('US:"x";DU:"Leverancier"', "nl", "Leverancier"),
    ('US:"x";RU:"Поставщик"', "ru", "Поставщик"),
    ('UK:"Colour"', "en", "Colour"),
    ('see US:"Supplier"', "en", 'see US:"Supplier"'),
    ('US:"Supplier', "en", 'US:"Supplier'),
    ("plain", "en", "plain"),
    ("", "en", ""),
])
def test_texts_of_every_published_spelling_are_translated(so, info, raw, language, shown):
    assert so.put(info, json={"Description": raw, "ExtraInfo": raw}).status == 200

    assert texts(so, info, {"SO-Language": language}) == shown
    assert texts(so, info, {}) == raw


def test_a_text_sent_back_as_it_was_shown_stays_what_it_was(so, described):
    norwegian = {"SO-Language": "no"}
    entity = so.get(described, norwegian).json
    assert entity["Description"] == "Leverandør"

    answer = so.put(described, json=entity, headers=norwegian)

    assert answer.status == 200
    assert answer.json["Description"] == "Leverandør"
    assert texts(so, described, {}) == RAW


def test_a_text_changed_in_one_language_replaces_all_of_it(so, described):
    answer = so.put(described, json={"Description": "Ny", "ExtraInfo": "Ny"},
                    headers={"SO-Language": "no"})

    assert answer.json["Description"] == "Ny"
    assert texts(so, described, {"SO-Language": "en"}) == "Ny"


def test_without_a_language_a_translation_is_a_new_text(so, described):
    so.put(described, json={"Description": "Supplier", "ExtraInfo": "Supplier"})

    assert texts(so, described, {"SO-Language": "no"}) == "Supplier"


def test_a_tag_holds_for_one_language_only(so, described):
    english = so.get(described, {"Accept-Language": "en"})
    same = so.get(described, {"Accept-Language": "en", "If-None-Match": english.headers["ETag"]})
    other = so.get(described, {"Accept-Language": "no", "If-None-Match": english.headers["ETag"]})

    assert same.status == 304
    assert other.status == 200 and other.json["Description"] == "Leverandør"


# ---- 9.3: resources ----

@pytest.mark.parametrize("language, shown", [
    (None, "[SR_NO_PHOTO]"), ("en", "No photo"), ("nb", "Ikke noe bilde"), ("sv", "Inget foto"),
    ("da", "Intet foto"), ("de", "Kein Foto"), ("fr", "Pas de photo"), ("nl", "Geen foto"),
    ("ru", "No photo"),
])
def test_resources_are_texts_in_a_language_and_tokens_without(so, info, language, shown):
    so.put(info, json={"Description": "[SR_NO_PHOTO]", "ExtraInfo": "[SR_NO_PHOTO]"})

    assert texts(so, info, {"SO-Language": language} if language else {}) == shown


def test_an_unknown_resource_stays_a_token(so, info):
    so.put(info, json={"Description": "[SR_UNHEARD]", "ExtraInfo": "[SR_UNHEARD]"})

    assert texts(so, info, {"SO-Language": "en"}) == "[SR_UNHEARD]"


@pytest.mark.parametrize("language, reason", [
    (None, "[SR_ACCESS_READ_ONLY]"), ("en", "You may read this, but not change it"),
    ("no", "Du kan lese dette, men ikke endre det"),
])
def test_why_something_is_not_allowed_is_told_in_the_language(server, info, language, reason):
    answer = server.reader.get(info, {"SO-Language": language} if language else {})

    assert answer.json["TableRight"] == {"Mask": "Select", "Reason": reason}


# ---- 9.4: dates and time zones ----

def dates(answer):
    assert answer.status == 200, answer
    return answer.json["CreatedDate"], answer.json["UpdatedDate"]


@pytest.mark.parametrize("header", ["SO-TimeZone", "SO-Timezone", "SO-TIMEZONE"])
@pytest.mark.parametrize("value", ["NO", "no", "261", "UTC", "utc", "1", "US-NY", "AU-WA",
                                   "au-act", "FR", ""])
def test_created_and_updated_are_utc_in_every_zone(so, info, header, value):
    plain = so.get(info)

    answer = so.get(info, {header: value})

    assert dates(answer) == dates(plain)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", answer.json["UpdatedDate"])
    assert answer.headers["SO-TimeZone"] == value
    assert "SO-TimeZone" not in plain.headers


@pytest.mark.parametrize("value", ["NO, includeTZOffset", "NO,includeTZOffset", "includeTZOffset",
                                   "UTC,includetzoffset", "460,includeTZOffset,includeTZOffset"])
def test_with_offsets_they_are_tagged_as_utc(so, info, value):
    plain = dates(so.get(info))

    assert dates(so.get(info, {"SO-TimeZone": value})) == tuple(date + "Z" for date in plain)


@pytest.mark.parametrize("value, shown", [
    (None, NO_DATE), ("NO", NO_DATE), ("NO, includeTZOffset", NO_DATE + "Z"),
    ("US-NY,includeTZOffset", NO_DATE + "Z"),
])
def test_no_date_is_never_moved(server, so, value, shown):
    path = f"Product/{server.record('product')}/ImageInfo"

    assert dates(so.get(path, {"SO-TimeZone": value} if value else {})) == (shown, shown)


@pytest.mark.parametrize("value", ["XX", "Europe/Oslo", "W. Europe Standard Time", "999999", "-1",
                                   "NO, DK", "NO+1"])
def test_an_unknown_time_zone_is_400_and_says_where_to_look(so, info, value):
    answer = so.get(info, {"SO-TimeZone": value})

    check_failure(answer, 400, "SoInvalidArgumentException")
    assert "SO-TimeZone" in answer.json["Message"]
    assert "SO-TimeZone" not in answer.headers


def test_who_has_no_credential_learns_nothing_of_zones(so, info):
    check_failure(so.as_user(None).get(info, {"SO-TimeZone": "XX"}), 401)


def test_an_error_repeats_the_time_zone_too(server, so):
    answer = so.get("Product/654321/ImageInfo", {"SO-TimeZone": "NO"})

    assert answer.status == 404 and answer.headers["SO-TimeZone"] == "NO"


def test_the_offset_of_a_browser_is_ignored(so, info):
    plain = so.get(info).json

    assert so.get(info, {"SO-Browser-TZ-Offset": "120"}).json == plain


WRITTEN = [  # as sent, in which zone, the instant in UTC
    ("2026-07-01T10:00:00", None, "2026-07-01T10:00:00"),
    ("2026-07-01T10:00:00.000Z", None, "2026-07-01T10:00:00"),
    ("2026-07-01T10:00:00.9670645", None, "2026-07-01T10:00:00"),
    ("2026-07-01T12:00:00+02:00", None, "2026-07-01T10:00:00"),
    ("2026-07-01T06:00:00-0400", None, "2026-07-01T10:00:00"),
    ("2026-07-01T10:00:00Z", "NO", "2026-07-01T10:00:00"),
    ("2026-07-01T12:00:00", "NO", "2026-07-01T10:00:00"),
    ("2026-07-01T06:00:00", "us-ny", "2026-07-01T10:00:00"),
    ("2026-01-01T12:00:00", "261", "2026-01-01T11:00:00"),
    ("2026-07-01", None, "2026-07-01T00:00:00"),
    ("2026-07-01", "NO", "2026-06-30T22:00:00"),
    ("2026-03-29T02:30:00", "NO", "2026-03-29T01:30:00"),
    ("2026-10-25T02:30:00", "NO", "2026-10-25T01:30:00"),
    ("0001-01-01T00:00:00", "NO", NO_DATE),
    ("0001-01-01T00:00:00.000Z", "US-NY", NO_DATE),
    ("0000-12-31T23:17:00.000Z", None, NO_DATE),
]


@pytest.mark.parametrize("sent, zone, instant", WRITTEN)
def test_dates_are_taken_in_every_published_form(so, sent, zone, instant):
    made = so.post("Project", json={"Name": "dated", "EndDate": sent},
                   headers={"SO-TimeZone": zone} if zone else {})
    assert made.status == 200, made
    path = f"Project/{made.json['ProjectId']}"

    plain = so.get(path).json["EndDate"]
    norway = so.get(path, {"SO-TimeZone": "NO, includeTZOffset"}).json["EndDate"]

    assert plain == instant
    if instant == NO_DATE:
        assert norway == NO_DATE + "Z"
        return
    there = datetime.datetime.fromisoformat(instant + "+00:00").astimezone(
        zoneinfo.ZoneInfo("Europe/Oslo"))
    assert norway == there.isoformat()
    assert so.get(path, {"SO-TimeZone": "NO"}).json["EndDate"] == norway[:19]


@pytest.mark.parametrize("sent", ["tomorrow", "2026-02-30", "2026-07-01T25:00:00",
                                  "2026-07-01T10:00:00+25:00", "2026-07-01T10:00:00 CET"])
def test_what_is_no_date_is_400_and_names_the_member(so, sent):
    answer = so.post("Project", json={"Name": "dated", "EndDate": sent})

    check_failure(answer, 400, "SoValidationException")
    assert list(answer.json["Fields"]) == ["EndDate"]


def test_an_entity_sent_back_in_another_zone_keeps_its_dates(so):
    norway = {"SO-TimeZone": "NO"}
    made = so.post("Project", json={"Name": "dated", "EndDate": "2026-07-01T12:00:00"},
                   headers=norway).json
    path = f"Project/{made['ProjectId']}"

    for headers in (norway, {"SO-TimeZone": "US-HI"}, {}, {"SO-TimeZone": "includeTZOffset"},
                    {"SO-TimeZone": "AU-ACT,includeTZOffset"}):
        entity = so.get(path, headers).json
        assert so.put(path, json=entity, headers=headers).status == 200

    assert so.get(path).json["EndDate"] == "2026-07-01T10:00:00"


# ---- TimeZone ----

def zones(so, query="", headers=None):
    answer = so.get("TimeZone" + query, headers)
    assert answer.status == 200, answer
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    assert list(answer.json) == ["odata.metadata", "odata.nextLink", "value"]
    return answer.json


PUBLISHED = {1: "UTC", 36: "AU-ACT", 50: "BD", 114: "CA-QC", 140: "DK", 156: "FR", 261: "NO",
             425: "US-CA", 433: "US-HI", 460: "US-NY"}


def test_time_zones_are_listed_with_the_published_ids(so):
    rows = zones(so)["value"]

    assert all(list(row) == ["PrimaryKey", "EntityName", "id", "timeZone", "country", "region",
                             "offset", "daylight", "isActive"] for row in rows)
    assert all(row["PrimaryKey"] == str(row["id"]) for row in rows)
    assert len({row["id"] for row in rows}) == len({row["timeZone"] for row in rows}) == len(rows)
    by_id = {row["id"]: row for row in rows}
    assert {identity: by_id[identity]["timeZone"] for identity in PUBLISHED} == PUBLISHED
    told = {code: tuple(row[name] for name in ("country", "region", "offset", "daylight"))
            for code, row in ((row["timeZone"], row) for row in rows)}
    assert told["UTC"] == ("", "UTC/GMT", "0", "")
    assert told["AU-ACT"] == ("Australia", "Capital Territory", "+10:00", "+11:00")
    assert told["BD"] == ("Bangladesh", "", "+6:00", "")
    assert told["CA-QC"] == ("Canada", "Quebec", "-5:00", "-4:00")
    assert told["NO"] == ("Norway", "", "+1:00", "+2:00")
    assert told["US-HI"] == ("United States", "Hawaii", "-10:00", "")
    assert told["US-NY"] == ("United States", "New York", "-5:00", "-4:00")


def test_every_listed_zone_may_be_asked_for_by_code_and_id(so, info):
    rows = zones(so)["value"]

    for row in rows[::17] + rows[-1:]:
        for value in (row["timeZone"], row["timeZone"].lower(), row["PrimaryKey"]):
            answer = so.get("TimeZone/current", {"SO-TimeZone": value})
            assert answer.status == 200, (value, answer)
            assert answer.json["TZLocationID"] == row["id"]
            assert answer.json["TZLocationCode"] == row["timeZone"]


def test_countries_are_named_in_the_callers_language(so):
    rows = zones(so, headers={"Accept-Language": "nb"})["value"]

    assert {row["timeZone"]: row["country"] for row in rows}["DE"] == "Tyskland"


def test_a_list_is_cut_and_goes_on(so):
    whole = zones(so)["value"]

    page = zones(so, "?$top=3&$skip=2&$select=timeZone,%20offset")
    assert page["value"] == [
        {"PrimaryKey": row["PrimaryKey"], "EntityName": row["EntityName"],
         "timeZone": row["timeZone"], "offset": row["offset"]} for row in whole[2:5]]
    assert "skip=5" in page["odata.nextLink"] and "top=3" in page["odata.nextLink"]
    assert zones(so, "?$top=1000")["odata.nextLink"] is None
    assert zones(so, "?$skip=100000")["value"] == []


@pytest.mark.parametrize("query", ["?$top=-1", "?$skip=x", "?$select=nonsense"])
def test_a_wrong_parameter_of_the_list_is_400(so, query):
    check_failure(so.get("TimeZone" + query), 400, "SoInvalidArgumentException")


DATA = ["TZLocationID", "Name", "TZLocationCode", "TZLocationCities", "IsoNumber",
        "TimeZoneSTDRules", "TimeZoneDSTRules"]
RULE = ["StartDay", "StartMonth", "EndDay", "EndMonth", "TZOffset", "StartRulePattern",
        "EndRulePattern"]


def test_the_base_is_utc_and_current_is_what_the_header_says(so):
    base = so.get("TimeZone/base", {"SO-TimeZone": "NO"}).json
    none = so.get("TimeZone/current").json
    norway = so.get("TimeZone/current", {"SO-TimeZone": "NO", "Accept-Language": "en"}).json

    assert list(base) == list(norway) == DATA
    assert base == none
    assert (base["TZLocationID"], base["TZLocationCode"]) == (1, "UTC")
    assert (norway["TZLocationID"], norway["Name"], norway["TZLocationCode"]) == \
        (261, "Norway", "NO")
    assert (norway["TZLocationCities"], norway["IsoNumber"]) == ("Oslo", 578)
    year = str(datetime.datetime.now(datetime.timezone.utc).year)
    assert list(norway["TimeZoneSTDRules"]) == list(norway["TimeZoneDSTRules"]) == [year]
    assert list(norway["TimeZoneDSTRules"][year]) == RULE
    assert norway["TimeZoneDSTRules"][year]["TZOffset"] == 120
    assert base["TimeZoneDSTRules"] == {}


@pytest.mark.parametrize("code, name", [
    ("NO", "Europe/Oslo"), ("US-NY", "America/New_York"), ("AU-ACT", "Australia/Canberra"),
    ("CA-QC", "America/Toronto"), ("BD", "Asia/Dhaka"), ("MX", "America/Mexico_City"),
    ("EG", "Africa/Cairo"), ("IE", "Europe/Dublin")])
def test_offsets_are_those_of_the_systems_database(so, code, name):
    row = next(row for row in zones(so)["value"] if row["timeZone"] == code)
    zone = zoneinfo.ZoneInfo(name)
    year = datetime.datetime.now(datetime.timezone.utc).year
    offsets = {datetime.datetime(year, month, 15, tzinfo=zone).utcoffset() for month in
               range(1, 13)}

    told = {row["offset"], row["daylight"] or row["offset"]}
    assert told == {text_of(offset) for offset in offsets}


def text_of(offset):
    minutes = int(offset.total_seconds()) // 60
    if minutes == 0:
        return "0"
    sign = "-" if minutes < 0 else "+"
    return f"{sign}{abs(minutes) // 60}:{abs(minutes) % 60:02d}"


@pytest.mark.parametrize("path", ["TimeZone", "TimeZone/base", "TimeZone/current"])
def test_time_zones_are_for_those_who_say_who_they_are(so, path):
    check_failure(so.as_user(None).get(path), 401)
    answer = so.request("POST", path, b"{}")
    check_failure(answer, 405, "SoNotSupportedException")
    assert "GET" in answer.headers["Allow"]
