"""SuperOffice: older addresses, and how freely clients spell the newer ones."""

import pytest

from clients import check_failure

SERVICES = [("contact", "contact"), ("person", "person"), ("project", "project"),
            ("product", "product"), ("product", "pricelist/1/product"),
            ("product", "pricelist/77/product")]


@pytest.mark.parametrize("version", [80, 81, 99])
@pytest.mark.parametrize("tail", ["image", "image/content"])
@pytest.mark.parametrize("kind, old", SERVICES)
def test_older_addresses_reach_the_same_picture(so, kind, old, version, tail):
    new = so.get(f"{kind.capitalize()}/3/Image")

    answer = so.get(f"/api/Services{version}/{old}/3/{tail}")

    assert (answer.status, answer.body) == (200, new.body)
    assert answer.headers["ETag"] == new.headers["ETag"]


def test_older_addresses_are_written_and_deleted_through_too(server, so, png, jpeg):
    product = server.record("product")
    old = f"/api/Services80/pricelist/1/product/{product}/image"

    first = so.put(old, png, {"Content-Type": "image/png"})
    second = so.post(old + "/content", jpeg, {"Content-Type": "image/jpeg"})
    head = so.head(old)
    assert first.status == second.status == 200 and first.json == second.json
    assert so.get(f"Product/{product}/Image").body == jpeg
    assert head.headers["Content-Length"] == str(len(jpeg))

    assert so.delete(old).status == 204
    assert so.get(f"Product/{product}/Image").status == 404


def test_content_behind_image_is_tolerated_on_the_newer_address(so):
    assert so.get("Person/3/Image/Content").body == so.get("Person/3/Image").body


@pytest.mark.parametrize("path", ["/api/Services79/person/3/image",
                                  "/api/Services100/person/3/image",
                                  "/api/Services/person/3/image", "/api/Services80/user/3/image",
                                  "/api/Services80/pricelist/x/product/3/image",
                                  "/api/v1/User/1/Image", "/api/v1/Associate/1/Image",
                                  "/api/v1/Person/3/Picture", "/api/v1/Person/3/Image/Other",
                                  "/api/v2/Person/3/Image", "/api/v1/Person//Image",
                                  "/api/v1/Nothing"])
def test_what_is_no_route_is_404(so, path):
    check_failure(so.get(path), 404, "SoNotFoundException")


@pytest.mark.parametrize("path", [
    "/api/v1/person/3/image", "/API/V1/PERSON/3/IMAGE", "/Api/v1/pErSoN/3/iMaGe",
    "/crm/api/v1/Person/3/Image", "/SuperOffice/api/v1/Person/3/Image",
    "/Cust12345/api/v1/Person/3/Image", "/a/b/api/v1/Person/3/Image",
    "/api/v1/Person/3/Image/", "//api/v1/Person/3/Image", "/api//v1///Person/3//Image//",
    "/api/v1/Person/3/Image?nothing=known", "/api/v1/%50erson/3/Image",
    "/api/v1/Person/x/../3/Image"])
def test_the_same_picture_is_found_however_the_path_is_spelt(so, path):
    answer = so.get(path)

    assert answer.status == 200, answer
    assert answer.body == so.get("Person/3/Image").body


@pytest.mark.parametrize("path", ["Person/3/Imageinfo", "person/3/imageinfo", "PERSON/3/IMAGEINFO/",
                                  "/crm/api/v1/Person/3/ImageInfo", "//api/v1/Person/3//ImageInfo"])
def test_the_same_info_is_found_however_the_path_is_spelt(so, path):
    assert so.info(path)["BlobId"] == so.info("Person/3/ImageInfo")["BlobId"]


@pytest.fixture
def project(server, so, png):
    identity = server.record("project")
    so.put_image(f"Project/{identity}/Image", png)
    return identity


@pytest.mark.parametrize("form", ["Project/{0}/ImageInfo", "Project/{0}/ImageInfo?projectId={0}",
                                  "Project/{0}/ImageInfo?PROJECTID={0}",
                                  "Project/{0}/Imageinfo?projectid={0}",
                                  "Project/anything/ImageInfo?projectId={0}"])
def test_a_projects_info_is_written_by_path_or_by_query(so, project, form):
    answer = so.put(form.format(project), json={"Description": form})

    assert answer.status == 200, answer
    assert so.info(f"Project/{project}/ImageInfo")["Description"] == form


def test_two_different_project_ids_are_400(so, project):
    answer = so.put(f"Project/{project}/ImageInfo?projectId={project + 1}",
                    json={"Description": "x"})

    check_failure(answer, 400)
    assert so.info(f"Project/{project}/ImageInfo")["Description"] == ""


def test_project_id_in_the_query_means_nothing_elsewhere(so, project):
    assert so.get(f"Project/{project}/Image?projectId=1").status == 200
    assert so.get(f"Person/3/ImageInfo?projectId={project}").status == 200
