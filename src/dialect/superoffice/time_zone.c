/* GET /api/v1/TimeZone/base, …/current, and what the agent says of the same (superoffice 9.4). */
#include "dialect/superoffice/time_zone.h"

#include "base/clock.h"
#include "dialect/superoffice/superoffice.h"
#include "locale/locale.h"

#define DATA_MAX 8192

struct bytes so_zone_country(struct arena *arena, const struct so_local *local,
                             const struct zone *zone)
{
    char country[3];

    zone_country(zone, country);
    if (!country[0])
        return B("");
    return locale_country_name(arena, country, local->language[0] ? local->language : "en");
}

int so_zone_this_year(void)
{
    return clock_civil(clock_now_us()).year;
}

/* The rule of one year. Days are told as numbers, so that no pattern has to be understood. */
static void write_rule(struct so_writer *w, struct bytes year, int32_t offset_min,
                       const struct civil *start, const struct civil *end)
{
    bool pair = w->format == SO_FORMAT_XML; /* a year is no name of an element */

    if (pair) {
        so_object(w, B("TimeZoneRuleKeyValuePair"));
        so_string(w, B("Key"), year);
    }
    so_object(w, pair ? B("Value") : year);
    so_int(w, B("StartDay"), start->day);
    so_int(w, B("StartMonth"), start->month);
    so_int(w, B("EndDay"), end->day);
    so_int(w, B("EndMonth"), end->month);
    so_int(w, B("TZOffset"), offset_min);
    so_string(w, B("StartRulePattern"), B(""));
    so_string(w, B("EndRulePattern"), B(""));
    so_object_end(w);
    if (pair)
        so_object_end(w);
}

/* The day on the clocks that were about to change; none for 0. */
static struct civil day_of(int64_t us, int32_t offset_min)
{
    return us ? clock_civil(us + offset_min * 60 * SECOND_US) : (struct civil){ 0 };
}

static void write_rules(struct so_writer *w, const struct zone *zone)
{
    int this_year = so_zone_this_year();
    struct zone_year year = zone_year(zone, this_year);
    struct civil start = day_of(year.starts_us, year.standard_min);
    struct civil end = day_of(year.ends_us, year.daylight_min);
    struct bytes name = bytes_str(arena_printf(w->out.arena, "%d", this_year));

    if (!name.at) {
        w->out.failed = true;
        return;
    }
    so_dict(w, B("TimeZoneSTDRules"));
    write_rule(w, name, year.standard_min, &end, &start);
    so_dict_end(w);
    so_dict(w, B("TimeZoneDSTRules"));
    if (year.daylight_min != year.standard_min)
        write_rule(w, name, year.daylight_min, &start, &end);
    so_dict_end(w);
}

/* "New York" of "America/New_York"; UTC has no city. */
static struct bytes city_of(struct arena *arena, const struct zone *zone)
{
    struct bytes rest = zone_tz(zone), part = { 0 };
    bool any = memchr(rest.at, '/', rest.len) != NULL;

    while (bytes_split(&rest, '/', &part))
        ;
    char *city = arena_str(arena, any ? part : B(""));
    for (size_t i = 0; city && city[i]; i++)
        city[i] = city[i] == '_' ? ' ' : city[i];
    return bytes_str(city);
}

/* "Norway", "United States - New York", "UTC/GMT" */
static struct bytes name_of(struct arena *arena, const struct so_local *local,
                            const struct zone *zone)
{
    struct bytes country = so_zone_country(arena, local, zone), region = zone_region(zone);

    if (!country.len || !region.len)
        return country.len ? country : region;
    return bytes_str(arena_printf(arena, "%.*s - %.*s", (int)country.len, country.at,
                                  (int)region.len, region.at));
}

/* Members in the order in which the vendor documents them. */
static enum err_code reply(struct call *c, const struct zone *zone, struct err *e)
{
    const struct so_local *local = &so_call(c)->local;
    struct bytes name = name_of(c->arena, local, zone), city = city_of(c->arena, zone);
    struct so_writer w;
    char country[3];

    if (!name.at || !city.at)
        return err_set(e, ERR_NO_MEMORY, "time zone");
    zone_country(zone, country);
    so_reply_begin(c, &w, DATA_MAX);
    so_object(&w, so_time_zone_data.name);
    so_int(&w, B("TZLocationID"), zone_id(zone));
    so_string(&w, B("Name"), name);
    so_string(&w, B("TZLocationCode"), zone_code(zone));
    so_string(&w, B("TZLocationCities"), city);
    so_int(&w, B("IsoNumber"), locale_country_number(country));
    write_rules(&w, zone);
    so_object_end(&w);
    return so_reply_writer(c, &w, e);
}

/* Dates are kept in UTC (superoffice 9.4). */
static enum err_code base_zone(const struct zone **out, struct err *e)
{
    return zone_find(B("UTC"), out, e);
}

enum err_code so_time_zone_base_get(struct call *c, struct err *e)
{
    const struct zone *zone;
    enum err_code rc = base_zone(&zone, e);

    return rc ? rc : reply(c, zone, e);
}

enum err_code so_time_zone_current_get(struct call *c, struct err *e)
{
    const struct zone *zone = so_call(c)->local.zone;
    enum err_code rc = zone ? ERR_NONE : base_zone(&zone, e);

    return rc ? rc : reply(c, zone, e);
}

/* The caller's zone as the agent tells it. */
enum err_code so_time_zone_preferred(struct call *c, struct err *e)
{
    const struct so_local *local = &so_call(c)->local;
    const struct zone *zone = local->zone;
    enum err_code rc = zone ? ERR_NONE : base_zone(&zone, e);
    struct so_writer w;

    if (rc)
        return rc;
    struct bytes name = name_of(c->arena, local, zone);
    struct bytes country = so_zone_country(c->arena, local, zone);
    if (!name.at || !country.at)
        return err_set(e, ERR_NO_MEMORY, "time zone");
    so_reply_begin(c, &w, DATA_MAX);
    so_object(&w, so_preferred_time_zone.name);
    so_int(&w, B("PreferenceId"), 0); /* nobody has preferences here */
    so_int(&w, B("TZLocationId"), zone_id(zone));
    so_string(&w, B("LocationCode"), zone_code(zone));
    so_string(&w, B("Description"), name);
    so_string(&w, B("Country"), country);
    so_int(&w, B("Bias"), zone_year(zone, so_zone_this_year()).standard_min);
    so_object_end(&w);
    return so_reply_writer(c, &w, e);
}

enum err_code so_time_zone_base_id(struct call *c, struct err *e)
{
    const struct zone *zone;
    enum err_code rc = base_zone(&zone, e);

    return rc ? rc : so_reply_int(c, zone_id(zone), e);
}
