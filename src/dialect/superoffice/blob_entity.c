#include "dialect/superoffice/superoffice.h"

enum err_code so_blob_entity_reply(struct call *c, const struct picture *picture, struct err *e)
{
    static const struct picture none;
    struct strbuf out = { 0 };
    enum err_code rc = so_blob_entity_write(c, picture ? picture : &none, &out, e);
    if (rc)
        return rc;

    if (picture) {
        char etag[SO_ETAG_MAX];
        struct http_validators now = so_blob_entity_validators(c, picture, etag);
        rc = so_reply_validators(c, &now, e);
        if (rc)
            return rc;
    }
    so_reply_text(c, 200, strbuf_bytes(&out));
    return ERR_NONE;
}

static size_t write_hex(char *out, uint64_t value)
{
    size_t len = 1;

    for (uint64_t left = value >> 4; left; left >>= 4)
        len++;
    for (size_t i = len; i > 0; i--, value >>= 4)
        out[i - 1] = "0123456789abcdef"[value & 15];
    return len;
}

/* Every change of a text moves updated_us, every change of the bytes the version. Behind the `~`
 * (see http.h) is what else the text depends on: the rights, the form, the offsets, the language.
 */
struct http_validators so_blob_entity_validators(const struct call *c,
                                                 const struct picture *picture,
                                                 char etag[SO_ETAG_MAX])
{
    static const char rights[] = {
        [SO_RIGHTS_READ] = 'r', [SO_RIGHTS_UPDATE] = 'u', [SO_RIGHTS_FULL] = 'f'
    };
    const struct so_call *state = so_call(c);
    size_t len = 0;

    etag[len++] = '"';
    len += write_hex(etag + len, (uint32_t)picture->id);
    etag[len++] = '-';
    len += write_hex(etag + len, (uint32_t)picture->version);
    etag[len++] = '-';
    len += write_hex(etag + len, (uint64_t)picture->updated_us);
    etag[len++] = '~';
    etag[len++] = rights[so_rights_of(&c->principal)];
    etag[len++] = state->format == SO_FORMAT_XML ? 'x' : 'j';
    if (state->local.offsets)
        etag[len++] = 'z';
    if (state->local.language[0])
        etag[len++] = '.';
    for (const char *at = state->local.language; *at; at++)
        etag[len++] = *at;
    etag[len++] = '"';
    return (struct http_validators){ bytes_of(etag, len), picture->updated_us };
}

/* ---- in ---- */

static enum err_code read_text(const struct value *entity, struct bytes name, struct bytes *out,
                               struct err *e)
{
    const struct value *value = value_get_nocase(entity, name);

    *out = (struct bytes){ 0 };
    if (!value || value->type == VALUE_NULL)
        return ERR_NONE; /* absent and null leave it as it is */
    if (value->type != VALUE_STRING) {
        err_set(e, ERR_INVALID, "%.*s is not a text", (int)name.len, name.at);
        memcpy(e->field, name.at, name.len);
        return e->code;
    }
    *out = value->string.len ? value->string : B("");
    return ERR_NONE;
}

enum err_code so_blob_entity_read(const struct value *entity, struct picture_texts *out,
                                  struct err *e)
{
    struct picture_texts texts = { 0 };
    const struct value *id = value_get_nocase(entity, B("BlobId"));

    if (id && id->type != VALUE_NULL && !value_to_int32(id, &texts.must_be_id))
        return err_set(e, ERR_INVALID, "BlobId is not a number");
    enum err_code rc = read_text(entity, B("Description"), &texts.description, e);
    if (!rc)
        rc = read_text(entity, B("ExtraInfo"), &texts.extra_info, e);
    if (!rc)
        rc = read_text(entity, B("ConceptualType"), &texts.conceptual_type, e);
    if (rc)
        return rc;
    *out = texts;
    return ERR_NONE;
}

static bool keep(struct call *c, struct bytes *text, struct bytes stored)
{
    if (!text->at)
        return true;
    *text = so_text_kept(c->arena, &so_call(c)->local, *text, stored);
    return text->at != NULL;
}

bool so_blob_entity_keep(struct call *c, const struct picture *now, struct picture_texts *texts)
{
    return keep(c, &texts->description, now->description) &&
           keep(c, &texts->extra_info, now->extra_info);
}
