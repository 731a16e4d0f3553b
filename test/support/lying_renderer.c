/* A renderer that does what the text of a drawing tells it to: what a decoder that has been taken
 * over might answer. It makes no system call but send(), so that it is the answer that is judged.
 */
#include "image/renderer.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

extern const struct renderer cameo_renderer;

static enum err_code start(struct err *e)
{
    (void)e;
    return ERR_NONE;
}

static enum err_code picture(struct bytes bytes, const struct picture_header *header,
                             const struct rendered *plan, uint8_t *out, size_t room,
                             size_t *out_len, struct err *e)
{
    (void)header, (void)plan, (void)room, (void)e;
    memcpy(out, bytes.at, bytes.len); /* as it is, whatever was asked for */
    *out_len = bytes.len;
    return ERR_NONE;
}

static void put_bmp(const struct drawing *drawing, int wider, uint8_t *out, size_t *out_len)
{
    uint16_t width = (uint16_t)(drawing->width_px + wider);
    uint16_t height = (uint16_t)drawing->height_px;

    memcpy(out, "BM\0\0\0\0\0\0\0\0\x1a\0\0\0\x0c\0\0\0\0\0\0\0\x01\0\x18\0", 26);
    memcpy(out + 18, &width, 2);
    memcpy(out + 20, &height, 2);
    *out_len = 26;
}

/* Of processor time. */
static void spin(int64_t ms)
{
    struct timespec from;
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
    do
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    while ((now.tv_sec - from.tv_sec) * 1000 + (now.tv_nsec - from.tv_nsec) / 1000000 < ms);
}

/* It knows no number of a descriptor, and tries them all. */
static void say_more(void)
{
    for (int fd = 0; fd < 32; fd++)
        (void)!send(fd, "more", 4, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static bool is(const struct drawing *drawing, const char *text)
{
    return bytes_eq(drawing->text, bytes_str(text));
}

static enum err_code drawing(const struct drawing *drawing, uint8_t *out, size_t room,
                             size_t *out_len, struct err *e)
{
    put_bmp(drawing, is(drawing, "another size"), out, out_len);
    if (is(drawing, "no picture"))
        memset(out, 'x', 26);
    if (is(drawing, "nothing"))
        *out_len = 0;
    if (is(drawing, "more than there is room for"))
        *out_len = room + 1;
    if (is(drawing, "far more"))
        *out_len = SIZE_MAX;
    if (is(drawing, "more than one answer"))
        say_more();
    if (is(drawing, "a while"))
        spin(300);
    if (is(drawing, "for ever"))
        spin(INT64_MAX / 2000);
    if (is(drawing, "die"))
        __builtin_trap();
    if (is(drawing, "exit"))
        _Exit(7);
    if (is(drawing, "no memory"))
        _Exit(RENDERER_NO_MEMORY);
    if (is(drawing, "a code that only others use"))
        return err_set(e, ERR_DENIED, "let in");
    if (is(drawing, "no code")) {
        err_set(e, ERR_DENIED, "so what");
        return (enum err_code)4711;
    }
    if (is(drawing, "a text without an end")) {
        memset(e->text, '\n', sizeof e->text);
        return (enum err_code)ERR_TOO_LARGE;
    }
    return ERR_NONE;
}

static enum err_code appearance(struct bytes bytes, const struct picture_header *header,
                                struct appearance *out, struct err *e)
{
    (void)bytes, (void)e;
    out->colour = 0x123456;
    out->thumb_hash_len = (uint8_t)header->width_px;
    return ERR_NONE;
}

__attribute__((visibility("default")))
const struct renderer cameo_renderer = { start, picture, drawing, appearance };
