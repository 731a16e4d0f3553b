/* server.time (bitrix24 11) */
#include "base/clock.h"
#include "dialect/bitrix24/bitrix24.h"

enum err_code b24_server_time(struct call *c, const struct value *params, struct b24_result *out,
                              struct err *e)
{
    (void)c;
    (void)params;
    (void)e;
    strbuf_char(out->json, '"');
    clock_write_offset(out->json, clock_now_us());
    strbuf_char(out->json, '"');
    return ERR_NONE;
}
