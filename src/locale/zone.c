#include "locale/zone.h"

#include "base/clock.h"
#include "locale/tzif.h"
#include "locale/zone_regions.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define DATABASE  "/usr/share/zoneinfo/"
#define FILE_MAX  65536
#define ZONES_MAX 512
#define CODE_MAX  7
#define TZ_MAX    39

struct zone {
    char code[CODE_MAX + 1];
    char tz[TZ_MAX + 1];
    const char *region;
    int32_t id;
    _Atomic(struct tzif *) rules; /* read when first asked for; UTC needs none */
};

/* Written once, by the first to ask; only `rules` change later. */
static struct zone zones[ZONES_MAX];
static size_t zones_len;
static bool whole; /* the countries are in it too */
static pthread_once_t once = PTHREAD_ONCE_INIT;

/* ---- the table ---- */

/* Where the database does not begin a country with the zone of its capital, and a country it does
 * not know. */
static const struct zone_region capitals[] = {
    { "AU", "Australia/Sydney" }, { "BR", "America/Sao_Paulo" }, { "CA", "America/Toronto" },
    { "FM", "Pacific/Pohnpei" },  { "RU", "Europe/Moscow" },     { "UA", "Europe/Kyiv" },
    { "UZ", "Asia/Tashkent" },    { "XK", "Europe/Belgrade" },
};

/* Ids the vendor has published (superoffice 9.4). */
static const struct {
    const char *code;
    int32_t id;
} published[] = {
    { "UTC", 1 },  { "AU-ACT", 36 }, { "BD", 50 },     { "CA-QC", 114 }, { "DK", 140 },
    { "FR", 156 }, { "NO", 261 },    { "US-CA", 425 }, { "US-HI", 433 }, { "US-NY", 460 },
};

/* All others follow from the code, so that they never change: 1000 to 1675 are countries, a region
 * is above them. */
static int32_t id_of(const char *code)
{
    for (size_t i = 0; i < COUNT(published); i++) {
        if (strcmp(published[i].code, code) == 0)
            return published[i].id;
    }
    int32_t id = (code[0] - 'A') * 26 + code[1] - 'A';
    if (!code[2])
        return 1000 + id;
    for (int i = 3; i < 6; i++) {
        char c = i < (int)strlen(code) ? code[i] : '/'; /* ends before '0' */
        id = id * 37 + (c >= 'A' ? c - 'A' + 11 : c - '/');
    }
    return 100000 + id;
}

static void add(const char *code, const char *tz, const char *region)
{
    if (zones_len == ZONES_MAX)
        return;
    struct zone *zone = &zones[zones_len++];
    snprintf(zone->code, sizeof zone->code, "%s", code);
    snprintf(zone->tz, sizeof zone->tz, "%s", tz);
    zone->region = region;
    zone->id = id_of(code);
}

/* The whole file, NUL behind it; the caller frees it. NULL: errno says why not. */
static char *read_file(const char *path, size_t *len)
{
    CLEANUP(closep) int fd = open(path, O_RDONLY | O_CLOEXEC);
    char *at = fd < 0 ? NULL : malloc(FILE_MAX);
    size_t have = 0;

    while (at) {
        ssize_t more = read(fd, at + have, FILE_MAX - 1 - have);
        if (more > 0) {
            have += (size_t)more;
        } else if (more == 0 || errno != EINTR) {
            if (more == 0 && have < FILE_MAX - 1)
                break;
            errno = more < 0 ? errno : EFBIG;
            free(TAKE(at));
        }
    }
    if (at)
        at[have] = '\0';
    *len = have;
    return at;
}

static const char *capital_of(const char *country)
{
    for (size_t i = 0; i < COUNT(capitals); i++) {
        if (strcmp(capitals[i].code, country) == 0)
            return capitals[i].tz;
    }
    return NULL;
}

static bool is_country(struct bytes code)
{
    return code.len == 2 && code.at[0] >= 'A' && code.at[0] <= 'Z' && code.at[1] >= 'A' &&
           code.at[1] <= 'Z';
}

/* A line of zone.tab: country, coordinates, zone, remarks; the first of a country counts. */
static void add_country(struct bytes line)
{
    struct bytes country, where, tz;
    char code[3] = "", name[TZ_MAX + 1] = "";

    if (!bytes_split(&line, '\t', &country) || !bytes_split(&line, '\t', &where) ||
        !bytes_split(&line, '\t', &tz) || !is_country(country) || tz.len > TZ_MAX)
        return;
    memcpy(code, country.at, 2);
    memcpy(name, tz.at, tz.len);
    for (size_t i = zones_len; i-- > 0;) { /* not always beside each other */
        if (memcmp(zones[i].code, code, sizeof code) == 0)
            return;
    }
    const char *capital = capital_of(code);
    add(code, capital ? capital : name, "");
}

static int by_code(const void *a, const void *b)
{
    return strcmp(((const struct zone *)a)->code, ((const struct zone *)b)->code);
}

static void fill(void)
{
    size_t len;
    CLEANUP(freep) char *text = read_file(DATABASE "zone.tab", &len);
    struct bytes rest = bytes_of(text, len), line;

    add("UTC", "UTC", "UTC/GMT");
    while (text && bytes_split(&rest, '\n', &line))
        add_country(line);
    whole = zones_len > 200;
    add("XK", capital_of("XK"), "");
    for (size_t i = 0; i < zone_region_count; i++)
        add(zone_regions[i].code, zone_regions[i].tz, zone_regions[i].name);
    qsort(zones + 1, zones_len - 1, sizeof zones[0], by_code);
}

/* ---- one zone ---- */

static struct tzif *rules_of(const struct zone *zone)
{
    return atomic_load_explicit(&zone->rules, memory_order_acquire);
}

/* The rules of a zone that keeps the same clocks, if they were read: rules are never freed. */
static struct tzif *shared_rules(const struct zone *zone)
{
    for (size_t i = 0; i < zones_len; i++) {
        struct tzif *rules = rules_of(&zones[i]);
        if (rules && strcmp(zones[i].tz, zone->tz) == 0)
            return rules;
    }
    return NULL;
}

static enum err_code read_rules(const struct zone *zone, struct tzif **out, struct err *e)
{
    char path[sizeof DATABASE + TZ_MAX];
    size_t len;

    snprintf(path, sizeof path, DATABASE "%s", zone->tz);
    CLEANUP(freep) char *file = read_file(path, &len);
    if (!file)
        return err_set(e, ERR_UNAVAILABLE, "read '%s': %s", path, strerrordesc_np(errno));
    *out = tzif_read(bytes_of(file, len));
    return *out ? ERR_NONE : err_set(e, ERR_UNAVAILABLE, "'%s' is no time zone", path);
}

static enum err_code load(struct zone *zone, const struct zone **out, struct err *e)
{
    if (zone != zones && !rules_of(zone)) {
        struct tzif *before = NULL, *rules = shared_rules(zone);
        bool own = !rules;
        enum err_code rc = own ? read_rules(zone, &rules, e) : ERR_NONE;
        if (rc)
            return rc;
        if (!atomic_compare_exchange_strong(&zone->rules, &before, rules) && own)
            free(rules); /* another thread was faster */
    }
    *out = zone;
    return ERR_NONE;
}

static struct zone *find(struct bytes code)
{
    char upper[CODE_MAX + 1] = "";
    int32_t id;

    if (bytes_to_int32(code, &id)) {
        for (size_t i = 0; i < zones_len; i++) {
            if (zones[i].id == id)
                return &zones[i];
        }
        return NULL;
    }
    if (code.len > CODE_MAX)
        return NULL;
    for (size_t i = 0; i < code.len; i++)
        upper[i] =
            code.at[i] >= 'a' && code.at[i] <= 'z' ? (char)(code.at[i] - 'a' + 'A') : code.at[i];
    if (strcmp(upper, "UTC") == 0)
        return zones;
    struct zone key;
    memcpy(key.code, upper, sizeof key.code);
    return bsearch(&key, zones + 1, zones_len - 1, sizeof zones[0], by_code);
}

enum err_code zone_find(struct bytes code, const struct zone **out, struct err *e)
{
    pthread_once(&once, fill);
    struct zone *zone = find(code);
    if (zone)
        return load(zone, out, e);
    if (!whole)
        return err_set(e, ERR_UNAVAILABLE, "no time zones in '%s'", DATABASE);
    return err_set(e, ERR_INVALID, "no time zone '%.*s'", (int)(code.len > 40 ? 40 : code.len),
                   code.at ? code.at : "");
}

size_t zone_count(void)
{
    pthread_once(&once, fill);
    return zones_len;
}

enum err_code zone_at(size_t i, const struct zone **out, struct err *e)
{
    pthread_once(&once, fill);
    return load(&zones[i], out, e);
}

int32_t zone_id(const struct zone *zone)
{
    return zone->id;
}

struct bytes zone_code(const struct zone *zone)
{
    return bytes_str(zone->code);
}

struct bytes zone_region(const struct zone *zone)
{
    return bytes_str(zone->region);
}

struct bytes zone_tz(const struct zone *zone)
{
    return bytes_str(zone->tz);
}

void zone_country(const struct zone *zone, char country[3])
{
    bool is_utc = zone == zones;

    country[0] = is_utc ? '\0' : zone->code[0];
    country[1] = is_utc ? '\0' : zone->code[1];
    country[2] = '\0';
}

/* ---- clocks ---- */

int32_t zone_offset(const struct zone *zone, int64_t us)
{
    const struct tzif *rules = rules_of(zone);

    return rules ? tzif_offset(rules, us / SECOND_US - (us % SECOND_US < 0)) : 0;
}

#define MINUTE_US (60 * SECOND_US)
#define DAY_US    (24 * 60 * MINUTE_US)

int64_t zone_to_utc(const struct zone *zone, int64_t wall_us)
{
    int32_t before = zone_offset(zone, wall_us - DAY_US);
    int32_t after = zone_offset(zone, wall_us + DAY_US);
    int32_t larger = before > after ? before : after;
    int32_t smaller = before > after ? after : before;

    if (zone_offset(zone, wall_us - smaller * MINUTE_US) == smaller)
        return wall_us - smaller * MINUTE_US;
    if (zone_offset(zone, wall_us - larger * MINUTE_US) == larger)
        return wall_us - larger * MINUTE_US;
    return wall_us - before * MINUTE_US;
}

/* The instant between two at which the offset becomes that of the second. */
static int64_t change_between(const struct zone *zone, int64_t before_us, int64_t after_us)
{
    int32_t offset = zone_offset(zone, after_us);

    while (after_us - before_us > SECOND_US) {
        int64_t middle = before_us + (after_us - before_us) / 2 / SECOND_US * SECOND_US;
        if (zone_offset(zone, middle) == offset)
            after_us = middle;
        else
            before_us = middle;
    }
    return after_us;
}

/* Looked at once a week: no clocks leap there and back in less. */
struct zone_year zone_year(const struct zone *zone, int year)
{
    struct zone_year found = { 0 };
    struct civil first = { .year = year, .month = 1, .day = 1 };
    struct civil next = { .year = year + 1, .month = 1, .day = 1 };
    int64_t at = 0, end = 0;

    if (!clock_of_civil(&first, &at) || !clock_of_civil(&next, &end))
        return found;
    int32_t offset = zone_offset(zone, at);
    found.standard_min = found.daylight_min = offset;
    while (at < end) {
        int64_t later = at + 7 * DAY_US < end ? at + 7 * DAY_US : end;
        int32_t now = zone_offset(zone, later);
        if (now > offset)
            found.starts_us = change_between(zone, at, later);
        else if (now < offset)
            found.ends_us = change_between(zone, at, later);
        if (now > found.daylight_min)
            found.daylight_min = now;
        if (now < found.standard_min)
            found.standard_min = now;
        offset = now;
        at = later;
    }
    return found;
}
