#include "image/planes/parts.h"

#include <stdlib.h>
#include <zimg.h>

static zimg_image_format format_of(const struct planes *planes, bool limited)
{
    zimg_image_format format;

    zimg_image_format_default(&format, ZIMG_API_VERSION);
    format.width = (unsigned)planes->plane[0].width;
    format.height = (unsigned)planes->plane[0].height;
    format.pixel_type = ZIMG_PIXEL_BYTE;
    format.subsample_w = (unsigned)planes->halved_x;
    format.subsample_h = (unsigned)planes->halved_y;
    format.color_family = planes->count == 3 ? ZIMG_COLOR_YUV : ZIMG_COLOR_GREY;
    format.pixel_range = limited ? ZIMG_RANGE_LIMITED : ZIMG_RANGE_FULL;
    format.chroma_location = ZIMG_CHROMA_CENTER;
    return format;
}

static zimg_filter_graph *graph_of(const zimg_image_format *from, const zimg_image_format *to)
{
    zimg_graph_builder_params params;

    zimg_graph_builder_params_default(&params, ZIMG_API_VERSION);
    params.resample_filter = ZIMG_RESIZE_SPLINE36;
    params.resample_filter_uv = ZIMG_RESIZE_BICUBIC;
    params.cpu_type = ZIMG_CPU_AUTO_64B;
    return zimg_filter_graph_build(from, to, &params);
}

static void free_graph(zimg_filter_graph **graph)
{
    zimg_filter_graph_free(*graph);
}

enum err_code planes_scale(const struct planes *from, const struct plan_part *part, bool limited,
                           struct planes *to, struct err *e)
{
    zimg_image_format in = format_of(from, false);
    zimg_image_format out = format_of(to, limited);
    zimg_image_buffer_const source = { .version = ZIMG_API_VERSION };
    zimg_image_buffer target = { .version = ZIMG_API_VERSION };
    size_t size;

    in.active_region.left = part->x;
    in.active_region.top = part->y;
    in.active_region.width = part->width;
    in.active_region.height = part->height;
    CLEANUP(free_graph) zimg_filter_graph *graph = graph_of(&in, &out);
    if (!graph || zimg_filter_graph_get_tmp_size(graph, &size) != ZIMG_ERROR_SUCCESS)
        return err_set(e, ERR_NO_MEMORY, "scale %u x %u pixels", in.width, in.height);
    CLEANUP(freep) void *scratch = aligned_alloc(64, (size + 64) / 64 * 64);
    if (!scratch)
        return err_set(e, ERR_NO_MEMORY, "scale %u x %u pixels", in.width, in.height);
    for (int i = 0; i < from->count; i++) {
        source.plane[i].data = from->plane[i].at;
        source.plane[i].stride = from->plane[i].stride;
        source.plane[i].mask = ZIMG_BUFFER_MAX;
        target.plane[i].data = to->plane[i].at;
        target.plane[i].stride = to->plane[i].stride;
        target.plane[i].mask = ZIMG_BUFFER_MAX;
    }
    if (zimg_filter_graph_process(graph, &source, &target, scratch, NULL, NULL, NULL, NULL) !=
        ZIMG_ERROR_SUCCESS)
        return err_set(e, ERR_INTERNAL, "scale %u x %u pixels", in.width, in.height);
    return ERR_NONE;
}
