/* image/header.h - type, size and orientation of a picture from its first bytes.
 *
 * No decoder is involved: the declared sizes are read and bounded before one ever runs, and kinds
 * that only a decoder of ours or none knows are not let through. docs/limits.md has the whole list.
 * Works on hostile input; never reads outside `bytes`; work is linear in the input's length.
 * Any thread may call; nothing is allocated.
 *
 * The header of a picture is what precedes the pixels of its first frame (in a TIFF: all
 * directories). What follows may be cut off or broken: only a decoder can tell. It is walked only
 * to count: a JPEG's scans, chunks, blocks and frames.
 */
#ifndef IMAGE_HEADER_H
#define IMAGE_HEADER_H

#include "base/err.h"
#include "model/picture.h"

/* image_limits_default: 8000 px a side, 40,000,000 pixels, 1000 frames. What a decoder has to hold
 * is bounded with the pixels: 8 bytes for each of `pixels_max`, in fewer pixels also more. The
 * sizes are held against every image of a GIF, page of a TIFF and frame of a WebP, not only against
 * the first. */
struct image_limits {
    int32_t side_px_max;
    int64_t pixels_max; /* width * height of one frame */
    int32_t frames_max;
};

extern const struct image_limits image_limits_default;

/* Looks at the magic bytes only; PICTURE_NONE when it is none of ours. For a BMP, whose magic is
 * two letters, also at the size of its header: text that begins with "BM" is none. */
enum picture_type image_sniff(struct bytes bytes);

/* Decides the type, reads width, height, frames and EXIF orientation (JPEG APP1, TIFF tag 0x112,
 * PNG eXIf, WebP EXIF chunk) and holds them against the limits. Frames are a GIF's images, a TIFF's
 * pages, and what an animated WebP holds and an animated PNG (acTL) declares. A broken EXIF block
 * counts as none.
 * ERR_UNSUPPORTED  not a JPEG, PNG, GIF, WebP, TIFF or BMP, or one of a kind that is not taken:
 *                  "JPEG: 12 bits a sample, only 8 are taken"
 * ERR_INVALID      is one by its magic, but the header is broken, cut off or says 0 pixels:
 *                  "PNG: cut off before its pixels"
 * ERR_TOO_LARGE    over a limit; the text names the limit and what was declared:
 *                  "PNG: 60000 x 60000 pixels, limit 8000 a side" */
enum err_code image_read_header(struct bytes bytes, const struct image_limits *limits,
                                struct picture_header *out, struct err *e) MUST_CHECK;

#endif
