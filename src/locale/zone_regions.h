/* locale/zone_regions.h - which clocks the regions of large countries keep; for zone.c. */
#ifndef LOCALE_ZONE_REGIONS_H
#define LOCALE_ZONE_REGIONS_H

#include "base/base.h"

struct zone_region {
    const char *code; /* "US-NY" */
    const char *tz;   /* "America/New_York" */
    const char *name; /* "New York" */
};

extern const struct zone_region zone_regions[];
extern const size_t zone_region_count;

#endif
