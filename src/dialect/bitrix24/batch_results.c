#include "dialect/bitrix24/batch_results.h"

#include "base/json.h"

/* As PHP spells the keys of lists. */
static bool is_index(struct bytes key, size_t n)
{
    int64_t number;

    return bytes_to_int64(key, &number) && (size_t)number == n && key.at[0] >= '0' &&
           (key.at[0] != '0' || key.len == 1);
}

bool b24_batch_put(struct b24_batch_results *results, enum b24_batch_part part, struct bytes key,
                   struct bytes text)
{
    struct b24_batch_map *map = &results->maps[part];
    struct b24_batch_entry *entry = arena_zalloc(results->arena, 1, sizeof *entry);

    if (!entry)
        return false;
    entry->key = key;
    entry->text = arena_copy(results->arena, text);
    if (!entry->text.at)
        return false;
    map->keyed = map->keyed || !is_index(key, map->count);
    if (map->last)
        map->last->next = entry;
    else
        map->first = entry;
    map->last = entry;
    map->count++;
    return true;
}

enum err_code b24_batch_get(struct b24_batch_results *results, enum b24_batch_part part,
                            struct bytes key, const struct value **out, struct err *e)
{
    struct b24_batch_entry *entry = results->maps[part].first;

    while (entry && !bytes_eq(entry->key, key))
        entry = entry->next;
    if (entry && !entry->value) {
        enum err_code rc = json_read(results->arena, entry->text, &entry->value, e);
        if (rc)
            return rc;
    }
    *out = entry ? entry->value : NULL;
    return ERR_NONE;
}

static void write_map(struct strbuf *out, const struct b24_batch_map *map)
{
    strbuf_char(out, map->keyed ? '{' : '[');
    for (const struct b24_batch_entry *entry = map->first; entry; entry = entry->next) {
        if (entry != map->first)
            strbuf_char(out, ',');
        if (map->keyed) {
            json_string(out, entry->key);
            strbuf_char(out, ':');
        }
        strbuf_add(out, entry->text);
    }
    strbuf_char(out, map->keyed ? '}' : ']');
}

void b24_batch_write(struct strbuf *out, const struct b24_batch_results *results)
{
    static const struct bytes names[B24_BATCH_PARTS] = {
        [B24_BATCH_RESULT] = B("{\"result\":"),      [B24_BATCH_ERROR] = B(",\"result_error\":"),
        [B24_BATCH_TOTAL] = B(",\"result_total\":"), [B24_BATCH_NEXT] = B(",\"result_next\":"),
        [B24_BATCH_TIME] = B(",\"result_time\":"),
    };

    for (size_t i = 0; i < B24_BATCH_PARTS; i++) {
        strbuf_add(out, names[i]);
        write_map(out, &results->maps[i]);
    }
    strbuf_char(out, '}');
}
