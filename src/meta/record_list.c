/* Lists of records: the statement is put together from fixed parts, every value is a parameter. */
#include "meta/record_row.h"
#include "meta/record_where.h"

static enum err_code no_memory(struct err *e)
{
    return err_set(e, ERR_NO_MEMORY, "list records");
}

static void put(struct strbuf *out, const char *text)
{
    strbuf_add(out, bytes_str(text));
}

/* Which documents a statement looks into. */
struct documents {
    bool members;
    bool fields;
};

static void note(struct documents *needs, const struct record_member *member)
{
    if (member->of_fields)
        needs->fields = true;
    else
        needs->members = true;
}

static void note_where(struct documents *needs, const struct record_where *where)
{
    if (where->join == RECORD_IS && where->is.field == RECORD_MEMBER)
        note(needs, where->is.member);
    for (size_t i = 0; where->join != RECORD_IS && i < where->part_count; i++)
        note_where(needs, &where->parts[i]);
}

static void note_order(struct documents *needs, const struct record_query *query)
{
    for (size_t i = 0; i < query->order_count; i++) {
        if (query->order[i].field == RECORD_MEMBER)
            note(needs, query->order[i].member);
    }
}

static void note_columns(struct documents *needs, const struct record_query *query)
{
    needs->fields |= query->want_fields;
    for (size_t i = 0; i < query->member_count; i++)
        note(needs, query->members[i]);
}

static void put_columns(struct strbuf *out, const struct record_query *query)
{
    struct bytes rest = B(RECORD_COLUMNS);
    struct bytes name;

    for (bool first = true; bytes_split(&rest, ',', &name); first = false) {
        put(out, first ? "r." : ", r.");
        strbuf_add(out, bytes_trim(name));
    }
    for (size_t i = 0; i < query->member_count; i++) {
        put(out, ", ");
        record_sql_member(out, query->members[i]);
    }
    if (query->want_fields)
        put(out, ", coalesce(f.fields, '{}')");
}

static void put_order(struct strbuf *out, const struct record_query *query)
{
    put(out, " ORDER BY ");
    for (size_t i = 0; i < query->order_count; i++) {
        record_sql_field(out, query->order[i].field, query->order[i].member);
        put(out, query->order[i].descending ? " DESC, " : ", ");
    }
    put(out, "r.id");
}

static void put_tables(struct strbuf *out, struct documents needs)
{
    put(out, "record r");
    if (needs.members)
        put(out, " LEFT JOIN record_members m"
                 " ON m.tenant = r.tenant AND m.kind = r.kind AND m.id = r.id");
    if (needs.fields)
        put(out, " LEFT JOIN record_fields f"
                 " ON f.tenant = r.tenant AND f.kind = r.kind AND f.id = r.id");
}

/* Which records: the same for all forms of the statement. */
static enum err_code put_filter(struct record_sql *list, const struct record_query *query,
                                struct err *e)
{
    put(&list->text, " WHERE r.tenant = $1 AND r.kind = $2");
    if (query->subtypes) {
        put(&list->text, " AND r.subtype IN (-1");
        for (int subtype = 0; subtype < 32; subtype++) {
            if (query->subtypes & 1U << subtype)
                strbuf_printf(&list->text, ",%d", subtype);
        }
        strbuf_char(&list->text, ')');
    }
    if (query->where.join == RECORD_AND && query->where.part_count == 0)
        return ERR_NONE;
    put(&list->text, " AND ");
    return record_sql_where(list, &query->where, e);
}

/* The page is found first, by as little of each record as that takes: mostly an index alone. */
static enum err_code put_page(struct record_sql *list, const struct record_query *query,
                              struct err *e)
{
    struct strbuf *out = &list->text;
    struct documents needs = { 0 };

    note_where(&needs, &query->where);
    note_order(&needs, query);
    put(out, "(SELECT r.id AS found FROM ");
    put_tables(out, needs);
    enum err_code rc = put_filter(list, query, e);
    put_order(out, query);
    strbuf_printf(out, " LIMIT %lld OFFSET %zu) p CROSS JOIN ",
                  query->limit ? (long long)query->limit : -1LL, query->offset);
    return rc;
}

static enum err_code build(struct record_sql *list, const struct record_query *query, bool counting,
                           struct err *e)
{
    struct strbuf *out = &list->text;
    bool paged = !counting && (query->limit || query->offset);
    struct documents needs = { 0 };
    enum err_code rc = ERR_NONE;

    if (!paged)
        note_where(&needs, &query->where);
    if (!counting) {
        note_order(&needs, query);
        note_columns(&needs, query);
    }
    strbuf_init(out, list->arena, 2048, 1 << 20);
    put(out, "SELECT ");
    if (counting)
        put(out, "count(*)");
    else
        put_columns(out, query);
    put(out, " FROM ");
    if (paged)
        rc = put_page(list, query, e);
    put_tables(out, needs);
    if (paged)
        put(out, " WHERE r.tenant = $1 AND r.kind = $2 AND r.id = p.found");
    else if (!rc)
        rc = put_filter(list, query, e);
    if (!counting)
        put_order(out, query);
    strbuf_char(out, '\0');
    return rc ? rc : out->failed ? no_memory(e) : ERR_NONE;
}

static enum err_code run_list(struct meta *meta, struct arena *arena, int32_t tenant,
                              const struct record_query *query, bool counting, struct sql *q,
                              struct err *e)
{
    struct record_sql *list = arena_zalloc(arena, 1, sizeof *list);

    if (!list)
        return no_memory(e);
    list->arena = arena;
    enum err_code rc = build(list, query, counting, e);
    if (rc)
        return rc;

    *q = (struct sql){ .meta = meta, .e = e };
    q->rc = meta->driver->prepare(meta, list->text.at, false, &q->stmt, e);
    sql_int(q, tenant);
    sql_int(q, query->kind);
    for (size_t i = 0; i < list->count; i++) {
        if (list->bound[i].is_text)
            sql_text(q, list->bound[i].text);
        else
            sql_int(q, list->bound[i].number);
    }
    return q->rc;
}

static void end_list(struct meta *meta, struct sql *q)
{
    if (q->stmt)
        meta->driver->discard(q->stmt);
    q->stmt = NULL;
}

static void read_wanted(struct sql *q, struct arena *arena, const struct record_query *query,
                        struct record *record)
{
    size_t count = query->member_count;

    if (query->want_fields)
        record->fields = sql_get_copy(q, RECORD_COLUMN_COUNT + (int)count, arena);
    if (!count)
        return;
    struct bytes *wanted = arena_zalloc(arena, count, sizeof *wanted);
    if (!wanted)
        q->rc = no_memory(q->e);
    for (size_t i = 0; q->rc == ERR_NONE && i < count; i++)
        wanted[i] = sql_get_copy(q, RECORD_COLUMN_COUNT + (int)i, arena);
    record->wanted = wanted;
}

enum err_code meta_record_list(struct meta *meta, struct arena *arena, int32_t tenant,
                               const struct record_query *query, struct record **out, size_t *count,
                               size_t *total, struct err *e)
{
    struct sql q = { 0 };
    void *rows = NULL;
    size_t n = 0;
    size_t room = 0;

    size_t bytes = 0;

    enum err_code rc = run_list(meta, arena, tenant, query, false, &q, e);
    while (rc == ERR_NONE && (!query->bytes_max || bytes <= query->bytes_max) && sql_row(&q)) {
        struct record *record = sql_grow(&q, arena, &rows, &n, &room, sizeof *record);
        if (record) {
            meta_record_read(&q, arena, record);
            read_wanted(&q, arena, query, record);
            bytes += record_bytes(record, query);
        }
    }
    rc = rc ? rc : q.rc;
    end_list(meta, &q);

    size_t all = 0;
    if (rc == ERR_NONE && query->want_total) {
        rc = run_list(meta, arena, tenant, query, true, &q, e);
        if (rc == ERR_NONE && sql_row(&q))
            all = (size_t)sql_get_int(&q, 0);
        rc = rc ? rc : q.rc;
        end_list(meta, &q);
    }
    if (rc)
        return rc;
    *out = rows;
    *count = n;
    if (query->want_total)
        *total = all;
    return ERR_NONE;
}
