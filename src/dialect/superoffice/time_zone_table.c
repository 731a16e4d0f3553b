#include "dialect/superoffice/superoffice.h"

/* ---- the objects; time_zone.c writes them ---- */

/* Names are years; a rule is StartDay, StartMonth, EndDay, EndMonth, TZOffset in minutes. */
const struct so_carrier so_time_zone_rules = { .name = B("TimeZoneRuleDictionary") };

static const struct so_member time_zone_data[] = {
    { B("TZLocationID"), SO_INT },
    { B("Name"), SO_STRING },
    { B("TZLocationCode"), SO_STRING },
    { B("TZLocationCities"), SO_STRING },
    { B("IsoNumber"), SO_INT },
    { B("TimeZoneSTDRules"), SO_OBJECT, &so_time_zone_rules },
    { B("TimeZoneDSTRules"), SO_OBJECT, &so_time_zone_rules },
};
const struct so_carrier so_time_zone_data = { B("TimeZoneData"), time_zone_data,
                                              COUNT(time_zone_data) };

static const struct so_member preferred_time_zone[] = {
    { B("PreferenceId"), SO_INT },    { B("TZLocationId"), SO_INT },
    { B("LocationCode"), SO_STRING }, { B("Description"), SO_STRING },
    { B("Country"), SO_STRING },      { B("Bias"), SO_INT },
};
const struct so_carrier so_preferred_time_zone = { B("PreferredTimeZone"), preferred_time_zone,
                                                   COUNT(preferred_time_zone) };

/* ---- the addresses ---- */

static const struct so_endpoint list[] = {
    { HTTP_GET, PLAN_THREAD, SO_READER, so_time_zone_list,
      "The time zones that SO-TimeZone may name", .out = { SO_BODY_ROWS },
      .parameters = SO_P_ROWS },
};
static const struct so_endpoint base[] = {
    { HTTP_GET, PLAN_THREAD, SO_READER, so_time_zone_base_get,
      "The time zone in which dates are kept", .out = { SO_BODY_CARRIER, &so_time_zone_data } },
};
static const struct so_endpoint current[] = {
    { HTTP_GET, PLAN_THREAD, SO_READER, so_time_zone_current_get,
      "The time zone of SO-TimeZone, else that in which dates are kept",
      .out = { SO_BODY_CARRIER, &so_time_zone_data } },
};
static const struct so_endpoint agent_base[] = {
    { HTTP_POST, PLAN_INLINE, SO_READER, so_time_zone_base_id,
      "The id of the time zone in which dates are kept", .out = { SO_BODY_INT } },
};
static const struct so_endpoint agent_preferred[] = {
    { HTTP_POST, PLAN_THREAD, SO_READER, so_time_zone_preferred,
      "The time zone of SO-TimeZone, else that in which dates are kept",
      .out = { SO_BODY_CARRIER, &so_preferred_time_zone } },
};

#define ALLOW_GET  B("GET, HEAD, OPTIONS")
#define ALLOW_POST B("GET, HEAD, POST, OPTIONS") /* GET describes it */

static const struct so_resource resources[] = {
    { B("v1/TimeZone"), list, COUNT(list), ALLOW_GET },
    { B("v1/TimeZone/base"), base, COUNT(base), ALLOW_GET },
    { B("v1/TimeZone/current"), current, COUNT(current), ALLOW_GET },
    { B("v1/Agents/TimeZone/GetBaseTimeZoneId"), agent_base, COUNT(agent_base), ALLOW_POST },
    { B("v1/Agents/TimeZone/GetDefaultTimeZoneInformation"), agent_preferred,
      COUNT(agent_preferred), ALLOW_POST },
};
const struct so_table so_time_zone_table = { resources, COUNT(resources) };
