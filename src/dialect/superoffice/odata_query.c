/* The parameters of a list (superoffice 14.3). Names in any case; unknown ones are ignored. */
#include "base/uri.h"
#include "dialect/superoffice/odata.h"

#define ORDER_MAX    16
#define ENTITIES_MAX 64 /* names looked at */

enum parameter { SELECT, FILTER, ORDER_BY, ENTITIES, TOP, SKIP, MODE, JSON_SAFE, OUTPUT, COUNT_OF };

static const struct bytes names[COUNT_OF] = {
    [SELECT] = B("$select"),    [FILTER] = B("$filter"),
    [ORDER_BY] = B("$orderBy"), [ENTITIES] = B("$entities"),
    [TOP] = B("$top"),          [SKIP] = B("$skip"),
    [MODE] = B("$mode"),        [JSON_SAFE] = B("$jsonSafe"),
    [OUTPUT] = B("$output"),
};

struct reader {
    struct call *c;
    struct so_rows_query *out;
    struct bytes values[COUNT_OF]; /* without spaces around them; empty ones are not there */
    const struct record_member **members;
    struct err *e;
};

static enum err_code no_memory(struct reader *r)
{
    return err_set(r->e, ERR_NO_MEMORY, "list");
}

static enum err_code read_values(struct reader *r)
{
    struct bytes query = r->c->req->query;
    struct bytes name;
    struct bytes value;

    while (uri_query_next(r->c->arena, &query, &name, &value)) {
        if (!name.at || !value.at)
            return no_memory(r);
        for (size_t i = 0; i < COUNT_OF; i++) {
            if (!r->values[i].at && bytes_eq_nocase(name, names[i]))
                r->values[i] = bytes_trim(value);
        }
    }
    return ERR_NONE;
}

/* At most 40 bytes of a client's text, whole characters. */
static struct bytes shown(struct bytes text)
{
    size_t len = text.len < 40 ? text.len : 40;

    while (len < text.len && len && (text.at[len] & 0xC0) == 0x80)
        len--;
    text = bytes_first(text, len);
    return bytes_is_utf8(text) ? text : B("?");
}

static enum err_code wrong(struct reader *r, enum parameter parameter, const char *wanted)
{
    struct bytes value = shown(r->values[parameter]);

    return err_set(r->e, ERR_INVALID, "%s: '%.*s' is not %s", names[parameter].at, (int)value.len,
                   value.at, wanted);
}

static enum err_code find_column(struct reader *r, enum parameter parameter, struct bytes name,
                                 const struct so_column **out)
{
    struct bytes word = shown(name);

    *out = so_column_find(r->out->archive, name);
    if (*out)
        return ERR_NONE;
    return err_set(r->e, ERR_INVALID, "%s: there is no column '%.*s'", names[parameter].at,
                   (int)word.len, word.at);
}

/* ---- $select ---- */

/* superoffice 14.3: `$jsonSafe` makes an underscore of what may not stand in a script's name */
static struct bytes safe_name(struct reader *r, struct bytes name)
{
    char *at = arena_str(r->c->arena, name);

    for (size_t i = 0; at && i < name.len; i++) {
        bool safe = (at[i] >= 'a' && at[i] <= 'z') || (at[i] >= 'A' && at[i] <= 'Z') ||
                    (at[i] >= '0' && at[i] <= '9') || at[i] == '_';
        if (!safe)
            at[i] = '_';
    }
    return bytes_of(at, name.len);
}

static bool json_safe(const struct reader *r)
{
    return bytes_eq_nocase(r->values[JSON_SAFE], B("true")) ||
           bytes_eq(r->values[JSON_SAFE], B("1"));
}

/* The number of a member among those to be read with each record. */
static size_t want_member(struct reader *r, const struct record_member *member)
{
    size_t *count = &r->out->query.member_count;

    r->members[*count] = member;
    return (*count)++;
}

static enum err_code select_column(struct reader *r, const struct so_column *column,
                                   struct bytes name)
{
    struct so_rows_query *out = r->out;

    for (size_t i = 0; i < out->selected_count; i++) {
        if (out->selected[i].column == column)
            return ERR_NONE;
    }
    struct so_selected *selected = &out->selected[out->selected_count++];
    *selected = (struct so_selected){ .column = column, .name = name };
    if (json_safe(r))
        selected->name = safe_name(r, name);
    if (column->field == RECORD_MEMBER)
        selected->wanted = want_member(r, &column->member);
    return selected->name.at ? ERR_NONE : no_memory(r);
}

static enum err_code read_select(struct reader *r)
{
    const struct so_archive *archive = r->out->archive;
    struct bytes rest = r->values[SELECT];
    struct bytes name;
    enum err_code rc = ERR_NONE;

    for (size_t i = 0; !rc && !rest.len && i < archive->count; i++) {
        if (archive->columns[i].usual)
            rc = select_column(r, &archive->columns[i], archive->columns[i].name);
    }
    while (!rc && rest.len && bytes_split(&rest, ',', &name)) {
        const struct so_column *column;
        name = bytes_trim(name);
        /* every row has these two, asked for or not */
        if (!name.len || bytes_eq_nocase(name, B("PrimaryKey")) ||
            bytes_eq_nocase(name, B("EntityName")))
            continue;
        rc = find_column(r, SELECT, name, &column);
        if (!rc)
            rc = select_column(r, column, name);
    }
    return rc;
}

/* ---- $orderBy ---- */

static enum err_code add_order(struct reader *r, struct record_order *orders, struct bytes part)
{
    struct so_rows_query *out = r->out;
    size_t space = bytes_index(part, ' ');
    struct bytes direction = bytes_trim(bytes_from(part, space));
    bool descending = bytes_eq_nocase(direction, B("desc"));
    const struct so_column *column;

    enum err_code rc = find_column(r, ORDER_BY, bytes_first(part, space), &column);
    if (rc)
        return rc;
    if (direction.len && !descending && !bytes_eq_nocase(direction, B("asc"))) {
        direction = shown(direction);
        return err_set(r->e, ERR_INVALID, "$orderBy: '%.*s' is neither asc nor desc",
                       (int)direction.len, direction.at);
    }
    if (column->type == SO_COLUMN_THUMBNAIL)
        return err_set(r->e, ERR_INVALID, "$orderBy: a list is not sorted by column '%.*s'",
                       (int)column->name.len, column->name.at);
    if (column->type == SO_COLUMN_NEVER)
        return ERR_NONE;
    if (out->query.order_count == ORDER_MAX)
        return err_set(r->e, ERR_INVALID, "$orderBy has more than %d columns", ORDER_MAX);
    orders[out->query.order_count++] = (struct record_order){
        .field = column->field,
        .descending = descending,
        .member = column->field == RECORD_MEMBER ? &column->member : NULL,
    };
    return ERR_NONE;
}

static enum err_code read_order(struct reader *r)
{
    struct record_order *orders = arena_zalloc(r->c->arena, ORDER_MAX, sizeof *orders);
    struct bytes rest = r->values[ORDER_BY];
    struct bytes part;
    enum err_code rc = orders ? ERR_NONE : no_memory(r);

    while (!rc && rest.len && bytes_split(&rest, ',', &part)) {
        part = bytes_trim(part);
        if (part.len)
            rc = add_order(r, orders, part);
    }
    r->out->query.order = orders;
    return rc;
}

/* ---- numbers and words ---- */

static enum err_code read_page(struct reader *r)
{
    static const char wanted[] = "a whole number from 0 on";
    struct so_rows_query *out = r->out;
    int32_t top = SO_ROWS_DEFAULT;
    int32_t skip = 0;

    if (r->values[TOP].len && (!bytes_to_int32(r->values[TOP], &top) || top < 0))
        return wrong(r, TOP, wanted);
    if (r->values[SKIP].len && (!bytes_to_int32(r->values[SKIP], &skip) || skip < 0))
        return wrong(r, SKIP, wanted);
    out->page = top < SO_ROWS_MAX ? (size_t)top : SO_ROWS_MAX;
    out->query.limit = out->page + 1;
    out->query.offset = (size_t)skip;
    return ERR_NONE;
}

static enum err_code read_words(struct reader *r)
{
    struct bytes mode = r->values[MODE];
    struct bytes output = r->values[OUTPUT];

    r->out->full = bytes_eq_nocase(mode, B("full"));
    /* what Wide adds to Slim is not published */
    if (mode.len && !r->out->full && !bytes_eq_nocase(mode, B("slim")) &&
        !bytes_eq_nocase(mode, B("wide")))
        return wrong(r, MODE, "Slim, Wide or Full");
    r->out->display = bytes_eq_nocase(output, B("display"));
    if (output.len && !r->out->display && !bytes_eq_nocase(output, B("logical")))
        return wrong(r, OUTPUT, "Logical or Display");
    return ERR_NONE;
}

/* ---- what must hold ---- */

/* `$entities` names one of two, both, or only what is not of this archive: then it says nothing. */
static bool wants_one(const struct reader *r, bool *idle)
{
    const struct so_archive *archive = r->out->archive;
    struct bytes rest = r->values[ENTITIES];
    struct bytes name;
    bool plain = false;

    *idle = false;
    for (int i = 0; i < ENTITIES_MAX && rest.len && bytes_split(&rest, ',', &name); i++) {
        name = bytes_trim(name);
        plain |= bytes_eq_nocase(name, archive->entity);
        *idle |= archive->idle_entity.len && bytes_eq_nocase(name, archive->idle_entity);
    }
    return archive->idle_entity.len && plain != *idle;
}

static enum err_code read_where(struct reader *r, const struct record_where *also)
{
    struct record_where *parts = arena_zalloc(r->c->arena, 3, sizeof *parts);
    struct record_operand *operand = arena_zalloc(r->c->arena, 1, sizeof *operand);
    struct so_filter *filter = NULL;
    size_t count = 0;
    bool idle;

    if (!parts || !operand)
        return no_memory(r);
    enum err_code rc = so_filter_read(r->c->arena, r->values[FILTER], &filter, r->e);
    if (!rc)
        rc = so_where(r->c, r->out->archive, r->values[FILTER], filter, &parts[count++], r->e);
    if (rc)
        return rc;
    if (wants_one(r, &idle)) {
        operand->number = !idle;
        parts[count++] = (struct record_where){ RECORD_IS, { RECORD_ACTIVE, OP_EQ, operand, 1 } };
    }
    if (also)
        parts[count++] = *also;
    r->out->query.where = parts[0];
    if (count > 1)
        r->out->query.where = (struct record_where){ .parts = parts, .part_count = count };
    return ERR_NONE;
}

enum err_code so_rows_query_read(struct call *c, const struct so_archive *archive,
                                 const struct record_where *also, struct so_rows_query *out,
                                 struct err *e)
{
    struct reader r = { .c = c, .out = out, .e = e };

    *out = (struct so_rows_query){ .archive = archive,
                                   .query = { .kind = archive->kind, .bytes_max = SO_ROWS_BYTES } };
    r.members = arena_zalloc(c->arena, archive->count + 1, sizeof *r.members);
    if (!r.members)
        return no_memory(&r);
    out->query.members = r.members;
    enum err_code rc = read_values(&r);
    if (!rc)
        rc = read_select(&r);
    if (!rc)
        rc = read_order(&r);
    if (!rc)
        rc = read_page(&r);
    if (!rc)
        rc = read_words(&r);
    return rc ? rc : read_where(&r, also);
}
