/* A date that was read is written and read back as the same instant. */
#include "base/clock.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char text[CLOCK_HTTP_LEN], again[CLOCK_HTTP_LEN];
    int64_t us, back;

    if (clock_read_http(bytes_of((const char *)data, size), &us)) {
        HOLDS(us % SECOND_US == 0);
        clock_write_http(text, us);
        HOLDS(clock_read_http(bytes_of(text, sizeof text), &back));
        HOLDS(back == us);
        clock_write_http(again, back);
        HOLDS(memcmp(text, again, sizeof text) == 0);
    }
    if (size >= sizeof us) { /* any instant of the years 0 to 9999 */
        memcpy(&us, data, sizeof us);
        us = (int64_t)((uint64_t)us % 315569520000ULL) - 62167219200;
        clock_write_http(text, us * SECOND_US);
        HOLDS(clock_read_http(bytes_of(text, sizeof text), &back));
        HOLDS(back == us * SECOND_US);
    }
    return 0;
}
