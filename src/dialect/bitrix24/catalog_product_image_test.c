#include "dialect/bitrix24/fixture_test.h"

TEST(the_keys_of_an_image_are_sorted)
{
    CLEANUP(done) struct fixture f;
    struct bytes before = B("");

    init(&f);
    const struct value *image = add_picture(&f, 1, "MORE_PHOTO", "a.png", PIXEL_A);
    for (const struct value *field = image->first; field; field = field->next) {
        CHECK(memcmp(before.at, field->name.at, before.len < 3 ? before.len : 3) <= 0);
        before = field->name;
    }
    CHECK(image->first != NULL);
    CHECK_BYTES(image->first->name, B("createTime"));
    CHECK_BYTES(image->last->name, B("type"));
}

TEST(get_tells_what_is_wrong_in_the_order_of_the_original)
{
    CLEANUP(done) struct fixture f;

    init(&f);
    int id = (int)number_at(add_picture(&f, 1, "MORE_PHOTO", "a.png", PIXEL_A), "id");
    char other[64];
    snprintf(other, sizeof other, "productId=2&id=%d", id);
    CHECK_ERROR(&f, get(&f, GET, ""), 400, "100", "Could not find value for parameter {id}");
    CHECK_ERROR(&f, get(&f, GET, "id=1"), 400, "100",
                "Could not find value for parameter {productId}");
    CHECK_ERROR(&f, get(&f, GET, "id=1&productId=x"), 400, "100",
                "Invalid value {x} to match with parameter {productId}. Should be value of type "
                "int.");
    CHECK_ERROR(&f, get(&f, GET, "id=1&productId=99999"), 400, "0", "Product was not found");
    CHECK_ERROR(&f, get(&f, GET, "id=1&productId=2147483648"), 400, "0", "Product was not found");
    CHECK_ERROR(&f, get(&f, GET, "id=1&productId=-1"), 400, "0", "Product was not found");
    CHECK_ERROR(&f, get(&f, GET, "id=99999&productId=1"), 400, "0", "productImage does not exist.");
    CHECK_ERROR(&f, get(&f, GET, "id=2147483648&productId=1"), 400, "0",
                "productImage does not exist.");
    CHECK_ERROR(&f, get(&f, GET, other), 400, "0", "productImage does not exist.");
    CHECK_ERROR(&f, post(&f, GET, JSON, "{\"id\":"), 400, "100",
                "Could not find value for parameter {id}");
}

TEST(adding_a_detail_picture_replaces_it_and_more_photos_pile_up)
{
    CLEANUP(done) struct fixture f;

    init(&f);
    int64_t first = number_at(add_picture(&f, 1, "DETAIL_PICTURE", "a.png", PIXEL_A), "id");
    int64_t second = number_at(add_picture(&f, 1, "DETAIL_PICTURE", "b.png", PIXEL_B), "id");
    int64_t third = number_at(add_picture(&f, 1, "no such type", "c.png", PIXEL_A), "id");
    int64_t fourth = number_at(add_picture(&f, 1, "MORE_PHOTO", "d.png", PIXEL_B), "id");
    const struct value *answer = get(&f, HOOK "catalog.productImage.list", "productId=1");

    CHECK(first != second);
    CHECK_INT(number_at(answer, "total"), 3);
    CHECK(value_get(answer, B("next")) == NULL);
    CHECK_INT(number_at(answer, "result.productImages.0.id"), second);
    CHECK_INT(number_at(answer, "result.productImages.1.id"), third);
    CHECK_BYTES(text_at(answer, "result.productImages.1.type"), B("MORE_PHOTO"));
    CHECK_INT(number_at(answer, "result.productImages.2.id"), fourth);
}

TEST(list_selects_pages_and_complains_as_the_original)
{
    CLEANUP(done) struct fixture f;

    init(&f);
    const struct value *answer = get(&f, LIST, "productId=2");
    CHECK_INT(at(answer, "result.productImages")->count, 0);
    CHECK_INT(number_at(answer, "total"), 0);

    int64_t first = number_at(add_picture(&f, 2, "MORE_PHOTO", "a.png", PIXEL_A), "id");
    for (int i = 0; i < 55; i++)
        add_picture(&f, 2, "MORE_PHOTO", "a.png", PIXEL_A);
    answer = get(&f, LIST, "productId=2&select[]=ID&select[]=name&select[]=nonsense&start=50");
    CHECK_INT(at(answer, "result.productImages")->count, 56);
    CHECK_INT(at(answer, "result.productImages.0")->count, 2);
    answer = get(&f, LIST, "productId=2&select[]=nonsense");
    CHECK_INT(at(answer, "result.productImages.0")->count, 7);

    char body[200];
    snprintf(body, sizeof body,
             "{\"productId\":2,\"order\":{\"ID\":\"ASC\"},\"filter\":{\">ID\":%d},\"start\":-1}",
             (int)first);
    answer = post(&f, LIST, JSON, body);
    CHECK_INT(at(answer, "result.productImages")->count, 50);
    CHECK_INT(number_at(answer, "result.productImages.0.id"), first + 1);
    CHECK(value_get(answer, B("total")) == NULL);

    CHECK_ERROR(&f, get(&f, LIST, ""), 400, "100",
                "Could not find value for parameter {productId}");
    CHECK_ERROR(&f, get(&f, LIST, "productId="), 400, "100",
                "Invalid value {} to match with parameter {productId}. Should be value of type "
                "int.");
    CHECK_ERROR(&f, get(&f, LIST, "productId=0"), 400, "0", "Empty productID");
    CHECK_ERROR(&f, get(&f, LIST, "productId=2147483648"), 400, "0", "Product was not found");
    CHECK_ERROR(&f, get(&f, LIST, "productId=1&select=id"), 400, "100",
                "Invalid value {id} to match with parameter {select}. Should be value of type "
                "array.");
}

TEST(delete_takes_a_picture_away_once)
{
    CLEANUP(done) struct fixture f;
    char query[64];

    init(&f);
    snprintf(query, sizeof query, "productId=1&id=%d",
             (int)number_at(add_picture(&f, 1, "MORE_PHOTO", "a.png", PIXEL_A), "id"));
    CHECK_ERROR(&f, get(&f, READER DELETE, query), 400, "200040300020", "Access Denied");
    CHECK_ERROR(&f, get(&f, READER DELETE, "id=1"), 400, "100",
                "Could not find value for parameter {productId}");
    CHECK(at(get(&f, HOOK DELETE, query), "result")->boolean);
    CHECK_ERROR(&f, get(&f, HOOK DELETE, query), 400, "0", "productImage does not exist.");
    CHECK_ERROR(&f, get(&f, HOOK DELETE, "id=1&productId=4000"), 400, "0", "Product was not found");
}

static const struct {
    const char *body;
    const char *code;
    const char *text;
} bad_adds[] = {
    { "{}", "100", "Could not find value for parameter {fields}" },
    { "{\"fields\":{}}", "100", "Could not find value for parameter {fileContent}" },
    { "{\"fields\":7,\"fileContent\":[]}", "100",
      "Invalid value {7} to match with parameter {fields}. Should be value of type array." },
    { "{\"fields\":{},\"fileContent\":\"abc\"}", "100",
      "Invalid value {abc} to match with parameter {fileContent}. Should be value of type array." },
    { "{\"fields\":{},\"fileContent\":[]}", "0", "Required fields: productId" },
    { "{\"fields\":{\"productId\":99999},\"fileContent\":[]}", "0", "Product was not found" },
    { "{\"fields\":{\"productId\":\"x\"},\"fileContent\":[]}", "0", "Product was not found" },
    { "{\"fields\":{\"productId\":1},\"fileContent\":[]}", "0", "Could not save image." },
    { "{\"fields\":{\"productId\":1},\"fileContent\":[\"a.png\",\"\"]}", "0",
      "Could not save image." },
    { "{\"fields\":{\"productId\":1},\"fileContent\":[\"a.png\",null]}", "0",
      "Could not save image." },
    { "{\"fields\":{\"productId\":1},\"fileContent\":[\"\",\"" PIXEL_A "\"]}", "0",
      "File name is not specified." },
    { "{\"fields\":{\"productId\":1},\"fileContent\":[\"a\\u0001.png\",\"" PIXEL_A "\"]}", "0",
      "File name contains invalid characters." },
    { "{\"fields\":{\"productId\":1},\"fileContent\":[\"a.png\",\"aGVsbG8gd29ybGQ=\"]}", "0",
      "Invalid file type." },
    { "{\"fields\":{\"productId\":1},\"fileContent\":[\"a.png\",\"b'" PIXEL_A "'\"]}", "0",
      "Invalid file type." },
};

TEST(a_wrong_add_is_told_what_is_wrong)
{
    CLEANUP(done) struct fixture f;

    init(&f);
    for (size_t i = 0; i < COUNT(bad_adds); i++) {
        const struct value *answer =
            post(&f, HOOK "catalog.productImage.add", JSON, bad_adds[i].body);

        CHECK_INT(f.res.status, 400);
        CHECK_BYTES(text_at(answer, "error"), bytes_str(bad_adds[i].code));
        CHECK_BYTES(text_at(answer, "error_description"), bytes_str(bad_adds[i].text));
    }
    CHECK_ERROR(
        &f, post(&f, READER "catalog.productImage.add", JSON, "{\"fields\":{},\"fileContent\":[]}"),
        400, "200040300020", "Access Denied");
    const struct value *answer = get(&f, HOOK "catalog.productImage.list", "productId=1");
    CHECK_INT(number_at(answer, "total"), 0);
}

TEST(a_picture_over_the_limit_is_refused_by_its_size)
{
    CLEANUP(done) struct fixture f;

    init(&f);
    f.settings.picture_bytes_max = 20;
    CHECK_ERROR(&f,
                post(&f, HOOK "catalog.productImage.add", JSON,
                     "{\"fields\":{\"productId\":1},\"fileContent\":[\"a.png\",\"" PIXEL_A "\"]}"),
                400, "0", "Maximum upload file size exceeded.");
}

TEST(forms_carry_pictures_too)
{
    CLEANUP(done) struct fixture f;

    init(&f);
    /* an unescaped + in the base64 arrives as a space */
    const struct value *answer =
        post(&f, HOOK "catalog.productImage.add", "application/x-www-form-urlencoded",
             "fields[PRODUCT_ID]=3&fields[type]=PREVIEW_PICTURE&fileContent[0]=dir/photo"
             "&fileContent[1]=" PIXEL_A);
    CHECK_INT(f.res.status, 200);
    CHECK_BYTES(text_at(answer, "result.productImage.name"), B("photo.png"));
    CHECK_BYTES(text_at(answer, "result.productImage.type"), B("PREVIEW_PICTURE"));
}

TEST(get_fields_names_all_seven)
{
    CLEANUP(done) struct fixture f;

    init(&f);
    const struct value *answer = get(&f, READER "catalog.productImage.getFields", "x=1");
    CHECK_INT(at(answer, "result.productImage")->count, 7);
    CHECK_BYTES(text_at(answer, "result.productImage.productId.type"), B("string"));
    CHECK(at(answer, "result.productImage.productId.isRequired")->boolean);
    CHECK(at(answer, "result.productImage.id.isReadOnly")->boolean);
    CHECK_BYTES(text_at(answer, "result.productImage.createTime.type"), B("datetime"));
}

TEST_MAIN
