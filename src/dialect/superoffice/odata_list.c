#include "base/clock.h"
#include "dialect/superoffice/odata.h"

#include <stdlib.h>

#define ANSWER_MAX (30UL << 20)
#define USERS_MAX  32 /* remembered by name during one answer */

/* ---- values ---- */

struct known_user {
    int32_t id;
    struct bytes name;
};

struct lister {
    struct call *c;
    const struct so_rows_query *asked;
    struct so_writer w;
    const struct record *record; /* being written */
    struct known_user users[USERS_MAX];
    size_t user_count;
    int thumbnails; /* made so far, and when the first was begun */
    int64_t thumbnails_us;
    struct err *e;
};

/* What a record says in a column: one of these, by the column's type. */
struct cell {
    struct bytes text;
    int64_t number; /* SO_COLUMN_INT, _BOOL, _DATE (microseconds) */
    double real;
};

/* Users that are gone have no name. */
static enum err_code user_name(struct lister *l, int32_t id, struct bytes *out)
{
    struct err why = { 0 };
    struct user user = { .name = B("") };

    for (size_t i = 0; i < l->user_count; i++) {
        if (l->users[i].id == id) {
            *out = l->users[i].name;
            return ERR_NONE;
        }
    }
    enum err_code rc = id ? user_get(l->c->core, l->c->arena, id, &user, &why) : ERR_NONE;
    if (rc && rc != ERR_NOT_FOUND) {
        *l->e = why;
        return rc;
    }
    *out = rc ? B("") : user.name;
    if (l->user_count < USERS_MAX)
        l->users[l->user_count++] = (struct known_user){ id, *out };
    return ERR_NONE;
}

static int64_t own_number(const struct record *record, enum record_field field)
{
    switch ((int)field) {
    case RECORD_ID:
        return record->id;
    case RECORD_ACTIVE:
        return record->active;
    case RECORD_CREATED_US:
        return record->created_us;
    case RECORD_UPDATED_US:
        return record->updated_us;
    case RECORD_CREATED_BY:
        return record->created_by;
    default:
        return record->updated_by;
    }
}

static struct bytes own_text(const struct record *record, enum record_field field)
{
    return field == RECORD_NAME   ? record->name
           : field == RECORD_CODE ? record->code
                                  : record->xml_id;
}

/* Members are read as text; they were checked when they were written. */
static struct cell member_cell(enum so_column_type type, struct bytes text)
{
    static const struct so_local utc = { .language = "" };
    struct cell cell = { .text = text };

    if (type == SO_COLUMN_DATE && !so_date_read(text, &utc, true, &cell.number))
        cell.number = SO_NO_DATE;
    if (type == SO_COLUMN_NUMBER || type == SO_COLUMN_INT)
        cell.real = text.len ? strtod(text.at, NULL) : 0; /* copies of the arena are terminated */
    if (type == SO_COLUMN_INT && cell.real > -9e15 && cell.real < 9e15)
        cell.number = (int64_t)cell.real;
    return cell;
}

/* How much work a page may make is bounded: further pictures are empty. */
static enum err_code thumbnail(struct lister *l, struct bytes *out)
{
    int64_t now_us = clock_monotonic_us();

    if (!l->thumbnails)
        l->thumbnails_us = now_us;
    if (l->thumbnails >= SO_THUMBNAILS_MAX || now_us - l->thumbnails_us > SO_THUMBNAILS_TIME_US)
        return ERR_NONE;
    enum err_code rc =
        so_thumbnail(l->c, (struct owner){ l->record->kind, l->record->id }, out, l->e);
    l->thumbnails += out->len > 0;
    return rc;
}

static enum err_code read_cell(struct lister *l, const struct so_selected *selected,
                               struct cell *out)
{
    const struct so_column *column = selected->column;
    enum err_code rc = ERR_NONE;

    *out = (struct cell){ .text = B("") };
    if (column->type == SO_COLUMN_NEVER)
        return ERR_NONE;
    if (column->type == SO_COLUMN_THUMBNAIL)
        return thumbnail(l, &out->text);
    if (column->field == RECORD_MEMBER)
        *out = member_cell(column->type, l->record->wanted[selected->wanted]);
    else if (column->type == SO_COLUMN_TEXT)
        out->text = own_text(l->record, column->field);
    else
        out->number = own_number(l->record, column->field);
    if (column->inverted)
        out->number = !out->number;
    if (column->type == SO_COLUMN_USER)
        rc = user_name(l, (int32_t)out->number, &out->text);
    return rc;
}

/* Icon hints are what SuperOffice shows for truth values ($output=Display); its names for these are
 * not published. */
static struct bytes hint_of(bool value)
{
    return value ? B("checked") : B("unchecked");
}

static void write_value(struct lister *l, struct bytes name, const struct so_column *column,
                        const struct cell *cell, bool display)
{
    struct so_writer *w = &l->w;

    switch (column->type) {
    case SO_COLUMN_INT:
        so_int(w, name, cell->number);
        break;
    case SO_COLUMN_NUMBER:
        so_double(w, name, cell->real);
        break;
    case SO_COLUMN_BOOL:
    case SO_COLUMN_NEVER:
        if (display)
            so_string(w, name, hint_of(cell->number));
        else
            so_bool(w, name, cell->number);
        break;
    case SO_COLUMN_DATE:
        so_date(w, name, cell->number, false);
        break;
    case SO_COLUMN_THUMBNAIL:
        if (cell->text.len)
            so_base64(w, name, cell->text);
        else
            so_string(w, name, cell->text);
        break;
    case SO_COLUMN_TEXT:
    case SO_COLUMN_USER:
        if (column->display)
            so_display(w, name, cell->text);
        else
            so_string(w, name, cell->text);
        break;
    }
}

/* ---- rows ---- */

static struct bytes entity_of(const struct lister *l)
{
    const struct so_archive *archive = l->asked->archive;
    bool idle = archive->idle_entity.len && !l->record->active;

    return idle ? archive->idle_entity : archive->entity;
}

static void write_number_as_text(struct lister *l, struct bytes name,
                                 const struct so_column *column, const struct cell *cell)
{
    char *text = column->type == SO_COLUMN_INT
                     ? arena_printf(l->c->arena, "%lld", (long long)cell->number)
                     : arena_printf(l->c->arena, "%.15g", cell->real);

    if (!text)
        l->w.out.failed = true;
    so_string(&l->w, name, bytes_str(text));
}

/* One of the columns of `$mode=full`. */
static void write_full_cell(struct lister *l, const struct so_selected *selected,
                            const struct cell *cell)
{
    const struct so_column *column = selected->column;

    so_object(&l->w, selected->name);
    write_value(l, B("RawValue"), column, cell, false);
    if (column->type == SO_COLUMN_INT || column->type == SO_COLUMN_NUMBER)
        write_number_as_text(l, B("DisplayValue"), column, cell);
    else if (column->type == SO_COLUMN_THUMBNAIL) /* once is enough */
        so_string(&l->w, B("DisplayValue"), B(""));
    else
        write_value(l, B("DisplayValue"), column, cell, true);
    so_string(&l->w, B("LinkHint"), B(""));
    so_string(&l->w, B("TooltipHint"), B(""));
    so_object_end(&l->w);
}

/* superoffice 11.1: here the mask is a number */
static void begin_full_row(struct lister *l)
{
    static const int masks[] = {
        [SO_RIGHTS_READ] = 1, [SO_RIGHTS_UPDATE] = 3, [SO_RIGHTS_FULL] = 15
    };
    struct so_writer *w = &l->w;

    so_row_begin(w, l->record->id, entity_of(l));
    so_string(w, B("StyleHint"), B(""));
    so_string(w, B("LinkHint"), B(""));
    so_object(w, B("TableRight"));
    so_int(w, B("Mask"), masks[w->rights]);
    so_string(w, B("Reason"), B(""));
    so_object_end(w);
    so_object(w, B("Column"));
}

static enum err_code write_row(struct lister *l)
{
    const struct so_rows_query *asked = l->asked;
    enum err_code rc = ERR_NONE;

    if (asked->full)
        begin_full_row(l);
    else
        so_row_begin(&l->w, l->record->id, entity_of(l));
    for (size_t i = 0; !rc && i < asked->selected_count; i++) {
        struct cell cell;
        rc = read_cell(l, &asked->selected[i], &cell);
        if (!rc && asked->full)
            write_full_cell(l, &asked->selected[i], &cell);
        else if (!rc)
            write_value(l, asked->selected[i].name, asked->selected[i].column, &cell,
                        asked->display);
    }
    if (asked->full)
        so_object_end(&l->w);
    so_object_end(&l->w);
    return rc;
}

/* ---- the list ---- */

/* Whether rows are left for another page; takes the one row too many off. */
static bool is_cut(const struct so_rows_query *asked, const struct record *records, size_t *count)
{
    size_t bytes = 0;

    for (size_t i = 0; i < *count; i++)
        bytes += record_bytes(&records[i], &asked->query);
    if (*count <= asked->page)
        return bytes > asked->query.bytes_max;
    *count = asked->page;
    return true;
}

static enum err_code list(struct call *c, const struct so_archive *archive,
                          const struct record_where *also, struct err *e)
{
    struct so_rows_query *asked = arena_zalloc(c->arena, 1, sizeof *asked);
    struct lister *l = arena_zalloc(c->arena, 1, sizeof *l);
    struct record *records = NULL;
    struct bytes next = { 0 };
    size_t count = 0;

    if (!asked || !l)
        return err_set(e, ERR_NO_MEMORY, "list");
    enum err_code rc = so_rows_query_read(c, archive, also, asked, e);
    if (!rc && asked->page)
        rc = record_list(c->core, c->arena, &asked->query, &records, &count, NULL, e);
    if (rc == ERR_TOO_LARGE)
        return err_set(e, ERR_INVALID, "$filter: more than a list can be asked for at once");
    if (rc)
        return rc;
    if (is_cut(asked, records, &count)) {
        next = so_next_link(c, (int64_t)(asked->query.offset + count));
        if (!next.at)
            return err_set(e, ERR_NO_MEMORY, "list");
    }

    *l = (struct lister){ .c = c, .asked = asked, .e = e };
    so_reply_begin(c, &l->w, ANSWER_MAX);
    rc = so_rows_begin(c, &l->w, next, e);
    for (size_t i = 0; !rc && i < count; i++) {
        l->record = &records[i];
        rc = write_row(l);
    }
    so_rows_end(&l->w);
    return rc ? rc : so_reply_writer(c, &l->w, e);
}

/* GET /api/v1/{Contact|Person|Product|Project} */
enum err_code so_record_rows(struct call *c, struct err *e)
{
    return list(c, so_archive_of(so_owner(c).kind), NULL, e);
}

/* GET /api/v1/Pricelist/{id}/Products
 *
 * There are no price lists here, only products that say which one they are in. One that says
 * nothing is in every list: addresses of pictures do not look at the list's number either (3.7). */
enum err_code so_pricelist_rows(struct call *c, struct err *e)
{
    static const struct record_member key = { { "ERPPriceListKey" }, RECORD_TEXT };
    struct record_operand operands[2] = { { .is_text = true, .text = B("") }, { .is_text = true } };
    struct record_where also = { .join = RECORD_IS,
                                 .is = { .field = RECORD_MEMBER,
                                         .op = OP_IN,
                                         .operands = operands,
                                         .operand_count = 2,
                                         .member = &key } };

    operands[1].text = bytes_str(arena_printf(c->arena, "%d", so_owner(c).id));
    if (!operands[1].text.at)
        return err_set(e, ERR_NO_MEMORY, "list");
    return list(c, so_archive_of(KIND_PRODUCT), &also, e);
}
