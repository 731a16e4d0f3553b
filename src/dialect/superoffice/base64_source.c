#include "dialect/superoffice/base64_source.h"

#include "base/base64.h"

/* What is read of the picture at once; a multiple of 3, so that pieces join without padding. */
#define PLAIN_PIECE (3 * SOURCE_PIECE / 4)

struct text_source {
    struct source base; /* first */
    struct source *plain;
    struct bytes before;
    struct bytes after;
    uint64_t encoded;   /* length of the base64 text */
    char *bytes;        /* a piece of the picture */
    size_t room;        /* of `bytes`: PLAIN_PIECE, or less for a small picture */
    struct strbuf text; /* of one piece … */
    uint64_t held;      /* … this one, from 1; 0: of none */
};

/* Copies what `part`, lying at `at` within the whole, has of the wanted stretch. */
static void copy_part(struct bytes part, uint64_t at, uint64_t offset, char *out, size_t len)
{
    uint64_t from = offset > at ? offset : at;
    uint64_t to = offset + len < at + part.len ? offset + len : at + part.len;

    if (from < to)
        memcpy(out + (from - offset), part.at + (from - at), (size_t)(to - from));
}

/* The base64 text of one piece of the picture. What is read one after the other overlaps by the
 * length of `before`, so the last piece is kept. */
static enum err_code encode_piece(struct text_source *s, uint64_t piece, bool may_block,
                                  struct bytes *out, struct err *e)
{
    uint64_t at = piece * s->room;
    size_t len = s->plain->size - at < s->room ? (size_t)(s->plain->size - at) : s->room;

    if (s->held != piece + 1) {
        s->held = 0;
        enum err_code rc = s->plain->read(s->plain, at, s->bytes, len, may_block, e);
        if (rc)
            return rc;
        s->text.len = 0; /* it was made with room enough */
        base64_write(&s->text, bytes_of(s->bytes, len));
        s->held = piece + 1;
    }
    *out = strbuf_bytes(&s->text);
    return ERR_NONE;
}

static enum err_code read_text(struct source *source, uint64_t offset, char *out, size_t len,
                               bool may_block, struct err *e)
{
    struct text_source *s = (struct text_source *)source;
    uint64_t start = s->before.len;

    if (offset > s->base.size || len > s->base.size - offset)
        return err_set(e, ERR_INTERNAL, "read behind the end of a text");
    copy_part(s->before, 0, offset, out, len);
    copy_part(s->after, start + s->encoded, offset, out, len);
    if (!s->encoded || offset + len <= start || offset >= start + s->encoded)
        return ERR_NONE;

    uint64_t text_room = BASE64_LEN(s->room);
    uint64_t first = offset > start ? (offset - start) / text_room : 0;
    for (uint64_t piece = first;
         piece * text_room < s->encoded && start + piece * text_room < offset + len; piece++) {
        struct bytes text;
        enum err_code rc = encode_piece(s, piece, may_block, &text, e);
        if (rc)
            return rc;
        copy_part(text, start + piece * text_room, offset, out, len);
    }
    return ERR_NONE;
}

enum err_code base64_source(struct arena *arena, struct source *plain, struct bytes before,
                            struct bytes after, struct source **out, struct err *e)
{
    size_t room = plain->size < PLAIN_PIECE ? (size_t)(plain->size + 2) / 3 * 3 : PLAIN_PIECE;
    struct text_source *s = arena_alloc(arena, sizeof *s);
    char *bytes = arena_alloc(arena, room + 1);
    struct strbuf text;

    strbuf_init(&text, arena, BASE64_LEN(room) + 1, BASE64_LEN(room) + 1);
    if (!s || !bytes || text.failed)
        return err_set(e, ERR_NO_MEMORY, "picture as text");
    *s = (struct text_source){ .base = { .read = read_text },
                               .plain = plain,
                               .before = before,
                               .after = after,
                               .encoded = BASE64_LEN(plain->size),
                               .bytes = bytes,
                               .text = text,
                               .room = room };
    s->base.size = before.len + s->encoded + after.len;
    *out = &s->base;
    return ERR_NONE;
}
