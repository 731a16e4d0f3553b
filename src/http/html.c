#include "http/html.h"

void html_write(struct strbuf *out, struct bytes text)
{
    for (size_t i = 0; i < text.len; i++) {
        switch (text.at[i]) {
        case '&':
            strbuf_lit(out, "&amp;");
            break;
        case '<':
            strbuf_lit(out, "&lt;");
            break;
        case '>':
            strbuf_lit(out, "&gt;");
            break;
        case '"':
            strbuf_lit(out, "&quot;");
            break;
        case '\'':
            strbuf_lit(out, "&#39;");
            break;
        default:
            strbuf_char(out, text.at[i]);
        }
    }
}
