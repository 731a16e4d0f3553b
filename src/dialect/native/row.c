/* A record with its picture, as JSON. Written for a thousand at a time: nothing is looked up. */
#include "base/base64.h"
#include "base/clock.h"
#include "base/json.h"
#include "dialect/base_url.h"
#include "dialect/native/native.h"

#define LINK_MAX 256 /* path and query of a picture of ours */

static void write_colour(struct strbuf *out, uint32_t colour)
{
    static const char hex[] = "0123456789abcdef";
    char text[9] = "\"#";

    for (int i = 0; i < 6; i++)
        text[2 + i] = hex[colour >> (20 - 4 * i) & 15];
    text[8] = '"';
    strbuf_add(out, bytes_of(text, sizeof text));
}

static void write_appearance(struct strbuf *out, const struct overview *row)
{
    if (!row->has_appearance) {
        strbuf_lit(out, ",\"colour\":null,\"thumbHash\":null");
        return;
    }
    strbuf_lit(out, ",\"colour\":");
    write_colour(out, row->appearance.colour);
    strbuf_lit(out, ",\"thumbHash\":\"");
    base64_write(
        out, bytes_of((const char *)row->appearance.thumb_hash, row->appearance.thumb_hash_len));
    strbuf_char(out, '"');
}

static void write_link(struct strbuf *out, const struct native_row *how, struct bytes path,
                       struct bytes query)
{
    strbuf_char(out, '"');
    strbuf_add(out, how->base_url);
    link_signer_write(how->signer, out, path, query);
    strbuf_char(out, '"');
}

/* They hold the picture's state, so that who has one may keep what it shows. */
static void write_links(struct strbuf *out, const struct native_row *how,
                        const struct overview *row)
{
    char path_room[LINK_MAX], query_room[LINK_MAX], state[NATIVE_STATE_MAX];
    struct strbuf path = { .at = path_room, .cap = LINK_MAX, .limit = LINK_MAX };
    struct strbuf query = { .at = query_room, .cap = LINK_MAX, .limit = LINK_MAX };

    if (!how->signer) {
        strbuf_lit(out, ",\"url\":null,\"thumbnail\":null");
        return;
    }
    strbuf_lit(&path, "/pictures/");
    strbuf_add(&path, bytes_str(kind_name(how->kind)));
    strbuf_char(&path, '/');
    strbuf_int(&path, row->record_id);
    strbuf_lit(&query, "v=");
    strbuf_add(&query,
               native_state(row->picture_id, row->version, row->focus_x, row->focus_y, state));
    strbuf_lit(out, ",\"url\":");
    write_link(out, how, strbuf_bytes(&path), strbuf_bytes(&query));
    strbuf_lit(&query, "&w=");
    strbuf_int(&query, how->thumb_width);
    strbuf_lit(&query, "&h=");
    strbuf_int(&query, how->thumb_height);
    strbuf_lit(&query, "&fit=cover");
    strbuf_lit(out, ",\"thumbnail\":");
    write_link(out, how, strbuf_bytes(&path), strbuf_bytes(&query));
}

/* Thousandths from the middle as a part of the whole: 0 to 1. */
static void write_part(struct strbuf *out, int32_t value)
{
    json_double(out, (value + FOCUS_MAX) / (2.0 * FOCUS_MAX));
}

static void write_picture(struct strbuf *out, const struct native_row *how,
                          const struct overview *row)
{
    bool turned = row->header.orientation >= 5;

    strbuf_lit(out, "{\"id\":");
    strbuf_int(out, row->picture_id);
    strbuf_lit(out, ",\"width\":");
    strbuf_int(out, turned ? row->header.height_px : row->header.width_px);
    strbuf_lit(out, ",\"height\":");
    strbuf_int(out, turned ? row->header.width_px : row->header.height_px);
    strbuf_lit(out, ",\"type\":\"");
    strbuf_add(out, picture_type_mime(row->header.type));
    strbuf_char(out, '"');
    write_appearance(out, row);
    strbuf_lit(out, ",\"description\":");
    json_string(out, row->description);
    strbuf_lit(out, ",\"updated\":\"");
    clock_write_plain(out, row->updated_us);
    strbuf_lit(out, "Z\"");
    write_links(out, how, row);
    if (how->with_focus) {
        strbuf_lit(out, ",\"focus\":{\"x\":");
        write_part(out, row->focus_x);
        strbuf_lit(out, ",\"y\":");
        write_part(out, row->focus_y);
        strbuf_char(out, '}');
    }
    strbuf_char(out, '}');
}

void native_row_write(struct strbuf *out, const struct native_row *how, const struct overview *row)
{
    strbuf_lit(out, "{\"id\":");
    strbuf_int(out, row->record_id);
    strbuf_lit(out, ",\"exists\":");
    json_bool(out, row->record_exists);
    strbuf_lit(out, ",\"picture\":");
    if (row->picture_id)
        write_picture(out, how, row);
    else
        strbuf_lit(out, "null");
    strbuf_char(out, '}');
}

enum err_code native_row_init(struct call *c, enum record_kind kind, struct native_row *out,
                              struct err *e)
{
    struct link_signer *signer = arena_alloc(c->arena, sizeof *signer);
    struct strbuf base;

    strbuf_init(&base, c->arena, 64, 1024);
    base_url_write(c, &base);
    if (!signer || base.failed)
        return err_set(e, ERR_NO_MEMORY, "links");
    enum err_code rc = link_signer_init(c->core, 0, signer, e);
    if (rc)
        return rc;
    *out = (struct native_row){ .kind = kind,
                                .base_url = strbuf_bytes(&base),
                                .signer = signer,
                                .thumb_width = NATIVE_THUMB_SIDE,
                                .thumb_height = NATIVE_THUMB_SIDE };
    return ERR_NONE;
}
