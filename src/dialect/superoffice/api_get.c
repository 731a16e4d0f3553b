/* GET /api (superoffice 12.1): which version of the interface there is, and of what. */
#include "base/json.h"
#include "dialect/superoffice/superoffice.h"
#include "http/html.h"

/* What clients compare: integrations refuse servers below 10. */
#define NETSERVER_VERSION  "10.2.0.0"
#define NETSERVER_ASSEMBLY "10.0.0.0"
#define SERVICES           "Services87" /* of version 10 */

#define TEXT_MAX 8192

struct line {
    struct bytes name;
    struct bytes text;
};

/* "2026-11-21" of the compiler's "Nov 21 2026". */
static struct bytes build_date(struct arena *arena)
{
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    static const char built[] = __DATE__;
    const char *month = strstr(months, (char[]){ built[0], built[1], built[2], '\0' });
    int number = month ? (int)(month - months) / 3 + 1 : 0;

    return bytes_str(arena_printf(arena, "%.4s-%02d-%c%c", built + 7, number,
                                  built[4] == ' ' ? '0' : built[4], built[5]));
}

static void write_json(struct strbuf *out, const struct line *lines, size_t count)
{
    strbuf_lit(out, "{");
    for (size_t i = 0; i < count; i++) {
        if (i)
            strbuf_lit(out, ",");
        json_string(out, lines[i].name);
        strbuf_lit(out, ":");
        json_string(out, lines[i].text);
    }
    strbuf_lit(out, "}");
}

static void write_html(struct strbuf *out, const struct line *lines, size_t count)
{
    strbuf_lit(out, "<h1>SuperOffice WebAPI</h1><table>");
    for (size_t i = 0; i < count; i++) {
        strbuf_lit(out, "<tr><th>");
        html_write(out, lines[i].name);
        strbuf_lit(out, "</th><td>");
        if (i == 0)
            strbuf_lit(out, "<a href=\"");
        if (i == 0)
            html_write(out, lines[i].text);
        if (i == 0)
            strbuf_lit(out, "\">");
        html_write(out, lines[i].text);
        if (i == 0)
            strbuf_lit(out, "</a>");
        strbuf_lit(out, "</td></tr>");
    }
    strbuf_lit(out, "</table>");
}

enum err_code so_api_get(struct call *c, struct err *e)
{
    struct strbuf url;
    struct strbuf out;

    strbuf_init(&url, c->arena, 128, TEXT_MAX);
    so_url_write(c, &url, B("v1"));
    struct bytes date = build_date(c->arena);
    if (url.failed || !date.at)
        return err_set(e, ERR_NO_MEMORY, "answer");
    const struct line lines[] = {
        { B("v1"), strbuf_bytes(&url) },
        { B("Version"), B("v1") },
        { B("NetServerVersion"), B(NETSERVER_VERSION) },
        { B("NetServerAssembly"), B(NETSERVER_ASSEMBLY) },
        { B("NetServerDate"), date },
        { B("NetServerLabel"), B("Cameo-" CAMEO_VERSION) },
        { B("NetServer"), B("Cameo " CAMEO_VERSION ", speaks as NetServer 10.2") },
        { B("Services"), B(SERVICES) },
        { B("ServicesCurrent"), B(SERVICES) },
        { B("PictureService"), B("Cameo " CAMEO_VERSION) },
    };
    bool html = so_wants_html(c->req, true);
    strbuf_init(&out, c->arena, 1024, TEXT_MAX * 4);
    (html ? write_html : write_json)(&out, lines, COUNT(lines));
    if (out.failed)
        return err_set(e, ERR_NO_MEMORY, "answer");
    if (html)
        return so_page_reply(
            c, &(struct so_page){ .title = B("SuperOffice WebAPI"), .body = strbuf_bytes(&out) },
            e);
    so_reply_json(c, 200, strbuf_bytes(&out));
    return ERR_NONE;
}
