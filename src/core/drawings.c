#include "core/drawings.h"

#include <stdlib.h>

void drawings_init(struct drawings *drawings)
{
    *drawings = (struct drawings){ 0 };
    pthread_mutex_init(&drawings->lock, NULL);
}

void drawings_done(struct drawings *drawings)
{
    for (size_t i = 0; drawings->kept && i < DRAWINGS_KEPT; i++)
        free(drawings->kept[i].bytes);
    free(drawings->kept);
    pthread_mutex_destroy(&drawings->lock);
}

static bool is_same(const struct drawing *a, const struct drawing *b)
{
    return a->shape == b->shape && a->border == b->border && a->width_px == b->width_px &&
           a->height_px == b->height_px && a->type == b->type && bytes_eq(a->text, b->text);
}

/* Its place, or the one that a new one takes; NULL when there is no memory for places. */
static struct kept_drawing *place_of(struct drawings *drawings, const struct drawing *drawing)
{
    if (!drawings->kept)
        drawings->kept = calloc(DRAWINGS_KEPT, sizeof *drawings->kept);
    struct kept_drawing *oldest = drawings->kept;
    for (size_t i = 0; oldest && i < DRAWINGS_KEPT; i++) {
        struct kept_drawing *kept = &drawings->kept[i];
        if (kept->bytes && is_same(&kept->drawing, drawing))
            return kept;
        if (kept->used < oldest->used)
            oldest = kept;
    }
    return oldest;
}

bool drawings_find(struct drawings *drawings, struct arena *arena, const struct drawing *drawing,
                   struct bytes *out)
{
    struct bytes found = { 0 };

    pthread_mutex_lock(&drawings->lock);
    struct kept_drawing *kept = place_of(drawings, drawing);
    if (kept && kept->bytes && is_same(&kept->drawing, drawing)) {
        kept->used = ++drawings->clock;
        found = arena_copy(arena, bytes_of(kept->bytes, kept->len));
    }
    pthread_mutex_unlock(&drawings->lock);
    if (!found.at)
        return false;
    *out = found;
    return true;
}

void drawings_keep(struct drawings *drawings, const struct drawing *drawing, struct bytes bytes)
{
    if (bytes.len > DRAWING_BYTES_KEPT || drawing->text.len > DRAWING_TEXT_KEPT)
        return;
    char *copy = malloc(bytes.len + 1);
    if (!copy)
        return;
    memcpy(copy, bytes.at, bytes.len);

    pthread_mutex_lock(&drawings->lock);
    struct kept_drawing *kept = place_of(drawings, drawing);
    if (kept) {
        free(kept->bytes);
        kept->drawing = *drawing;
        if (drawing->text.len)
            memcpy(kept->text, drawing->text.at, drawing->text.len);
        kept->drawing.text = bytes_of(kept->text, drawing->text.len);
        kept->bytes = TAKE(copy);
        kept->len = bytes.len;
        kept->used = ++drawings->clock;
    }
    pthread_mutex_unlock(&drawings->lock);
    free(copy);
}
