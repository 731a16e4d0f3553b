#include "base/clock.h"
#include "core/event.h"
#include "core/picture_rows.h"
#include "core/store.h"
#include "support/fixture.h"

#define URL "https://shop.example/hook"

static const struct owner mug = { KIND_PRODUCT, 1 };
static const struct owner cup = { KIND_PRODUCT, 2 };

static struct settings listening(const char *urls)
{
    struct settings settings = settings_default;

    settings.event_url = bytes_str(urls);
    settings.event_token = B("our-token");
    return settings;
}

/* A store that tells URL of everything, with two products. */
static struct fixture open_listening(struct settings *settings)
{
    struct err e = { 0 };
    struct fixture f = open_fixture(settings);

    store_add_record(f.core, KIND_PRODUCT, 1);
    store_add_record(f.core, KIND_PRODUCT, 2);
    store_add_record(f.core, KIND_PERSON, 1);
    CHECK_OK(event_configure(f.core, &e));
    return f;
}

static struct event_backlog *backlog(struct fixture *f, size_t *count)
{
    struct event_backlog *all = NULL;
    struct err e = { 0 };

    CHECK_OK(event_backlog(f->core, f->arena, false, &all, count, &e));
    return all;
}

static int32_t handler_of(struct fixture *f, enum event event)
{
    size_t count;
    struct event_backlog *all = backlog(f, &count);

    for (size_t i = 0; i < count; i++) {
        if (all[i].handler.event == event)
            return all[i].handler.id;
    }
    test_fail(__FILE__, __LINE__, "nobody listens to %s", event_name(event));
    return 0;
}

static size_t due(struct fixture *f, enum event event, int64_t now_us, struct event_delivery **out)
{
    struct err e = { 0 };
    size_t count;

    CHECK_OK(event_due(f->core, f->arena, handler_of(f, event), now_us, 1000, out, &count, &e));
    return count;
}

/* How many of that event wait for the product; all are taken off. */
static int take(struct fixture *f, enum event event, int32_t product)
{
    struct event_delivery *all = NULL;
    size_t count = due(f, event, clock_now_us(), &all);
    struct err e = { 0 };
    int of_product = 0;

    for (size_t i = 0; i < count; i++) {
        struct event_outcome outcome = { all[i].handler_id, all[i].id, EVENT_ARRIVED, 0 };
        of_product += all[i].record_id == product;
        CHECK_OK(event_settle(f->core, &outcome, 1, &e));
    }
    return of_product;
}

static int64_t waiting(struct fixture *f)
{
    size_t count;
    struct event_backlog *all = backlog(f, &count);
    int64_t sum = 0;

    for (size_t i = 0; i < count; i++)
        sum += all[i].waiting;
    return sum;
}

#define CHECK_UPDATES(f, product, n)                                                               \
    do {                                                                                           \
        CHECK_INT(waiting(f), n);                                                                  \
        CHECK_INT(take(f, EVENT_PRODUCT_UPDATE, product), n);                                      \
        CHECK_INT(waiting(f), 0);                                                                  \
    } while (0)

TEST(urls_have_a_scheme_and_a_host_and_no_name)
{
    static const struct {
        const char *url;
        bool want;
    } table[] = {
        { "https://a.example", true },
        { "http://a.example:8080/x?y=z", true },
        { "HTTPS://A.example/", true },
        { "https://[2001:db8::1]:81/", true },
        { "https://a.example/x@y", true },
        { "https://a.example?x@y", true },
        { "", false },
        { "a.example", false },
        { "ftp://a.example/", false },
        { "file:///etc/passwd", false },
        { "https://", false },
        { "https:///x", false },
        { "https://:80/", false },
        { "https://?x", false },
        { "https://user@a.example/", false },
        { "https://user:word@a.example/", false },
        { "https://a.example\\@b.example/", false },
        { "https://a.example/x y", false },
        { "https://a.example/\r\nHost: b", false },
        { "https://\xc3\xa4.example/", false },
    };
    char text[EVENT_URL_MAX + 2] = "https://";

    for (size_t i = 0; i < COUNT(table); i++) {
        if (event_url_is_good(bytes_str(table[i].url)) != table[i].want)
            test_fail(__FILE__, __LINE__, "%s", table[i].url);
    }
    memset(text + 8, 'a', EVENT_URL_MAX + 1 - 8);
    CHECK(event_url_is_good(bytes_of(text, EVENT_URL_MAX)));
    CHECK(!event_url_is_good(bytes_of(text, EVENT_URL_MAX + 1)));
}

TEST(nothing_is_queued_when_nobody_listens)
{
    struct fixture f = open_fixture(NULL);
    int64_t next = 0;
    struct err e = { 0 };

    store_add_record(f.core, KIND_PRODUCT, 1);
    put(&f, mug, 1);
    CHECK_OK(meta_counter(f.core->meta, TENANT_DEFAULT, "event", &next, &e));
    CHECK_INT(next, 1);
    close_fixture(&f);
}

TEST(records_tell_when_they_are_made_changed_and_deleted)
{
    struct settings settings = listening(URL);
    struct fixture f = open_listening(&settings);
    struct event_delivery *all;
    struct err e = { 0 };
    int64_t before_us = clock_now_us();

    store_add_record(f.core, KIND_PRODUCT, 7);
    CHECK_INT(due(&f, EVENT_PRODUCT_ADD, clock_now_us(), &all), 1);
    CHECK_INT(all[0].event, EVENT_PRODUCT_ADD);
    CHECK_INT(all[0].record_id, 7);
    CHECK_INT(all[0].subtype, SUBTYPE_SIMPLE);
    CHECK_INT(all[0].attempts, 0);
    CHECK(all[0].happened_us >= before_us && all[0].happened_us <= clock_now_us());
    CHECK_INT(take(&f, EVENT_PRODUCT_ADD, 7), 1);

    CHECK_OK(record_delete(f.core, &store_admin, (struct owner){ KIND_PRODUCT, 7 }, &e));
    CHECK_INT(take(&f, EVENT_PRODUCT_DELETE, 7), 1);
    CHECK_INT(record_delete(f.core, &store_admin, (struct owner){ KIND_PRODUCT, 7 }, &e),
              ERR_NOT_FOUND);
    store_add_record(f.core, KIND_PROJECT, 7);
    CHECK_OK(record_delete(f.core, &store_admin, (struct owner){ KIND_PROJECT, 7 }, &e));
    CHECK_INT(waiting(&f), 0);
    close_fixture(&f);
}

static enum err_code rename_it(struct record *record, struct arena *arena, void *context,
                               struct err *e)
{
    (void)arena;
    (void)e;
    record->name = bytes_str(context);
    return ERR_NONE;
}

TEST(an_edit_tells_if_it_changes_something)
{
    struct settings settings = listening(URL);
    struct fixture f = open_listening(&settings);
    char cup_name[] = "Cup";
    struct record_edit edit = { rename_it, cup_name };
    struct record out;
    struct err e = { 0 };

    CHECK_OK(record_edit(f.core, &store_admin, f.arena, mug, &edit, &out, &e));
    CHECK_UPDATES(&f, 1, 1);
    CHECK_OK(record_edit(f.core, &store_admin, f.arena, mug, &edit, &out, &e));
    CHECK_INT(waiting(&f), 0);
    close_fixture(&f);
}

TEST(a_parent_tells_of_each_variation_that_goes_with_it)
{
    struct settings settings = listening(URL);
    struct fixture f = open_listening(&settings);
    struct record parent = {
        .kind = KIND_PRODUCT, .id = 10, .subtype = SUBTYPE_PARENT, .name = B("Shirt")
    };
    struct record child = { .kind = KIND_PRODUCT,
                            .id = 11,
                            .subtype = SUBTYPE_OFFER,
                            .parent_id = 10,
                            .name = B("Red shirt") };
    struct event_delivery *all;
    struct record out;
    struct err e = { 0 };

    CHECK_OK(record_add(f.core, &store_admin, f.arena, &parent, &out, &e));
    CHECK_OK(record_add(f.core, &store_admin, f.arena, &child, &out, &e));
    CHECK_OK(record_delete(f.core, &store_admin, (struct owner){ KIND_PRODUCT, 10 }, &e));
    CHECK_INT(due(&f, EVENT_PRODUCT_DELETE, clock_now_us(), &all), 2);
    CHECK_INT(all[0].record_id, 11);
    CHECK_INT(all[0].subtype, SUBTYPE_OFFER);
    CHECK_INT(all[1].record_id, 10);
    CHECK_INT(all[1].subtype, SUBTYPE_PARENT);
    close_fixture(&f);
}

TEST(every_change_of_a_picture_is_one_update_of_its_product)
{
    struct settings settings = listening(URL);
    struct fixture f = open_listening(&settings);
    struct picture_texts texts = { .description = B("A mug") };
    struct picture_content content = { 0 };
    struct picture picture;
    char gif[STORE_GIF_LEN];
    struct err e = { 0 };
    bool flag;

    put(&f, mug, 1);
    CHECK_UPDATES(&f, 1, 1);
    struct picture shown = put(&f, mug, 2);
    CHECK_UPDATES(&f, 1, 1);
    struct picture more = add(&f, mug, ROLE_MORE, 3);
    CHECK_UPDATES(&f, 1, 1);
    add(&f, mug, ROLE_PREVIEW, 4);
    CHECK_UPDATES(&f, 1, 1);
    add(&f, mug, ROLE_PREVIEW, 5);
    CHECK_UPDATES(&f, 1, 1);
    CHECK_OK(picture_describe(f.core, &store_admin, f.arena, mug, &texts, &picture, &flag, &e));
    CHECK_UPDATES(&f, 1, 1);
    CHECK_OK(picture_describe(f.core, &store_admin, f.arena, mug, &texts, &picture, &flag, &e));
    CHECK_INT(waiting(&f), 0);
    CHECK_OK(picture_delete(f.core, &store_admin, mug, more.id, &flag, &e));
    CHECK_UPDATES(&f, 1, 1);
    CHECK_INT(picture_delete(f.core, &store_admin, mug, more.id, &flag, &e), ERR_NOT_FOUND);
    CHECK_INT(waiting(&f), 0);
    CHECK_OK(picture_link(f.core, &store_admin, cup, shown.id, &e));
    CHECK_UPDATES(&f, 2, 1);
    CHECK_OK(picture_link(f.core, &store_admin, cup, shown.id, &e));
    CHECK_INT(waiting(&f), 0);

    /* on both products */
    content.bytes = store_gif(gif, 6);
    CHECK_OK(picture_replace(f.core, &store_admin, f.arena, shown.id, &content, &picture, &e));
    CHECK_INT(waiting(&f), 2);
    CHECK_INT(take(&f, EVENT_PRODUCT_UPDATE, 2), 1);
    texts.description = B("Both");
    CHECK_OK(picture_describe_id(f.core, &store_admin, f.arena, shown.id, &texts, &picture, &e));
    CHECK_INT(waiting(&f), 2);
    CHECK_INT(take(&f, EVENT_PRODUCT_UPDATE, 1), 1);
    CHECK_OK(picture_remove(f.core, &store_admin, shown.id, &e));
    CHECK_INT(waiting(&f), 2);
    CHECK_INT(take(&f, EVENT_PRODUCT_UPDATE, 1), 1);

    CHECK_OK(
        picture_delete_seen(f.core, &store_admin, mug, (struct picture_condition){ 0 }, &flag, &e));
    CHECK(flag);
    CHECK_UPDATES(&f, 1, 1);
    CHECK_OK(
        picture_delete_seen(f.core, &store_admin, mug, (struct picture_condition){ 0 }, &flag, &e));
    CHECK(!flag);
    CHECK_OK(picture_link(f.core, &store_admin, cup, 0, &e));
    CHECK_INT(waiting(&f), 0);
    content.bytes = store_gif(gif, 7);
    CHECK_OK(picture_put_thumbnail(f.core, &store_admin, f.arena, cup, &content, &picture, &e));
    CHECK_UPDATES(&f, 2, 1);
    close_fixture(&f);
}

TEST(other_kinds_and_pictures_by_themselves_tell_nothing)
{
    struct settings settings = listening(URL);
    struct fixture f = open_listening(&settings);
    struct owner person = { KIND_PERSON, 1 };
    char gif[STORE_GIF_LEN];
    struct picture_content content = { .bytes = store_gif(gif, 1) };
    struct picture_texts texts = { .description = B("x") };
    struct picture picture;
    struct err e = { 0 };
    bool flag;

    put(&f, person, 1);
    CHECK_OK(picture_describe(f.core, &store_admin, f.arena, person, &texts, &picture, &flag, &e));
    CHECK_OK(record_delete(f.core, &store_admin, person, &e));
    CHECK_OK(picture_new(f.core, &store_admin, f.arena, &content, (struct bytes){ 0 }, &texts,
                         &picture, &e));
    CHECK_OK(picture_remove(f.core, &store_admin, picture.id, &e));
    CHECK_INT(waiting(&f), 0);
    close_fixture(&f);
}

TEST(a_change_that_fails_tells_nothing)
{
    struct settings settings = listening(URL);
    struct fixture f = open_listening(&settings);
    char gif[STORE_GIF_LEN];
    struct picture_content content = { .bytes = store_gif(gif, 1) };
    struct record taken = { .kind = KIND_PRODUCT, .id = 1, .name = B("Again") };
    struct record out;
    struct picture picture;
    struct err e = { 0 };

    CHECK_INT(record_add(f.core, &store_admin, f.arena, &taken, &out, &e), ERR_CONFLICT);
    CHECK_INT(picture_put(f.core, &store_admin, f.arena, (struct owner){ KIND_PRODUCT, 99 },
                          &content, &picture, &e),
              ERR_NOT_FOUND);
    CHECK_INT(waiting(&f), 0);
    close_fixture(&f);
}

TEST(each_handler_has_its_own_queue_in_order)
{
    struct settings settings = listening(URL " https://b.example/ " URL);
    struct fixture f = open_listening(&settings);
    struct event_backlog *all;
    struct event_delivery *first;
    struct event_delivery *second;
    struct err e = { 0 };
    size_t count;

    for (unsigned i = 0; i < 5; i++)
        put(&f, i % 2 ? cup : mug, i);
    all = backlog(&f, &count);
    CHECK_INT(count, 6);
    CHECK_BYTES(all[1].handler.url, B(URL));
    CHECK_BYTES(all[1].handler.token, B("our-token"));
    CHECK_INT(all[1].handler.application_id, 0);
    CHECK_INT(all[1].handler.user_id, 0);
    CHECK_BYTES(all[4].handler.url, B("https://b.example/"));
    CHECK_INT(all[1].waiting, 5);
    CHECK_INT(all[0].waiting, 0);
    CHECK_OK(event_due(f.core, f.arena, all[1].handler.id, 0, 3, &first, &count, &e));
    CHECK_INT(count, 3);
    CHECK_OK(event_due(f.core, f.arena, all[4].handler.id, 0, 10, &second, &count, &e));
    CHECK_INT(count, 5);
    for (size_t i = 0; i < 3; i++) {
        CHECK_INT(first[i].id, second[i].id);
        CHECK_INT(first[i].record_id, i % 2 ? 2 : 1);
        CHECK(i == 0 || first[i].id > first[i - 1].id);
    }
    close_fixture(&f);
}

TEST(what_failed_waits_longer_each_time_and_is_given_up_at_last)
{
    struct settings settings = settings_default;
    struct event_delivery delivery = { .id = 5, .handler_id = 3, .happened_us = SECOND_US };
    static const int64_t waits[] = { 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600 };
    int64_t now_us = 2 * SECOND_US;

    for (size_t i = 0; i < COUNT(waits); i++) {
        delivery.attempts = (int32_t)i;
        struct event_outcome outcome = event_failed(&settings, &delivery, now_us);
        CHECK_INT(outcome.handler_id, 3);
        CHECK_INT(outcome.id, 5);
        CHECK_INT(outcome.fate, EVENT_DELAYED);
        CHECK_INT(outcome.next_us, now_us + waits[i] * SECOND_US);
    }
    delivery.attempts = INT32_MAX;
    now_us = 86401LL * SECOND_US - 3600 * SECOND_US;
    CHECK_INT(event_failed(&settings, &delivery, now_us).fate, EVENT_DELAYED);
    CHECK_INT(event_failed(&settings, &delivery, now_us + 1).fate, EVENT_GIVEN_UP);
}

TEST(outcomes_take_off_or_put_behind)
{
    struct settings settings = listening(URL);
    struct fixture f = open_listening(&settings);
    struct event_delivery *all;
    struct event_backlog *states;
    struct err e = { 0 };
    size_t count;

    put(&f, mug, 1);
    put(&f, cup, 2);
    put(&f, mug, 3);
    CHECK_INT(due(&f, EVENT_PRODUCT_UPDATE, 0, &all), 3);
    const struct event_outcome outcomes[] = {
        { all[0].handler_id, all[0].id, EVENT_DELAYED, 1000 },
        { all[1].handler_id, all[1].id, EVENT_GIVEN_UP, 0 },
        { all[1].handler_id, all[1].id + 1000, EVENT_ARRIVED, 0 }, /* gone meanwhile */
        { 999, all[1].id, EVENT_ARRIVED, 0 },
    };
    CHECK_OK(event_settle(f.core, outcomes, COUNT(outcomes), &e));

    int64_t delayed = all[0].id;
    int64_t new = all[2].id;
    CHECK_INT(due(&f, EVENT_PRODUCT_UPDATE, 999, &all), 1);
    CHECK_INT(all[0].id, new);
    CHECK_INT(due(&f, EVENT_PRODUCT_UPDATE, 1000, &all), 2);
    CHECK_INT(all[0].id, new);
    CHECK_INT(all[1].id, delayed);
    CHECK_INT(all[1].attempts, 1);
    states = backlog(&f, &count);
    CHECK_INT(states[1].waiting, 2);
    CHECK_INT(states[1].dropped, 1);
    CHECK_INT(states[1].attempts, 1);
    CHECK_INT(states[1].next_us, 0);
    CHECK_INT(states[1].oldest_us, all[1].happened_us);
    CHECK_INT(take(&f, EVENT_PRODUCT_UPDATE, 1), 2);
    CHECK_INT(backlog(&f, &count)[1].dropped, 0);
    close_fixture(&f);
}

TEST(beyond_its_bound_a_queue_loses_the_oldest)
{
    struct settings settings = listening(URL);
    struct event_delivery *all;
    size_t count;

    settings.event_queue_max = 5;
    struct fixture f = open_listening(&settings);
    for (unsigned i = 0; i < 12; i++)
        put(&f, mug, i);
    put(&f, cup, 99);
    CHECK_INT(due(&f, EVENT_PRODUCT_UPDATE, 0, &all), 5);
    CHECK_INT(all[4].record_id, 2);
    CHECK_INT(backlog(&f, &count)[1].dropped, 8);
    CHECK_INT(backlog(&f, &count)[1].waiting, 5);
    close_fixture(&f);
}

/* An application that user 1 has let in. */
static struct application add_application(struct fixture *f)
{
    struct application wanted = { .name = B("Shop"), .redirect_uri = B("https://shop.example/") };
    struct user user = { .id = 1, .name = B("anna"), .role = USER_EDITOR };
    struct application_tokens tokens;
    struct application made;
    struct bytes secret;
    struct bytes code;
    struct err e = { 0 };
    int32_t id;

    CHECK_OK(user_add(f->core, &user, (struct bytes){ 0 }, &id, &e));
    CHECK_OK(application_add(f->core, f->arena, &wanted, (struct bytes){ 0 }, &made, &secret, &e));
    CHECK_OK(application_code(f->core, f->arena, &made, 1, B("catalog"), &code, &e));
    CHECK_OK(application_exchange(f->core, f->arena, &made, CREDENTIAL_CODE, code, &tokens, &e));
    return made;
}

static struct event_handler handler_for(const struct application *application, const char *url)
{
    return (struct event_handler){ .application_id = application->id,
                                   .user_id = 1,
                                   .event = EVENT_PRODUCT_UPDATE,
                                   .url = bytes_str(url) };
}

TEST(applications_bind_list_and_unbind_their_own)
{
    struct settings settings = listening(URL);
    struct fixture f = open_listening(&settings);
    struct application app = add_application(&f);
    struct event_handler handler = handler_for(&app, URL);
    struct event_handler *list;
    struct err e = { 0 };
    int32_t id = 0;
    size_t count;

    CHECK_OK(event_bind(f.core, &handler, &id, &e));
    CHECK(id > 0);
    CHECK_INT(event_bind(f.core, &handler, &id, &e), ERR_CONFLICT);
    handler.url = B("nowhere");
    CHECK_INT(event_bind(f.core, &handler, &id, &e), ERR_INVALID);
    handler = handler_for(&app, URL);
    handler.application_id = 77;
    CHECK_INT(event_bind(f.core, &handler, &id, &e), ERR_NOT_FOUND);

    CHECK_OK(event_handlers(f.core, f.arena, app.id, &list, &count, &e));
    CHECK_INT(count, 1);
    CHECK_BYTES(list[0].token, app.application_token);
    put(&f, mug, 1);
    CHECK_INT(waiting(&f), 2);
    CHECK_OK(event_configure(f.core, &e)); /* leaves those of applications */
    CHECK_OK(event_unbind(f.core, app.id, EVENT_PRODUCT_ADD, B(URL), -1, &count, &e));
    CHECK_INT(count, 0);
    CHECK_OK(event_unbind(f.core, app.id, EVENT_PRODUCT_UPDATE, B(URL), 2, &count, &e));
    CHECK_INT(count, 0);
    CHECK_OK(event_unbind(f.core, app.id, EVENT_PRODUCT_UPDATE, B(URL), 1, &count, &e));
    CHECK_INT(count, 1);
    CHECK_INT(waiting(&f), 1);
    close_fixture(&f);
}

TEST(an_application_has_so_many_handlers_and_takes_them_along)
{
    struct fixture f = open_fixture(NULL);
    struct application app = add_application(&f);
    struct err e = { 0 };
    char url[64];
    int32_t id;
    size_t count;

    store_add_record(f.core, KIND_PRODUCT, 1);
    for (int i = 0; i <= EVENT_HANDLERS_MAX; i++) {
        snprintf(url, sizeof url, "https://a.example/%d", i);
        struct event_handler handler = handler_for(&app, url);
        CHECK_INT(event_bind(f.core, &handler, &id, &e),
                  i < EVENT_HANDLERS_MAX ? ERR_NONE : ERR_TOO_LARGE);
    }
    put(&f, mug, 1);
    CHECK_INT(waiting(&f), EVENT_HANDLERS_MAX);
    CHECK_OK(application_remove(f.core, app.id, &e));
    backlog(&f, &count);
    CHECK_INT(count, 0);
    close_fixture(&f);
}

TEST(settings_bind_and_unbind)
{
    struct settings settings = listening(URL);
    struct fixture f = open_listening(&settings);
    struct err e = { 0 };
    size_t count;

    int32_t first = backlog(&f, &count)[0].handler.id;
    put(&f, mug, 1);
    settings.event_url = B(" " URL "  https://b.example/");
    settings.event_token = B("new-token");
    CHECK_OK(event_configure(f.core, &e));
    struct event_backlog *all = backlog(&f, &count);
    CHECK_INT(count, 6);
    CHECK_INT(all[0].handler.id, first);
    for (size_t i = 0; i < count; i++)
        CHECK_BYTES(all[i].handler.token, B("new-token"));
    CHECK_INT(waiting(&f), 1);
    settings.event_url = B("https://b.example/");
    CHECK_OK(event_configure(f.core, &e));
    CHECK_INT(waiting(&f), 0);
    settings.event_url = B("");
    CHECK_OK(event_configure(f.core, &e));
    backlog(&f, &count);
    CHECK_INT(count, 0);
    close_fixture(&f);
}

TEST(tokens_go_with_events_while_the_user_lets_the_application_in)
{
    struct fixture f = open_fixture(NULL);
    struct application app = add_application(&f);
    struct event_handler handler = handler_for(&app, URL);
    struct application_tokens tokens;
    struct credential *all;
    struct principal principal;
    struct err e = { 0 };
    bool found = false;
    size_t count;

    CHECK_OK(event_token(f.core, f.arena, &handler, &tokens, &found, &e));
    CHECK(found);
    CHECK_INT(tokens.user_id, 1);
    CHECK_BYTES(tokens.scopes, B("catalog"));
    CHECK(tokens.access_expires_us > clock_now_us());
    CHECK_OK(access_by_secret(f.core, CREDENTIAL_AUTH, tokens.access, 0, &principal, &e));
    CHECK_INT(principal.application_id, app.id);
    CHECK_INT(principal.user_id, 1);

    handler.user_id = 2;
    CHECK_OK(event_token(f.core, f.arena, &handler, &tokens, &found, &e));
    CHECK(!found);
    handler.user_id = 1;
    CHECK_OK(user_set_disabled(f.core, 1, true, &e));
    CHECK_OK(event_token(f.core, f.arena, &handler, &tokens, &found, &e));
    CHECK(!found);
    CHECK_OK(user_set_disabled(f.core, 1, false, &e));
    CHECK_OK(credential_list(f.core, f.arena, &all, &count, &e));
    for (size_t i = 0; i < count; i++) {
        if (all[i].kind == CREDENTIAL_CODE)
            CHECK_OK(credential_revoke(f.core, all[i].id, &e));
    }
    CHECK_OK(event_token(f.core, f.arena, &handler, &tokens, &found, &e));
    CHECK(!found);
    close_fixture(&f);
}

TEST_MAIN
