#include "dialect/superoffice/superoffice.h"
#include "test.h"

enum leaf { NOTHING, INFO, IMAGE };

static enum leaf leaf_of(const struct so_resource *resource)
{
    if (!resource)
        return NOTHING;
    return resource->endpoints[0].run == so_image_info_get ? INFO : IMAGE;
}

TEST(paths_lead_to_their_endpoints)
{
    static const struct {
        const char *path;
        enum leaf leaf;
        enum record_kind kind;
        const char *id;
    } cases[] = {
        { "/api/v1/Product/37/ImageInfo", INFO, KIND_PRODUCT, "37" },
        { "/api/v1/Contact/1/Imageinfo", INFO, KIND_CONTACT, "1" },
        { "/API/V1/PERSON/41/IMAGEINFO", INFO, KIND_PERSON, "41" },
        { "/api/v1/project/7/imageinfo/", INFO, KIND_PROJECT, "7" },
        { "/api/v1/contact/123/image", IMAGE, KIND_CONTACT, "123" },
        { "/api/v1/Person/123/Image/", IMAGE, KIND_PERSON, "123" },
        { "/api/v1/Person/123/Image/Content", IMAGE, KIND_PERSON, "123" },
        { "/crm/api/v1/Person/5/Image", IMAGE, KIND_PERSON, "5" },
        { "/a/b/Cust12345/api/v1/Person/5/Image", IMAGE, KIND_PERSON, "5" },
        { "/api/api/v1/Person/5/Image", IMAGE, KIND_PERSON, "5" },
        { "/api/Services80/person/123/image/content", IMAGE, KIND_PERSON, "123" },
        { "/api/Services80/person/123/image", IMAGE, KIND_PERSON, "123" },
        { "/api/services99/project/123/image/content", IMAGE, KIND_PROJECT, "123" },
        { "/api/Services87/contact/1/image", IMAGE, KIND_CONTACT, "1" },
        { "/api/Services80/product/9/image", IMAGE, KIND_PRODUCT, "9" },
        { "/api/Services80/pricelist/1/product/123/image", IMAGE, KIND_PRODUCT, "123" },
        { "/SuperOffice/api/Services80/Pricelist/7/Product/8/Image/Content", IMAGE, KIND_PRODUCT,
          "8" },
        { "/api/v1/Person/-1/Image", IMAGE, KIND_PERSON, "-1" },
        { "/api/v1/Person/default/Image", IMAGE, KIND_PERSON, "default" },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct so_target target = { 0 };
        const struct so_resource *got = so_route(bytes_str(cases[i].path), &target);
        if (leaf_of(got) != cases[i].leaf)
            test_fail(__FILE__, __LINE__, "%s leads elsewhere", cases[i].path);
        CHECK_INT(target.kind, cases[i].kind);
        CHECK_BYTES(target.id, bytes_str(cases[i].id));
    }
}

TEST(names_of_their_own_go_before_ids_and_a_named_kind_is_known)
{
    static const struct {
        const char *path;
        const char *pattern;
        enum record_kind kind;
    } cases[] = {
        { "/api/v1/contact/", "v1/Contact", KIND_CONTACT },
        { "/api/v1/Product/default", "v1/Product/default", KIND_PRODUCT },
        { "/api/v1/PERSON/Default", "v1/Person/default", KIND_PERSON },
        { "/api/v1/Project/7", "v1/Project/{id}", KIND_PROJECT },
        { "/api/v1/Person/41/simple", "v1/Person/{id}/Simple", KIND_PERSON },
        { "/api/v1/agents/project/saveprojectentity", "v1/Agents/Project/SaveProjectEntity",
          KIND_PROJECT },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct so_target target = { 0 };
        const struct so_resource *got = so_route(bytes_str(cases[i].path), &target);
        if (!got)
            test_fail(__FILE__, __LINE__, "%s leads nowhere", cases[i].path);
        CHECK_BYTES(got->pattern, bytes_str(cases[i].pattern));
        CHECK_INT(target.kind, cases[i].kind);
    }
}

TEST(other_paths_lead_nowhere)
{
    static const char *const paths[] = {
        "",
        "/",
        "/api/v1/Sale",
        "/api/v1/Person/1/Sales",
        "/api/v1/Person/1/Imag",
        "/api/v1/Person/1/Images",
        "/api/v1/Person/1/Image/Content/more",
        "/api/v1/Person/1/ImageInfo/Content",
        "/api/v1/Person//Image",
        "/api/v1/User/1/Image",
        "/api/v1/Associate/1/Image",
        "/api/v2/Person/1/Image",
        "/apis/v1/Person/1/Image",
        "/v1/Person/1/Image",
        "/api/Services79/person/1/image",
        "/api/Services100/person/1/image",
        "/api/Services8/person/1/image",
        "/api/Services80/person/1/imageinfo",
        "/api/Services80/pricelist/x/product/1/image",
        "/api/Services80/pricelist/1/person/1/image",
        "/api/v1/pricelist/1/product/1/image",
        "/api/v1/{kind}/{id}/Image",
    };

    for (size_t i = 0; i < COUNT(paths); i++) {
        struct so_target target = { 0 };
        if (so_route(bytes_str(paths[i]), &target))
            test_fail(__FILE__, __LINE__, "%s leads somewhere", paths[i]);
    }
}

TEST(everything_behind_a_segment_api_is_claimed)
{
    static const struct {
        const char *path;
        bool ours;
    } cases[] = {
        { "/api", true },
        { "/API/whatever", true },
        { "/crm/api/v1/Nothing", true },
        { "/", false },
        { "", false },
        { "/apis/v1", false },
        { "/rest/1/secret/server.time", false },
        { "/crm/xapi/v1", false },
        { "/crm/swagger/", true },
        { "/crm/swagger/x", false },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct http_request req = { .path = bytes_str(cases[i].path) };
        if (superoffice.claims(&req) != cases[i].ours)
            test_fail(__FILE__, __LINE__, "%s is claimed wrongly", cases[i].path);
    }
}

TEST_MAIN
