/* image/vips/jpeg_made.h - JPEGs in all their forms, for the tests. */
#ifndef IMAGE_VIPS_JPEG_MADE_H
#define IMAGE_VIPS_JPEG_MADE_H

#include "support/pixels.h"

#include <stdio.h>

#include <jpeglib.h>

struct jpeg_form {
    int h, v; /* of the brightness: 2 and 2 is 4:2:0 */
    bool progressive;
    bool rgb;  /* stored as red, green and blue */
    bool cmyk; /* four bands, inverted as Adobe does it */
    unsigned restart_rows;
    struct bytes exif, profile, remark, trailing;
    bool xmp;
};

static inline void put_marker(struct jpeg_compress_struct *c, int marker, struct bytes head,
                              struct bytes data)
{
    jpeg_write_m_header(c, marker, (unsigned)(head.len + data.len));
    for (size_t i = 0; i < head.len; i++)
        jpeg_write_m_byte(c, (uint8_t)head.at[i]);
    for (size_t i = 0; i < data.len; i++)
        jpeg_write_m_byte(c, (uint8_t)data.at[i]);
}

static inline void put_markers(struct jpeg_compress_struct *c, const struct jpeg_form *form)
{
    if (form->exif.len)
        put_marker(c, JPEG_APP0 + 1, B("Exif\0\0"), form->exif);
    if (form->xmp)
        put_marker(c, JPEG_APP0 + 1, B("http://ns.adobe.com/xap/1.0/\0"), B("<x:xmpmeta/>"));
    if (form->profile.len) /* in two parts where it can be */
        jpeg_write_icc_profile(c, (const JOCTET *)form->profile.at, (unsigned)form->profile.len);
    if (form->remark.len)
        put_marker(c, JPEG_COM, form->remark, B(""));
}

static inline struct bytes made_jpeg(struct arena *arena, const struct pixels *p,
                                     const struct jpeg_form *form)
{
    struct jpeg_compress_struct c = { 0 };
    struct jpeg_error_mgr errors;
    struct made file = { .arena = arena };
    unsigned char *at = NULL;
    unsigned long len = 0;

    c.err = jpeg_std_error(&errors);
    jpeg_create_compress(&c);
    jpeg_mem_dest(&c, &at, &len);
    c.image_width = (JDIMENSION)p->width;
    c.image_height = (JDIMENSION)p->height;
    c.input_components = p->bands;
    c.in_color_space = p->bands == 1 ? JCS_GRAYSCALE : p->bands == 4 ? JCS_CMYK : JCS_RGB;
    jpeg_set_defaults(&c);
    if (form->rgb)
        jpeg_set_colorspace(&c, JCS_RGB);
    if (form->progressive)
        jpeg_simple_progression(&c);
    jpeg_set_quality(&c, 95, TRUE);
    c.restart_in_rows = (int)form->restart_rows;
    c.comp_info[0].h_samp_factor = form->h;
    c.comp_info[0].v_samp_factor = form->v;
    jpeg_start_compress(&c, TRUE);
    put_markers(&c, form);
    for (int y = 0; y < p->height; y++) {
        JSAMPROW row = pixel(p, 0, y);
        jpeg_write_scanlines(&c, &row, 1);
    }
    jpeg_finish_compress(&c);
    jpeg_destroy_compress(&c);
    put_bytes(&file, at, len);
    put_bytes(&file, form->trailing.at, form->trailing.len);
    free(at);
    return made_bytes(&file);
}

#endif
