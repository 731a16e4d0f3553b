#include "model/record_query.h"

static const char *const kind_names[] = {
    [KIND_CONTACT] = "contact",
    [KIND_PERSON] = "person",
    [KIND_PRODUCT] = "product",
    [KIND_PROJECT] = "project",
};

const char *kind_name(enum record_kind kind)
{
    return (size_t)kind < COUNT(kind_names) && kind_names[kind] ? kind_names[kind] : "unknown";
}

bool kind_from_name(struct bytes name, enum record_kind *out)
{
    for (int kind = KIND_CONTACT; kind <= KIND_PROJECT; kind++) {
        if (bytes_eq_nocase(name, bytes_str(kind_names[kind]))) {
            *out = (enum record_kind)kind;
            return true;
        }
    }
    return false;
}

static const struct {
    enum record_subtype subtype;
    const char *name;
} subtypes[] = {
    { SUBTYPE_NONE, "none" },   { SUBTYPE_SIMPLE, "simple" },   { SUBTYPE_PARENT, "parent" },
    { SUBTYPE_OFFER, "offer" }, { SUBTYPE_SERVICE, "service" },
};

const char *subtype_name(enum record_subtype subtype)
{
    for (size_t i = 0; i < COUNT(subtypes); i++) {
        if (subtypes[i].subtype == subtype)
            return subtypes[i].name;
    }
    return "unknown";
}

bool subtype_from_name(struct bytes name, enum record_subtype *out)
{
    for (size_t i = 0; i < COUNT(subtypes); i++) {
        if (bytes_eq_nocase(name, bytes_str(subtypes[i].name))) {
            *out = subtypes[i].subtype;
            return true;
        }
    }
    return false;
}

size_t record_bytes(const struct record *record, const struct record_query *query)
{
    size_t bytes = record->name.len;

    for (size_t i = 0; record->wanted && i < query->member_count; i++)
        bytes += record->wanted[i].len;
    return bytes;
}
