#include "dialect/bitrix24/envelope.h"

#include "base/clock.h"
#include "base/json.h"
#include "dialect/bitrix24/xml.h"

/* Seconds with six places, without the detour over a double: 1790000000.120345 */
static void write_seconds(struct strbuf *out, int64_t us)
{
    char digits[7] = ".000000";
    int64_t left = us % SECOND_US;

    for (size_t i = sizeof digits; --i > 0; left /= 10)
        digits[i] = (char)('0' + left % 10);
    strbuf_int(out, us / SECOND_US);
    strbuf_add(out, bytes_of(digits, sizeof digits));
}

/* Clocks may be set back while a request runs; a duration is never negative. */
static int64_t between(int64_t from_us, int64_t to_us)
{
    return to_us > from_us ? to_us - from_us : 0;
}

/* Mostly of the same second: then the text is the same. */
static void write_dates(struct strbuf *out, int64_t start_us, int64_t finish_us)
{
    strbuf_lit(out, ",\"date_start\":\"");
    size_t at = out->len;
    clock_write_offset(out, start_us);
    size_t len = out->len - at;
    strbuf_lit(out, "\",\"date_finish\":\"");
    if (start_us / SECOND_US == finish_us / SECOND_US && strbuf_room(out, len))
        strbuf_add(out, bytes_of(out->at + at, len));
    else
        clock_write_offset(out, finish_us);
    strbuf_char(out, '"');
}

void b24_time_write(struct strbuf *out, const struct b24_times *times)
{
    strbuf_lit(out, "{\"start\":");
    write_seconds(out, times->start_us);
    strbuf_lit(out, ",\"finish\":");
    write_seconds(out, times->finish_us);
    strbuf_lit(out, ",\"duration\":");
    write_seconds(out, between(times->start_us, times->finish_us));
    strbuf_lit(out, ",\"processing\":");
    write_seconds(out, between(times->run_us, times->finish_us));
    write_dates(out, times->start_us, times->finish_us);
    if (times->operating.limited) {
        strbuf_lit(out, ",\"operating\":");
        write_seconds(out, times->operating.used_us);
    }
    if (times->operating.reset_s) {
        strbuf_lit(out, ",\"operating_reset_at\":");
        strbuf_int(out, times->operating.reset_s);
    }
    strbuf_char(out, '}');
}

void b24_envelope_open(struct strbuf *out)
{
    strbuf_lit(out, "{\"result\":");
}

void b24_envelope_close(struct strbuf *out, const struct b24_result *result,
                        const struct b24_times *times)
{
    if (result->next >= 0) {
        strbuf_lit(out, ",\"next\":");
        strbuf_int(out, result->next);
    }
    if (result->total >= 0) {
        strbuf_lit(out, ",\"total\":");
        strbuf_int(out, result->total);
    }
    strbuf_lit(out, ",\"time\":");
    b24_time_write(out, times);
    strbuf_char(out, '}');
}

static bool all_digits(struct bytes text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] < '0' || text.at[i] > '9')
            return false;
    }
    return text.len > 0;
}

void b24_error_write(struct strbuf *out, const struct b24_failure *failure, bool numeric)
{
    strbuf_lit(out, "{\"error\":");
    if (numeric && all_digits(failure->code))
        strbuf_add(out, failure->code);
    else
        json_string(out, failure->code);
    strbuf_lit(out, ",\"error_description\":");
    json_string(out, failure->text);
    strbuf_char(out, '}');
}

void b24_reply_start(struct call *c, int status)
{
    *c->res = (struct http_response){ .status = status };
    http_response_header(c->res, "Access-Control-Allow-Origin", B("*"));
    http_response_header(c->res, "Access-Control-Allow-Headers",
                         B("origin, content-type, accept, authorization"));
    http_response_header(c->res, "X-Content-Type-Options", B("nosniff"));
}

/* Needs no memory, so it is what is left when there is none. */
static void reply_no_memory(struct call *c)
{
    b24_reply_start(c, 500);
    c->res->content_type = B("application/json; charset=utf-8");
    c->res->body = B("{\"error\":\"INTERNAL_SERVER_ERROR\","
                     "\"error_description\":\"Internal server error\"}");
}

void b24_reply(struct call *c, int status, const struct strbuf *json, bool xml)
{
    struct strbuf text;

    if (json->failed) {
        reply_no_memory(c);
        return;
    }
    if (xml) {
        strbuf_init(&text, c->arena, json->len + 256, B24_ANSWER_MAX);
        if (!b24_xml_write(&text, strbuf_bytes(json)) || text.failed) {
            reply_no_memory(c);
            return;
        }
    }
    b24_reply_start(c, status);
    c->res->content_type =
        xml ? B("text/xml; charset=utf-8") : B("application/json; charset=utf-8");
    c->res->body = strbuf_bytes(xml ? &text : json);
}

void b24_reply_failure(struct call *c, const struct b24_failure *failure, bool xml)
{
    struct strbuf text;
    /* while planning and for the HTTP layer's errors there is no core: those codes are no numbers
     */
    bool numeric = c->core && core_settings(c->core)->numeric_error_codes;

    strbuf_init(&text, c->arena, 256, B24_ANSWER_MAX);
    b24_error_write(&text, failure, numeric);
    b24_reply(c, failure->status, &text, xml);
}
