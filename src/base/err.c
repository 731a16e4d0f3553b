#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#undef err_set
#undef err_errno
#undef err_context

enum err_code err_set(struct err *e, enum err_code code, const char *fmt, ...)
{
    char text[ERR_TEXT_MAX]; /* the arguments may point into *e */
    va_list args;

    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    memcpy(e->text, text, strlen(text) + 1);
    e->code = code;
    e->reason = 0;
    e->told = false;
    e->field[0] = '\0';
    return code;
}

static enum err_code code_of(int errnum)
{
    switch (errnum) {
    case ENOSPC:
    case EDQUOT:
        return ERR_FULL;
    case ENOMEM:
        return ERR_NO_MEMORY;
    default:
        return ERR_UNAVAILABLE;
    }
}

enum err_code err_errno(struct err *e, int errnum, const char *fmt, ...)
{
    char what[ERR_TEXT_MAX];
    va_list args;

    va_start(args, fmt);
    vsnprintf(what, sizeof what, fmt, args);
    va_end(args);
    const char *why = strerrordesc_np(errnum);
    return err_set(e, code_of(errnum), "%s: %s", what, why ? why : "unknown error");
}

enum err_code err_context(struct err *e, const char *fmt, ...)
{
    char text[ERR_TEXT_MAX];
    va_list args;

    va_start(args, fmt);
    int len = vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    if (len >= 0 && (size_t)len < sizeof text)
        snprintf(text + len, sizeof text - (size_t)len, ": %s", e->text);
    memcpy(e->text, text, sizeof text);
    return e->code;
}

const char *err_name(enum err_code code)
{
    static const char *const names[] = {
        [ERR_NONE] = "none",
        [ERR_INVALID] = "invalid",
        [ERR_UNAUTHENTICATED] = "unauthenticated",
        [ERR_DENIED] = "denied",
        [ERR_NOT_FOUND] = "not_found",
        [ERR_METHOD] = "method",
        [ERR_CONFLICT] = "conflict",
        [ERR_PRECONDITION] = "precondition",
        [ERR_TOO_LARGE] = "too_large",
        [ERR_UNSUPPORTED] = "unsupported",
        [ERR_BUSY] = "busy",
        [ERR_UNAVAILABLE] = "unavailable",
        [ERR_FULL] = "full",
        [ERR_NO_MEMORY] = "no_memory",
        [ERR_CORRUPT] = "corrupt",
        [ERR_BLOCKS] = "blocks",
        [ERR_INTERNAL] = "internal",
    };
    return (size_t)code < COUNT(names) ? names[code] : "unknown";
}
