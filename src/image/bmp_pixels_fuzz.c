/* Whatever the file: what the header parser took is decoded to as many pixels as it said, or
 * refused. */
#include "fuzz.h"
#include "image/bmp_pixels.h"
#include "image/header.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct image_limits limits = { 300, 40000, 1 };
    struct bytes bytes = bytes_of((const char *)data, size);
    struct picture_header header;
    struct bmp_pixels pixels;
    struct err e = { 0 };
    size_t sum = 0;

    if (image_sniff(bytes) != PICTURE_BMP || image_read_header(bytes, &limits, &header, &e))
        return 0;
    enum err_code rc = bmp_read_pixels(bytes, &pixels, &e);
    HOLDS(rc == e.code);
    HOLDS(rc == ERR_NONE || rc == ERR_UNSUPPORTED || rc == ERR_NO_MEMORY);
    if (rc)
        return 0;
    HOLDS(pixels.width_px == header.width_px && pixels.height_px == header.height_px);
    HOLDS(pixels.bands == 3 || pixels.bands == 4);
    HOLDS(pixels.size == (size_t)pixels.width_px * (size_t)pixels.height_px * (size_t)pixels.bands);
    for (size_t i = 0; i < pixels.size; i++) /* a sanitizer sees what is not there */
        sum += pixels.at[i];
    HOLDS(sum <= pixels.size * 255);
    free(pixels.at);
    return 0;
}
