#include "dialect/bitrix24/fixture_test.h"

#define BATCH HOOK "batch"

static const struct value *batch_as(struct fixture *f, const char *hook, const char *body)
{
    char path[100];

    snprintf(path, sizeof path, "%sbatch", hook);
    const struct value *answer = post(f, path, JSON, body);
    CHECK_INT(f->res.status, 200);
    CHECK_INT(at(answer, "time")->count, 6);
    CHECK_INT(at(answer, "result")->count, 5);
    return at(answer, "result");
}

static const struct value *batch(struct fixture *f, const char *body)
{
    return batch_as(f, HOOK, body);
}

/* The map of that name is an empty list, as PHP writes an empty array. */
static bool is_empty(const struct value *result, const char *map)
{
    return at(result, map)->type == VALUE_LIST && at(result, map)->count == 0;
}

#define CHECK_FAILED(result, key, want_code, want_text)                                            \
    do {                                                                                           \
        CHECK_BYTES(text_at(result, "result_error." key ".error"), B(want_code));                  \
        CHECK_BYTES(text_at(result, "result_error." key ".error_description"), B(want_text));      \
    } while (0)

TEST(every_command_is_answered_under_its_key)
{
    CLEANUP(done) struct fixture f;

    init(&f);
    add_picture(&f, 7, "MORE_PHOTO", "a.png", PIXEL_A);
    const struct value *result =
        batch(&f, "{\"halt\":0,\"cmd\":{\"images\":\"catalog.productImage.list?productId=7\","
                  "\"bad\":\"catalog.productimage.get?productId=7&id=99\","
                  "\"page\":\"catalog.product.list?filter[iblockId]=14&select[]=id&select[]="
                  "iblockId\",\"admin\":\"user.admin\"}}");

    CHECK_INT(at(result, "result")->count, 3);
    CHECK_INT(number_at(result, "result.images.productImages.0.productId"), 7);
    CHECK_INT(at(result, "result.admin")->boolean, true);
    CHECK_INT(at(result, "result_error")->count, 1);
    CHECK_FAILED(result, "bad", "0", "productImage does not exist.");
    CHECK_INT(at(result, "result_total")->count, 2);
    CHECK_INT(number_at(result, "result_total.images"), 1);
    CHECK_INT(at(result, "result_next")->count, 1);
    CHECK_INT(number_at(result, "result_next.page"), 50);
    CHECK_INT(at(result, "result_time")->count, 3);
    CHECK_INT(at(result, "result_time.admin")->count, 6);
}

TEST(a_batch_without_commands_has_five_empty_maps)
{
    static const char *const bodies[] = { "{}",
                                          "{\"cmd\":null}",
                                          "{\"cmd\":\"server.time\"}",
                                          "{\"cmd\":[]}",
                                          "{\"cmd\":{}}",
                                          "{\"cmd\":[1,null,true,{\"method\":\"profile\"}]}",
                                          "{\"commands\":[\"profile\"]}",
                                          "nonsense" };
    CLEANUP(done) struct fixture f;

    init(&f);
    for (size_t i = 0; i < COUNT(bodies); i++) {
        const struct value *result = batch(&f, bodies[i]);
        CHECK(is_empty(result, "result") && is_empty(result, "result_error") &&
              is_empty(result, "result_total") && is_empty(result, "result_next") &&
              is_empty(result, "result_time"));
    }
}

TEST(keys_in_order_make_a_list_and_gaps_an_object)
{
    static const struct {
        const char *cmd;
        enum value_type result, error, time;
        const char *key; /* of the last result */
    } rows[] = {
        { "[\"profile\",\"user.admin\"]", VALUE_LIST, VALUE_LIST, VALUE_LIST, "1" },
        { "{\"0\":\"profile\",\"1\":\"user.admin\"}", VALUE_LIST, VALUE_LIST, VALUE_LIST, "1" },
        { "{\"1\":\"profile\",\"0\":\"user.admin\"}", VALUE_MAP, VALUE_LIST, VALUE_MAP, "0" },
        { "{\"a\":\"profile\"}", VALUE_MAP, VALUE_LIST, VALUE_MAP, "a" },
        { "{\"\":\"profile\",\"\\\"\":\"user.admin\"}", VALUE_MAP, VALUE_LIST, VALUE_MAP, "\"" },
        { "[\"profile\",\"no\",\"user.admin\"]", VALUE_MAP, VALUE_MAP, VALUE_MAP, "2" },
        { "[\"no\",\"user.admin\"]", VALUE_MAP, VALUE_LIST, VALUE_MAP, "1" },
        { "[\"profile\",\"user.admin\",\"no\"]", VALUE_LIST, VALUE_MAP, VALUE_LIST, "1" },
        { "[\"profile\",7,\"user.admin\"]", VALUE_MAP, VALUE_LIST, VALUE_MAP, "2" },
    };
    CLEANUP(done) struct fixture f;
    char body[200];

    init(&f);
    for (size_t i = 0; i < COUNT(rows); i++) {
        snprintf(body, sizeof body, "{\"cmd\":%s}", rows[i].cmd);
        const struct value *result = batch(&f, body);
        CHECK_INT(at(result, "result")->type, rows[i].result);
        CHECK_INT(at(result, "result_error")->type, rows[i].error);
        CHECK_INT(at(result, "result_time")->type, rows[i].time);
        if (rows[i].result == VALUE_MAP)
            CHECK_BYTES(at(result, "result")->last->name, bytes_str(rows[i].key));
    }
}

TEST(parameters_are_found_in_any_case_and_in_any_form)
{
    CLEANUP(done) struct fixture f;

    init(&f);
    const struct value *halted = batch(&f, "{\"CMD\":[\"no\",\"profile\"],\"Halt\":\"1\"}");
    CHECK_INT(at(halted, "result_error")->count, 1);
    CHECK(is_empty(halted, "result"));
    CHECK_BYTES(text_at(get(&f, BATCH, "cmd[me]=profile"), "result.result.me.ID"), B("1"));
    CHECK_BYTES(text_at(get(&f, BATCH, "cmd%5Bme%5D=profile&halt="), "result.result.me.ID"),
                B("1"));
    const struct value *answer =
        get(&f, BATCH,
            "cmd[0]=catalog.product.list%3Fselect%255B%255D%3Did%26select%255B%255D%3D"
            "iblockId%26filter%5BiblockId%5D%3D14%26filter%5B%3Ename%5D%3DProduct%252059");
    CHECK_INT(number_at(answer, "result.result.0.products.0.id"), 6);
    answer = post(&f, BATCH, "application/x-www-form-urlencoded",
                  "halt=0&cmd[x]=user.admin&cmd[y]=server.time");
    CHECK_INT(at(answer, "result.result")->count, 2);
}

TEST(halt_stops_at_the_first_failure)
{
    static const struct {
        const char *halt;
        int results;
    } rows[] = { { "0", 2 },     { "1", 1 },      { "true", 1 }, { "false", 2 }, { "\"1\"", 1 },
                 { "\"0\"", 2 }, { "\"\"", 2 },   { "null", 2 }, { "[]", 2 },    { "[0]", 1 },
                 { "0.0", 2 },   { "\"no\"", 1 }, { "-1", 1 } };
    CLEANUP(done) struct fixture f;
    char body[200];

    init(&f);
    for (size_t i = 0; i < COUNT(rows); i++) {
        snprintf(body, sizeof body,
                 "{\"halt\":%s,\"cmd\":{\"a\":\"profile\",\"b\":\"no\",\"c\":\"profile\"}}",
                 rows[i].halt);
        const struct value *result = batch(&f, body);
        CHECK_INT(at(result, "result")->count, rows[i].results);
        CHECK_INT(at(result, "result_time")->count, rows[i].results);
        CHECK_FAILED(result, "b", "ERROR_METHOD_NOT_FOUND", "Method not found!");
    }
}

static const struct {
    const char *hook;
    const char *command;
    const char *code;
    const char *text;
} failures[] = {
    { HOOK, "batch", "ERROR_BATCH_METHOD_NOT_ALLOWED", "Method is not allowed for batch usage" },
    { HOOK, "Batch?cmd[]=profile", "ERROR_BATCH_METHOD_NOT_ALLOWED",
      "Method is not allowed for batch usage" },
    { HOOK, "download?token=x", "ERROR_BATCH_METHOD_NOT_ALLOWED",
      "Method is not allowed for batch usage" },
    { HOOK, "UPLOAD", "ERROR_BATCH_METHOD_NOT_ALLOWED", "Method is not allowed for batch usage" },
    { HOOK, "catalog.product.download?fields[fileId]=1", "ERROR_BATCH_METHOD_NOT_ALLOWED",
      "Method is not allowed for batch usage" },
    { HOOK, "", "ERROR_METHOD_NOT_FOUND", "Method not found!" },
    { HOOK, "?a=1", "ERROR_METHOD_NOT_FOUND", "Method not found!" },
    { HOOK, "profile.json", "ERROR_METHOD_NOT_FOUND", "Method not found!" },
    { HOOK, "/profile", "ERROR_METHOD_NOT_FOUND", "Method not found!" },
    { HOOK, "no.download", "ERROR_METHOD_NOT_FOUND", "Method not found!" },
    { HOOK, "catalog.productImage.list", "100", "Could not find value for parameter {productId}" },
    { HOOK, "catalog.productImage.list?productId=x", "100",
      "Invalid value {x} to match with parameter {productId}. Should be value of type int." },
    { HOOK, "catalog.productImage.list?productId=$result[none]", "100",
      "Invalid value {} to match with parameter {productId}. Should be value of type int." },
    { HOOK, "catalog.productImage.list?productId=0", "0", "Empty productID" },
    { HOOK, "catalog.productImage.list?productId=999", "0", "Product was not found" },
    { READER, "catalog.productImage.delete?productId=1&id=1", "200040300020", "Access Denied" },
    { READER, "user.current", "insufficient_scope", "" },
    { "/rest/1/crm-hook-secret/", "catalog.catalog.list", "insufficient_scope", "" },
};

TEST(a_failure_is_worded_as_in_a_call_of_its_own_and_its_code_is_text)
{
    CLEANUP(done) struct fixture f;
    char body[200];

    init(&f);
    f.settings.numeric_error_codes = true;
    for (size_t i = 0; i < COUNT(failures); i++) {
        snprintf(body, sizeof body, "{\"cmd\":{\"a\":\"%s\"}}", failures[i].command);
        const struct value *result = batch_as(&f, failures[i].hook, body);
        CHECK(is_empty(result, "result") && is_empty(result, "result_time"));
        CHECK_BYTES(text_at(result, "result_error.a.error"), bytes_str(failures[i].code));
        CHECK_BYTES(text_at(result, "result_error.a.error_description"),
                    bytes_str(failures[i].text));
    }
}

TEST(the_fifty_first_command_is_one_too_many)
{
    CLEANUP(done) struct fixture f;
    char body[2000];
    size_t len = 0;

    init(&f);
    for (int i = 0; i < 53; i++)
        len += (size_t)snprintf(body + len, sizeof body - len, "%s\"user.admin\"",
                                i ? "," : "{\"cmd\":[");
    snprintf(body + len, sizeof body - len, "]}");
    const struct value *result = batch(&f, body);
    CHECK_INT(at(result, "result")->type, VALUE_LIST);
    CHECK_INT(at(result, "result")->count, 50);
    CHECK_INT(at(result, "result_error")->count, 3);
    CHECK_FAILED(result, "50", "ERROR_BATCH_LENGTH_EXCEEDED", "Max batch length exceeded");
    CHECK_FAILED(result, "52", "ERROR_BATCH_LENGTH_EXCEEDED", "Max batch length exceeded");
}

TEST(a_command_refers_to_the_results_of_earlier_ones)
{
    CLEANUP(done) struct fixture f;

    init(&f);
    const struct value *result = batch(
        &f, "{\"halt\":0,\"cmd\":{\"early\":\"catalog.productImage.list?productId=$result[p]"
            "[products][0][id]\",\"p\":\"catalog.product.list?select[]=id&select[]=iblockId&"
            "filter[iblockId]=14&filter[name]=Product 23\","
            "\"add\":\"catalog.productImage.add?fields[productId]=$result[p][products][0][id]&"
            "fileContent[0]=$total[p].png&fileContent[1]=" PIXEL_A "\","
            "\"get\":\"catalog.productImage.get?productId=%24result%5Bp%5D%5Bproducts%5D%5B0%5D%5B"
            "id%5D&id=$Result[add][productImage][id]\","
            "\"late\":\"catalog.productImage.list?productId=$error[early][error]\"}}");

    CHECK_INT(at(result, "result_error")->count, 2);
    CHECK_FAILED(result, "early", "100",
                 "Invalid value {} to match with parameter {productId}. Should be value of type "
                 "int.");
    CHECK_FAILED(result, "late", "0", "Product was not found"); /* product 100 */
    CHECK_INT(number_at(result, "result.get.productImage.productId"), 23);
    CHECK_BYTES(text_at(result, "result.get.productImage.name"), B("1.png"));
}

TEST(a_plus_that_became_a_space_is_read_in_commands_whatever_the_body_is)
{
    CLEANUP(done) struct fixture f;
    char command[1000];

    init(&f);
    CHECK(strchr(PIXEL_A, '+') != NULL); /* nothing encodes it: it arrives as a space */
    snprintf(command, sizeof command,
             "{\"cmd\":[\"catalog.productImage.add?fields[productId]=5&fileContent[]=a.png&"
             "fileContent[]=%s\"]}",
             PIXEL_A);
    const struct value *result = batch(&f, command);
    CHECK_INT(number_at(result, "result.0.productImage.productId"), 5);
    struct bytes url = text_at(result, "result.0.productImage.detailUrl");
    get(&f, arena_str(f.arena, url), "");
    CHECK(sends_pixel_a(&f));
}

TEST(reads_see_what_commands_before_them_have_written)
{
    CLEANUP(done) struct fixture f;

    init(&f);
    const struct value *result =
        batch(&f, "{\"cmd\":{\"none\":\"catalog.productImage.list?productId=9\","
                  "\"add\":\"catalog.productImage.add?fields[productId]=9&fileContent[]=a.png&"
                  "fileContent[]=" PIXEL_A "\",\"one\":\"catalog.productImage.list?productId=9\","
                  "\"gone\":\"catalog.productImage.delete?productId=9&id=$result[add][productImage]"
                  "[id]\",\"again\":\"catalog.productImage.list?productId=9\"}}");

    CHECK(is_empty(result, "result_error"));
    CHECK_INT(number_at(result, "result_total.none"), 0);
    CHECK_INT(number_at(result, "result_total.one"), 1);
    CHECK_INT(number_at(result, "result_total.again"), 0);
    CHECK_INT(at(result, "result.gone")->boolean, true);
}

TEST(a_batch_can_be_xml_and_is_no_matter_of_head)
{
    CLEANUP(done) struct fixture f;

    init(&f);
    get(&f, BATCH ".xml", "cmd[a]=user.admin&cmd[b]=no");
    CHECK_INT(f.res.status, 200);
    CHECK(bytes_starts(f.res.body,
                       B("<response><result><result><a>1</a></result><result_error><b><error>"
                         "ERROR_METHOD_NOT_FOUND</error>")));
    ask_as(&f, (struct http_request){ .method = HTTP_HEAD, .path = B(BATCH) });
    CHECK_INT(f.res.status, 405);
}

TEST(a_batch_needs_a_credential_like_any_call)
{
    CLEANUP(done) struct fixture f;

    init(&f);
    CHECK_ERROR(&f, post(&f, "/rest/batch", JSON, "{\"cmd\":[\"profile\"]}"), 401, "NO_AUTH_FOUND",
                "Wrong authorization data");
    const struct value *answer =
        post(&f, "/rest/batch", JSON, "{\"auth\":\"access-token-one\",\"cmd\":[\"profile\"]}");
    CHECK_BYTES(text_at(answer, "result.result.0.ID"), B("1"));
}

TEST_MAIN
