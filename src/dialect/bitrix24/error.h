/* dialect/bitrix24/error.h - every status, code and wording of this dialect (bitrix24 3, 4, 6).
 *
 * Inside the dialect a failure is a `struct err` whose `reason` is one of these; core's failures
 * come without one and are worded by their code. docs/errors.md shows the whole table.
 */
#ifndef DIALECT_BITRIX24_ERROR_H
#define DIALECT_BITRIX24_ERROR_H

#include "base/bytes.h"
#include "base/err.h"

/* From 100 on: below are core's own reasons. */
enum b24_reason {
    B24_PARAMETER_MISSING = 100, /* text from b24_missing_parameter */
    B24_PARAMETER_TYPE,          /* text from b24_wrong_type */
    B24_REQUIRED,                /* text from b24_required */
    B24_ENTITY_NOT_FOUND,        /* text from b24_no_entity */
    B24_ARGUMENT,                /* text from b24_wrong_argument */
    B24_PRODUCT_NOT_FOUND,
    B24_EMPTY_PRODUCT_ID,
    B24_READ_DENIED,
    B24_WRITE_DENIED,
    B24_PRODUCT_DENIED,
    B24_IBLOCK_NOT_FOUND,
    B24_WRONG_PRODUCT_TYPE,
    B24_FILTER_TOO_LARGE,
    B24_CONTENT_UNREADABLE,
    B24_FILE_NAME_MISSING,
    B24_FILE_NAME_CHARACTERS,
    B24_FILE_NAME_TOO_LONG,
    B24_FILE_TYPE,
    B24_FILE_TOO_LARGE,
    B24_FILE_DIMENSIONS,
    B24_DISK_FULL,
    B24_ADD_FAILED,
    B24_DELETE_FAILED,
    B24_FIELD_NOT_A_FILE,
    B24_APPLICATION_CONTEXT,
    B24_EVENT_NOT_FOUND,
    B24_EVENT_OTHER_USER,
    B24_EVENT_WRONG_URL,
    B24_EVENT_BOUND,
    B24_EVENT_TOO_MANY,
    B24_FILE_WRONG,
    B24_FILE_EMPTY,
    B24_CODE_EMPTY,
    B24_METHOD_NOT_FOUND,
    B24_BATCH_METHOD,
    B24_BATCH_LENGTH,
    B24_V3_METHOD_NOT_FOUND,
    B24_NO_AUTH,
    B24_EXPIRED_TOKEN,
    B24_INVALID_TOKEN,
    B24_INVALID_CREDENTIALS,
    B24_USER_DISABLED,
    B24_SCOPE_WEBHOOK,
    B24_SCOPE_TOKEN,
    B24_APPLICATION_NOT_FOUND,
    B24_OAUTH_REQUEST, /* text from b24_oauth_request */
    B24_OAUTH_CLIENT,
    B24_OAUTH_GRANT,
    B24_OAUTH_GRANT_TYPE,
    B24_OAUTH_SCOPE,
    B24_OAUTH_RESPONSE_TYPE,
    B24_OAUTH_DENIED,
    B24_LINK_CHECK,
    B24_DETAIL_CLOSED,
    B24_NOT_FOUND,
    B24_METHOD_NOT_ALLOWED,
    B24_PRECONDITION,
    B24_RANGE,
    B24_TOO_LARGE,
    B24_CODING,
    B24_CODING_BROKEN,
    B24_BUSY,
    B24_OPERATING_LIMIT,
    B24_INTERNAL,
    B24_REASON_END,
};

/* A failure as the client sees it. */
struct b24_failure {
    int status;
    struct bytes code; /* text; all digits for catalog codes */
    struct bytes text;
};

/* Fills *e with the reason and returns its code. */
enum err_code b24_error(struct err *e, enum b24_reason reason);

/* Gives a failure of core this dialect's reason and keeps code and text for the log. */
enum err_code b24_reword(struct err *e, enum b24_reason reason);

/* Could not find value for parameter {name} */
enum err_code b24_missing_parameter(struct err *e, struct bytes name);

/* Invalid value {value} to match with parameter {name}. Should be value of type `type`. Values are
 * cut after 100 bytes. */
enum err_code b24_wrong_type(struct err *e, struct bytes value, struct bytes name,
                             const char *type);

/* `what`: names, e.g. "Required fields: productId". */
enum err_code b24_required(struct err *e, const char *what, const char *names);

/* `entity` does not exist. */
enum err_code b24_no_entity(struct err *e, const char *entity);

/* The old methods' way of refusing a parameter: ERROR_ARGUMENT and `text`. */
enum err_code b24_wrong_argument(struct err *e, const char *text);
/* A parameter of OAuth's is missing. */
enum err_code b24_oauth_request(struct err *e, const char *name);

/* What the client is told about *e; text points into *e or is constant. */
struct b24_failure b24_failure_of(const struct err *e);

/* What the client is told about an error of the HTTP layer. */
struct b24_failure b24_failure_of_status(int status, const char *text);

/* True when the operator must hear of it too. */
bool b24_failure_is_ours(const struct err *e);

/* As in base/err.h: a failure is never 0. */
#define b24_error(e, ...)             err_failed(b24_error(e, __VA_ARGS__))
#define b24_reword(e, ...)            err_failed(b24_reword(e, __VA_ARGS__))
#define b24_missing_parameter(e, ...) err_failed(b24_missing_parameter(e, __VA_ARGS__))
#define b24_wrong_type(e, ...)        err_failed(b24_wrong_type(e, __VA_ARGS__))
#define b24_required(e, ...)          err_failed(b24_required(e, __VA_ARGS__))
#define b24_wrong_argument(e, ...)    err_failed(b24_wrong_argument(e, __VA_ARGS__))
#define b24_no_entity(e, ...)         err_failed(b24_no_entity(e, __VA_ARGS__))
#define b24_oauth_request(e, ...)     err_failed(b24_oauth_request(e, __VA_ARGS__))

#endif
