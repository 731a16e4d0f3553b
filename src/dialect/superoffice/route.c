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

    if (want.at[0] != '{') {
        if (!bytes_eq_nocase(want, have))
            return false;
        if (want.at[0] == 'C' || want.at[0] == 'P') /* a kind that is named says which it is */
            kind_from_name(want, &target->kind);
        return true;
    }
    switch (want.at[1]) {
    case 'k':
        return kind_from_name(have, &target->kind);
    case 'e':
        return kind_from_name(have, &target->kind) && target->kind != KIND_PRODUCT;
    case 'i':
        target->id = have;
        return have.len > 0;
    case 'n':
        if (want.len == sizeof "{name}" - 1) {
            target->name = have;
            return have.len > 0;
        }
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

    *target = (struct so_target){ 0 };
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

bool so_is_swagger(struct bytes *path)
{
    struct bytes last = *path;
    size_t slash = 0;

    while (last.len && last.at[last.len - 1] == '/')
        last.len--;
    for (size_t i = 0; i < last.len; i++) {
        if (last.at[i] == '/')
            slash = i + 1;
    }
    last = bytes_from(last, slash);
    if (!slash || !bytes_eq_nocase(last, B("swagger")))
        return false;
    *path = last;
    return true;
}
