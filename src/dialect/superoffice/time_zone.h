/* dialect/superoffice/time_zone.h - what the answers about time zones have in common
 * (superoffice 9.4).
 */
#ifndef DIALECT_SUPEROFFICE_TIME_ZONE_H
#define DIALECT_SUPEROFFICE_TIME_ZONE_H

#include "dialect/superoffice/filter.h"
#include "dialect/superoffice/superoffice.h"
#include "locale/zone.h"

/* ---- time_zone.c ---- */

/* "Norway", in the caller's language, in English when it has none; "" for UTC. `.at` NULL: out of
 * memory. */
struct bytes so_zone_country(struct arena *arena, const struct so_local *local,
                             const struct zone *zone);

/* This year, by which rules and offsets are told. */
int so_zone_this_year(void);

/* ---- time_zone_list.c: rows of the list ---- */

enum so_zone_column {
    SO_ZONE_ID, /* the only number */
    SO_ZONE_CODE,
    SO_ZONE_COUNTRY,
    SO_ZONE_REGION,
    SO_ZONE_OFFSET,
    SO_ZONE_DAYLIGHT,
    SO_ZONE_ACTIVE, /* "true": all are */
    SO_ZONE_COLUMNS
};

struct so_zone_row {
    int32_t id;
    struct bytes text[SO_ZONE_COLUMNS]; /* letters folded in `folded` */
    struct bytes folded[SO_ZONE_COLUMNS];
};

/* The column of that name in any case; ERR_INVALID names `parameter` and the word. */
enum err_code so_zone_column(struct bytes name, const char *parameter, enum so_zone_column *out,
                             struct err *e) MUST_CHECK;

/* ---- time_zone_where.c ---- */

/* ERR_INVALID: a column there is not, or an operator or a value it does not have. Folds the
 * operands in place. */
enum err_code so_zone_where_check(struct arena *arena, struct so_filter *filter,
                                  struct err *e) MUST_CHECK;

/* Whether a filter that was checked holds for the row. */
bool so_zone_where(const struct so_filter *filter, const struct so_zone_row *row);

#endif
