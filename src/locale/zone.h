/* locale/zone.h - time zones under the names SuperOffice gives them: a country ("NO") or a country
 * and a region of it ("US-NY"); the rules come from the system's time zone database.
 *
 * Zones live as long as the process. Every function may be called from any thread; none waits for
 * more than a small file, once a zone.
 */
#ifndef LOCALE_ZONE_H
#define LOCALE_ZONE_H

#include "base/bytes.h"
#include "base/err.h"

struct zone;

/* The zone of a code in any case, or of an id as text ("no", "261").
 * ERR_INVALID      there is no such zone
 * ERR_UNAVAILABLE  its rules cannot be read */
enum err_code zone_find(struct bytes code, const struct zone **out, struct err *e) MUST_CHECK;

/* All of them: UTC, then by code. */
size_t zone_count(void);
enum err_code zone_at(size_t i, const struct zone **out, struct err *e) MUST_CHECK;

int32_t zone_id(const struct zone *zone);
struct bytes zone_code(const struct zone *zone);   /* "US-NY" */
struct bytes zone_region(const struct zone *zone); /* "New York"; empty: the whole country */
struct bytes zone_tz(const struct zone *zone);     /* "America/New_York" */

/* The country's letters and a NUL; "" for UTC. */
void zone_country(const struct zone *zone, char country[3]);

/* Minutes east of UTC at an instant. Those of long ago are rounded to whole minutes, for no
 * client can read more. */
int32_t zone_offset(const struct zone *zone, int64_t us);

/* What clocks do in one year (UTC's). */
struct zone_year {
    int32_t standard_min;
    int32_t daylight_min;       /* equal: no daylight saving */
    int64_t starts_us, ends_us; /* of daylight saving; either may be 0: not within the year */
};
struct zone_year zone_year(const struct zone *zone, int year);

/* The instant at which clocks in the zone show `wall_us` (written as if it were UTC). Of two it is
 * the later one, in standard time; where clocks leapt over it, what they would have shown. */
int64_t zone_to_utc(const struct zone *zone, int64_t wall_us);

#endif
