/* Whatever comes, nothing is opened; and what was read and written in XML is read back as the same.
 *
 * The first byte says which carrier it is meant to be, and whether the rest is XML or JSON. */
#include "dialect/superoffice/superoffice.h"
#include "dialect/superoffice/xml.h"
#include "fuzz.h"

#include <libxml/parser.h>
#include <libxml/xmlIO.h>

static const struct so_carrier *const carriers[] = {
    &so_blob_entity, &so_contact_entity, &so_person_entity, &so_product, &so_principal, NULL,
};

static const struct so_local local;

static int opens(const char *name)
{
    fprintf(stderr, "opened %s\n", name);
    abort();
}

static xmlParserInput *loads(const char *url, const char *id, xmlParserCtxt *context)
{
    (void)id, (void)context;
    opens(url ? url : "?");
    return NULL;
}

static void *never_open(const char *name)
{
    (void)name;
    return NULL;
}

static int never_read(void *context, char *buffer, int len)
{
    (void)context, (void)buffer, (void)len;
    return -1;
}

static int never_close(void *context)
{
    (void)context;
    return 0;
}

static void trap(void)
{
    static bool set;

    if (!set) {
        xmlInitParser();
        xmlSetExternalEntityLoader(loads);
        xmlRegisterInputCallbacks(opens, never_open, never_read, never_close);
        set = true;
    }
}

/* A text that is null and one that is empty look alike once read: nil is as good as absent. */
static void drop_nulls(struct arena *arena, struct value *map)
{
    struct value kept = { .type = VALUE_MAP, .name = map->name, .next = map->next };

    for (struct value *child = map->first, *next; child; child = next) {
        next = child->next;
        if (child->type == VALUE_MAP)
            drop_nulls(arena, child);
        for (struct value *item = child->type == VALUE_LIST ? child->first : NULL; item;
             item = item->next) {
            if (item->type == VALUE_MAP)
                drop_nulls(arena, item);
        }
        struct value *copy = value_new(arena, child->type);
        HOLDS(copy);
        *copy = *child;
        copy->next = copy->prev = NULL;
        memset(copy->branch, 0, sizeof copy->branch);
        if (child->type != VALUE_NULL)
            value_put(&kept, child->name, copy);
    }
    map->first = kept.first;
    map->last = kept.last;
    map->count = kept.count;
}

static struct bytes write_as(struct arena *arena, enum so_format format,
                             const struct so_carrier *carrier, const struct value *value)
{
    struct so_writer w;

    so_writer_init(&w, arena, format, &local, 16 << 20);
    if (carrier)
        so_carrier_write(&w, carrier->name, carrier, value, NULL);
    else
        so_value(&w, B("Value"), value);
    HOLDS(!w.out.failed);
    HOLDS(w.depth == 0);
    return strbuf_bytes(&w.out);
}

static bool normal(struct arena *arena, const struct so_carrier *carrier, struct value *from,
                   struct value **out)
{
    struct err e;

    *out = from;
    return from->type == VALUE_MAP &&
           (!carrier || so_normalise(arena, carrier, &local, from, out, &e) == ERR_NONE);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(256 << 20);
    struct value *value, *again;
    struct err e = { 0 };

    trap();
    if (size == 0)
        return 0;
    const struct so_carrier *carrier = carriers[(data[0] >> 1) % COUNT(carriers)];
    struct bytes text = bytes_of((const char *)data + 1, size - 1);
    enum err_code rc = data[0] & 1 ? json_read(arena, text, &value, &e)
                                   : so_xml_read(arena, text, carrier, &value, &e);
    HOLDS(rc == e.code);
    if (rc || !normal(arena, carrier, value, &value))
        return 0;

    drop_nulls(arena, value);
    struct bytes first = write_as(arena, SO_FORMAT_XML, carrier, value);
    rc = so_xml_read(arena, first, carrier, &again, &e);
    if (rc) { /* our own is deeper by what a dictionary needs */
        HOLDS(rc == ERR_INVALID && (strstr(e.text, "deeper") || strstr(e.text, "more than")));
        return 0;
    }
    HOLDS(normal(arena, carrier, again, &again));
    drop_nulls(arena, again);
    struct bytes second = write_as(arena, SO_FORMAT_XML, carrier, again);
    HOLDS(bytes_eq(first, second));
    return 0;
}
