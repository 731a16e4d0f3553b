/* The token end point and the page of OAuth, and what tokens open (bitrix24 12.1). */
#include "core/application.h"
#include "dialect/bitrix24/error.h"
#include "dialect/bitrix24/fixture_test.h"

#define TOKEN "/oauth/token/"
#define PAGE  "/oauth/authorize"
#define FORM  "application/x-www-form-urlencoded"

static struct application add_app(struct fixture *f)
{
    struct application wanted = { .client_id = B("local.shop"),
                                  .name = B("<b>Shop</b> & \"Co\""),
                                  .redirect_uri = B("https://shop.example.com/back"),
                                  .scopes = B("catalog,user") };
    struct application made;
    struct bytes shown;
    struct err e;

    require(application_add(f->core, f->arena, &wanted, B("shop secret"), &made, &shown, &e), &e);
    return made;
}

static const char *code_of(struct fixture *f, const struct application *app)
{
    struct bytes code;
    struct err e;

    require(application_code(f->core, f->arena, app, 1, B(""), &code, &e), &e);
    return arena_str(f->arena, code);
}

static const char *text(struct fixture *f, const char *fmt, const char *value)
{
    size_t room = strlen(fmt) + strlen(value) + 1;
    char *out = arena_alloc(f->arena, room);

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral" /* the tests' own */
    snprintf(out, room, fmt, value);
#pragma GCC diagnostic pop
    return out;
}

#define CLIENT "client_id=local.shop&client_secret=shop+secret"

static const struct value *exchange_code(struct fixture *f, const char *code)
{
    return get(f, TOKEN, text(f, CLIENT "&grant_type=authorization_code&code=%s", code));
}

TEST(a_code_becomes_tokens_with_every_field_of_its_type)
{
    struct fixture f;
    char member_id[MEMBER_ID_LEN];

    init(&f);
    struct application app = add_app(&f);
    const struct value *answer = exchange_code(&f, code_of(&f, &app));
    int64_t now = clock_now_us() / SECOND_US;
    CHECK_INT(f.res.status, 200);
    CHECK_INT(text_at(answer, "access_token").len, 32);
    CHECK_INT(text_at(answer, "refresh_token").len, 32);
    CHECK_INT(number_at(answer, "expires_in"), 3600);
    CHECK(number_at(answer, "expires") >= now + 3598 && number_at(answer, "expires") <= now + 3601);
    CHECK_BYTES(text_at(answer, "client_endpoint"), B("http://pictures.test:8080/rest/"));
    CHECK_BYTES(text_at(answer, "server_endpoint"), B("http://pictures.test:8080/rest/"));
    CHECK_BYTES(text_at(answer, "domain"), B("pictures.test:8080"));
    store_member_id(f.core, member_id);
    CHECK_BYTES(text_at(answer, "member_id"), bytes_of(member_id, sizeof member_id));
    CHECK_BYTES(text_at(answer, "scope"), B("catalog,user"));
    CHECK_BYTES(text_at(answer, "status"), B("L"));
    CHECK_INT(number_at(answer, "user_id"), 1);
    CHECK_BYTES(header(&f, "Cache-Control"), B("no-store"));
    CHECK_BYTES(header(&f, "Access-Control-Allow-Origin"), B("*"));

    const char *access = arena_str(f.arena, text_at(answer, "access_token"));
    get(&f, "/rest/user.current", text(&f, "auth=%s", access));
    CHECK_INT(f.res.status, 200);
    done(&f);
}

TEST(a_refresh_token_is_taken_from_query_form_and_json)
{
    struct fixture f;

    init(&f);
    struct application app = add_app(&f);
    const struct value *answer = exchange_code(&f, code_of(&f, &app));
    const char *refresh = arena_str(f.arena, text_at(answer, "refresh_token"));

    answer = get(
        &f, "/oauth/token",
        text(&f, CLIENT "&grant_type=refresh_token&bx24_request_id=1&refresh_token=%s", refresh));
    CHECK_INT(f.res.status, 200);
    refresh = arena_str(f.arena, text_at(answer, "refresh_token"));
    answer = post(&f, TOKEN, FORM,
                  text(&f, CLIENT "&grant_type=refresh_token&refresh_token=%s", refresh));
    CHECK_INT(f.res.status, 200);
    refresh = arena_str(f.arena, text_at(answer, "refresh_token"));
    post(&f, "/oauth/token", JSON,
         text(&f,
              "{\"client_id\":\"local.shop\",\"client_secret\":\"shop secret\","
              "\"grant_type\":\"refresh_token\",\"refresh_token\":\"%s\"}",
              refresh));
    CHECK_INT(f.res.status, 200);
    done(&f);
}

static const struct value *basic(struct fixture *f, const char *credentials, const char *query)
{
    struct http_header headers[] = { { B("Authorization"), bytes_str(credentials) } };

    return ask_as(f, (struct http_request){ .method = HTTP_GET,
                                            .path = B(TOKEN),
                                            .query = bytes_str(query),
                                            .headers = headers,
                                            .header_count = 1 });
}

TEST(the_secret_may_come_by_basic)
{
    struct fixture f;

    init(&f);
    struct application app = add_app(&f);
    const char *query = text(&f, "grant_type=authorization_code&code=%s", code_of(&f, &app));
    /* local.shop:wrong, then local.shop:shop+secret */
    CHECK_BYTES(text_at(basic(&f, "Basic bG9jYWwuc2hvcDp3cm9uZw==", query), "error"),
                B("invalid_client"));
    CHECK_INT(f.res.status, 401);
    CHECK_BYTES(header(&f, "WWW-Authenticate"), B("Basic realm=\"oauth\""));
    CHECK_BYTES(text_at(basic(&f, "Basic !!", query), "error"), B("invalid_client"));
    basic(&f, "Basic bG9jYWwuc2hvcDpzaG9wK3NlY3JldA==", query);
    CHECK_INT(f.res.status, 200);
    done(&f);
}

TEST(each_wrong_request_has_its_code_and_no_word_that_clients_take_for_another)
{
    static const struct {
        const char *query;
        int status;
        const char *error;
    } cases[] = {
        { "", 400, "invalid_request" },
        { CLIENT, 400, "invalid_request" },
        { CLIENT "&grant_type=authorization_code", 400, "invalid_request" },
        { CLIENT "&grant_type=refresh_token", 400, "invalid_request" },
        { CLIENT "&grant_type=refresh_token&refresh_token=", 400, "invalid_request" },
        { CLIENT "&grant_type=refresh_token&refresh_token[]=x", 400, "invalid_request" },
        { CLIENT "&grant_type=password", 400, "unsupported_grant_type" },
        { CLIENT "&grant_type=refresh_token&refresh_token=x", 400, "invalid_grant" },
        { CLIENT "&grant_type=authorization_code&code=x", 400, "invalid_grant" },
        { CLIENT "&grant_type=authorization_code&code=x&redirect_uri=https://b", 400,
          "invalid_grant" },
        { CLIENT "&grant_type=refresh_token&refresh_token=x&scope=crm", 400, "invalid_scope" },
        { "client_id=local.shop&client_secret=x&grant_type=refresh_token&refresh_token=x", 401,
          "invalid_client" },
        { "client_id=local.other&client_secret=x&grant_type=refresh_token&refresh_token=x", 401,
          "invalid_client" },
        { "grant_type=refresh_token&refresh_token=x", 401, "invalid_client" },
    };
    struct fixture f;

    init(&f);
    add_app(&f);
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct value *answer = get(&f, TOKEN, cases[i].query);
        CHECK_INT(f.res.status, cases[i].status);
        CHECK_BYTES(text_at(answer, "error"), bytes_str(cases[i].error));
        CHECK_INT(answer->count, 2);
        const char *says = arena_str(f.arena, text_at(answer, "error_description"));
        CHECK(*says && !strcasestr(says, "portal") && !strcasestr(says, "domain") &&
              !strcasestr(says, "not found"));
        CHECK_BYTES(header(&f, "Cache-Control"), B("no-store"));
    }
    ask_as(&f, (struct http_request){ .method = HTTP_HEAD, .path = B(TOKEN) });
    CHECK_INT(f.res.status, 405);
    ask_as(&f, (struct http_request){ .method = HTTP_OPTIONS, .path = B(TOKEN) });
    CHECK_INT(f.res.status, 204);
    done(&f);
}

TEST(a_code_that_comes_twice_closes_what_it_opened)
{
    struct fixture f;

    init(&f);
    struct application app = add_app(&f);
    const char *code = code_of(&f, &app);
    const struct value *answer = exchange_code(&f, code);
    const char *query = text(&f, "auth=%s", arena_str(f.arena, text_at(answer, "access_token")));

    get(&f, "/rest/profile", query);
    CHECK_INT(f.res.status, 200);
    CHECK_BYTES(text_at(exchange_code(&f, code), "error"), B("invalid_grant"));
    CHECK_ERROR(&f, get(&f, "/rest/profile", query), 401, "invalid_token",
                "The access token provided is invalid");
    done(&f);
}

TEST(tokens_of_an_application_that_is_removed_say_so)
{
    struct fixture f;
    struct err e;

    init(&f);
    struct application app = add_app(&f);
    const struct value *answer = exchange_code(&f, code_of(&f, &app));
    const char *query = text(&f, "auth=%s", arena_str(f.arena, text_at(answer, "access_token")));

    require(application_remove(f.core, app.id, &e), &e);
    CHECK_ERROR(&f, get(&f, "/rest/profile", query), 401, "APPLICATION_NOT_FOUND",
                "Application not found");
    CHECK_BYTES(
        text_at(get(&f, TOKEN, CLIENT "&grant_type=refresh_token&refresh_token=x"), "error"),
        B("invalid_client"));
    done(&f);
}

/* ---- the page ---- */

static bool body_has(const struct fixture *f, const char *words)
{
    return memmem(f->res.body.at, f->res.body.len, words, strlen(words)) != NULL;
}

static void ask_page(struct fixture *f, const char *query, bool local)
{
    ask_as(f, (struct http_request){
                  .method = HTTP_GET, .path = B(PAGE), .query = bytes_str(query), .local = local });
}

/* What stands between `name="NAME" value="` and the next quote. */
static const char *hidden(struct fixture *f, const char *name)
{
    const char *mark = text(f, "name=\"%s\" value=\"", name);
    const char *at = memmem(f->res.body.at, f->res.body.len, mark, strlen(mark));

    if (!at)
        test_fail(__FILE__, __LINE__, "no field %s", name);
    at += strlen(mark);
    struct bytes rest = bytes_of(at, (size_t)(f->res.body.at + f->res.body.len - at));
    return arena_str(f->arena, bytes_first(rest, bytes_index(rest, '"')));
}

static const char *cookie(struct fixture *f)
{
    struct bytes set = header(f, "Set-Cookie");

    return arena_str(f->arena, bytes_first(set, bytes_index(set, ';')));
}

static void send_form(struct fixture *f, const char *cookie_text, const char *body)
{
    struct http_header headers[] = { { B("Content-Type"), B(FORM) },
                                     { B("Cookie"), bytes_str(cookie_text) } };

    ask_as(f, (struct http_request){ .method = HTTP_POST,
                                     .path = B(PAGE "/"),
                                     .body = bytes_str(body),
                                     .headers = headers,
                                     .header_count = 2,
                                     .local = true });
}

TEST(the_page_shows_who_asks_for_what_and_nothing_of_it_is_markup)
{
    struct fixture f;

    init(&f);
    add_app(&f);
    ask_page(&f, "client_id=local.shop&response_type=code&state=%22%3E%3Cscript%3E", true);
    CHECK_INT(f.res.status, 200);
    CHECK(body_has(&f, "&lt;b&gt;Shop&lt;/b&gt; &amp; &quot;Co&quot;"));
    CHECK(body_has(&f, "See products and their pictures"));
    CHECK(body_has(&f, "See your name and role"));
    CHECK(body_has(&f, "<strong>shop.example.com</strong>"));
    CHECK(!body_has(&f, "<script"));
    CHECK_BYTES(bytes_str(hidden(&f, "state")), B("&quot;&gt;&lt;script&gt;"));
    CHECK_BYTES(header(&f, "X-Frame-Options"), B("DENY"));
    CHECK_BYTES(header(&f, "Cache-Control"), B("no-store"));
    CHECK_BYTES(header(&f, "Referrer-Policy"), B("no-referrer"));
    CHECK(bytes_starts(header(&f, "Content-Security-Policy"), B("default-src 'none'; ")));
    CHECK(header(&f, "Access-Control-Allow-Origin").at == NULL);
    done(&f);
}

TEST(who_is_unknown_or_wants_another_address_is_sent_nowhere)
{
    static const char *const queries[] = {
        "",
        "client_id=local.other&response_type=code",
        "client_id=local.shop&redirect_uri=https://shop.example.com/back2",
        "client_id=local.shop&redirect_uri=https://shop.example.com/bac",
        "client_id=local.shop&redirect_uri=https://shop.example.com/back/",
        "client_id=local.shop&redirect_uri=https://evil.example.com/",
        "client_id=%3Cscript%3E",
    };
    struct fixture f;

    init(&f);
    add_app(&f);
    for (size_t i = 0; i < COUNT(queries); i++) {
        ask_page(&f, queries[i], true);
        CHECK_INT(f.res.status, 400);
        CHECK(header(&f, "Location").at == NULL);
        CHECK(!body_has(&f, "<form") && !body_has(&f, "<script") && !body_has(&f, "example.com"));
    }
    done(&f);
}

TEST(other_mistakes_of_an_application_are_told_to_it)
{
    struct fixture f;

    init(&f);
    add_app(&f);
    ask_page(&f, "client_id=local.shop&response_type=token&state=a%26b", true);
    CHECK_INT(f.res.status, 302);
    CHECK_BYTES(header(&f, "Location"),
                B("https://shop.example.com/back?error=unsupported_response_type&state=a%26b"
                  "&error_description=The%20response_type%20is%20not%20code"));
    ask_page(&f, "client_id=local.shop&response_type=code&scope=crm", true);
    CHECK(bytes_starts(header(&f, "Location"),
                       B("https://shop.example.com/back?error=invalid_scope&error_desc")));
    done(&f);
}

TEST(passwords_are_asked_for_over_https_or_on_this_machine)
{
    struct fixture f;

    init(&f);
    add_app(&f);
    ask_page(&f, "client_id=local.shop", false);
    CHECK_INT(f.res.status, 403);
    CHECK(!body_has(&f, "<form"));
    f.settings.basic_over_http = true;
    ask_page(&f, "client_id=local.shop", false);
    CHECK_INT(f.res.status, 200);
    done(&f);
}

TEST(who_allows_is_sent_back_with_a_code_and_who_denies_with_a_no)
{
    struct fixture f;
    struct err e;

    init(&f);
    add_app(&f);
    require(user_set_password(f.core, 1, B("the password"), &e), &e);
    ask_page(&f, "client_id=local.shop&state=s+1&scope=user", true);
    const char *mine = cookie(&f);
    const char *fields = text(&f, "client_id=local.shop&state=s+1&scope=user&user=admin&form=%s",
                              hidden(&f, "form"));
    send_form(&f, mine, text(&f, "%s&password=wrong&action=allow", fields));
    CHECK_INT(f.res.status, 401);
    CHECK(body_has(&f, "User name or password is wrong."));
    send_form(&f, mine, text(&f, "%s&action=deny", fields));
    CHECK_INT(f.res.status, 302);
    CHECK_BYTES(header(&f, "Location"),
                B("https://shop.example.com/back?error=access_denied&state=s%201"
                  "&error_description=The%20user%20denied%20access"));
    send_form(&f, mine, text(&f, "%s&password=the+password&action=allow", fields));
    CHECK_INT(f.res.status, 302);
    struct bytes location = header(&f, "Location");
    CHECK(bytes_starts(location, B("https://shop.example.com/back?code=")));
    struct bytes rest = bytes_from(location, bytes_index(location, '&'));
    CHECK(bytes_starts(rest, B("&state=s%201&domain=pictures.test%3A8080&member_id=")));
    CHECK(bytes_ends_nocase(rest, B("&scope=user&server_domain=pictures.test%3A8080")));
    struct bytes code = bytes_from(location, sizeof "https://shop.example.com/back?code=" - 1);
    const struct value *answer =
        exchange_code(&f, arena_str(f.arena, bytes_first(code, bytes_index(code, '&'))));
    CHECK_BYTES(text_at(answer, "scope"), B("user"));
    done(&f);
}

TEST(a_form_counts_for_its_browser_its_request_and_its_time)
{
    struct fixture f;

    init(&f);
    add_app(&f);
    ask_page(&f, "client_id=local.shop&state=1", true);
    const char *mine = cookie(&f);
    const char *form = hidden(&f, "form");
    ask_page(&f, "client_id=local.shop&state=1", true);
    const char *others = cookie(&f);
    CHECK(strcmp(mine, others) != 0);

    const char *good = text(&f, "client_id=local.shop&state=1&action=deny&form=%s", form);
    send_form(&f, mine, good);
    CHECK_INT(f.res.status, 302);
    send_form(&f, others, good);
    CHECK_INT(f.res.status, 403);
    send_form(&f, "", good);
    CHECK_INT(f.res.status, 403);
    send_form(&f, mine, text(&f, "client_id=local.shop&state=2&action=deny&form=%s", form));
    CHECK_INT(f.res.status, 403);
    send_form(&f, mine, text(&f, "client_id=local.shop&action=deny&form=%s", form));
    CHECK_INT(f.res.status, 403);
    send_form(&f, mine,
              text(&f, "client_id=local.shop&state=1&scope=user&action=deny&form=%s", form));
    CHECK_INT(f.res.status, 403);
    send_form(&f, mine, text(&f, "client_id=local.shop&state=1&action=deny&form=9%s", form));
    CHECK_INT(f.res.status, 403);
    send_form(&f, mine, "client_id=local.shop&state=1&action=deny&form=1.x");
    CHECK_INT(f.res.status, 403);
    CHECK(body_has(&f, "<form")); /* to be sent again */
    done(&f);
}

TEST_MAIN
