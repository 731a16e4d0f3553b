/* tools/demo-draw.h - the demo pictures as SVG text. Same record, same text, always. */
#ifndef TOOLS_DEMO_DRAW_H
#define TOOLS_DEMO_DRAW_H

#include "app/demo_records.h"

#include <stdio.h>

/* The views of a product; every other record has only VIEW_WHOLE. */
enum view {
    VIEW_WHOLE,
    VIEW_CARD,   /* small, on white */
    VIEW_CLOSE,  /* a part of it, enlarged */
    VIEW_COLOURS /* three of it in different colours */
};

/* Writes the drawing to `out`. `shapes` is the folder of the *.svg files that products and
 * companies are drawn from. Exits with a message when one of them is missing. */
void draw_record(FILE *out, const char *shapes, const struct demo_record *record, enum view view);

#endif
