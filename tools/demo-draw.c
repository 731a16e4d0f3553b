#include "demo-draw.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct palette {
    const char *main;
    const char *dark;
    const char *light;
    const char *accent;
    const char *back_top;
    const char *back_bottom;
};

static const struct palette palettes[] = {
    { "#2f6f9f", "#20506f", "#7db4d8", "#f2b84b", "#eef5fa", "#cfe0ec" }, /* sea */
    { "#d9573f", "#a83c28", "#f3a48f", "#2f4b5c", "#fdf1ec", "#f5d6c9" }, /* brick */
    { "#3f8f6b", "#2a664b", "#94cdb2", "#f0c75e", "#eef8f2", "#cfe8da" }, /* leaf */
    { "#8a5aa8", "#623d7b", "#c6a5d9", "#f4c95d", "#f6f0fa", "#e0d1ea" }, /* plum */
    { "#e0a32e", "#b07a14", "#f6d68c", "#345b63", "#fdf7e8", "#f6e6bd" }, /* honey */
    { "#3c4a63", "#273245", "#8592ab", "#e76f51", "#eff1f5", "#d0d6e0" }, /* night */
    { "#2a9d9a", "#1b716f", "#8fd4d1", "#ef8354", "#ecf8f7", "#c9e8e6" }, /* lagoon */
    { "#c8507c", "#963257", "#eda6c1", "#3d5a80", "#fcf0f5", "#f3d2df" }, /* berry */
    { "#7a8b3c", "#586627", "#bccb86", "#c8553d", "#f6f8ea", "#e2e8c5" }, /* olive */
    { "#f3efe6", "#cfc7b6", "#ffffff", "#d1603d", "#dfe6ea", "#b9c7cf" }, /* chalk */
    { "#a0653a", "#754624", "#d8ab85", "#4f8a8b", "#faf3ec", "#ead7c5" }, /* wood */
    { "#5b6ee1", "#3d4db0", "#a9b4f5", "#ffb86b", "#f0f2fe", "#d3d9fa" }, /* iris */
};

/* Too pale for letters and logos. */
static const struct palette *const chalk = &palettes[9];

/* By id: offers have the colour that their name says. */
static const struct palette *palette_of(const struct demo_record *record)
{
    static const int offers[] = { 5, 1, 9, 4, 2 };

    if (record->subtype == SUBTYPE_OFFER)
        return &palettes[offers[(record->id - 51) % (int)COUNT(offers)]];
    return &palettes[(record->id - 1) % (int)COUNT(palettes)];
}

static void open_svg(FILE *out, int width, int height, const struct palette *p)
{
    fprintf(out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" "
            "viewBox=\"0 0 %d %d\"><defs>"
            "<linearGradient id=\"back\" x1=\"0\" y1=\"0\" x2=\"0\" y2=\"1\">"
            "<stop offset=\"0\" stop-color=\"%s\"/><stop offset=\"1\" stop-color=\"%s\"/>"
            "</linearGradient></defs><rect width=\"100%%\" height=\"100%%\" fill=\"url(#back)\"/>",
            width, height, width, height, p->back_top, p->back_bottom);
}

/* Puts one of the shape files there, in the palette's colours. The colours are written into the
 * text: a style sheet would hold for the whole drawing, and VIEW_COLOURS needs three. */
static void put_shape(FILE *out, const char *shapes, const char *name, int name_len,
                      const struct palette *p, double x, double y, double scale)
{
    const struct {
        const char *class;
        const char *property;
        const char *value;
    } classes[] = {
        { "a", "fill", p->main },
        { "b", "fill", p->dark },
        { "c", "fill", p->light },
        { "d", "fill", p->accent },
        { "bg", "fill", p->back_bottom },
        { "card", "fill", "#fbfaf7" },
        { "hi", "fill-opacity", ".22;fill:#fff" },
        { "sh", "fill-opacity", ".14;fill:#000" },
        { "stroke-a", "stroke", p->main },
        { "stroke-b", "stroke", p->dark },
        { "stroke-c", "stroke", p->light },
        { "stroke-d", "stroke", p->accent },
        { "stroke-w", "stroke", "#fbfaf7" },
        { "line", "fill", "none;stroke:#39424e;stroke-linecap:round;stroke-linejoin:round" },
        { "steam", "fill", "none;stroke:#98a2ad;stroke-width:6;stroke-opacity:.5" },
    };
    char path[4096];
    char line[4096];

    snprintf(path, sizeof path, "%s/%.*s.svg", shapes, name_len, name);
    FILE *file = fopen(path, "r");
    if (!file) {
        perror(path);
        exit(1);
    }
    fprintf(out, "<g transform=\"translate(%.1f %.1f) scale(%.3f)\">", x, y, scale);
    while (fgets(line, sizeof line, file)) {
        const char *at = line;
        for (const char *found; (found = strstr(at, "class=\"")) != NULL;) {
            const char *value = found + strlen("class=\"");
            size_t len = strcspn(value, "\"");
            size_t i = 0;
            while (i < COUNT(classes) &&
                   (strlen(classes[i].class) != len || strncmp(classes[i].class, value, len) != 0))
                i++;
            if (i == COUNT(classes)) {
                fprintf(stderr, "%s: unknown class \"%.*s\"\n", path, (int)len, value);
                exit(1);
            }
            fprintf(out, "%.*s", (int)(found - at), at);
            /* "line" elements have a style of their own: theirs is added to it */
            const char *style = strstr(value, "\" style=\"");
            bool merges = style == value + len;
            fprintf(out, "style=\"%s:%s%s", classes[i].property, classes[i].value,
                    merges ? ";" : "");
            at = merges ? style + strlen("\" style=\"") : value + len;
        }
        fputs(at, out);
    }
    fputs("</g>", out);
    fclose(file);
}

static void put_shadow(FILE *out, double x, double y, double rx)
{
    for (int i = 0; i < 6; i++)
        fprintf(out,
                "<ellipse cx=\"%.1f\" cy=\"%.1f\" rx=\"%.1f\" ry=\"%.1f\" fill-opacity=\".035\"/>",
                x, y, rx * (1 - 0.09 * i), rx * 0.16 * (1 - 0.12 * i));
}

static void put_text(FILE *out, int x, int y, int size, const char *colour, const char *text)
{
    fprintf(out,
            "<text x=\"%d\" y=\"%d\" font-family=\"DejaVu Sans\" font-weight=\"bold\" "
            "font-size=\"%d\" text-anchor=\"middle\" fill=\"%s\">",
            x, y, size, colour);
    for (; *text; text++) {
        if (*text == '&')
            fputs("&amp;", out);
        else
            fputc(*text, out);
    }
    fputs("</text>", out);
}

static void draw_product(FILE *out, const char *shapes, const struct demo_record *record,
                         enum view view)
{
    const struct palette *p = palette_of(record);
    size_t mine = (size_t)(p - palettes);
    int shape_len = (int)strcspn(record->code, "-");

    if (view == VIEW_CARD) {
        open_svg(out, 320, 320, p);
        fprintf(out, "<rect x=\"24\" y=\"24\" width=\"272\" height=\"272\" rx=\"24\" "
                     "fill=\"#fff\"/>");
        put_shape(out, shapes, record->code, shape_len, p, 60, 56, 0.5);
    } else if (view == VIEW_CLOSE) {
        open_svg(out, 480, 480, p);
        put_shape(out, shapes, record->code, shape_len, p, -130, -90, 1.8);
    } else if (view == VIEW_COLOURS || record->subtype == SUBTYPE_PARENT) {
        open_svg(out, 640, 400, p);
        for (size_t i = 0; i < 3; i++) {
            double x = 12 + 208 * (double)i;
            put_shadow(out, x + 100, 314, 90);
            put_shape(out, shapes, record->code, shape_len,
                      &palettes[(mine + 5 * i) % COUNT(palettes)], x, 96, 0.5);
        }
    } else {
        open_svg(out, 480, 480, p);
        put_shadow(out, 240, 418, 170);
        put_shape(out, shapes, record->code, shape_len, p, 40, 40, 1);
    }
}

static void draw_contact(FILE *out, const char *shapes, const struct demo_record *record)
{
    const struct palette *p = &palettes[(record->id * 7) % (int)COUNT(palettes)];
    char emblem[20];
    int len = snprintf(emblem, sizeof emblem, "emblem-%d", record->id);

    if (p == chalk)
        p = &palettes[0];
    open_svg(out, 480, 400, p);
    fputs("<rect x=\"20\" y=\"20\" width=\"440\" height=\"360\" rx=\"18\" fill=\"#fff\"/>", out);
    put_shape(out, shapes, emblem, len, p, 110, 36, 0.65);
    put_text(out, 240, 344, 32, p->dark, record->name);
}

static void put_hair(FILE *out, char style, const char *colour, const char *cloth)
{
    static const char cap[] = "M134 176 Q124 78 200 76 Q276 78 266 176 Q262 138 240 124 "
                              "Q200 140 166 122 Q142 136 134 176 z";

    if (style == 'o') /* bald, with a beard */
        fprintf(out,
                "<path fill=\"%s\" d=\"M138 180 Q140 262 200 264 Q260 262 262 180 "
                "Q252 216 200 212 Q148 216 138 180 z\"/>",
                colour);
    if (style == 'h') { /* head scarf */
        fprintf(out,
                "<path fill=\"%s\" fill-rule=\"evenodd\" d=\"M120 190 Q112 66 200 64 "
                "Q288 66 280 190 Q280 270 296 304 H104 Q120 270 120 190 z M148 176 "
                "Q150 250 200 252 Q250 250 252 176 Q248 116 200 114 Q152 116 148 176 z\"/>",
                cloth);
        return;
    }
    if (style == 'c') { /* curls */
        for (int i = 0; i < 11; i++) {
            double angle = M_PI * (1.02 - 0.104 * i);
            fprintf(out, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"27\" fill=\"%s\"/>",
                    200 + 64 * cos(angle), 152 - 66 * sin(angle), colour);
        }
        return;
    }
    if (style == 'u') /* bun */
        fprintf(out, "<circle cx=\"200\" cy=\"64\" r=\"30\" fill=\"%s\"/>", colour);
    if (style != 'o')
        fprintf(out, "<path fill=\"%s\" d=\"%s\"/>", colour, cap);
    if (style == 'b') /* short, with a beard */
        fprintf(out,
                "<path fill=\"%s\" d=\"M136 186 Q142 260 200 262 Q258 260 264 186 "
                "Q248 222 226 214 Q200 206 174 214 Q152 222 136 186 z\"/>",
                colour);
}

static void draw_person(FILE *out, const struct demo_record *record)
{
    /* one letter a person: long, short, bob, beard, bun, curls, bald, head scarf */
    static const char styles[] = "lskbuclskoucl"
                                 "bkscoushblskb"
                                 "loksuckslbubc";
    static const char skins[] = "0010000410120"
                                "1004001201003"
                                "1010031001020";
    static const char hairs[] = "3200324112013"
                                "0431021030421"
                                "1210310324312";
    static const char *const skin_colours[] = { "#f6d3b8", "#e8b48c", "#d49a6a", "#a86f45",
                                                "#7a4a2c" };
    static const char *const hair_colours[] = { "#4a3426", "#1f1c1c", "#8c5a2b", "#d9b25f",
                                                "#a8452a" };
    const struct palette *p = &palettes[(record->id * 5) % (int)COUNT(palettes)];
    const struct palette *cloth = &palettes[(record->id * 5 + 7) % (int)COUNT(palettes)];
    size_t at = (size_t)record->id - 1;
    const char *skin = skin_colours[skins[at] - '0'];
    const char *hair = hair_colours[hairs[at] - '0'];
    const char *last = strrchr(record->name, ' ') + 1;
    char initials[3] = { record->name[0], *last, '\0' };

    open_svg(out, 400, 400, p);
    fprintf(out, "<circle cx=\"200\" cy=\"190\" r=\"160\" fill=\"%s\" fill-opacity=\".55\"/>",
            p->light);
    if (styles[at] == 'l')
        fprintf(out,
                "<path fill=\"%s\" d=\"M126 176 Q124 74 200 74 Q276 74 274 176 L288 306 "
                "H112 z\"/>",
                hair);
    if (styles[at] == 'k')
        fprintf(out,
                "<path fill=\"%s\" d=\"M124 176 Q120 74 200 74 Q280 74 276 176 L280 246 "
                "Q200 266 120 246 z\"/>",
                hair);
    fprintf(out,
            "<path fill=\"%s\" d=\"M52 400 Q54 296 156 284 H244 Q346 296 348 400 z\"/>"
            "<path fill=\"%s\" d=\"M168 230 h64 v58 q-32 42 -64 0 z\"/>"
            "<path fill-opacity=\".13\" d=\"M168 248 q32 24 64 0 v14 q-32 26 -64 0 z\"/>"
            "<ellipse cx=\"200\" cy=\"176\" rx=\"64\" ry=\"82\" fill=\"%s\"/>",
            cloth->main, skin, skin);
    fprintf(out, "<path fill=\"%s\" d=\"M150 284 l18 -8 32 42 32 -42 18 8 -40 64 h-20 z\"/>",
            cloth->dark);
    put_hair(out, styles[at], hair, cloth->light);
    fprintf(out,
            "<circle cx=\"332\" cy=\"334\" r=\"48\" fill=\"#fff\"/>"
            "<circle cx=\"332\" cy=\"334\" r=\"43\" fill=\"%s\"/>",
            p == chalk ? p->accent : p->dark);
    put_text(out, 332, 347, 36, "#fff", initials);
}

static void draw_project(FILE *out, const struct demo_record *record)
{
    static const struct {
        const char *sky[2];
        const char *sun;
        const char *hills[4];
    } scenes[] = {
        { { "#8ec9ea", "#fdf3d8" }, "#fff6d0", { "#7fa7bd", "#557f95", "#35607a", "#1f425a" } },
        { { "#f9c58d", "#fbe9d7" }, "#fff0b8", { "#d79a83", "#b06f6c", "#7d4c5c", "#4b3046" } },
        { { "#b5d8c6", "#f5f7e4" }, "#fffbe0", { "#8fb996", "#679b78", "#43795a", "#2a553e" } },
        { { "#293462", "#8f6fa8" }, "#f7e9c3", { "#5f5a92", "#484577", "#33335c", "#202343" } },
        { { "#ffb199", "#ffe8b0" }, "#fff3cf", { "#e08a7c", "#bb6170", "#864a68", "#533455" } },
        { { "#cfe5f2", "#ffffff" }, "#fdfdf2", { "#b6cddb", "#8fb0c4", "#678ea8", "#46708c" } },
        { { "#7ad0cf", "#e9f8e5" }, "#fffbd6", { "#5fb1a9", "#3f9189", "#2a6e6c", "#1b4d50" } },
        { { "#f5a86b", "#5b4b7a" }, "#ffe2a0", { "#a2647a", "#774f72", "#523d62", "#33294a" } },
        { { "#e3c089", "#f8efdc" }, "#fff7e0", { "#cc9a58", "#a97840", "#80562e", "#573a22" } },
    };
    size_t which = (size_t)(record->id - 1) % COUNT(scenes);
    struct palette sky = { .back_top = scenes[which].sky[0], .back_bottom = scenes[which].sky[1] };
    int id = record->id;

    open_svg(out, 640, 360, &sky);
    fprintf(out, "<circle cx=\"%d\" cy=\"%d\" r=\"%d\" fill=\"%s\"/>", 90 + (id * 173) % 460,
            70 + (id * 37) % 60, 30 + id % 3 * 8, scenes[which].sun);
    for (int layer = 0; layer < 4; layer++) {
        fprintf(out, "<path fill=\"%s\" d=\"M0 360", scenes[which].hills[layer]);
        for (int x = 0; x <= 640; x += 8) {
            double y = 170 + 48 * layer -
                       (42 - 8 * layer) * sin(x / (92.0 - 9 * layer) + id * 2.1 + layer * 1.7) -
                       9 * sin(x / 23.0 + id + layer * 3.1);
            fprintf(out, " L%d %.1f", x, y);
        }
        fputs(" L640 360 z\"/>", out);
    }
    for (int i = 0; i < 9; i++) {
        int x = 30 + (i * 67 + id * 41) % 580;
        int tall = 34 + (i * 13 + id * 7) % 26;
        fprintf(out, "<path fill=\"%s\" d=\"M%d 352 l14 %d 14 %d z\"/>", scenes[which].hills[3], x,
                -tall, tall);
        fprintf(out, "<path fill-opacity=\".25\" d=\"M%d 352 l14 %d 14 %d z\"/>", x, -tall, tall);
    }
    fputs("<rect y=\"348\" width=\"640\" height=\"12\" fill-opacity=\".35\"/>", out);
}

void draw_record(FILE *out, const char *shapes, const struct demo_record *record, enum view view)
{
    switch (record->kind) {
    case KIND_PRODUCT:
        draw_product(out, shapes, record, view);
        break;
    case KIND_CONTACT:
        draw_contact(out, shapes, record);
        break;
    case KIND_PERSON:
        draw_person(out, record);
        break;
    case KIND_PROJECT:
        draw_project(out, record);
        break;
    }
    fputs("</svg>", out);
}
