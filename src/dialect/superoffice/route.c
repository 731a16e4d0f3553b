#include "dialect/superoffice/superoffice.h"

/* The next segment of a path, and what is left behind its slash. Empty segments count. */
static bool next_segment(struct bytes *rest, struct bytes *segment)
{
    return bytes_split(rest, '/', segment);
}

/* Services80 … Services99 (superoffice 3.7) */
static bool is_services(struct bytes segment)
{
    return segment.len == 10 && bytes_starts_nocase(segment, B("Services")) &&
           (segment.at[8] == '8' || segment.at[8] == '9') && segment.at[9] >= '0' &&
           segment.at[9] <= '9';
}

static bool segment_fits(struct bytes want, struct bytes have, struct so_target *target)
{
    int32_t ignored;

    if (want.at[0] != '{')
        return bytes_eq_nocase(want, have);
    switch (want.at[1]) {
    case 'k':
        return kind_from_name(have, &target->kind);
    case 'i':
        target->id = have;
        return have.len > 0;
    case 'n':
        return bytes_to_int32(have, &ignored);
    case 'p':
        target->kind = KIND_PRODUCT;
        return bytes_eq_nocase(have, B("product"));
    default:
        return is_services(have);
    }
}

bool so_pattern_fits(struct bytes pattern, struct bytes path, struct so_target *target)
{
    struct bytes want;
    struct bytes have;

    while (next_segment(&pattern, &want)) {
        if (!next_segment(&path, &have) || !segment_fits(want, have, target))
            return false;
    }
    return !path.at;
}

bool so_below_api(struct bytes *path)
{
    struct bytes segment;

    while (next_segment(path, &segment)) {
        if (bytes_eq_nocase(segment, B("api"))) {
            if (!path->at) /* `/api` itself: nothing below it */
                *path = bytes_of("", 0);
            return true;
        }
    }
    return false;
}
