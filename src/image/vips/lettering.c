/* The widths of letters are proportional to their size, so lines are tried out in the font's own
 * units, and only the size that fits is drawn. */
#include "image/vips/lettering.h"

#include <fcntl.h>
#include <ft2build.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include FT_FREETYPE_H

#define FONT_BYTES_MAX (8 << 20)
#define LETTERS_MAX    256 /* of one text */
#define LINES_MAX      64
#define LEADING        1.25 /* from line to line, in sizes of letters */

/* Where Debian has them; of each the regular face. */
static const char *const fonts[] = {
    "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
    "/usr/share/fonts/truetype/liberation/LiberationSans-Regular.ttf",
    "/usr/share/fonts/truetype/freefont/FreeSans.ttf",
};

/* Set once, before anything is drawn. */
static struct bytes font;

static bool read_font(const char *path)
{
    CLEANUP(closep) int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat file;

    if (fd < 0 || fstat(fd, &file) != 0 || file.st_size < 1 || file.st_size > FONT_BYTES_MAX)
        return false;
    size_t len = (size_t)file.st_size;
    CLEANUP(freep) char *at = malloc(len);
    if (!at || read(fd, at, len) != (ssize_t)len)
        return false;
    font = bytes_of(TAKE(at), len);
    return true;
}

void lettering_start(void)
{
    for (size_t i = 0; i < COUNT(fonts) && !font.at; i++) {
        if (read_font(fonts[i]))
            return;
    }
}

struct letter {
    FT_UInt glyph;
    FT_Pos advance; /* with the kerning before it, in units of the font */
    bool space;
};

struct line {
    size_t from;
    size_t to;
};

struct layout {
    FT_Library library;
    FT_Face face;
    struct letter letters[LETTERS_MAX];
    size_t count;
    struct line lines[LINES_MAX];
    size_t line_count;
};

static void layout_done(struct layout *layout)
{
    if (layout->face)
        FT_Done_Face(layout->face);
    if (layout->library)
        FT_Done_FreeType(layout->library);
}

/* The code point that `text` begins with, and its length; U+FFFD for what is no UTF-8. */
static FT_ULong code_point(struct bytes text, size_t *len)
{
    uint8_t first = (uint8_t)text.at[0];
    size_t more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : first >= 0xC0 ? 1 : 0;
    FT_ULong code = more ? first & (0x3FU >> more) : first;

    *len = 1;
    if (more >= text.len || (first & 0xC0) == 0x80)
        return 0xFFFD;
    for (size_t i = 1; i <= more; i++) {
        if (((uint8_t)text.at[i] & 0xC0) != 0x80)
            return 0xFFFD;
        code = code << 6 | ((uint8_t)text.at[i] & 0x3F);
    }
    *len = 1 + more;
    return code;
}

/* Control characters, too, are spaces; a space that may not be broken is none. */
static bool is_space(FT_ULong code)
{
    return code <= ' ' || code == 0x7F;
}

static bool read_letters(struct layout *l, struct bytes text)
{
    size_t len;

    for (; text.len; text = bytes_from(text, len)) {
        FT_ULong code = code_point(text, &len);
        struct letter letter = { .space = is_space(code) };
        FT_Vector kern = { 0 };
        if (l->count == LETTERS_MAX)
            return false;
        letter.glyph = FT_Get_Char_Index(l->face, letter.space ? ' ' : code);
        if (FT_Load_Glyph(l->face, letter.glyph, FT_LOAD_NO_SCALE) != 0)
            return false;
        letter.advance = l->face->glyph->advance.x;
        if (l->count && FT_Get_Kerning(l->face, l->letters[l->count - 1].glyph, letter.glyph,
                                       FT_KERNING_UNSCALED, &kern) == 0)
            letter.advance += kern.x;
        l->letters[l->count++] = letter;
    }
    return true;
}

static enum err_code open_layout(struct layout *l, struct bytes text, bool *readable, struct err *e)
{
    *l = (struct layout){ 0 };
    if (!font.at || FT_Init_FreeType(&l->library) != 0 ||
        FT_New_Memory_Face(l->library, (const FT_Byte *)font.at, (FT_Long)font.len, 0, &l->face) !=
            0 ||
        !FT_IS_SCALABLE(l->face))
        return err_set(e, ERR_UNAVAILABLE, "a text cannot be drawn: is there a font?");
    *readable = read_letters(l, text);
    return ERR_NONE;
}

/* One line from `from` on, at most `room` units wide; within a word only with `anywhere`. False
 * when not even its first word fits. */
static bool next_line(const struct layout *l, size_t from, FT_Pos room, bool anywhere,
                      struct line *out)
{
    FT_Pos width = 0;
    size_t end = from; /* behind the last word that fits */
    size_t i = from;

    for (; i < l->count; i++) {
        if (l->letters[i].space)
            end = i;
        width += l->letters[i].advance;
        if (width > room && !l->letters[i].space)
            break;
    }
    if (i == l->count)
        end = i;
    else if (end == from && anywhere)
        end = i;
    *out = (struct line){ from, end };
    return end > from;
}

/* Breaks the text into lines of `room` units; false when there are more than `lines_max`. */
static bool break_lines(struct layout *l, FT_Pos room, size_t lines_max, bool anywhere)
{
    size_t at = 0;

    l->line_count = 0;
    for (;;) {
        while (at < l->count && l->letters[at].space)
            at++;
        if (at == l->count)
            return l->line_count > 0;
        if (l->line_count == lines_max || l->line_count == LINES_MAX ||
            !next_line(l, at, room, anywhere, &l->lines[l->line_count]))
            return false;
        at = l->lines[l->line_count++].to;
    }
}

static bool fits(struct layout *l, int32_t width, int32_t height, int32_t size, bool anywhere)
{
    FT_Pos room = (FT_Pos)width * l->face->units_per_EM / size;
    double lines = (height / (double)size - 1) / LEADING + 1;

    return lines >= 1 && break_lines(l, room, (size_t)lines, anywhere);
}

/* The largest size that fits, 0 for none; leaves its lines in the layout. */
static int32_t find_size(struct layout *l, int32_t width, int32_t height, int32_t letters)
{
    for (int32_t size = letters; size >= LETTERS_MIN_PX; size -= 1 + size / 24) {
        if (fits(l, width, height, size, false))
            return size;
    }
    return letters >= LETTERS_MIN_PX && fits(l, width, height, LETTERS_MIN_PX, true)
               ? LETTERS_MIN_PX
               : 0;
}

static FT_Pos line_units(const struct layout *l, const struct line *line)
{
    FT_Pos units = 0;

    for (size_t i = line->from; i < line->to; i++)
        units += l->letters[i].advance;
    return units;
}

/* What hangs over the edge is cut off; there is a margin around. */
static void lay_glyph(struct lettering *to, const FT_Bitmap *glyph, int32_t x, int32_t y)
{
    for (int32_t row = 0; row < (int32_t)glyph->rows; row++) {
        for (int32_t column = 0; column < (int32_t)glyph->width; column++) {
            int32_t px = x + column;
            int32_t py = y + row;
            if (px < 0 || py < 0 || px >= to->width_px || py >= to->height_px)
                continue;
            uint8_t cover = glyph->buffer[row * glyph->pitch + column];
            uint8_t *at = to->at + (size_t)py * (size_t)to->width_px + (size_t)px;
            if (*at < cover)
                *at = cover;
        }
    }
}

static bool draw_line(struct layout *l, const struct line *line, int32_t size, double baseline,
                      struct lettering *to)
{
    double scale = (double)size / l->face->units_per_EM;
    double x = (to->width_px - (double)line_units(l, line) * scale) / 2;

    for (size_t i = line->from; i < line->to; i++) {
        FT_GlyphSlot slot = l->face->glyph;
        if (FT_Load_Glyph(l->face, l->letters[i].glyph, FT_LOAD_RENDER | FT_LOAD_TARGET_LIGHT) != 0)
            return false;
        if (slot->bitmap.pixel_mode == FT_PIXEL_MODE_GRAY)
            lay_glyph(to, &slot->bitmap, (int32_t)(x + 0.5) + slot->bitmap_left,
                      (int32_t)(baseline + 0.5) - slot->bitmap_top);
        x += (double)l->letters[i].advance * scale;
    }
    return true;
}

/* Capitals are about three quarters of the size: their middle is the middle of a line. */
static bool draw_lines(struct layout *l, int32_t size, struct lettering *to)
{
    double step = size * LEADING;
    double first = (to->height_px - step * (double)(l->line_count - 1)) / 2 + size * 0.36;

    if (FT_Set_Pixel_Sizes(l->face, 0, (FT_UInt)size) != 0)
        return false;
    for (size_t i = 0; i < l->line_count; i++) {
        if (!draw_line(l, &l->lines[i], size, first + step * (double)i, to))
            return false;
    }
    return true;
}

enum err_code lettering_draw(struct bytes text, int32_t width_px, int32_t height_px,
                             int32_t letters_px, struct lettering *out, struct err *e)
{
    struct lettering made = { .width_px = width_px, .height_px = height_px };
    CLEANUP(layout_done) struct layout layout;
    bool readable;

    enum err_code rc = open_layout(&layout, text, &readable, e);
    if (rc)
        return rc;
    int32_t size = readable ? find_size(&layout, width_px, height_px, letters_px) : 0;
    if (size) {
        made.at = calloc((size_t)width_px, (size_t)height_px);
        if (!made.at)
            return err_set(e, ERR_NO_MEMORY, "draw a text");
        if (!draw_lines(&layout, size, &made)) {
            free(made.at);
            return err_set(e, ERR_UNAVAILABLE, "the font is broken");
        }
    }
    *out = made;
    return ERR_NONE;
}
