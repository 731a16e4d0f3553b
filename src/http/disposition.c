#include "base/uri.h"
#include "http/http.h"

#define DISPOSITION_MAX 4096 /* a name of 255 bytes, each as %XX, fits well */

/* What is no plain ASCII, or means something inside quotes, is an underline; a character of several
 * bytes is one. */
static void write_ascii_name(struct strbuf *out, struct bytes name)
{
    for (size_t i = 0; i < name.len; i++) {
        unsigned char c = (unsigned char)name.at[i];
        if ((c & 0xC0) == 0x80)
            continue;
        bool plain = c >= 0x20 && c < 0x7F && c != '"' && c != '\\' && c != '%' && c != '/';
        strbuf_char(out, plain ? (char)c : '_');
    }
}

struct bytes http_content_disposition(struct arena *arena, bool attachment, struct bytes name)
{
    struct strbuf out;

    strbuf_init(&out, arena, 128, DISPOSITION_MAX);
    strbuf_add(&out, attachment ? B("attachment") : B("inline"));
    strbuf_lit(&out, "; filename=\"");
    write_ascii_name(&out, name);
    strbuf_lit(&out, "\"; filename*=UTF-8''");
    uri_encode(&out, name);
    return out.failed ? (struct bytes){ 0 } : strbuf_bytes(&out);
}
