/* Whatever is taken for rules has an answer for every instant, and clocks are within a day of
 * UTC. */
#include "locale/tzif.h"

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const int64_t instants[] = { INT64_MIN / 1000000, -5000000000, 0,
                                        1772618400,          2145916800,  4102444800,
                                        INT64_MAX / 1000000 };
    struct tzif *rules = tzif_read(bytes_of((const char *)data, size));

    for (size_t i = 0; rules && i < COUNT(instants); i++) {
        int32_t offset = tzif_offset(rules, instants[i]);
        HOLDS(offset > -1440 && offset < 1440);
    }
    for (int64_t day = 0; rules && day < 800; day++) /* of leap years and others */
        HOLDS(tzif_offset(rules, 4102444800 + day * 86400) < 1440);
    free(rules);
    return 0;
}
