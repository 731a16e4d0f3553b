/* Results are made of the bytes, and references to places within them. A command that holds such a
 * reference gets what is there: as the whole value with its type, or as text within text. */
#include "base/json.h"
#include "dialect/bitrix24/batch_reference.h"
#include "dialect/bitrix24/params.h"
#include "dialect/bitrix24/query_made.h"

static const char *const words[B24_BATCH_PARTS] = { "$result", "$error", "$total", "$next",
                                                    "$tIME" };

struct place {
    struct bytes reference;
    const struct value *value; /* what is there; NULL: nothing */
};

static void segment(struct strbuf *out, struct bytes name)
{
    strbuf_char(out, '[');
    strbuf_add(out, name);
    strbuf_char(out, ']');
}

/* Walks from an entry down to somewhere, or to nowhere. */
static struct place somewhere(struct arena *arena, struct dice *dice, const char *word,
                              struct bytes key, const struct value *value)
{
    struct strbuf text;

    strbuf_init(&text, arena, 0, 1 << 20);
    strbuf_add(&text, bytes_str(word));
    segment(&text, key);
    while (value->first && throw(dice, 4)) {
        size_t n = throw(dice, (unsigned)value->count);
        const struct value *child = value->first;
        for (size_t i = 0; i < n; i++)
            child = child->next;
        char digits[24];
        snprintf(digits, sizeof digits, "%zu", n);
        segment(&text, value->type == VALUE_LIST ? bytes_str(digits) : child->name);
        value = child;
    }
    if (throw(dice, 8) == 7) {
        segment(&text, B("no-name-is-as-long"));
        value = NULL;
    }
    HOLDS(!text.failed);
    return (struct place){ strbuf_bytes(&text), value };
}

static struct bytes joined(struct arena *arena, struct bytes a, struct bytes b, struct bytes c)
{
    struct strbuf text;

    strbuf_init(&text, arena, 0, 1 << 20);
    strbuf_add(&text, a);
    strbuf_add(&text, b);
    strbuf_add(&text, c);
    HOLDS(!text.failed);
    return strbuf_bytes(&text);
}

/* What a place is within a longer text. */
static struct bytes as_text(struct arena *arena, const struct place *place)
{
    if (!place->value)
        return B("");
    if (place->value->type == VALUE_STRING)
        return place->value->string;
    if (place->value->type == VALUE_INT)
        return bytes_str(arena_printf(arena, "%lld", (long long)place->value->integer));
    return place->reference;
}

static void put(struct arena *arena, struct value *map, struct bytes name, struct bytes text)
{
    HOLDS(value_put_text(arena, map, name, text));
}

/* The parameters as a command would hold them, read from its query string. */
static struct value *sent(struct arena *arena, const struct value *params)
{
    struct value *read = NULL;
    struct strbuf query;
    struct err e = { 0 };

    strbuf_init(&query, arena, 0, 1 << 22);
    build_query(&query, B(""), params);
    HOLDS(!query.failed);
    struct http_request req = { .method = HTTP_POST, .body = strbuf_bytes(&query) };
    HOLDS(b24_params_read(arena, &req, &read, &e) == ERR_NONE);
    return read;
}

static void check(struct arena *arena, struct b24_batch_results *results, const struct place *place)
{
    struct value *params = value_new(arena, VALUE_MAP);
    struct value *nested = value_new(arena, VALUE_MAP);
    struct bytes text = joined(arena, B("before "), place->reference, B("\tbehind $result"));
    struct bytes want = joined(arena, B("before "), as_text(arena, place), B("\tbehind $result"));
    struct err e = { 0 };

    HOLDS(params && nested);
    put(arena, params, B("whole"), place->reference);
    put(arena, params, B("plain"), B("$ result[a] $result $resulted[a] $result[ ] a]"));
    put(arena, nested, B("text"), text);
    put(arena, nested, B("whole"), place->reference);
    value_put(params, B("nested"), nested);

    struct value *got = sent(arena, params);
    HOLDS(b24_batch_refer(arena, results, got, &e) == ERR_NONE);
    const struct value *empty = value_new(arena, VALUE_STRING);
    const struct value *value = place->value ? place->value : empty;
    const struct value *inner = value_get(got, B("nested"));
    HOLDS(same_value(value, value_get(got, B("whole")), true));
    HOLDS(same_value(value, value_get(inner, B("whole")), true));
    HOLDS(bytes_eq(value_text(got, B("plain")), value_text(params, B("plain"))));
    HOLDS(bytes_eq(value_text(inner, B("text")), want));
}

/* Bytes as they are: names and places stay, whatever becomes of the texts. */
static void check_any(struct arena *arena, struct b24_batch_results *results, struct bytes text)
{
    struct http_request req = { .method = HTTP_POST, .body = text };
    struct value *params = NULL;
    struct err e = { 0 };

    if (b24_params_read(arena, &req, &params, &e))
        return;
    size_t count = params->count;
    struct bytes first = params->first ? params->first->name : B("");
    enum err_code rc = b24_batch_refer(arena, results, params, &e);
    HOLDS(rc == ERR_NONE || rc == ERR_TOO_LARGE || rc == ERR_NO_MEMORY);
    HOLDS(params->count == count && (!params->first || bytes_eq(params->first->name, first)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(256 << 20);
    struct dice dice = { .at = data, .left = size, .json = true };
    struct b24_batch_results results = { .arena = arena };
    struct value *keys = value_new(arena, VALUE_MAP);

    if (size > 4096)
        return 0;
    HOLDS(keys);
    for (unsigned i = throw(&dice, 4) + 1; i > 0; i--) {
        enum b24_batch_part part = (enum b24_batch_part) throw(&dice, B24_BATCH_PARTS);
        struct bytes key = made_name(arena, &dice, keys, false);
        struct value *value = made_value(arena, &dice, 1);
        struct strbuf text;

        value_put(keys, key, value);
        strbuf_init(&text, arena, 0, 1 << 20);
        json_value(&text, value);
        HOLDS(!text.failed && b24_batch_put(&results, part, key, strbuf_bytes(&text)));
        struct place place = somewhere(arena, &dice, words[part], key, value);
        check(arena, &results, &place);
    }
    check_any(arena, &results, bytes_of((const char *)dice.at, dice.left));
    return 0;
}
