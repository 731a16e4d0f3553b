/* cameo history, cameo audit */
#include "cli/cli.h"
#include "core/history.h"

#define LIMIT  50
#define PAGE   500 /* entries held at once */
#define FIELDS 16

static struct bytes kind_text(enum record_kind kind)
{
    return kind ? bytes_str(kind_name(kind)) : B("");
}

static void fields_of(const struct history_entry *entry, struct cli_field out[static FIELDS])
{
    const struct change *c = &entry->change;
    const struct cli_field fields[] = {
        CLI_FIELD_INT("change", c->id),
        CLI_FIELD_TIME("at", c->at_us),
        CLI_FIELD_TEXT("what", bytes_str(change_what_name(c->what))),
        CLI_FIELD_TEXT("kind", kind_text(c->kind)),
        CLI_FIELD_INT("id", c->record_id),
        CLI_FIELD_INT("subject", c->subject),
        CLI_FIELD_INT("user_id", c->user_id),
        CLI_FIELD_TEXT("user", entry->user_name),
        CLI_FIELD_TEXT("wire", bytes_str(wire_name(c->wire))),
        CLI_FIELD_INT("key_id", c->credential_id),
        CLI_FIELD_TEXT("key", entry->credential_label),
        CLI_FIELD_INT("rows", c->rows),
        CLI_FIELD_BOOL("kept", entry->is_kept),
        CLI_FIELD_TEXT("text", c->text),
        CLI_FIELD_TEXT("name_before", entry->name),
        CLI_FIELD_TEXT("description_before", entry->description),
    };

    _Static_assert(COUNT(fields) == FIELDS, "as many as the caller has room for");
    memcpy(out, fields, sizeof fields);
}

static void print_entries(struct cli *cli, const struct history_entry *entries, size_t count,
                          size_t *rows)
{
    for (size_t i = 0; i < count; i++) {
        struct cli_field fields[FIELDS];
        fields_of(&entries[i], fields);
        cli_print_row(cli, (*rows)++, fields, COUNT(fields));
    }
}

/* All there are, unless --limit says otherwise: pages, so that they need the memory of one. */
static enum err_code list_newest(struct cli *cli, const struct owner *owner, size_t limit,
                                 struct err *e)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(256UL << 20);
    struct history_entry *entries;
    int64_t before_id = 0;
    size_t rows = 0;
    size_t count = 0;

    if (!arena)
        return err_set(e, ERR_NO_MEMORY, "list changes");
    do {
        size_t page = limit - rows < PAGE ? limit - rows : PAGE;
        arena_reset(arena);
        enum err_code rc =
            history_list(cli->core, arena, owner, before_id, page, &entries, &count, e);
        if (rc)
            return rc;
        print_entries(cli, entries, count, &rows);
        if (count)
            before_id = entries[count - 1].change.id;
    } while (count == PAGE && rows < limit);
    cli_print_end(cli, rows);
    return ERR_NONE;
}

static enum err_code history(struct cli *cli, struct err *e)
{
    struct owner owner = { 0 };
    int32_t limit = LIMIT;

    if (cli->args[1] && !cli->args[2])
        return cli_wrong(cli, e, "wants DIR, or DIR KIND ID");
    enum err_code rc = cli->args[1] ? cli_owner(cli, &owner, e) : ERR_NONE;
    if (!rc)
        rc = cli_number_option(cli, "limit", 1, INT32_MAX, &limit, e);
    if (!rc)
        rc = cli_open(cli, false, e);
    return rc ? rc : list_newest(cli, owner.kind ? &owner : NULL, (size_t)limit, e);
}

static enum err_code audit(struct cli *cli, struct err *e)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(256UL << 20);
    struct history_entry *entries;
    int32_t after = 0;
    size_t rows = 0;
    size_t count = 0;

    if (!arena)
        return err_set(e, ERR_NO_MEMORY, "list the audit log");
    enum err_code rc = cli_number_option(cli, "after", 0, INT32_MAX, &after, e);
    if (!rc)
        rc = cli_open(cli, false, e);
    int64_t after_id = after;
    while (!rc) {
        arena_reset(arena);
        rc = audit_list(cli->core, arena, after_id, PAGE, &entries, &count, e);
        if (rc || count == 0)
            break;
        print_entries(cli, entries, count, &rows);
        after_id = entries[count - 1].change.id;
    }
    if (!rc)
        cli_print_end(cli, rows);
    return rc;
}

int cmd_history(int argc, char **argv)
{
    static const struct cli_option options[] = {
        { "limit", "N", "so many changes; 50 unless said" },
        { "json", NULL, "as a JSON array" },
        { 0 },
    };
    static const struct cli_verb verb = {
        "", "DIR [KIND] [ID]",
        "Lists the changes of records and pictures, newest first, or those of one record", options,
        history
    };

    return cli_run("history", &verb, 1, argc, argv);
}

int cmd_audit(int argc, char **argv)
{
    static const struct cli_option options[] = {
        { "after", "N", "only entries behind change N" },
        { "json", NULL, "as a JSON array" },
        { 0 },
    };
    static const struct cli_verb verb = { "", "DIR",
                                          "Lists the audit log, oldest first: who changed what "
                                          "when, users, keys and applications too",
                                          options, audit };

    return cli_run("audit", &verb, 1, argc, argv);
}
