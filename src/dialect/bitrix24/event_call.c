#include "dialect/bitrix24/event_call.h"

#include "base/clock.h"
#include "base/uri.h"

static const struct bytes event_names[] = {
    [EVENT_PRODUCT_ADD] = B("CATALOG.PRODUCT.ON.ADD"),
    [EVENT_PRODUCT_UPDATE] = B("CATALOG.PRODUCT.ON.UPDATE"),
    [EVENT_PRODUCT_DELETE] = B("CATALOG.PRODUCT.ON.DELETE"),
};

struct bytes b24_event_name(enum event event)
{
    return event_names[event];
}

bool b24_event_of_name(struct bytes name, enum event *out)
{
    for (int event = 1; event <= EVENT_COUNT; event++) {
        if (bytes_eq_nocase(name, event_names[event])) {
            *out = (enum event)event;
            return true;
        }
    }
    return false;
}

static void add_text(struct strbuf *out, const char *name, struct bytes value)
{
    if (out->len)
        strbuf_char(out, '&');
    uri_encode(out, bytes_str(name));
    strbuf_char(out, '=');
    uri_encode(out, value);
}

static void add_int(struct strbuf *out, const char *name, int64_t value)
{
    add_text(out, name, B(""));
    strbuf_int(out, value);
}

/* https://host:8443/there -> host:8443 */
static struct bytes domain_of(struct bytes base_url)
{
    struct bytes rest = bytes_from(base_url, bytes_index(base_url, ':') + 3);

    return bytes_first(rest, bytes_index(rest, '/'));
}

static void add_endpoint(struct strbuf *out, const char *name, struct bytes base_url)
{
    add_text(out, name, base_url);
    uri_encode(out, B("/rest/"));
}

static void add_tokens(struct strbuf *out, const struct application_tokens *tokens, int64_t now_us)
{
    add_text(out, "auth[access_token]", tokens->access);
    add_int(out, "auth[expires]", tokens->access_expires_us / SECOND_US);
    add_int(out, "auth[expires_in]", (tokens->access_expires_us - now_us) / SECOND_US);
    add_int(out, "auth[user_id]", tokens->user_id);
}

void b24_event_write(struct strbuf *out, const struct b24_event_call *call)
{
    const struct event_delivery *delivery = call->delivery;

    add_text(out, "event", b24_event_name(delivery->event));
    add_int(out, "event_handler_id", call->handler->id);
    add_int(out, "data[FIELDS][ID]", delivery->record_id);
    add_int(out, "data[FIELDS][TYPE]", delivery->subtype);
    add_int(out, "ts", delivery->happened_us / SECOND_US);
    if (call->tokens)
        add_tokens(out, call->tokens, call->now_us);
    add_text(out, "auth[scope]", call->tokens ? call->tokens->scopes : B("catalog"));
    add_text(out, "auth[domain]", domain_of(call->base_url));
    add_endpoint(out, "auth[server_endpoint]", call->base_url);
    add_text(out, "auth[status]", B("L"));
    add_endpoint(out, "auth[client_endpoint]", call->base_url);
    add_text(out, "auth[member_id]", call->member_id);
    add_text(out, "auth[application_token]", call->handler->token);
}
