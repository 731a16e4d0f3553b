#include "base/clock.h"
#include "http/http.h"

/* A tag without what says in which form its text was sent: the coding, and with `state` all that
 * stands behind a `~`. The quotes go too. */
static struct bytes bare(struct bytes tag, bool state)
{
    static const struct bytes codings[] = { { "-gzip", 5 }, { "-deflate", 8 } };

    if (tag.len < 2 || tag.at[0] != '"' || tag.at[tag.len - 1] != '"')
        return tag;
    tag = bytes_of(tag.at + 1, tag.len - 2);
    for (size_t i = 0; i < COUNT(codings); i++) {
        if (bytes_ends_nocase(tag, codings[i])) {
            tag.len -= codings[i].len;
            break;
        }
    }
    return state ? bytes_first(tag, bytes_index(tag, '~')) : tag;
}

/* True when the list of an If-Match or If-None-Match names `etag` or is `*`. Weak tags count only
 * with `weak`. */
static bool names_etag(struct bytes list, struct bytes etag, bool weak, bool state)
{
    if (etag.len == 0)
        return false; /* there is nothing now, so `*` does not match either */
    if (bytes_eq(bytes_trim(list), B("*")))
        return true;
    while (list.len) {
        list = bytes_trim(list);
        bool is_weak = bytes_starts(list, B("W/"));
        if (is_weak)
            list = bytes_from(list, 2);
        size_t end = bytes_index(list, ','); /* of a tag without quotes */
        if (bytes_starts(list, B("\""))) {
            size_t quote = 1 + bytes_index(bytes_from(list, 1), '"');
            end = quote < list.len ? quote + 1 : list.len;
        }
        struct bytes tag = bytes_trim(bytes_first(list, end));
        if ((weak || !is_weak) && bytes_starts(tag, B("\"")) &&
            bytes_eq(bare(tag, state), bare(etag, state)))
            return true;
        list = bytes_from(list, end);
        list = bytes_from(list, bytes_index(list, ',') + 1);
    }
    return false;
}

static int64_t seconds(int64_t us)
{
    return us / SECOND_US - (us % SECOND_US < 0);
}

/* Sets *later when the resource was changed after the date of that header; false when there is
 * no such date. */
static bool changed_since(const struct http_request *req, const char *name, int64_t modified_us,
                          bool *later)
{
    struct bytes header = http_header_find(req, name);
    int64_t date_us;

    if (!header.at || !clock_read_http(header, &date_us))
        return false;
    *later = seconds(modified_us) > seconds(date_us);
    return true;
}

enum http_condition http_condition(const struct http_request *req,
                                   const struct http_validators *now)
{
    bool reads = req->method == HTTP_GET || req->method == HTTP_HEAD;
    bool later;

    struct bytes match = http_header_find(req, "If-Match");
    if (match.at) {
        if (!names_etag(match, now->etag, false, !reads))
            return HTTP_CONDITION_FAILED;
    } else if (!reads && changed_since(req, "If-Unmodified-Since", now->modified_us, &later) &&
               later) {
        return HTTP_CONDITION_FAILED;
    }

    struct bytes none_match = http_header_find(req, "If-None-Match");
    if (none_match.at) {
        if (!names_etag(none_match, now->etag, true, !reads))
            return HTTP_CONDITION_GO;
        return reads ? HTTP_CONDITION_NOT_MODIFIED : HTTP_CONDITION_FAILED;
    }
    if (reads && changed_since(req, "If-Modified-Since", now->modified_us, &later) && !later)
        return HTTP_CONDITION_NOT_MODIFIED;
    return HTTP_CONDITION_GO;
}
