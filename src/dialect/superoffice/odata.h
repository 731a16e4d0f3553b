/* dialect/superoffice/odata.h - lists as OData (superoffice 14.3). */
#ifndef DIALECT_SUPEROFFICE_ODATA_H
#define DIALECT_SUPEROFFICE_ODATA_H

#include "core/record.h"
#include "dialect/superoffice/filter.h"
#include "dialect/superoffice/superoffice.h"

/* ---- odata.c: the envelope, for every list ---- */

#define SO_ROWS_DEFAULT 1000
#define SO_ROWS_MAX     5000      /* of one page, whatever `$top` says */
#define SO_ROWS_BYTES   (6 << 20) /* of texts: a page ends behind the row that brings more */

/* The root with `odata.metadata` and `odata.nextLink` (`.at` NULL: null); opens the list of rows.
 * Each row is an object of any name; ERR_NO_MEMORY is the only failure. */
enum err_code so_rows_begin(struct call *c, struct so_writer *w, struct bytes next_link,
                            struct err *e) MUST_CHECK;
void so_rows_end(struct so_writer *w);

/* A slim row with its two fixed members; the columns follow, then so_object_end. */
void so_row_begin(struct so_writer *w, int32_t key, struct bytes entity);

/* The absolute address of this list from row `skip` on, all other parameters kept. `.at` NULL: out
 * of memory. */
struct bytes so_next_link(struct call *c, int64_t skip);

/* ---- odata_columns.c ---- */

enum so_column_type {
    SO_COLUMN_INT,
    SO_COLUMN_NUMBER, /* with a fraction */
    SO_COLUMN_TEXT,
    SO_COLUMN_BOOL,
    SO_COLUMN_DATE,
    SO_COLUMN_USER,      /* an id, shown as the user's name */
    SO_COLUMN_NEVER,     /* false for every row */
    SO_COLUMN_THUMBNAIL, /* of the picture you see; neither filtered nor sorted by */
};

struct so_column {
    struct bytes name;
    enum so_column_type type;
    enum record_field field;
    struct record_member member; /* RECORD_MEMBER */
    bool usual;                  /* shown when nothing is selected */
    bool display;                /* translated (9.2) */
    bool inverted;               /* SO_COLUMN_BOOL: says the opposite of its field */
};

/* One of SuperOffice's archives. */
struct so_archive {
    enum record_kind kind;
    struct bytes entity;
    struct bytes idle_entity; /* of records that are not active; empty: all are `entity` */
    const struct so_column *columns;
    size_t count;
};

extern const struct so_archive so_archives[KIND_COUNT];

const struct so_archive *so_archive_of(enum record_kind kind);

/* The column of that name in any case, `___` taken for `/`; or NULL. */
const struct so_column *so_column_find(const struct so_archive *archive, struct bytes name);

/* ---- odata_query.c: what a request asks for ---- */

#define SO_SELECT_MAX 32 /* columns; no archive has more */

struct so_selected {
    const struct so_column *column;
    struct bytes name; /* as it was asked for, and as `$jsonSafe` wants it */
    size_t wanted;     /* where in record.wanted; for RECORD_MEMBER */
};

struct so_rows_query {
    const struct so_archive *archive;
    struct so_selected selected[SO_SELECT_MAX];
    size_t selected_count;
    struct record_query query; /* one row more than the page has, to see whether it is cut */
    size_t page;               /* rows at most */
    bool full;                 /* $mode */
    bool display;              /* $output */
};

/* Reads the query string. `also` (or NULL) must hold besides `$filter`. Everything lives in the
 * call's arena. ERR_INVALID: says what is wrong, where, and what would be right. */
enum err_code so_rows_query_read(struct call *c, const struct so_archive *archive,
                                 const struct record_where *also, struct so_rows_query *out,
                                 struct err *e) MUST_CHECK;

/* ---- odata_where.c ---- */

/* What a filter means on an archive's columns. `text` is the filter, for messages.
 * ERR_INVALID  a column there is not, or an operator or value it does not have */
enum err_code so_where(struct call *c, const struct so_archive *archive, struct bytes text,
                       const struct so_filter *filter, struct record_where *out,
                       struct err *e) MUST_CHECK;

/* ---- odata_thumbnail.c ---- */

#define SO_THUMBNAIL_PX        75
#define SO_THUMBNAIL_BYTES_MAX (64 << 10)
#define SO_THUMBNAILS_MAX      100       /* made for one page … */
#define SO_THUMBNAILS_TIME_US  2000000LL /* … while they take no longer; further ones are empty */

/* A PNG of what is seen of the record, its proportions kept, for a product of its own thumbnail if
 * it has one. Empty when there is none, or none that can be shown. */
enum err_code so_thumbnail(struct call *c, struct owner owner, struct bytes *out,
                           struct err *e) MUST_CHECK;

/* ---- odata_list.c: the endpoints ---- */

enum err_code so_record_rows(struct call *c, struct err *e);    /* GET v1/{kind} */
enum err_code so_pricelist_rows(struct call *c, struct err *e); /* GET v1/Pricelist/{id}/Products */

#endif
