#include "base/uri.h"
#include "dialect/base_url.h"
#include "dialect/superoffice/superoffice.h"

void so_prefix_write(struct call *c, struct strbuf *out)
{
    struct bytes rest = so_call(c)->prefix;
    struct bytes segment;

    if (!rest.len)
        return;
    rest = bytes_from(rest, 1); /* its first slash */
    while (bytes_split(&rest, '/', &segment)) {
        strbuf_char(out, '/');
        uri_encode(out, segment);
    }
}

void so_url_write(struct call *c, struct strbuf *out, struct bytes path)
{
    base_url_write(c, out);
    so_prefix_write(c, out);
    strbuf_lit(out, "/api/");
    strbuf_add(out, path);
}
