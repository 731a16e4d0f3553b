/* image/exif_fuzz.c - an EXIF block says one orientation, wherever it stands and however it is cut.
 */
#include "image/parse.h"

#include "fuzz.h"

#include <stdlib.h>

static const char exif_name[] = "Exif\0"; /* and the second zero that ends it */

/* A block in memory of its own: a read outside of it is seen. */
static int32_t orientation_of(struct bytes start, struct bytes block)
{
    size_t len = start.len + block.len;
    char *copy = malloc(len ? len : 1);

    HOLDS(copy != NULL);
    if (start.len)
        memcpy(copy, start.at, start.len);
    if (block.len)
        memcpy(copy + start.len, block.at, block.len);
    int32_t found = exif_orientation(bytes_of(copy, len));
    HOLDS(found >= 0 && found <= 8);
    free(copy);
    return found;
}

/* What lies before a cut is read as before, or not at all. */
static void check_cuts(struct bytes block, int32_t found)
{
    static const size_t parts[] = { 1, 2, 3, 7, 12, 20 };

    for (size_t i = 0; i < COUNT(parts) && parts[i] <= block.len; i++) {
        int32_t cut = orientation_of((struct bytes){ 0 }, bytes_first(block, block.len - parts[i]));
        HOLDS(cut == 0 || cut == found);
    }
}

/* Every directory that can be read lies inside, and its link leads on by at least its own size or
 * is told: the caller's loop ends. */
static void check_directories(struct bytes block)
{
    struct tiff t;
    struct tiff_dir dir;

    if (!tiff_open(block, &t))
        return;
    uint64_t at = t.first;
    for (int i = 0; i < 20 && tiff_dir_read(&t, at, &dir); i++) {
        uint64_t link = t.wide ? 8 : 4;
        HOLDS(at < block.len && dir.size >= link && dir.size - link <= block.len - at);
        HOLDS(dir.entries <= block.len / 12);
        at = dir.next;
    }
}

/* As a JPEG, whose reader must find the same. */
static void check_jpeg(struct bytes block, int32_t found)
{
    static const char rest[] = "\xFF\xC0\0\x0B\x08\0\x05\0\x09\x01\x01\x11\0"
                               "\xFF\xDA\0\x08\x01\x01\0\0\x3F\0\x7F\xFF\xD9";
    size_t len = 4 + 2 + sizeof exif_name + block.len;
    struct picture_header header;
    struct err e = { 0 };

    if (len - 4 > UINT16_MAX)
        return;
    char *file = malloc(len + sizeof rest);
    HOLDS(file != NULL);
    memcpy(file, "\xFF\xD8\xFF\xE1", 4);
    file[4] = (char)(uint8_t)((len - 4) >> 8);
    file[5] = (char)(uint8_t)(len - 4);
    memcpy(file + 6, exif_name, sizeof exif_name);
    memcpy(file + len - block.len, block.at, block.len);
    memcpy(file + len, rest, sizeof rest);
    HOLDS(image_read_header(bytes_of(file, len + sizeof rest - 1), &image_limits_default, &header,
                            &e) == ERR_NONE);
    HOLDS(header.orientation == (found ? found : 1));
    HOLDS(header.width_px == 9 && header.height_px == 5);
    free(file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes block = bytes_of((const char *)data, size);

    if (size == 0 || bytes_starts(block, bytes_of(exif_name, sizeof exif_name)))
        return 0;
    int32_t found = orientation_of((struct bytes){ 0 }, block);
    HOLDS(orientation_of(bytes_of(exif_name, sizeof exif_name), block) == found);
    check_cuts(block, found);
    check_directories(block);
    check_jpeg(block, found);
    return 0;
}
