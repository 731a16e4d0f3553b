/* bench_fill_records STORE COUNT - fills a store with contacts for the benchmark of lists.
 *
 * COUNT contacts from 100001 on, with names of three words and a number out of small vocabularies,
 * the same in every run, and members such as a client that saves whole entities leaves. The store
 * is made when absent.
 */
#include "core/record.h"

#include <stdio.h>
#include <string.h>

#define FIRST     100001
#define AT_ONCE   5000
#define ARENA_MAX (256UL << 20)

static const struct principal filler = {
    .user_id = 1, .role = USER_ADMINISTRATOR, .may_write = true, .catalog = true
};

static const char *const colours[] = { "Red",   "Blue",   "Green", "Amber", "Grey",
                                       "White", "Violet", "Pink",  "Brown", "\xc3\x98rret" };
static const char *const things[] = { "harbour", "forest", "bridge",  "lantern", "engine", "garden",
                                      "kitchen", "window", "bicycle", "river",   "tower",  "pencil",
                                      "compass", "anchor", "meadow",  "paper" };
static const char *const forms[] = { "AS", "GmbH", "Ltd", "AB", "Oy", "SA", "BV" };
static const char *const towns[] = { "Oslo", "Bergen", "Hamburg", "Malm\xc3\xb6", "Turku" };

static bool draw(struct arena *arena, int32_t n, struct record *out)
{
    uint32_t mixed = (uint32_t)n * 2654435761U;
    char *name =
        arena_printf(arena, "%s %s %d %s", colours[mixed % COUNT(colours)],
                     things[mixed / 16 % COUNT(things)], n, forms[mixed / 4096 % COUNT(forms)]);
    char *members = arena_printf(
        arena,
        "{\"Department\":\"%s\",\"OrgNr\":\"%d\",\"Number1\":\"K%d\",\"Emails\":[{\"Value\":"
        "\"post@example%d.com\",\"StrippedValue\":\"post@example%d.com\",\"Description\":\"\"}],"
        "\"Urls\":[{\"Value\":\"https://example%d.com\",\"StrippedValue\":\"example%d.com\","
        "\"Description\":\"\"}],\"Description\":\"Somebody we met at a fair and talked to about "
        "pictures\",\"Associate\":{\"AssociateId\":%d,\"Name\":\"demo\"},\"Business\":{\"Id\":2,"
        "\"Value\":\"Retail\"},\"Category\":{\"Id\":1,\"Value\":\"Customer\"},\"Country\":{"
        "\"CountryId\":578,\"Name\":\"Norway\"},\"Xstop\":false}",
        towns[mixed % COUNT(towns)], 900000000 + n, n % 1000, n, n, n, n, n % 7 + 1);

    if (!name || !members)
        return false;
    *out = (struct record){ .kind = KIND_CONTACT,
                            .id = FIRST + n - 1,
                            .name = bytes_str(name),
                            .code = B(""),
                            .xml_id = B(""),
                            .sort = 500,
                            .active = true,
                            .members = bytes_str(members) };
    return true;
}

static enum err_code fill(struct store *store, int32_t count, struct err *e)
{
    CLEANUP(core_closep) struct core *core = NULL;
    enum err_code rc = core_open(store, true, &core, e);

    for (int32_t first = 1; !rc && first <= count; first += AT_ONCE) {
        CLEANUP(arena_freep) struct arena *arena = arena_new(ARENA_MAX);
        int32_t part = count - first + 1 < AT_ONCE ? count - first + 1 : AT_ONCE;
        struct record *records = arena ? arena_zalloc(arena, (size_t)part, sizeof *records) : NULL;

        if (!records)
            return err_set(e, ERR_NO_MEMORY, "records");
        for (int32_t i = 0; i < part; i++) {
            if (!draw(arena, first + i, &records[i]))
                return err_set(e, ERR_NO_MEMORY, "records");
        }
        rc = record_add_all(core, &filler, arena, records, (size_t)part, e);
    }
    return rc;
}

int main(int argc, char **argv)
{
    struct store *store = NULL;
    struct err e = { 0 };
    int32_t count;

    if (argc != 3 || !bytes_to_int32(bytes_str(argv[2]), &count) || count < 1) {
        fputs("usage: bench_fill_records STORE COUNT\n", stderr);
        return 2;
    }
    struct store_options options = { .dir = argv[1],
                                     .settings = &settings_default,
                                     .create = true };
    if (store_open(&options, &store, &e) || fill(store, count, &e))
        fprintf(stderr, "bench_fill_records: %s\n", e.text);
    store_close(store);
    return e.code ? 1 : 0;
}
