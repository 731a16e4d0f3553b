/* cameo record add|list|delete */
#include "cli/cli.h"
#include "core/record.h"

#include <stdio.h>

#define PAGE   1000 /* records held at once while listing */
#define FIELDS 12

static void fields_of(const struct record *r, struct cli_field out[static FIELDS])
{
    const struct cli_field fields[] = {
        CLI_FIELD_TEXT("kind", bytes_str(kind_name(r->kind))),
        CLI_FIELD_INT("id", r->id),
        CLI_FIELD_TEXT("name", r->name),
        CLI_FIELD_TEXT("subtype", bytes_str(subtype_name(r->subtype))),
        CLI_FIELD_INT("parent_id", r->parent_id),
        CLI_FIELD_TEXT("code", r->code),
        CLI_FIELD_TEXT("xml_id", r->xml_id),
        CLI_FIELD_BOOL("active", r->active),
        CLI_FIELD_TIME("created", r->created_us),
        CLI_FIELD_TIME("updated", r->updated_us),
        CLI_FIELD_INT("created_by", r->created_by),
        CLI_FIELD_INT("updated_by", r->updated_by),
    };

    _Static_assert(COUNT(fields) == FIELDS, "as many as the caller has room for");
    memcpy(out, fields, sizeof fields);
}

static enum err_code read_record(struct cli *cli, struct record *record, struct err *e)
{
    enum err_code rc = cli_kind(cli, cli->args[1], &record->kind, e);
    if (!rc)
        rc = cli_number_option(cli, "id", 1, INT32_MAX, &record->id, e);
    if (!rc)
        rc = cli_number_option(cli, "parent", 1, INT32_MAX, &record->parent_id, e);
    if (rc)
        return rc;
    record->subtype = record->kind == KIND_PRODUCT ? SUBTYPE_SIMPLE : SUBTYPE_NONE;
    if (cli_given(cli, "subtype") &&
        (record->kind != KIND_PRODUCT ||
         !subtype_from_name(bytes_str(cli_value(cli, "subtype")), &record->subtype)))
        return cli_wrong(cli, e, "--subtype is for products: simple, parent, offer or service");
    if (cli_given(cli, "parent") && record->subtype != SUBTYPE_OFFER)
        return cli_wrong(cli, e, "--parent goes with --subtype offer");
    record->name = bytes_str(cli->args[2]);
    record->code = bytes_str(cli_value(cli, "code"));
    record->xml_id = bytes_str(cli_value(cli, "xml-id"));
    return ERR_NONE;
}

static enum err_code add(struct cli *cli, struct err *e)
{
    struct record record = { .sort = 500, .active = true };
    struct record added;

    enum err_code rc = read_record(cli, &record, e);
    if (!rc)
        rc = cli_open(cli, false, e);
    if (!rc)
        rc = cli_may_write(cli, e);
    if (!rc)
        rc = record_add(cli->core, &cli->principal, cli->arena, &record, &added, e);
    if (rc)
        return rc;

    struct cli_field fields[FIELDS];
    fields_of(&added, fields);
    if (cli->json)
        cli_print(cli, fields, COUNT(fields));
    else
        printf("%d\n", added.id);
    return ERR_NONE;
}

static enum err_code read_page(struct cli *cli, struct arena *arena, enum record_kind kind,
                               int32_t after_id, struct record **out, size_t *count, struct err *e)
{
    const struct record_operand after = { .number = after_id };
    const struct record_order order = { RECORD_ID, false };
    const struct record_query query = { .kind = kind,
                                        .where = { RECORD_IS, { RECORD_ID, OP_GT, &after, 1 } },
                                        .order = &order,
                                        .order_count = 1,
                                        .limit = PAGE };
    size_t total;

    return record_list(cli->core, arena, &query, out, count, &total, e);
}

/* Pages by id, so that a list of any length needs the memory of one page. */
static enum err_code list_kind(struct cli *cli, enum record_kind kind, size_t *rows, struct err *e)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(64UL << 20);
    int32_t after_id = 0;
    size_t count;

    if (!arena)
        return err_set(e, ERR_NO_MEMORY, "list records");
    do {
        struct record *records;
        arena_reset(arena);
        enum err_code rc = read_page(cli, arena, kind, after_id, &records, &count, e);
        if (rc)
            return rc;
        for (size_t i = 0; i < count; i++) {
            struct cli_field fields[FIELDS];
            fields_of(&records[i], fields);
            cli_print_row(cli, (*rows)++, fields, COUNT(fields));
            after_id = records[i].id;
        }
    } while (count == PAGE);
    return ERR_NONE;
}

static enum err_code list(struct cli *cli, struct err *e)
{
    enum record_kind only = 0;
    size_t rows = 0;

    enum err_code rc = cli->args[1] ? cli_kind(cli, cli->args[1], &only, e) : ERR_NONE;
    if (!rc)
        rc = cli_open(cli, false, e);
    for (int kind = 1; kind <= KIND_COUNT && !rc; kind++) {
        if (!only || (int)only == kind)
            rc = list_kind(cli, (enum record_kind)kind, &rows, e);
    }
    if (rc)
        return rc;
    cli_print_end(cli, rows);
    return ERR_NONE;
}

static enum err_code delete_record(struct cli *cli, struct err *e)
{
    struct owner owner;

    enum err_code rc = cli_owner(cli, &owner, e);
    if (!rc)
        rc = cli_open(cli, false, e);
    if (!rc)
        rc = cli_may_write(cli, e);
    return rc ? rc : record_delete(cli->core, &cli->principal, owner, e);
}

#define AS_OPTION                                                                                  \
    {                                                                                              \
        "as", "LOGIN", "as this user; else as an administrator without a name"                     \
    }

static const struct cli_option add_options[] = {
    { "id", "N", "this id instead of the next free one" },
    { "subtype", "NAME", "of a product: simple (unless said), parent, offer or service" },
    { "parent", "N", "of an offer: the product it is a variation of" },
    { "code", "TEXT", "short name, for addresses" },
    { "xml-id", "TEXT", "its key in a foreign system" },
    AS_OPTION,
    { "json", NULL, "the new record as a JSON object" },
    { 0 },
};
static const struct cli_option list_options[] = {
    { "json", NULL, "as a JSON array" },
    { 0 },
};
static const struct cli_option delete_options[] = { AS_OPTION, { 0 } };

int cmd_record(int argc, char **argv)
{
    static const struct cli_verb verbs[] = {
        { "add", "DIR KIND NAME", "Adds a record and prints its id", add_options, add },
        { "list", "DIR [KIND]", "Lists the records of one kind, or all", list_options, list },
        { "delete", "DIR KIND ID", "Deletes a record and its pictures", delete_options,
          delete_record },
    };

    return cli_run("record", verbs, COUNT(verbs), argc, argv);
}
