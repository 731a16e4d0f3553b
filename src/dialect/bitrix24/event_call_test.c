#include "base/clock.h"
#include "dialect/bitrix24/event_call.h"
#include "test.h"

static struct bytes written(struct arena *arena, const struct application_tokens *tokens,
                            const char *base_url)
{
    struct event_handler handler = { .id = 4, .token = B("app&token") };
    struct event_delivery delivery = { .id = 9,
                                       .handler_id = 4,
                                       .event = EVENT_PRODUCT_UPDATE,
                                       .record_id = 37,
                                       .subtype = SUBTYPE_OFFER,
                                       .happened_us = 1790000000 * SECOND_US + 5 };
    struct b24_event_call call = { .handler = &handler,
                                   .delivery = &delivery,
                                   .base_url = bytes_str(base_url),
                                   .member_id = B("0123"),
                                   .tokens = tokens,
                                   .now_us = 1790000100 * SECOND_US };
    struct strbuf out;

    strbuf_init(&out, arena, 64, 4096);
    b24_event_write(&out, &call);
    CHECK(!out.failed);
    return strbuf_bytes(&out);
}

TEST(a_call_says_what_happened_and_whose_it_is)
{
    struct arena *arena = arena_new(1 << 16);

    CHECK_BYTES(written(arena, NULL, "https://pictures.example:8443/sub"),
                B("event=CATALOG.PRODUCT.ON.UPDATE&event_handler_id=4&data%5BFIELDS%5D%5BID%5D=37"
                  "&data%5BFIELDS%5D%5BTYPE%5D=4&ts=1790000000&auth%5Bscope%5D=catalog"
                  "&auth%5Bdomain%5D=pictures.example%3A8443"
                  "&auth%5Bserver_endpoint%5D=https%3A%2F%2Fpictures.example%3A8443%2Fsub%2Frest%2F"
                  "&auth%5Bstatus%5D=L"
                  "&auth%5Bclient_endpoint%5D=https%3A%2F%2Fpictures.example%3A8443%2Fsub%2Frest%2F"
                  "&auth%5Bmember_id%5D=0123&auth%5Bapplication_token%5D=app%26token"));
    arena_free(arena);
}

TEST(tokens_stand_beside_it_when_a_user_is_known)
{
    struct arena *arena = arena_new(1 << 16);
    struct application_tokens tokens = { .access = B("s/cret"),
                                         .access_expires_us = 1790003600 * SECOND_US,
                                         .user_id = 5,
                                         .scopes = B("catalog,user") };

    CHECK_BYTES(written(arena, &tokens, "http://localhost"),
                B("event=CATALOG.PRODUCT.ON.UPDATE&event_handler_id=4&data%5BFIELDS%5D%5BID%5D=37"
                  "&data%5BFIELDS%5D%5BTYPE%5D=4&ts=1790000000&auth%5Baccess_token%5D=s%2Fcret"
                  "&auth%5Bexpires%5D=1790003600&auth%5Bexpires_in%5D=3500&auth%5Buser_id%5D=5"
                  "&auth%5Bscope%5D=catalog%2Cuser&auth%5Bdomain%5D=localhost"
                  "&auth%5Bserver_endpoint%5D=http%3A%2F%2Flocalhost%2Frest%2F&auth%5Bstatus%5D=L"
                  "&auth%5Bclient_endpoint%5D=http%3A%2F%2Flocalhost%2Frest%2F"
                  "&auth%5Bmember_id%5D=0123&auth%5Bapplication_token%5D=app%26token"));
    arena_free(arena);
}

TEST(names_of_events_are_found_in_any_case)
{
    enum event event = 0;

    CHECK(b24_event_of_name(B("catalog.Product.on.Delete"), &event));
    CHECK_INT(event, EVENT_PRODUCT_DELETE);
    CHECK(!b24_event_of_name(B("CATALOG.PRODUCT.ON"), &event));
    CHECK(!b24_event_of_name(B(""), &event));
    for (int i = 1; i <= EVENT_COUNT; i++) {
        CHECK(b24_event_of_name(b24_event_name((enum event)i), &event));
        CHECK_INT(event, i);
    }
}

TEST_MAIN
