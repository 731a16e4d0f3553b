/* model/picture.h - the row both wires call by one int32, and how it hangs on records. */
#ifndef MODEL_PICTURE_H
#define MODEL_PICTURE_H

#include "model/record.h"

/* By its bytes, never by a header or a name; the numbers are stored. */
enum picture_type {
    PICTURE_NONE = 0,
    PICTURE_JPEG = 1,
    PICTURE_PNG = 2,
    PICTURE_GIF = 3,
    PICTURE_WEBP = 4,
    PICTURE_TIFF = 5,
    PICTURE_BMP = 6,
    PICTURE_AVIF = 7, /* made, never taken: no upload is of this type */
};

/* "image/jpeg"; "" for PICTURE_NONE. */
struct bytes picture_type_mime(enum picture_type type);

/* "jpg", "png", "gif", "webp", "tiff", "bmp", "avif": the extension given to a name that lacks one.
 */
const char *picture_type_extension(enum picture_type type);

/* True when `name` ends in an extension of that type (jpg, jpeg, jpe …), any case. */
bool picture_type_fits_name(enum picture_type type, struct bytes name);

/* How a picture hangs on a record. The order of the numbers is the rule "the picture you see":
 * the lowest role, then the lowest rank (DESIGN: detail, else preview, else oldest gallery). */
enum picture_role {
    ROLE_DETAIL = 1,    /* DETAIL_PICTURE, at most one */
    ROLE_PREVIEW = 2,   /* PREVIEW_PICTURE, at most one */
    ROLE_MORE = 3,      /* MORE_PHOTO, any number */
    ROLE_THUMBNAIL = 4, /* a product's own small picture, at most one; neither seen nor listed */
};

/* "DETAIL_PICTURE", "PREVIEW_PICTURE", "MORE_PHOTO". */
struct bytes role_name(enum picture_role role);
/* Exact upper-case spelling; false on anything else. */
bool role_from_name(struct bytes name, enum picture_role *out);

#define PICTURE_TEXT_MAX                                                                           \
    254 /* characters: description, extra info, conceptual type (superoffice 2.1) */
#define PICTURE_NAME_MAX 255 /* bytes of UTF-8 (bitrix24 15.7) */

/* What the header parsers found out. */
struct picture_header {
    enum picture_type type;
    int32_t width_px; /* as stored, before orientation is applied */
    int32_t height_px;
    int32_t orientation; /* EXIF 1..8; 1 when not said */
    int32_t frames;      /* 1 for still pictures */
};

#define PICTURE_HASH_LEN   32
#define FOCUS_MAX          500
#define THUMBNAIL_SIDE_MAX 200 /* pixels of a picture in ROLE_THUMBNAIL (superoffice 4.2) */

/* All text and `checksums` live in the arena of whoever read the picture. */
struct picture {
    int32_t id;
    struct bytes name;
    struct bytes description;
    struct bytes extra_info;
    struct bytes conceptual_type;
    struct picture_header header;
    int64_t created_us;
    int64_t updated_us;
    int32_t created_by; /* user id, 0 when nobody */
    int32_t updated_by;
    struct bytes
        mime_type;   /* declared, of a picture without bytes (type PICTURE_NONE); else empty */
    int32_t version; /* of the bytes: 1, and one more each time they are replaced */
    int32_t focus_x; /* what must stay in sight when it is cut: thousandths of the width as seen, */
    int32_t focus_y; /* and of the height, from the middle, -FOCUS_MAX to FOCUS_MAX */

    /* the link it was found by; kind 0 when it was found by id alone */
    enum record_kind kind;
    int32_t record_id;
    enum picture_role role;
    int32_t rank;

    /* the bytes and where they lie; all 0 and empty for a picture without bytes */
    int64_t blob_id;
    int64_t size_bytes;   /* as the client receives them */
    int64_t stored_bytes; /* as stored */
    bool zipped;
    bool encrypted;
    struct bytes hash; /* PICTURE_HASH_LEN bytes, keyed by tenant */
    int32_t volume;    /* where: see blob/blob.h */
    int64_t offset;
    struct bytes checksums; /* of each piece: see blob/blob.h */
    uint32_t key_no;        /* of encrypted bytes: see seal/keyring.h */
};

/* What a picture looks like, found out once for all pictures of the same bytes. All of it is about
 * the first frame as seen (turned, in sRGB) but the pixel hash, which is about all frames. */
#define THUMB_HASH_MAX 25 /* bytes */

struct appearance {
    uint32_t colour; /* the main one: 0xRRGGBB */
    uint8_t thumb_hash[THUMB_HASH_MAX];
    uint8_t thumb_hash_len;
    uint8_t pixel_hash[PICTURE_HASH_LEN]; /* SHA-256 of size and pixels: equal for the same pixels
                                             under other metadata or another lossless type */
    uint64_t perceptual_hash;             /* near by Hamming distance for what looks alike */
};

/* The type of its bytes; the declared one while it has none. */
struct bytes picture_mime(const struct picture *picture);

#endif
