/* base/err.h - failure is a value.
 *
 * A function that can fail returns enum err_code (0 is success), is MUST_CHECK and takes
 * `struct err *e` last. On failure *e is filled and outputs are untouched; on success *e is
 * untouched. The code says what the caller can do; the text is one line for the operator.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include "base/base.h"

enum err_code {
    ERR_NONE = 0,
    ERR_INVALID,         /* the input is wrong: change it */
    ERR_UNAUTHENTICATED, /* no valid credential */
    ERR_DENIED,          /* a valid credential without this right */
    ERR_NOT_FOUND,       /* there is no such thing */
    ERR_METHOD,          /* the thing exists and cannot do this */
    ERR_CONFLICT,        /* exists already, or contradicts what is stored */
    ERR_PRECONDITION,    /* changed since the caller looked */
    ERR_TOO_LARGE,       /* over a limit */
    ERR_UNSUPPORTED,     /* a type or form we do not take */
    ERR_BUSY,            /* too much at once, or held by another: try again soon */
    ERR_UNAVAILABLE,     /* a store or file failed; unknown whether done; safe to repeat */
    ERR_FULL,            /* no space left to write; reads and deletes go on */
    ERR_NO_MEMORY,
    ERR_CORRUPT,  /* stored bytes are not what was stored */
    ERR_BLOCKS,   /* would block and was not allowed to: run it again on a thread */
    ERR_INTERNAL, /* a bug of ours */
};

/* In the text of an ERR_CORRUPT that is of the index, and not of the bytes of one picture. */
#define ERR_INDEX_TEXT "the index is damaged"

#define ERR_TEXT_MAX 300

struct err {
    enum err_code code;
    int reason;              /* a dialect's own finer reason, 0 for none */
    bool told;               /* not to be logged where the request ends: it was, when it was news */
    char field[64];          /* the argument at fault, or "" */
    char text[ERR_TEXT_MAX]; /* one line, cut when too long */
};

/* Fills *e and returns `code`, so that reporting and returning are one line. */
enum err_code err_set(struct err *e, enum err_code code, const char *fmt, ...) PRINTF(3, 4);

/* As err_set, for a failed system call: appends ": " and the text of `errnum`.
 * The code is ERR_FULL for ENOSPC and EDQUOT, ERR_NO_MEMORY for ENOMEM, else ERR_UNAVAILABLE. */
enum err_code err_errno(struct err *e, int errnum, const char *fmt, ...) PRINTF(3, 4);

/* Puts "what: " before the text and returns the code that is already there. */
enum err_code err_context(struct err *e, const char *fmt, ...) PRINTF(2, 3);

/* A stable lower-case word for the code, for logs and --json: "not_found". */
const char *err_name(enum err_code code);

/* Compilers and analyzers see one file at a time: without this they follow paths on which a failure
 * is 0, and find outputs on them that were not set. */
static inline enum err_code err_failed(enum err_code code)
{
    if (code == ERR_NONE)
        __builtin_unreachable();
    return code;
}
#define err_set(e, ...)     err_failed(err_set(e, __VA_ARGS__))
#define err_errno(e, ...)   err_failed(err_errno(e, __VA_ARGS__))
#define err_context(e, ...) err_failed(err_context(e, __VA_ARGS__))

#endif
