/* GET /api/v1/TimeZone: every time zone that SO-TimeZone may name (superoffice 9.4). */
#include "base/clock.h"
#include "base/uri.h"
#include "dialect/superoffice/odata.h"
#include "dialect/superoffice/time_zone.h"
#include "locale/locale.h"

#include <stdlib.h>

static const struct bytes names[SO_ZONE_COLUMNS] = {
    [SO_ZONE_ID] = B("id"),           [SO_ZONE_CODE] = B("timeZone"),
    [SO_ZONE_COUNTRY] = B("country"), [SO_ZONE_REGION] = B("region"),
    [SO_ZONE_OFFSET] = B("offset"),   [SO_ZONE_DAYLIGHT] = B("daylight"),
    [SO_ZONE_ACTIVE] = B("isActive"),
};

enum err_code so_zone_column(struct bytes name, const char *parameter, enum so_zone_column *out,
                             struct err *e)
{
    for (size_t i = 0; i < COUNT(names); i++) {
        if (bytes_eq_nocase(names[i], name)) {
            *out = (enum so_zone_column)i;
            return ERR_NONE;
        }
    }
    name = bytes_is_utf8(name) && name.len <= 40 ? name : B("?");
    return err_set(e, ERR_INVALID, "%s: there is no column '%.*s'", parameter, (int)name.len,
                   name.at);
}

/* ---- what is asked for ---- */

struct order {
    enum so_zone_column column;
    bool descending;
};

struct asked {
    enum so_zone_column columns[SO_ZONE_COLUMNS];
    size_t column_count;
    struct order orders[SO_ZONE_COLUMNS];
    size_t order_count;
    struct so_filter *filter;
    int32_t skip, top;
};

static struct bytes parameter(struct call *c, const char *name)
{
    return c->req->query.len ? bytes_trim(uri_query_find(c->arena, c->req->query, bytes_str(name)))
                             : (struct bytes){ 0 };
}

static enum err_code read_columns(struct call *c, struct asked *asked, struct err *e)
{
    struct bytes rest = parameter(c, "$select"), name;
    unsigned seen = 0;
    enum err_code rc = ERR_NONE;

    for (size_t i = 0; !rest.len && i < SO_ZONE_COLUMNS; i++)
        asked->columns[asked->column_count++] = (enum so_zone_column)i;
    while (rest.len && bytes_split(&rest, ',', &name)) {
        enum so_zone_column column;
        name = bytes_trim(name);
        if (!name.len || bytes_eq_nocase(name, B("PrimaryKey")) ||
            bytes_eq_nocase(name, B("EntityName")))
            continue; /* every row has them */
        rc = so_zone_column(name, "$select", &column, e);
        if (rc)
            return rc;
        if (!(seen & 1U << column))
            asked->columns[asked->column_count++] = column;
        seen |= 1U << column;
    }
    return rc;
}

static enum err_code read_orders(struct call *c, struct asked *asked, struct err *e)
{
    struct bytes rest = parameter(c, "$orderBy"), part;

    while (rest.len && bytes_split(&rest, ',', &part)) {
        struct order order;
        part = bytes_trim(part);
        size_t space = bytes_index(part, ' ');
        struct bytes direction = bytes_trim(bytes_from(part, space));
        if (!part.len)
            continue;
        enum err_code rc = so_zone_column(bytes_first(part, space), "$orderBy", &order.column, e);
        if (rc)
            return rc;
        order.descending = bytes_eq_nocase(direction, B("desc"));
        if (direction.len && !order.descending && !bytes_eq_nocase(direction, B("asc")))
            return err_set(e, ERR_INVALID, "$orderBy: a direction is asc or desc");
        if (asked->order_count < SO_ZONE_COLUMNS) /* what comes behind orders nothing any more */
            asked->orders[asked->order_count++] = order;
    }
    return ERR_NONE;
}

static enum err_code read_number(struct call *c, const char *name, int32_t *out, struct err *e)
{
    struct bytes text = parameter(c, name);

    if (text.len && (!bytes_to_int32(text, out) || *out < 0))
        return err_set(e, ERR_INVALID, "%s is not a whole number from 0 on", name);
    return ERR_NONE;
}

static enum err_code read_asked(struct call *c, struct asked *asked, struct err *e)
{
    *asked = (struct asked){ .top = SO_ROWS_DEFAULT };
    enum err_code rc = read_columns(c, asked, e);
    if (!rc)
        rc = read_orders(c, asked, e);
    if (!rc)
        rc = read_number(c, "$top", &asked->top, e);
    if (!rc)
        rc = read_number(c, "$skip", &asked->skip, e);
    if (!rc)
        rc = so_filter_read(c->arena, parameter(c, "$filter"), &asked->filter, e);
    return rc ? rc : so_zone_where_check(c->arena, asked->filter, e);
}

/* ---- rows ---- */

/* "+5:30", "0"; as the vendor's list shows them. */
static struct bytes offset_text(struct arena *arena, int32_t minutes)
{
    int32_t size = minutes < 0 ? -minutes : minutes;

    if (!minutes)
        return B("0");
    return bytes_str(
        arena_printf(arena, "%c%d:%02d", minutes < 0 ? '-' : '+', size / 60, size % 60));
}

static enum err_code make_row(struct call *c, const struct zone *zone, int this_year,
                              struct so_zone_row *row, struct err *e)
{
    struct zone_year year = zone_year(zone, this_year);

    *row = (struct so_zone_row){ .id = zone_id(zone) };
    row->text[SO_ZONE_ID] = bytes_str(arena_printf(c->arena, "%d", row->id));
    row->text[SO_ZONE_CODE] = zone_code(zone);
    row->text[SO_ZONE_COUNTRY] = so_zone_country(c->arena, &so_call(c)->local, zone);
    row->text[SO_ZONE_REGION] = zone_region(zone);
    row->text[SO_ZONE_OFFSET] = offset_text(c->arena, year.standard_min);
    row->text[SO_ZONE_DAYLIGHT] =
        year.daylight_min != year.standard_min ? offset_text(c->arena, year.daylight_min) : B("");
    row->text[SO_ZONE_ACTIVE] = B("true");
    for (size_t i = 0; i < SO_ZONE_COLUMNS; i++) {
        row->folded[i] = locale_fold(c->arena, row->text[i]);
        if (!row->text[i].at || !row->folded[i].at)
            return err_set(e, ERR_NO_MEMORY, "time zones");
    }
    return ERR_NONE;
}

static int compare(const void *a, const void *b, void *orders)
{
    const struct so_zone_row *x = a, *y = b;
    const struct asked *asked = orders;

    for (size_t i = 0; i < asked->order_count; i++) {
        enum so_zone_column column = asked->orders[i].column;
        struct bytes p = x->folded[column], q = y->folded[column];
        int order = memcmp(p.at, q.at, p.len < q.len ? p.len : q.len);
        if (order == 0)
            order = (p.len > q.len) - (p.len < q.len);
        if (column == SO_ZONE_ID)
            order = (x->id > y->id) - (x->id < y->id);
        if (order)
            return asked->orders[i].descending ? -order : order;
    }
    return strcmp(x->text[SO_ZONE_CODE].at, y->text[SO_ZONE_CODE].at);
}

/* The rows that fit, in order. */
static enum err_code find_rows(struct call *c, const struct asked *asked, struct so_zone_row **out,
                               size_t *count, struct err *e)
{
    struct so_zone_row *rows = arena_zalloc(c->arena, zone_count(), sizeof *rows);
    int this_year = so_zone_this_year();
    size_t found = 0;

    if (!rows)
        return err_set(e, ERR_NO_MEMORY, "time zones");
    for (size_t i = 0; i < zone_count(); i++) {
        const struct zone *zone;
        enum err_code rc = zone_at(i, &zone, e);
        if (!rc)
            rc = make_row(c, zone, this_year, &rows[found], e);
        if (rc)
            return rc;
        found += so_zone_where(asked->filter, &rows[found]);
    }
    if (asked->order_count)
        qsort_r(rows, found, sizeof *rows, compare, (void *)asked);
    *out = rows;
    *count = found;
    return ERR_NONE;
}

static void write_row(struct so_writer *w, const struct asked *asked, const struct so_zone_row *row)
{
    so_row_begin(w, row->id, B("timezone"));
    for (size_t i = 0; i < asked->column_count; i++) {
        enum so_zone_column column = asked->columns[i];
        if (column == SO_ZONE_ID)
            so_int(w, names[column], row->id);
        else if (column == SO_ZONE_ACTIVE)
            so_bool(w, names[column], true);
        else
            so_string(w, names[column], row->text[column]);
    }
    so_object_end(w);
}

#define ANSWER_MAX (1U << 20)

enum err_code so_time_zone_list(struct call *c, struct err *e)
{
    struct asked asked;
    struct so_zone_row *rows;
    struct so_writer w;
    struct bytes next = { 0 };
    size_t count;

    enum err_code rc = read_asked(c, &asked, e);
    if (!rc)
        rc = find_rows(c, &asked, &rows, &count, e);
    if (rc)
        return rc;
    size_t from = (size_t)asked.skip < count ? (size_t)asked.skip : count;
    size_t to = (size_t)asked.top < count - from ? from + (size_t)asked.top : count;
    if (to < count && to > from) {
        next = so_next_link(c, (int64_t)to);
        if (!next.at)
            return err_set(e, ERR_NO_MEMORY, "time zones");
    }
    so_reply_begin(c, &w, ANSWER_MAX);
    rc = so_rows_begin(c, &w, next, e);
    for (size_t i = from; i < to && !rc; i++)
        write_row(&w, &asked, &rows[i]);
    so_rows_end(&w);
    return rc ? rc : so_reply_writer(c, &w, e);
}
