"""SuperOffice: lists as OData, on a store with records that its own entities and the other wire made."""

import base64
import concurrent.futures
import io
import json
import urllib.parse
import xml.etree.ElementTree as ElementTree

import pytest
from PIL import Image

import program
from clients import check_failure
from pictures import picture

ODATA = ("odata.metadata", "odata.nextLink", "value")


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """A demo store of this file alone."""
    with program.Server(tmp_path_factory.mktemp("odata") / "store", "--demo") as running:
        yield running


@pytest.fixture(scope="module")
def so(own):
    return own.superoffice


def create(so, kind, **members):
    answer = so.post(f"{kind}/", json=members)
    assert answer.status == 200, answer
    return answer.json[f"{kind}Id"]


@pytest.fixture(scope="module")
def contacts(so):
    """name: id, of contacts whose names begin with Q."""
    for row in rows(so, "Contact", filter="name begins 'q'"):  # the demo's
        assert so.delete(f"Contact/{row['PrimaryKey']}").status == 204
    made = {}
    for members in (
            {"Name": "Qabc AS", "Department": "Oslo", "Number1": "C1", "Number2": "N1",
             "OrgNr": "985 1", "Country": {"CountryId": 578, "Name": "Norway"},
             "Category": {"Id": 1, "Value": 'US:"Customer";NO:"Kunde"'},
             "Associate": {"AssociateId": 2}},
            {"Name": "qABCdef", "Department": "Bergen"},
            {"Name": "QØst & sønn"},
            {"Name": "QO'Neill, 10% (new)", "Department": "Oslo"}):
        made[members["Name"]] = create(so, "Contact", **members)
    return made


def query(parameters):
    return urllib.parse.urlencode(parameters)


def rows(so, kind, **parameters):
    """The rows of a list that must succeed; `top` stands for `$top`."""
    parameters = {"$" + name: value for name, value in parameters.items()}
    answer = so.get(f"{kind}?{query(parameters)}")
    assert answer.status == 200, answer
    assert tuple(answer.json) == ODATA
    return answer.json["value"]


def names(so, kind="Contact", **parameters):
    return [row["name"] for row in rows(so, kind, select="name", **parameters)]


A, B, C, D = "Qabc AS", "qABCdef", "QØst & sønn", "QO'Neill, 10% (new)"

FILTERS = [
    ("name begins 'QABC'", [A, B]),
    ("name BEGINS 'qø'", [C]),
    ("name is 'qabc as'", [A]),
    ("name eq 'QABC AS'", [A]),
    ("name = 'Qabc AS'", [A]),
    ("name equals 'Qabc AS'", [A]),
    ("name set 'Qabc AS'", [A]),
    ("name begins 'q' and name isNot 'qabc as'", [B, C, D]),
    ("name begins 'q' and name ne 'qabc as'", [B, C, D]),
    ("name begins 'q' and name unequals 'qabc as'", [B, C, D]),
    ("name contains 'abc'", [A, B]),
    ("name begins 'q' and name notContains 'ABC'", [C, D]),
    ("name begins 'q' and name notBegins 'qab'", [C, D]),
    ("name between ('qa','qb')", [A, B]),
    ("name in('qabc as', 'qØST & SØNN')", [A, C]),
    ("name oneOf ('qabc as')", [A]),
    ("name eq 'QO\\'Neill, 10% (new)'", [D]),
    ("name eq 'QO''Neill, 10% (new)'", [D]),
    ("name contains '0%'", [D]),
    ("name contains '_'", []),
    ("startswith(name,'qab')", [A, B]),
    ("endswith(name, 'SØNN')", [C]),
    ("substringof('neill', name)", [D]),
    ("substringof(name,'neill')", [D]),
    ("startswith(name,'q') and department eq 'OSLO'", [A, D]),
    ("name begins 'q' and department eq ''", [C]),
    ("nameDepartment is 'qabc as, oslo'", [A]),
    ("number is 'n1'", [A]),
    ("code contains 'c1'", [A]),
    ("orgnr begins '985'", [A]),
    ("category contains 'kunde'", [A]),
    ("country is 'norway'", [A]),
    ("countryId eq 578 and name begins 'q'", [A]),
    ("countryId gt 0 and name begins 'q'", [A]),
    ("countryId in ('578',579) and name begins 'q'", [A]),
    ("associateId associateIsOneOf (2) and name begins 'q'", [A]),
    ("associateId associateIsNotOneOf (2) and name begins 'q'", [B, C, D]),
    ("registeredBy associateIsOneOf ('demo') and name begins 'qø'", [C]),
    ("updatedBy associateIsNotOneOf('demo') and name begins 'q'", []),
    ("registeredBy eq 'nobody' and name begins 'q'", []),
    ("name begins 'q' and contactDeleted set true", []),
    ("name begins 'qa' and contactDeleted set false", [A, B]),
    ("name begins 'qa' and registeredDate after '2020-01-01'", [A, B]),
    ("name begins 'qa' and registeredDate before '2020-01-01T10:00:00Z'", []),
    ("name begins 'qa' and updatedDate dateBetween ('2020-01-01','2999-01-01')", [A, B]),
    ("name begins 'qa' or name begins 'qø' and department eq 'Oslo'", [A, B]),
    ("(name begins 'qa' or name begins 'qø') and department eq 'Oslo'", [A]),
    ("not (name begins 'qa' or name begins 'qo') and name begins 'q'", [C]),
]


@pytest.mark.parametrize("text,want", FILTERS, ids=[text for text, _ in FILTERS])
def test_a_filter_finds_what_it_says(so, contacts, text, want):
    assert names(so, filter=text, orderby="contactId") == want


@pytest.mark.parametrize("operator,want", [
    ("eq", [1]), ("=", [1]), ("ne", [0, 2]), ("lt", [0]), ("less", [0]), ("le", [0, 1]),
    ("<=", [0, 1]), ("gt", [2]), ("greater", [2]), ("ge", [1, 2]), (">=", [1, 2])])
def test_numbers_are_compared(so, contacts, operator, want):
    ids = sorted(contacts.values())[:3]

    for value in (ids[1], f"'{ids[1]}'"):
        text = f"contactId {operator} {value} and contactId in ({ids[0]}, {ids[1]},{ids[2]})"
        found = [row["contactId"] for row in rows(so, "Contact", filter=text, select="contactId")]
        assert found == [ids[i] for i in want]
    between = rows(so, "Contact", filter=f"contactId between({ids[0]},{ids[1]})")
    assert [row["PrimaryKey"] for row in between] == [str(ids[0]), str(ids[1])]


def test_the_usual_columns_have_typed_values(so, contacts):
    row, = rows(so, "Contact", filter=f"contactId eq {contacts[A]}")

    assert list(row)[:4] == ["PrimaryKey", "EntityName", "contactId", "name"]
    assert row["PrimaryKey"] == str(contacts[A]) and row["EntityName"] == "contact"
    assert row["contactId"] == contacts[A] and row["countryId"] == 578
    assert row["nameDepartment"] == "Qabc AS, Oslo"
    assert (row["number"], row["code"], row["orgnr"]) == ("N1", "C1", "985 1")
    entity = so.get(f"Contact/{contacts[A]}").json
    assert row["registeredDate"] == entity["CreatedDate"]
    assert row["updatedDate"] == entity["UpdatedDate"]


def test_columns_that_are_selected_keep_their_spelling_and_order(so, contacts):
    row, = rows(so, "Contact", filter=f"contactId eq {contacts[A]}",
                select="updatedBy, NAME,contactDeleted ,registeredBy,name")

    assert list(row.items()) == [
        ("PrimaryKey", str(contacts[A])), ("EntityName", "contact"), ("updatedBy", "demo"),
        ("NAME", "Qabc AS"), ("contactDeleted", False), ("registeredBy", "demo")]


def test_display_texts_are_translated(so, contacts):
    path = f"Contact?$select=category&$filter=contactId={contacts[A]}"

    assert so.get(path).json["value"][0]["category"] == 'US:"Customer";NO:"Kunde"'
    norwegian = so.get(path, {"SO-Language": "no"})
    assert norwegian.json["value"][0]["category"] == "Kunde"


def test_persons(so):
    ann = create(so, "Person", Firstname="Ann", MiddleName="B", Lastname="Qvist", Title="CEO",
                 Mrmrs="Ms", Emails=[{"Value": "ann@example.com"}, {"Value": "b@example.com"}])
    old = create(so, "Person", Lastname="Qvist", Retired=True)

    found = rows(so, "Person", filter="lastName eq 'QVIST'", orderby="personId")
    assert [row["EntityName"] for row in found] == ["person", "retiredPerson"]
    assert (found[0]["firstName"], found[0]["middleName"], found[0]["fullName"], found[0]["title"],
            found[0]["mrMrs"], found[0]["email/emailAddress"], found[0]["retired"]) == \
        ("Ann", "B", "Ann B Qvist", "CEO", "Ms", "ann@example.com", False)
    assert found[1]["retired"] is True and found[1]["firstName"] == ""

    def keys(**parameters):
        return [int(row["PrimaryKey"])
                for row in rows(so, "Person", filter="lastName begins 'qv'", **parameters)]

    assert keys(entities="person") == [ann]
    assert keys(entities="retiredPerson, associate") == [old]
    assert keys(entities="person,retiredPerson") == [ann, old]
    assert keys(entities="unheardOf") == [ann, old]
    mail = rows(so, "Person", filter="email/emailAddress is 'ANN@example.com'",
                select="email/emailAddress")
    assert mail[0]["email/emailAddress"] == "ann@example.com"
    other = rows(so, "Person", filter="email___emailAddress is 'ann@example.com'",
                 select="email___emailAddress")
    assert other[0]["email___emailAddress"] == "ann@example.com"
    safe = rows(so, "Person", filter="personId=%d" % ann, select="email/emailAddress",
                jsonSafe="true")
    assert safe[0]["email_emailAddress"] == "ann@example.com"


def test_products_of_both_wires(own, so):
    lamp = create(so, "Product", Name="Qlamp", UnitListPrice=100.5, UnitCost=7, VAT=25,
                  InAssortment=True, ERPProductKey="K1", ERPPriceListKey="3", Supplier="Acme",
                  Description="A lamp", ProductTypeKey="T")
    desk = own.record("product", "Qdesk")

    found = rows(so, "Product", filter="name begins 'q'", orderby="name desc")
    assert [row["PrimaryKey"] for row in found] == [str(lamp), str(desk)]
    assert {row["EntityName"] for row in found} == {"productInAssortment"}
    row = found[0]
    assert (row["listPrice"], row["cost"], row["vat"], row["minimumPrice"]) == (100.5, 7, 25, 0)
    assert (row["erpProductKey"], row["priceListId"], row["supplier"]) == ("K1", 3, "Acme")
    assert row["inAssortment"] is True and row["description"] == "A lamp"

    def keys(path, text):
        return [int(one["PrimaryKey"]) for one in rows(so, path, filter=text + " and name begins 'q'")]

    assert keys("Product", "listPrice gt 100") == [lamp]
    assert keys("Product", "listPrice between(100.5,'100.5')") == [lamp]
    assert keys("Product", "listPrice lt 1") == [desk]
    assert keys("Product", "productTypeKey is 't'") == [lamp]
    assert keys("Pricelist/3/Products", "vat ge 0") == [lamp, desk]
    assert keys("pricelist/4/products", "vat ge 0") == [desk]
    check_failure(so.get("Pricelist/x/Products"), 404, "SoNotFoundException")


def test_projects_and_their_dates(so):
    bridge = create(so, "Project", Name="Qbridge", ProjectNumber="P7", Postit="note",
                    Completed=True, EndDate="2026-03-04T23:30:00Z",
                    ProjectType={"Id": 1, "Value": "Sale"}, ProjectStatus={"Id": 2, "Value": "Open"})
    row, = rows(so, "Project", filter="name is 'qbridge'")
    assert (row["projectId"], row["EntityName"]) == (bridge, "project")
    assert (row["number"], row["text"], row["type"], row["status"], row["completed"]) == \
        ("P7", "note", "Sale", "Open", True)
    assert row["endDate"] == "2026-03-04T23:30:00"
    open_ended = create(so, "Project", Name="Qroad")
    row, = rows(so, "Project", filter=f"projectId={open_ended}")
    assert row["endDate"] == "0001-01-01T00:00:00" and row["completed"] is False

    def ends(text, zone=None):
        path = "Project?" + query({"$filter": f"endDate {text} and name is 'qbridge'"})
        answer = so.get(path, {"SO-TimeZone": zone} if zone else None)
        assert answer.status == 200, answer
        return len(answer.json["value"]) == 1

    assert ends("date '2026-03-04'") and not ends("date '2026-03-05'")
    # in Norway it is half past midnight already
    assert ends("date '2026-03-05'", "NO") and not ends("date '2026-03-04'", "NO")
    assert ends("eq '2026-03-05T00:30:00'", "NO") and ends("eq '2026-03-05T00:30:00+01:00'")
    assert ends("before '2026-03-05'") and not ends("before '2026-03-05'", "NO")
    assert ends("after '2026-03-03'") and not ends("after '2026-03-04'")
    assert ends("after '2026-03-04'", "NO")
    assert ends("beforeOrEqual '2026-03-04'") and not ends("beforeOrEqual '2026-03-03'")
    assert ends("between ('2026-03-04','2026-03-04')")
    assert ends("dateBetween('2026-03-01','2026-03-31')")
    assert ends("dateTime '2026-03-04T23:30:00'") and not ends("dateTime '2026-03-04'")
    assert ends("afterTime '2026-03-04T23:29:59'") and not ends("afterTime '2026-03-04T23:30:00'")
    assert ends("beforeTime '2026-03-04T23:30:01'")


def test_dates_are_shown_in_the_callers_zone(so, contacts):
    path = f"Contact?$select=registeredDate&$filter=contactId={contacts[A]}"

    plain = so.get(path).json["value"][0]["registeredDate"]
    there = so.get(path, {"SO-TimeZone": "UTC, includeTZOffset"})
    assert there.json["value"][0]["registeredDate"] == plain + "Z"
    assert there.headers["SO-TimeZone"]


@pytest.mark.parametrize("order,want", [
    ("name", [A, B, D, C]), ("name asc", [A, B, D, C]), ("name DESC", [C, D, B, A]),
    ("department,name desc", [C, B, D, A]), ("department desc, contactId", [A, D, B, C]),
    ("countryId desc,name", [A, B, D, C]), ("contactDeleted,number desc,contactId", [A, B, C, D])])
def test_lists_are_sorted(so, contacts, order, want):
    assert names(so, filter="name begins 'q'", orderBy=order) == want
    assert names(so, filter="name begins 'q'", orderby=order) == want


def test_names_of_parameters_and_values_come_in_any_case(so, contacts):
    answer = so.get("Contact?$FILTER=" + urllib.parse.quote("NAME Begins 'QA'") +
                    "&$OrderBy=name+Desc&$TOP=1&$Mode=slim&$OPTIONS=GrandTotal=true&$context=x"
                    "&nonsense=1")
    assert answer.status == 200
    assert [row["name"] for row in answer.json["value"]] == [B]
    assert answer.json["odata.nextLink"]


def test_full_rows(so, contacts):
    row, = rows(so, "Contact", filter=f"contactId eq {contacts[A]}", mode="full",
                select="contactId,name,contactDeleted")

    assert list(row) == ["PrimaryKey", "EntityName", "StyleHint", "LinkHint", "TableRight", "Column"]
    assert row["TableRight"] == {"Mask": 15, "Reason": ""}
    assert row["Column"]["contactId"] == {"RawValue": contacts[A], "DisplayValue": str(contacts[A]),
                                          "LinkHint": "", "TooltipHint": ""}
    assert row["Column"]["name"]["DisplayValue"] == A
    assert row["Column"]["contactDeleted"]["RawValue"] is False
    wide, = rows(so, "Contact", filter=f"contactId eq {contacts[A]}", mode="Wide", select="name")
    assert wide["name"] == A


def test_display_output_has_hints_for_truth_values(so, contacts):
    parameters = {"filter": f"contactId eq {contacts[A]}", "select": "contactDeleted,contactId"}

    row, = rows(so, "Contact", output="Display", **parameters)
    assert row["contactDeleted"] == "unchecked" and row["contactId"] == contacts[A]
    row, = rows(so, "Contact", output="Logical", **parameters)
    assert row["contactDeleted"] is False


@pytest.mark.parametrize("parameter,accept", [("xml", None), ("XML", "application/json"),
                                              (None, "application/xml")])
def test_xml(so, contacts, parameter, accept):
    path = "Contact?" + query({"$filter": f"contactId eq {contacts[D]}",
                               "$select": "name,contactId,contactDeleted,number"})
    answer = so.get(path + (f"&$format={parameter}" if parameter else ""),
                    {"Accept": accept} if accept else None)

    assert answer.status == 200
    assert answer.headers["Content-Type"] == "application/xml; charset=utf-8"
    root = ElementTree.fromstring(answer.body)
    assert [child.tag for child in root] == list(ODATA)
    row, = root.find("value")
    assert [(child.tag, child.text) for child in row] == [
        ("PrimaryKey", str(contacts[D])), ("EntityName", "contact"), ("name", D),
        ("contactId", str(contacts[D])), ("contactDeleted", "false"), ("number", None)]


def test_json_by_format_wins_over_accept(so, contacts):
    answer = so.get("Contact?$top=1&$format=json", {"Accept": "application/xml"})

    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    assert len(answer.json["value"]) == 1


def test_metadata_and_links_name_the_address_that_was_asked(own, so, contacts):
    text = urllib.parse.quote("name begins 'q'")
    answer = so.get(f"/crm/api/v1/Contact?$top=1&$filter={text}", {"Host": "crm.example.com:8443"})

    assert answer.json["odata.metadata"] == \
        "http://crm.example.com:8443/crm/api/v1/Archive//$metadata"
    assert answer.json["odata.nextLink"] == \
        ("http://crm.example.com:8443/crm/api/v1/Contact?$top=1&$filter=name%20begins%20%27q%27"
         "&$skip=1")


def follow(so, path):
    """All rows of a list, page by page, and the number of pages."""
    found, pages = [], 0
    while path:
        answer = so.get(path)
        assert answer.status == 200, answer
        found += answer.json["value"]
        pages += 1
        link = answer.json["odata.nextLink"]
        path = link and "/" + link.split("/", 3)[3]
    return found, pages


@pytest.mark.parametrize("kind,column", [
    ("Person", "portraitThumbnail"), ("Project", "imageThumbnail"), ("Product", "thumbnail")])
def test_thumbnails(own, so, kind, column):
    with_picture = own.record(kind.lower(), "Tq photographed")
    without = own.record(kind.lower(), "Tq camera-shy")
    so.put_image(f"{kind}/{with_picture}/Image", picture("JPEG", size=(300, 150)))
    field = "fullName" if kind == "Person" else "name"

    shown, empty = rows(so, kind, select=column, filter=f"{field} begins 'tq '",
                        orderby=f"{field} desc")
    assert (int(shown["PrimaryKey"]), int(empty["PrimaryKey"])) == (with_picture, without)
    assert empty[column] == ""
    content = base64.b64decode(shown[column], validate=True)
    with Image.open(io.BytesIO(content)) as image:
        assert (image.format, image.size) == ("PNG", (75, 38))
    answer = so.get(f"{kind}?$format=xml&$select={column}&" +
                    query({"$filter": f"{field} is 'tq photographed'"}))
    assert ElementTree.fromstring(answer.body).find(f"value/row/{column}").text == shown[column]
    full, = rows(so, kind, select=column, filter=f"{field} is 'tq photographed'", mode="full")
    assert full["Column"][column]["RawValue"] == shown[column]
    check_failure(so.get(f"{kind}?$filter={column}%20eq%20''"), 400, "SoInvalidArgumentException")


def test_a_page_makes_a_hundred_thumbnails_at_most(own, so):
    content = picture("JPEG", size=(100, 100))

    def photographed(n):
        person = create(so, "Person", Firstname="Many", Lastname=f"Tr {n}")
        so.put_image(f"Person/{person}/Image", content)

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        list(pool.map(photographed, range(105)))
    found = rows(so, "Person", select="portraitThumbnail", filter="lastName begins 'tr '")
    made = [bool(row["portraitThumbnail"]) for row in found]
    assert len(made) == 105 and made[0]
    assert sum(made) <= 100 and made == sorted(made, reverse=True)


def test_next_links_lead_through_2500_records(fresh_server):
    so = fresh_server.superoffice
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        made = list(pool.map(lambda n: create(so, "Project", Name=f"Page {n:04}", Description="x" * 50),
                             range(2500)))
    before = len(follow(so, "Project")[0]) - 2500

    found, pages = follow(so, "Project")
    assert pages == 3 and len(found) == 2500 + before
    keys = [int(row["PrimaryKey"]) for row in found]
    assert keys == sorted(set(keys)) and set(made) <= set(keys)

    text = urllib.parse.quote("name begins 'page' and number eq ''")
    found, pages = follow(so, f"Project?$filter={text}&$orderby=name%20desc&$select=name&$top=700")
    assert pages == 4
    assert [row["name"] for row in found] == [f"Page {n:04}" for n in reversed(range(2500))]

    assert so.delete(f"Project/{made[0]}").status == 204
    gone = so.post(f"Agents/Project/DeleteProjectEntity?projectEntityId={made[1]}")
    assert gone.status == 204, gone
    keys = {int(row["PrimaryKey"]) for row in follow(so, "Project?$select=projectId")[0]}
    assert not keys & set(made[:2]) and set(made[2:]) <= keys


def test_a_page_may_be_empty_or_begin_anywhere(so, contacts):
    text = "name begins 'q'"

    assert rows(so, "Contact", filter=text, top=0) == []
    assert names(so, filter=text, orderby="name", top=2, skip=1) == [B, D]
    assert names(so, filter=text, orderby="name", skip=3) == [C]
    assert names(so, filter=text, skip=2_000_000_000) == []
    assert so.get("Contact?$top=0").json["odata.nextLink"] is None


@pytest.mark.parametrize("parameters,named", [
    ("$filter=nome eq 1", "nome"),
    ("$filter=name foo 'x'", "foo"),
    ("$filter=name begins 'x", "quote"),
    ("$filter=(name begins 'x'", "parenthesis"),
    ("$filter=contactId eq 'many'", "many"),
    ("$filter=registeredDate after 'soon'", "soon"),
    ("$filter=contactDeleted set perhaps", "perhaps"),
    ("$filter=contactId contains 1", "contains"),
    ("$select=name,unheardOf", "unheardOf"),
    ("$orderby=unheardOf", "unheardOf"),
    ("$orderby=name upwards", "upwards"),
    ("$top=many", "many"),
    ("$skip=-1", "-1"),
    ("$mode=enormous", "enormous"),
    ("$output=loud", "loud"),
])
def test_a_mistake_is_named(so, parameters, named):
    answer = so.get("Contact?" + urllib.parse.quote(parameters, safe="$=,&"))

    check_failure(answer, 400, "SoInvalidArgumentException")
    assert named in answer.json["ErrorMessage"]
    assert answer.json["ErrorMessage"].startswith(parameters.split("=")[0].replace("by", "By"))


def test_values_that_are_hardly_encoded_are_understood(so, contacts):
    """As PHP clients send them: only what would end the request line is encoded."""
    path = "Contact?$select=name,%20department&$filter=name+eq+'QO\\'Neill,+10%25+(new)'"

    assert [row["name"] for row in so.get(path).json["value"]] == [D]
    path = "Contact?$select=name&$filter=name%20eq%20%27QO%27%27Neill%2C%2010%25%20%28new%29%27"
    assert [row["name"] for row in so.get(path).json["value"]] == [D]


def test_lists_need_a_credential_and_take_get_only(own, so):
    check_failure(so.as_user(None).get("Contact"), 401, "SoSessionException")
    head = so.head("Contact?$top=1")
    assert head.status == 200 and head.body == b""
    check_failure(so.delete("Contact"), 405, "SoNotSupportedException")


def test_what_looks_like_sql_is_a_value(so, contacts):
    for text in ("name eq 'x'' or ''1''=''1'", "name contains '''; drop table record; --'",
                 "department eq 'x'' or 1=1 --'"):
        assert rows(so, "Contact", filter=text) == []
    assert names(so, filter="name is 'qabc as'") == [A]


def test_answers_are_wellformed_for_odd_names(so):
    odd = 'Qq "<&>\\ \u2028 end'
    create(so, "Contact", Name=odd)
    text = "name begins 'qq'"

    assert names(so, filter=text) == [odd]
    answer = so.get("Contact?$format=xml&$select=name&" + query({"$filter": text}))
    assert ElementTree.fromstring(answer.body).find("value/row/name").text == odd
    assert json.loads(answer.body and so.get("Contact?" + query({"$filter": text})).body)
