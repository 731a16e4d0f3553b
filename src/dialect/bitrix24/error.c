#include "dialect/bitrix24/error.h"

#undef b24_error
#undef b24_reword
#undef b24_missing_parameter
#undef b24_wrong_type
#undef b24_required
#undef b24_no_entity
#undef b24_wrong_argument
#undef b24_oauth_request

#define VALUE_SHOWN_MAX 100

struct row {
    enum err_code err;
    int status;
    const char *code;
    const char *text; /* NULL: the failure brings its own */
};

static const struct row rows[] = {
    /* parameters (bitrix24 4.2) */
    [B24_PARAMETER_MISSING] = { ERR_INVALID, 400, "100", NULL },
    [B24_PARAMETER_TYPE] = { ERR_INVALID, 400, "100", NULL },
    /* the catalog (bitrix24 4.3 to 4.8, 10.1) */
    [B24_REQUIRED] = { ERR_INVALID, 400, "0", NULL },
    [B24_ENTITY_NOT_FOUND] = { ERR_NOT_FOUND, 400, "0", NULL },
    [B24_ARGUMENT] = { ERR_INVALID, 400, "ERROR_ARGUMENT", NULL },
    [B24_PRODUCT_NOT_FOUND] = { ERR_NOT_FOUND, 400, "0", "Product was not found" },
    [B24_EMPTY_PRODUCT_ID] = { ERR_INVALID, 400, "0", "Empty productID" },
    [B24_READ_DENIED] = { ERR_DENIED, 400, "200040300010", "Access Denied" },
    [B24_WRITE_DENIED] = { ERR_DENIED, 400, "200040300020", "Access Denied" },
    [B24_PRODUCT_DENIED] = { ERR_DENIED, 400, "200040300040", "Access Denied" },
    [B24_IBLOCK_NOT_FOUND] = { ERR_NOT_FOUND, 400, "200040300000", "Iblock Not Found" },
    [B24_WRONG_PRODUCT_TYPE] = { ERR_INVALID, 400, "0",
                                 "productType is not allowed for this catalog" },
    [B24_FILTER_TOO_LARGE] = { ERR_TOO_LARGE, 400, "0", "The filter holds too many values" },
    [B24_CONTENT_UNREADABLE] = { ERR_INVALID, 400, "0", "Could not save image." },
    [B24_FILE_NAME_MISSING] = { ERR_INVALID, 400, "0", "File name is not specified." },
    [B24_FILE_NAME_CHARACTERS] = { ERR_INVALID, 400, "0",
                                   "File name contains invalid characters." },
    [B24_FILE_NAME_TOO_LONG] = { ERR_INVALID, 400, "0", "File name is too long." },
    [B24_FILE_TYPE] = { ERR_UNSUPPORTED, 400, "0", "Invalid file type." },
    [B24_FILE_TOO_LARGE] = { ERR_TOO_LARGE, 400, "0", "Maximum upload file size exceeded." },
    [B24_FILE_DIMENSIONS] = { ERR_TOO_LARGE, 400, "0", "Maximum image dimensions exceeded." },
    [B24_DISK_FULL] = { ERR_FULL, 400, "0", "Disk space limit exceeded." },
    [B24_ADD_FAILED] = { ERR_UNAVAILABLE, 400, "0",
                         "Internal error adding product image. Try adding again." },
    [B24_DELETE_FAILED] = { ERR_UNAVAILABLE, 400, "0",
                            "Internal error deleting product image. Try deleting again." },
    [B24_FIELD_NOT_A_FILE] = { ERR_INVALID, 400, "0", "Name file field is not available" },
    [B24_FILE_WRONG] = { ERR_NOT_FOUND, 400, "0", "Product file wrong" },
    [B24_FILE_EMPTY] = { ERR_NOT_FOUND, 400, "0", "Product is empty" },
    /* events (bitrix24 13) */
    [B24_APPLICATION_CONTEXT] = { ERR_DENIED, 400, "ACCESS_DENIED",
                                  "Access denied! Application context required" },
    [B24_EVENT_NOT_FOUND] = { ERR_NOT_FOUND, 400, "ERROR_EVENT_NOT_FOUND", "Event not found" },
    [B24_EVENT_OTHER_USER] = { ERR_DENIED, 403, "ACCESS_DENIED",
                               "Access denied! Unable to set event handler from the name of "
                               "another user" },
    [B24_EVENT_WRONG_URL] = { ERR_INVALID, 400, "ERROR_WRONG_HANDLER_URL", "Wrong handler URL" },
    [B24_EVENT_BOUND] = { ERR_CONFLICT, 400, "ERROR_CORE",
                          "Unable to set event handler: Handler already binded" },
    [B24_EVENT_TOO_MANY] = { ERR_TOO_LARGE, 400, "ERROR_CORE",
                             "Unable to set event handler: too many handlers" },
    /* the system (bitrix24 5.1, 5.3, 6, 8, 11, 12.2) */
    [B24_CODE_EMPTY] = { ERR_INVALID, 400, "CODE_EMPTY", "CODE can't be empty" },
    [B24_METHOD_NOT_FOUND] = { ERR_NOT_FOUND, 404, "ERROR_METHOD_NOT_FOUND", "Method not found!" },
    [B24_BATCH_METHOD] = { ERR_METHOD, 405, "ERROR_BATCH_METHOD_NOT_ALLOWED",
                           "Method is not allowed for batch usage" },
    [B24_BATCH_LENGTH] = { ERR_TOO_LARGE, 400, "ERROR_BATCH_LENGTH_EXCEEDED",
                           "Max batch length exceeded" },
    [B24_V3_METHOD_NOT_FOUND] = { ERR_NOT_FOUND, 404,
                                  "BITRIX_REST_V3_EXCEPTION_METHODNOTFOUNDEXCEPTION",
                                  "Method not found!" },
    [B24_NO_AUTH] = { ERR_UNAUTHENTICATED, 401, "NO_AUTH_FOUND", "Wrong authorization data" },
    [B24_EXPIRED_TOKEN] = { ERR_UNAUTHENTICATED, 401, "expired_token",
                            "The access token provided has expired" },
    [B24_INVALID_TOKEN] = { ERR_UNAUTHENTICATED, 401, "invalid_token",
                            "The access token provided is invalid" },
    [B24_INVALID_CREDENTIALS] = { ERR_UNAUTHENTICATED, 403, "INVALID_CREDENTIALS",
                                  "Invalid request credentials" },
    [B24_USER_DISABLED] = { ERR_UNAUTHENTICATED, 401, "authorization_error",
                            "Unable to authorize user" },
    [B24_SCOPE_WEBHOOK] = { ERR_DENIED, 403, "insufficient_scope",
                            "The request requires higher privileges than provided by the webhook "
                            "token" },
    [B24_SCOPE_TOKEN] = { ERR_DENIED, 403, "insufficient_scope",
                          "The request requires higher privileges than provided by the access "
                          "token" },
    [B24_APPLICATION_NOT_FOUND] = { ERR_UNAUTHENTICATED, 401, "APPLICATION_NOT_FOUND",
                                    "Application not found" },
    /* OAuth (bitrix24 12.1): in no text "portal", "domain" or "not found" */
    [B24_OAUTH_REQUEST] = { ERR_INVALID, 400, "invalid_request", NULL },
    [B24_OAUTH_CLIENT] = { ERR_UNAUTHENTICATED, 401, "invalid_client",
                           "The client is unknown or its secret is wrong" },
    [B24_OAUTH_GRANT] = { ERR_UNAUTHENTICATED, 400, "invalid_grant",
                          "The code or refresh token is unknown, used or expired" },
    [B24_OAUTH_GRANT_TYPE] = { ERR_INVALID, 400, "unsupported_grant_type",
                               "The grant_type is not authorization_code or refresh_token" },
    [B24_OAUTH_SCOPE] = { ERR_INVALID, 400, "invalid_scope",
                          "None of the scopes is one of the application's" },
    [B24_OAUTH_RESPONSE_TYPE] = { ERR_INVALID, 400, "unsupported_response_type",
                                  "The response_type is not code" },
    [B24_OAUTH_DENIED] = { ERR_DENIED, 400, "access_denied", "The user denied access" },
    [B24_LINK_CHECK] = { ERR_DENIED, 403, "ACCESS_DENIED", "Access denied! Link check failed" },
    [B24_DETAIL_CLOSED] = { ERR_DENIED, 403, "ACCESS_DENIED",
                            "Access denied! Public links are switched off" },
    [B24_NOT_FOUND] = { ERR_NOT_FOUND, 404, "ERROR_NOT_FOUND", "File not found" },
    [B24_METHOD_NOT_ALLOWED] = { ERR_METHOD, 405, "INVALID_REQUEST", "HTTP method not allowed" },
    [B24_PRECONDITION] = { ERR_PRECONDITION, 412, "INVALID_REQUEST", "Precondition failed" },
    [B24_RANGE] = { ERR_INVALID, 416, "INVALID_REQUEST", "Requested range not satisfiable" },
    [B24_TOO_LARGE] = { ERR_TOO_LARGE, 413, "INVALID_REQUEST", "Request is too large" },
    [B24_CODING] = { ERR_UNSUPPORTED, 415, "INVALID_REQUEST",
                     "Content-Encoding is not supported: send gzip, deflate or nothing" },
    [B24_CODING_BROKEN] = { ERR_INVALID, 400, "INVALID_REQUEST", "The body cannot be unpacked" },
    [B24_BUSY] = { ERR_BUSY, 503, "QUERY_LIMIT_EXCEEDED", "Too many requests" },
    [B24_OPERATING_LIMIT] = { ERR_BUSY, 429, "OPERATION_TIME_LIMIT",
                              "Method is blocked due to operation time limit." },
    [B24_INTERNAL] = { ERR_INTERNAL, 500, "INTERNAL_SERVER_ERROR", "Internal server error" },
};

enum err_code b24_error(struct err *e, enum b24_reason reason)
{
    const struct row *row = &rows[reason];

    err_set(e, row->err, "%s", row->text ? row->text : "");
    e->reason = (int)reason;
    return row->err;
}

enum err_code b24_reword(struct err *e, enum b24_reason reason)
{
    e->reason = (int)reason;
    return e->code;
}

/* Cut where no character is torn. */
static int shown(struct bytes value)
{
    size_t len = value.len;

    if (len > VALUE_SHOWN_MAX) {
        len = VALUE_SHOWN_MAX;
        while (len && ((unsigned char)value.at[len] & 0xC0) == 0x80)
            len--;
    }
    return (int)len;
}

enum err_code b24_missing_parameter(struct err *e, struct bytes name)
{
    err_set(e, ERR_INVALID, "Could not find value for parameter {%.*s}", shown(name), name.at);
    return b24_reword(e, B24_PARAMETER_MISSING);
}

enum err_code b24_wrong_type(struct err *e, struct bytes value, struct bytes name, const char *type)
{
    err_set(e, ERR_INVALID,
            "Invalid value {%.*s} to match with parameter {%.*s}. Should be value of type %s.",
            shown(value), value.at ? value.at : "", shown(name), name.at, type);
    return b24_reword(e, B24_PARAMETER_TYPE);
}

enum err_code b24_required(struct err *e, const char *what, const char *names)
{
    err_set(e, ERR_INVALID, "%s: %s", what, names);
    return b24_reword(e, B24_REQUIRED);
}

enum err_code b24_no_entity(struct err *e, const char *entity)
{
    err_set(e, ERR_NOT_FOUND, "%s does not exist.", entity);
    return b24_reword(e, B24_ENTITY_NOT_FOUND);
}

enum err_code b24_wrong_argument(struct err *e, const char *text)
{
    err_set(e, ERR_INVALID, "%s", text);
    return b24_reword(e, B24_ARGUMENT);
}

enum err_code b24_oauth_request(struct err *e, const char *name)
{
    err_set(e, ERR_INVALID, "The parameter %s is missing", name);
    return b24_reword(e, B24_OAUTH_REQUEST);
}

static struct b24_failure failure(enum b24_reason reason, const char *own_text)
{
    const struct row *row = &rows[reason];

    return (struct b24_failure){
        .status = row->status,
        .code = bytes_str(row->code),
        .text = bytes_str(row->text ? row->text : own_text),
    };
}

struct b24_failure b24_failure_of(const struct err *e)
{
    if (e->reason >= B24_PARAMETER_MISSING && e->reason < B24_REASON_END)
        return failure((enum b24_reason)e->reason, e->text);

    switch (e->code) {
    case ERR_INVALID:
    case ERR_UNSUPPORTED:
    case ERR_NOT_FOUND:
    case ERR_METHOD:
    case ERR_CONFLICT:
    case ERR_PRECONDITION:
        return failure(B24_REQUIRED, e->text); /* "other errors": 0 and free text (bitrix24 4.4) */
    case ERR_UNAUTHENTICATED:
        return failure(B24_NO_AUTH, NULL);
    case ERR_DENIED:
        return failure(B24_READ_DENIED, NULL);
    case ERR_TOO_LARGE:
        return failure(B24_TOO_LARGE, NULL);
    case ERR_BUSY:
    case ERR_NO_MEMORY: /* nothing was done */
        return failure(B24_BUSY, NULL);
    case ERR_FULL:
        return failure(B24_DISK_FULL, NULL);
    case ERR_NONE:
    case ERR_UNAVAILABLE:
    case ERR_CORRUPT:
    case ERR_BLOCKS:
    case ERR_INTERNAL:
        break;
    }
    return failure(B24_INTERNAL, NULL);
}

struct b24_failure b24_failure_of_status(int status, const char *text)
{
    enum b24_reason reason = B24_TOO_LARGE; /* INVALID_REQUEST and the server's own words */

    if (status == 401)
        reason = B24_NO_AUTH;
    else if (status == 403)
        reason = B24_LINK_CHECK;
    else if (status == 404)
        reason = B24_NOT_FOUND;
    else if (status == 429 || status == 503)
        reason = B24_BUSY;
    else if (status >= 500)
        reason = B24_INTERNAL; /* b24jssdk repeats writes on any other code (bitrix24 6) */

    struct b24_failure out = failure(reason, NULL);
    out.status = status;
    if (status < 500 && status != 429 && text && text[0])
        out.text = bytes_str(text);
    return out;
}

bool b24_failure_is_ours(const struct err *e)
{
    return e->code == ERR_UNAVAILABLE || e->code == ERR_FULL || e->code == ERR_NO_MEMORY ||
           e->code == ERR_CORRUPT || e->code == ERR_INTERNAL;
}
