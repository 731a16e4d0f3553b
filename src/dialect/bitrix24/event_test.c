#include "core/application.h"
#include "dialect/bitrix24/fixture_test.h"

#define HANDLER "https://shop.example/hook?x=1&y=2"

/* An access token of `user_id` for a new application, which the arena owns. */
static const char *let_in(struct fixture *f, struct application *app, int32_t user_id,
                          const char *scopes)
{
    struct application_tokens tokens;
    struct bytes code;
    struct err e;

    require(application_code(f->core, f->arena, app, user_id, bytes_str(scopes), &code, &e), &e);
    require(application_exchange(f->core, f->arena, app, CREDENTIAL_CODE, code, &tokens, &e), &e);
    return arena_printf(f->arena, "%.*s", (int)tokens.access.len, tokens.access.at);
}

static struct application add_application(struct fixture *f)
{
    struct application wanted = { .name = B("Shop"),
                                  .redirect_uri = B("https://shop.example/"),
                                  .scopes = B("catalog,user") };
    struct application made;
    struct bytes secret;
    struct err e;

    require(application_add(f->core, f->arena, &wanted, (struct bytes){ 0 }, &made, &secret, &e),
            &e);
    return made;
}

/* A call with JSON members; `token` NULL: by webhook. */
static const struct value *call(struct fixture *f, const char *method, const char *token,
                                const char *members)
{
    const char *path = arena_printf(f->arena, "%s%s", token ? "/rest/" : HOOK, method);
    const char *auth =
        token ? arena_printf(f->arena, "\"auth\":\"%s\"%s", token, *members ? "," : "") : "";

    return post(f, path, JSON, arena_printf(f->arena, "{%s%s}", auth, members));
}

#define UPDATE "\"event\":\"catalog.product.on.update\""
#define TO     "\"handler\":\"" HANDLER "\""

TEST(events_are_named_by_scope)
{
    struct fixture f;
    const struct value *answer;

    init(&f);
    answer = get(&f, HOOK "events", "");
    CHECK_INT(at(answer, "result")->type, VALUE_LIST);
    CHECK_BYTES(text_at(answer, "result.0"), B("CATALOG.PRODUCT.ON.ADD"));
    CHECK_BYTES(text_at(answer, "result.1"), B("CATALOG.PRODUCT.ON.UPDATE"));
    CHECK_BYTES(text_at(answer, "result.2"), B("CATALOG.PRODUCT.ON.DELETE"));
    CHECK(value_at(at(answer, "result"), 3) == NULL);
    CHECK(value_at(at(get(&f, HOOK "events", "SCOPE=crm&FULL=1"), "result"), 0) == NULL);
    CHECK(value_at(at(get(&f, HOOK "events", "scope=Catalog"), "result"), 2) != NULL);
    answer = get(&f, "/rest/1/crm-hook-secret/events", "");
    CHECK(value_at(at(answer, "result"), 0) == NULL);
    answer = get(&f, "/rest/1/crm-hook-secret/events", "full=true");
    CHECK(value_at(at(answer, "result"), 2) != NULL);
    done(&f);
}

TEST(binding_takes_an_application)
{
    static const char *const methods[] = { "event.bind", "event.unbind", "event.get" };
    struct fixture f;

    init(&f);
    for (size_t i = 0; i < COUNT(methods); i++) {
        CHECK_ERROR(&f, call(&f, methods[i], NULL, UPDATE "," TO), 400, "ACCESS_DENIED",
                    "Access denied! Application context required");
        CHECK_ERROR(&f, call(&f, methods[i], "access-token-one", UPDATE "," TO), 400,
                    "ACCESS_DENIED", "Access denied! Application context required");
    }
    done(&f);
}

TEST(what_is_bound_is_listed_and_unbound)
{
    struct fixture f;
    const struct value *answer;

    init(&f);
    struct application app = add_application(&f);
    const char *token = let_in(&f, &app, 1, "catalog");
    answer = call(&f, "event.bind", token, UPDATE "," TO ",\"event_type\":\"ONLINE\"");
    CHECK_INT(f.res.status, 200);
    CHECK_INT(at(answer, "result")->type, VALUE_BOOL);
    CHECK(at(answer, "result")->boolean);
    CHECK_ERROR(&f, call(&f, "event.bind", token, UPDATE "," TO), 400, "ERROR_CORE",
                "Unable to set event handler: Handler already binded");

    answer = call(&f, "event.get", token, "");
    CHECK_BYTES(text_at(answer, "result.0.event"), B("CATALOG.PRODUCT.ON.UPDATE"));
    CHECK_BYTES(text_at(answer, "result.0.handler"), B(HANDLER));
    CHECK_BYTES(text_at(answer, "result.0.auth_type"), B("1"));
    CHECK_INT(number_at(answer, "result.0.offline"), 0);
    CHECK(value_at(at(answer, "result"), 1) == NULL);

    struct application other = add_application(&f);
    const char *others = let_in(&f, &other, 1, "catalog");
    CHECK(value_at(at(call(&f, "event.get", others, ""), "result"), 0) == NULL);
    CHECK_INT(number_at(call(&f, "event.unbind", others, UPDATE "," TO), "result.count"), 0);

    answer = call(&f, "event.unbind", token, UPDATE "," TO ",\"AUTH_TYPE\":\"\"");
    CHECK_INT(number_at(answer, "result.count"), 1);
    CHECK_INT(number_at(call(&f, "event.unbind", token, UPDATE "," TO), "result.count"), 0);
    done(&f);
}

TEST(nobody_speaks_for_others)
{
    struct fixture f;

    init(&f);
    struct application app = add_application(&f);
    const char *admin = let_in(&f, &app, 1, "catalog");
    const char *reader = let_in(&f, &app, 2, "catalog");
    CHECK_ERROR(&f, call(&f, "event.bind", reader, UPDATE "," TO ",\"auth_type\":1"), 403,
                "ACCESS_DENIED",
                "Access denied! Unable to set event handler from the name of another user");
    call(&f, "event.bind", reader, UPDATE "," TO ",\"auth_type\":\"2\"");
    CHECK_INT(f.res.status, 200);
    call(&f, "event.bind", admin, UPDATE "," TO ",\"auth_type\":0");
    CHECK_INT(f.res.status, 200);
    CHECK_INT(number_at(call(&f, "event.unbind", reader, UPDATE "," TO ",\"auth_type\":1"),
                        "result.count"),
              0);
    CHECK_INT(number_at(call(&f, "event.unbind", reader, UPDATE "," TO), "result.count"), 1);
    call(&f, "event.bind", reader, UPDATE "," TO);
    CHECK_INT(number_at(call(&f, "event.unbind", admin, UPDATE "," TO), "result.count"), 2);
    done(&f);
}

TEST(wrong_parameters_are_told_apart)
{
    static const struct {
        const char *members;
        const char *code;
        const char *text;
    } table[] = {
        { TO, "ERROR_ARGUMENT", "Argument 'EVENT' is null or empty" },
        { UPDATE, "ERROR_ARGUMENT", "Argument 'HANDLER' is null or empty" },
        { UPDATE ",\"handler\":\" \"", "ERROR_ARGUMENT", "Argument 'HANDLER' is null or empty" },
        { "\"event\":\"ONCRMLEADADD\"," TO, "ERROR_EVENT_NOT_FOUND", "Event not found" },
        { UPDATE "," TO ",\"event_type\":\"Offline\"", "ERROR_ARGUMENT",
          "Offline events are not available" },
        { UPDATE "," TO ",\"event_type\":\"x\"", "ERROR_ARGUMENT",
          "Value of 'EVENT_TYPE' must be online" },
        { UPDATE "," TO ",\"auth_type\":\"me\"", "ERROR_ARGUMENT",
          "Value of 'AUTH_TYPE' must be the id of a user" },
        { UPDATE ",\"handler\":\"ftp://x/\"", "ERROR_WRONG_HANDLER_URL", "Wrong handler URL" },
        { UPDATE ",\"handler\":[\"x\"]", "ERROR_WRONG_HANDLER_URL", "Wrong handler URL" },
    };
    struct fixture f;

    init(&f);
    struct application app = add_application(&f);
    const char *token = let_in(&f, &app, 1, "catalog");
    for (size_t i = 0; i < COUNT(table); i++) {
        const struct value *answer = call(&f, "event.bind", token, table[i].members);
        CHECK_INT(f.res.status, 400);
        CHECK_BYTES(text_at(answer, "error"), bytes_str(table[i].code));
        CHECK_BYTES(text_at(answer, "error_description"), bytes_str(table[i].text));
    }
    const char *user = let_in(&f, &app, 1, "user");
    CHECK_ERROR(&f, call(&f, "event.bind", user, UPDATE "," TO), 400, "ERROR_EVENT_NOT_FOUND",
                "Event not found");
    done(&f);
}

TEST_MAIN
