/* cameo duplicates DIR */
#include "cli/cli.h"
#include "core/appearance.h"

#include <stdio.h>

#define TURN_PICTURES 64 /* of --now, at a time */

/* The lists, by the value of --by and in this order. */
static const struct list {
    const char *name;
    const char *heading;
} lists[] = {
    [DUPLICATE_BYTES] = { "bytes", "the same bytes" },
    [DUPLICATE_PIXELS] = { "pixels", "the same pixels in other bytes" },
    [DUPLICATE_LOOKS] = { "looks", "alike" },
};

static enum err_code read_by(struct cli *cli, int *out, struct err *e)
{
    const char *text = cli_value(cli, "by");

    *out = -1;
    for (int i = 0; text && i < (int)COUNT(lists); i++) {
        if (strcmp(text, lists[i].name) == 0)
            *out = i;
    }
    return text && *out < 0 ? cli_wrong(cli, e, "--by is none of bytes, pixels, looks") : ERR_NONE;
}

/* What the keeper does while the store is served. */
static enum err_code look_now(struct cli *cli, struct err *e)
{
    int64_t after = 0;
    bool more = true;
    enum err_code rc = ERR_NONE;

    while (!rc && more)
        rc = appearance_make(cli->core, &after, TURN_PICTURES, &more, e);
    return rc ? err_context(e, "look at all pictures") : ERR_NONE;
}

/* A row for each record the picture hangs on; one without where it hangs on none. */
static enum err_code print_picture(struct cli *cli, struct arena *arena, size_t group, int32_t id,
                                   size_t *row, struct err *e)
{
    struct picture picture;
    struct picture_place *places;
    size_t count;

    enum err_code rc = picture_find(cli->core, arena, id, &picture, e);
    if (!rc)
        rc = picture_places(cli->core, arena, id, &places, &count, e);
    if (rc)
        return rc == ERR_NOT_FOUND ? ERR_NONE : rc; /* deleted meanwhile */
    for (size_t i = 0; i < count || i == 0; i++) {
        struct picture_place place = count ? places[i] : (struct picture_place){ 0 };
        const char *record =
            count ? arena_printf(arena, "%s:%d", kind_name(place.owner.kind), place.owner.id) : "";
        const struct cli_field fields[] = {
            CLI_FIELD_INT("group", (int64_t)group),
            CLI_FIELD_INT("picture", id),
            CLI_FIELD_TEXT("record", bytes_str(record)),
            CLI_FIELD_TEXT("role", count ? role_name(place.role) : B("")),
            CLI_FIELD_TEXT("name", picture.name),
        };
        cli_print_row(cli, (*row)++, fields, COUNT(fields));
    }
    return ERR_NONE;
}

static enum err_code print_groups(struct cli *cli, const struct picture_group *groups, size_t count,
                                  struct err *e)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 20); /* of one picture */
    size_t row = 0;

    if (!arena)
        return err_set(e, ERR_NO_MEMORY, "print duplicates");
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < groups[i].count; j++) {
            arena_reset(arena);
            enum err_code rc = print_picture(cli, arena, i + 1, groups[i].ids[j], &row, e);
            if (rc)
                return rc;
        }
    }
    cli_print_end(cli, row);
    return ERR_NONE;
}

static enum err_code print_list(struct cli *cli, enum duplicate_by by, int64_t *unseen,
                                struct err *e)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(256UL << 20);
    struct picture_group *groups = NULL;
    size_t count = 0;

    if (!arena)
        return err_set(e, ERR_NO_MEMORY, "find duplicates");
    enum err_code rc = duplicates_find(cli->core, arena, by, &groups, &count, unseen, e);
    if (rc)
        return rc;
    if (cli->json)
        printf("\"%s\":\n", lists[by].name);
    else
        printf("%s: %zu group%s\n", lists[by].heading, count, count == 1 ? "" : "s");
    return print_groups(cli, groups, count, e);
}

static enum err_code duplicates(struct cli *cli, struct err *e)
{
    int64_t unseen = 0;
    bool first = true;
    int only;

    enum err_code rc = read_by(cli, &only, e);
    if (!rc)
        rc = cli_open(cli, false, e);
    if (!rc && cli_given(cli, "now"))
        rc = look_now(cli, e);
    for (int by = 0; !rc && by < (int)COUNT(lists); by++) {
        if (only >= 0 && by != only)
            continue;
        fputs(!cli->json ? first ? "" : "\n" : first ? "{" : ", ", stdout);
        first = false;
        rc = print_list(cli, (enum duplicate_by)by, &unseen, e);
    }
    if (rc)
        return rc;
    if (cli->json)
        printf(", \"unseen\": %lld}\n", (long long)unseen);
    else if (unseen)
        printf("\nnot looked at yet, so in no list but the first: %lld picture%s (--now looks)\n",
               (long long)unseen, unseen == 1 ? "" : "s");
    return ERR_NONE;
}

int cmd_duplicates(int argc, char **argv)
{
    static const struct cli_option options[] = {
        { "by", "WHAT", "only one list: bytes, pixels or looks" },
        { "now", NULL, "look first at pictures that nobody has looked at yet" },
        { "json", NULL, "as a JSON object of three arrays" },
        { 0 },
    };
    static const struct cli_verb verb = {
        "", "DIR",
        "Lists pictures that are the same: in three lists those of the same bytes, those of the "
        "same pixels in other bytes, and those that look alike; each with the records it hangs on",
        options, duplicates
    };

    return cli_run("duplicates", &verb, 1, argc, argv);
}
