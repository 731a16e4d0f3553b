#include "hostile/hostile.h"

#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

#define MARK "CAMEO-ATTACK "

extern const struct renderer cameo_renderer;

static const struct attack *const lists[] = {
    hostile_files,  hostile_processes, hostile_network, hostile_memory,
    hostile_system, hostile_answers,   hostile_limits,
};

static enum err_code start(struct err *e)
{
    (void)e;
    return ERR_NONE;
}

/* ---- an honest picture ---- */

static uint8_t *put32(uint8_t *at, uint32_t value)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        *at++ = (uint8_t)(value >> shift);
    return at;
}

static uint8_t *put_chunk(uint8_t *at, const char *name, const void *data, size_t len)
{
    uint8_t *head = put32(at, (uint32_t)len);

    memcpy(head, name, 4);
    if (len)
        memcpy(head + 4, data, len);
    return put32(head + 4 + len, (uint32_t)crc32(0, head, (uInt)len + 4));
}

size_t hostile_png(uint8_t *out, size_t room, int32_t width, int32_t height, uint32_t colour)
{
    size_t row = 1 + (size_t)width * 3;
    uLong packed_len = compressBound(row * (size_t)height);
    uint8_t *rows = calloc((size_t)height, row);
    uint8_t *packed = malloc(packed_len);
    uint8_t header[13] = { [8] = 8, [9] = 2 };
    size_t len = 0;

    put32(put32(header, (uint32_t)width), (uint32_t)height);
    for (size_t i = 0; rows && i < (size_t)width * (size_t)height; i++) {
        uint8_t *at = rows + i / (size_t)width * row + 1 + i % (size_t)width * 3;
        at[0] = (uint8_t)(colour >> 16);
        at[1] = (uint8_t)(colour >> 8);
        at[2] = (uint8_t)colour;
    }
    if (rows && packed && compress(packed, &packed_len, rows, row * (size_t)height) == Z_OK &&
        packed_len + 57 <= room) {
        memcpy(out, "\x89PNG\r\n\x1A\n", 8);
        uint8_t *at = put_chunk(out + 8, "IHDR", header, sizeof header);
        at = put_chunk(at, "IDAT", packed, packed_len);
        len = (size_t)(put_chunk(at, "IEND", NULL, 0) - out);
    }
    free(rows);
    free(packed);
    return len;
}

/* ---- which attack ---- */

const char *hostile_path(const struct target *t, const char *name)
{
    static char path[256];

    snprintf(path, sizeof path, "%s/%s", t->folder, name);
    return path;
}

static const struct attack *find(const char *name)
{
    for (size_t i = 0; i < COUNT(lists); i++) {
        for (const struct attack *a = lists[i]; a->name; a++) {
            if (strcmp(a->name, name) == 0)
                return a;
        }
    }
    return NULL;
}

static const struct attack *read_target(struct bytes bytes, struct target *t)
{
    const char *mark = memmem(bytes.at, bytes.len, MARK, strlen(MARK));
    char text[400] = "";

    if (!mark)
        return NULL;
    size_t len = bytes.len - (size_t)(mark - bytes.at);
    memcpy(text, mark, len < sizeof text - 1 ? len : sizeof text - 1);
    if (sscanf(text, MARK "%63s %159s %d %d", t->name, t->folder, &t->server, &t->port) != 4)
        return NULL;
    return find(t->name);
}

static enum err_code picture(struct bytes bytes, const struct picture_header *header,
                             const struct rendered *plan, uint8_t *out, size_t room,
                             size_t *out_len, struct err *e)
{
    struct target t = { .input = (const uint8_t *)bytes.at,
                        .input_len = bytes.len,
                        .out = out,
                        .room = room,
                        .width = plan->width_px,
                        .height = plan->height_px };
    const struct attack *attack = read_target(bytes, &t);

    (void)header;
    if (attack && !attack->run(&t))
        return err_set(e, ERR_UNSUPPORTED, "the attack was refused");
    *out_len = hostile_png(out, room, t.width, t.height, attack ? ESCAPED : HONEST);
    return *out_len ? ERR_NONE : err_set(e, ERR_TOO_LARGE, "no room");
}

static enum err_code drawing(const struct drawing *drawing, uint8_t *out, size_t room,
                             size_t *out_len, struct err *e)
{
    *out_len = hostile_png(out, room, drawing->width_px, drawing->height_px, HONEST);
    return *out_len ? ERR_NONE : err_set(e, ERR_TOO_LARGE, "no room");
}

static enum err_code appearance(struct bytes bytes, const struct picture_header *header,
                                struct appearance *out, struct err *e)
{
    (void)bytes, (void)header, (void)out;
    return err_set(e, ERR_UNSUPPORTED, "nothing to see");
}

__attribute__((visibility("default")))
const struct renderer cameo_renderer = { start, picture, drawing, appearance };
