/* A date that was read is written and read back: the same text always, the same second when the
 * text tells its offset. Any instant is written as something we read. Within two days of the ends
 * of the calendar, where dates stay in UTC, only the latter holds. */
#include "base/clock.h"
#include "dialect/superoffice/local.h"
#include "fuzz.h"
#include "locale/zone.h"

static struct bytes written(struct arena *arena, const struct so_local *local, int64_t us, bool utc)
{
    struct strbuf out;

    strbuf_init(&out, arena, 0, 64);
    so_date_write(&out, local, us, utc);
    HOLDS(!out.failed && out.len >= 19 && out.len <= 25);
    return strbuf_bytes(&out);
}

#define DAY_US (86400 * SECOND_US)
#define END_US (253402300800 * SECOND_US) /* of 9999 */

static int64_t second_of(int64_t us)
{
    return us / SECOND_US - (us % SECOND_US < 0);
}

static void round_trip(const struct so_local *local, int64_t us, bool utc)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(10000);
    int64_t again;
    struct bytes text = written(arena, local, us, utc);

    HOLDS(so_date_read(text, local, utc, &again));
    if (us < SO_NO_DATE + DAY_US)
        HOLDS(again == SO_NO_DATE);
    if (us < SO_NO_DATE + 2 * DAY_US || us > END_US - 2 * DAY_US)
        return;
    HOLDS(bytes_eq(written(arena, local, again, utc), text));
    if (local->offsets || utc || !local->zone)
        HOLDS(second_of(again) == second_of(us));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const zones[] = { NULL, "UTC", "NO", "US-NY", "AU-ACT", "NP", "IE", "WS" };
    struct err e = { 0 };
    struct so_local local = { 0 };
    int64_t us;

    if (size < 1)
        return 0;
    const char *zone = zones[data[0] & 7];
    local.offsets = data[0] & 8;
    bool utc = data[0] & 16;
    if (zone)
        HOLDS(zone_find(bytes_str(zone), &local.zone, &e) == ERR_NONE);
    if (so_date_read(bytes_of((const char *)data + 1, size - 1), &local, utc, &us)) {
        HOLDS(us >= SO_NO_DATE && us < END_US);
        round_trip(&local, us, utc);
    }
    if (size > sizeof us) { /* any instant of the years 1 to 9999 */
        memcpy(&us, data + 1, sizeof us);
        us = (int64_t)((uint64_t)us % (315537897600ULL * 1000000)) + SO_NO_DATE;
        round_trip(&local, us, utc);
    }
    return 0;
}
