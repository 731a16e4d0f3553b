#include "base/uri.h"
#include "dialect/native/native.h"

#define PARAMS_MAX 8

enum err_code native_params_read(struct arena *arena, struct bytes query, const char *const *names,
                                 size_t count, struct bytes *values, struct err *e)
{
    struct bytes found[PARAMS_MAX] = { 0 };
    struct bytes name, value;

    while (uri_query_next(arena, &query, &name, &value)) {
        size_t at = 0;
        if (!name.at || !value.at)
            return err_set(e, ERR_NO_MEMORY, "read a query");
        while (at < count && !bytes_eq(name, bytes_str(names[at])))
            at++;
        if (at == count)
            return err_set(e, ERR_INVALID, "there is no parameter '%.*s'",
                           (int)(name.len > 40 ? 40 : name.len), name.at);
        if (found[at].at)
            return err_set(e, ERR_INVALID, "%s is given twice", names[at]);
        found[at] = value;
    }
    if (count)
        memcpy(values, found, count * sizeof *values);
    return ERR_NONE;
}

enum err_code native_param_number(const char *name, struct bytes text, int32_t min, int32_t max,
                                  int32_t *out, struct err *e)
{
    bool plain = text.len > 0;
    int32_t number = 0;

    for (size_t i = 0; i < text.len; i++)
        plain &= text.at[i] >= '0' && text.at[i] <= '9';
    if (!plain || !bytes_to_int32(text, &number) || number < min || number > max)
        return err_set(e, ERR_INVALID, "%s is a whole number from %d to %d", name, min, max);
    *out = number;
    return ERR_NONE;
}

enum err_code native_param_kind(struct bytes text, enum record_kind *out, struct err *e)
{
    if (!kind_from_name(text, out))
        return err_set(e, ERR_INVALID, "kind is contact, person, product or project");
    return ERR_NONE;
}
