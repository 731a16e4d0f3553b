/* image/tiff.c - every directory of the chain is a frame; the first is the picture. */
#include "image/parse.h"

#include <inttypes.h>

enum err_code image_read_tiff(struct parse *p)
{
    struct tiff t;
    struct tiff_dir dir;
    uint64_t frames = 0;
    uint64_t size = 0; /* of all directories: more than the file's is overlap, and no work bound */
    uint64_t behind = 0; /* a directory passed, moved up at powers of two: meeting it is a loop */

    if (!tiff_open(p->bytes, &t))
        return err_set(p->e, ERR_INVALID, "broken or cut off header");
    for (uint64_t at = t.first; at != 0; at = dir.next) {
        if (!tiff_dir_read(&t, at, &dir) || !parse_has(p->bytes, at, dir.size))
            return err_set(p->e, ERR_INVALID, "directory %" PRIu64 " is cut off", frames + 1);
        size += dir.size;
        if (at == behind || size > p->bytes.len)
            return err_set(p->e, ERR_INVALID, "its directories loop or overlap");
        frames++;
        if ((frames & (frames - 1)) == 0)
            behind = at;

        enum err_code rc = frames == 1 ? parse_set_size(p, dir.width, dir.height)
                                       : parse_check_size(p, dir.width, dir.height);
        if (!rc)
            rc = parse_set_frames(p, frames);
        if (rc)
            return rc;
        if (frames == 1 && dir.orientation <= 8)
            p->header.orientation = (int32_t)dir.orientation;
    }
    return frames ? ERR_NONE : err_set(p->e, ERR_INVALID, "no directory");
}
