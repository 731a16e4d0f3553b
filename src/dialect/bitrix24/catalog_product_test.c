#include "dialect/bitrix24/fixture_test.h"

TEST(products_are_listed_by_block_and_kind)
{
    CLEANUP(done) struct fixture f;

    init(&f);
    const struct value *answer = get(&f, PRODUCTS, "filter[iblockId]=14");
    CHECK_INT(at(answer, "result.products")->count, 50);
    CHECK_INT(number_at(answer, "total"), 57);
    CHECK_INT(number_at(answer, "next"), 50);
    answer = get(&f, PRODUCTS, "filter[iblockId]=14&start=50&select[]=id&select[]=IBLOCK_ID");
    CHECK_INT(at(answer, "result.products")->count, 7);
    CHECK_INT(at(answer, "result.products.0")->count, 2);
    CHECK(value_get(answer, B("next")) == NULL);
    answer = get(&f, PRODUCTS, "filter[IBLOCK_ID]=14&filter[>ID]=40&order[ID]=DESC&start=-1");
    CHECK_INT(number_at(answer, "result.products.0.id"), 60);
    CHECK(value_get(answer, B("total")) == NULL);
    answer = get(&f, PRODUCTS, "filter[iblockId]=14&filter[%25name]=duct 1&filter[!id]=11");
    CHECK_INT(number_at(answer, "total"), 10);

    answer = get(&f, HOOK "catalog.product.sku.list", "filter[iblockId]=14");
    CHECK_INT(number_at(answer, "result.units.0.id"), 51);
    CHECK_INT(number_at(answer, "result.units.0.type"), 3);
    answer = get(&f, HOOK "catalog.product.offer.list", "filter[iblockId]=15");
    CHECK_BYTES(text_at(answer, "result.offers.0.parentId.value"), B("51"));
    CHECK_INT(number_at(answer, "result.offers.0.iblockId"), 15);
    answer = get(&f, HOOK "catalog.product.service.list", "filter[iblockId]=14");
    CHECK_INT(number_at(answer, "result.services.0.id"), 53);

    CHECK_ERROR(&f, get(&f, PRODUCTS, "select[]=name"), 400, "0",
                "Required select fields: id, iblockId");
    CHECK_ERROR(&f, get(&f, PRODUCTS, "select[]=id"), 400, "0", "Required select fields: iblockId");
    CHECK_ERROR(&f, get(&f, PRODUCTS, "filter[id]=1"), 400, "0",
                "Required filter fields: iblockId");
    CHECK_ERROR(&f, get(&f, PRODUCTS, "filter[iblockId]=99"), 400, "200040300000",
                "Iblock Not Found");
    CHECK_ERROR(&f, get(&f, HOOK "catalog.product.offer.list", "filter[iblockId]=14"), 400, "0",
                "productType is not allowed for this catalog");
}

TEST(a_product_shows_its_pictures_and_their_download)
{
    CLEANUP(done) struct fixture f;

    init(&f);
    int id = (int)number_at(add_picture(&f, 5, "DETAIL_PICTURE", "a.png", PIXEL_A), "id");
    const struct value *answer = get(&f, HOOK "catalog.product.get", "id=5");
    char text[200];

    snprintf(text, sizeof text, "%d", id);
    CHECK_BYTES(text_at(answer, "result.product.detailPicture.id"), bytes_str(text));
    CHECK_INT(at(answer, "result.product.previewPicture")->type, VALUE_NULL);
    CHECK_BYTES(text_at(answer, "result.product.active"), B("Y"));
    CHECK_INT(number_at(answer, "result.product.sort"), 500);
    CHECK(value_get(at(answer, "result.product"), B("parentId")) == NULL);
    snprintf(text, sizeof text,
             "/rest/catalog.product.download?fields%%5BfieldName%%5D=detailPicture"
             "&fields%%5BfileId%%5D=%d&fields%%5BproductId%%5D=5",
             id);
    CHECK_BYTES(text_at(answer, "result.product.detailPicture.url"), bytes_str(text));

    get(&f, HOOK "catalog.product.download", strchr(text, '?') + 1);
    CHECK_INT(f.res.status, 200);
    CHECK(sends_pixel_a(&f));
    CHECK_ERROR(&f, get(&f, HOOK "catalog.product.download", "fields[fileId]=1"), 400, "0",
                "Required fields: fieldName, productId");
    CHECK_ERROR(&f, get(&f, HOOK "catalog.product.get", "id=51"), 400, "0",
                "product does not exist.");
    CHECK_ERROR(&f, get(&f, HOOK "catalog.product.sku.get", "id=5"), 400, "0",
                "sku does not exist.");
}

TEST(there_are_two_catalogs)
{
    CLEANUP(done) struct fixture f;

    init(&f);
    const struct value *answer = get(&f, CATALOGS, "");
    CHECK_INT(number_at(answer, "total"), 2);
    CHECK_INT(number_at(answer, "result.catalogs.0.iblockId"), 14);
    CHECK_INT(number_at(answer, "result.catalogs.1.productIblockId"), 14);
    CHECK_INT(number_at(get(&f, CATALOGS, "order[id]=DESC"), "result.catalogs.0.id"), 15);
    CHECK_INT(number_at(get(&f, CATALOGS, "filter[@id][]=15&select[]=id"), "total"), 1);
    CHECK_INT(number_at(get(&f, CATALOGS, "filter[!@iblockId][]=15"), "result.catalogs.0.id"), 14);
    CHECK_INT(number_at(get(&f, CATALOGS, "filter[%25name]=VARI"), "result.catalogs.0.id"), 15);
    CHECK_INT(number_at(get(&f, CATALOGS, "filter[%3D%25name]=P%25ti%25s"), "total"), 1);
    CHECK_INT(number_at(get(&f, CATALOGS, "filter[%3D%25name]=%25ducts"), "total"), 1);
    CHECK_INT(number_at(get(&f, CATALOGS, "filter[>id]=15"), "total"), 0);
    CHECK_INT(at(get(&f, CATALOGS, "start=50"), "result.catalogs")->count, 0);
}

TEST(a_product_is_added_changed_and_deleted)
{
    CLEANUP(done) struct fixture f;
    char body[1000];

    init(&f);
    snprintf(body, sizeof body,
             "{\"fields\":{\"iblockId\":14,\"name\":\"Cup\",\"quantity\":\"2.5\","
             "\"detailPicture\":{\"fileData\":[\"a.png\",\"%s\"]},"
             "\"property44\":[{\"value\":{\"fileData\":[\"b.png\",\"%s\"]}}]}}",
             PIXEL_A, PIXEL_B);
    const struct value *answer = post(&f, HOOK "catalog.product.add", JSON, body);
    CHECK_INT(f.res.status, 200);
    int64_t id = number_at(answer, "result.element.id");
    CHECK_INT(id, 61);
    CHECK_INT(at(answer, "result.element.quantity")->type, VALUE_DOUBLE);
    CHECK_INT(at(answer, "result.element.property44")->count, 1);

    answer = post(&f, HOOK "catalog.product.update", JSON,
                  "{\"id\":61,\"fields\":{\"name\":\"Mug\",\"property44\":[],"
                  "\"property9\":\"x\"}}");
    CHECK_BYTES(text_at(answer, "result.element.name"), B("Mug"));
    CHECK_INT(at(answer, "result.element.property44")->type, VALUE_NULL);
    CHECK_BYTES(text_at(answer, "result.element.property9.value"), B("x"));
    CHECK_INT(at(answer, "result.element.detailPicture")->type, VALUE_MAP);
    CHECK_INT(at(get(&f, LIST, "productId=61"), "result.productImages")->count, 1);

    CHECK_ERROR(&f, get(&f, READER "catalog.product.delete", "id=61"), 400, "200040300040",
                "Access Denied");
    CHECK_INT(at(get(&f, HOOK "catalog.product.delete", "id=61"), "result")->type, VALUE_BOOL);
    CHECK_ERROR(&f, get(&f, HOOK "catalog.product.delete", "id=61"), 400, "0",
                "product does not exist.");
    answer = get(&f, HOOK "catalog.product.offer.getFieldsByFilter", "filter[iblockId]=15");
    CHECK_BYTES(text_at(answer, "result.offer.parentId.type"), B("productproperty"));
}

TEST_MAIN
