/* dialect/bitrix24/bitrix24.h - what the methods of this dialect have in common.
 *
 * A method reads `params`, calls core and writes the value of `result` as JSON; the envelope,
 * the credential and the wording of failures are not its business. So the same method serves a
 * call of its own and, later, a command of a batch.
 */
#ifndef DIALECT_BITRIX24_BITRIX24_H
#define DIALECT_BITRIX24_BITRIX24_H

#include "base/strbuf.h"
#include "base/value.h"
#include "core/record.h"
#include "dialect/dialect.h"

/* What a credential must hold to call a method (bitrix24 11). */
enum b24_scope {
    B24_COMMON, /* any credential */
    B24_CATALOG,
    B24_USER, /* one of user, user_basic, user_brief */
};

struct b24_result {
    struct strbuf *json; /* the method appends the value of `result` here */
    int64_t total;       /* rows in all, -1: the method is no list */
    int64_t next;        /* `start` of the next page, -1: none */
    bool sent;           /* *c->res is the whole answer (a file): no envelope */
};

/* `params` is a VALUE_MAP. Failures carry an enum b24_reason (error.h) or are core's own. */
typedef enum err_code b24_run(struct call *c, const struct value *params, struct b24_result *out,
                              struct err *e);

struct b24_method {
    struct bytes name; /* as documented; callers spell it in any case */
    enum b24_scope scope;
    enum dialect_plan plan; /* PLAN_INLINE for reads, PLAN_THREAD for writes */
    b24_run *run;
};

/* All methods, in the order `methods` lists them. */
extern const struct b24_method b24_methods[];
extern const size_t b24_method_count;

/* Without regard to case (bitrix24 1.1); NULL when there is no such method. */
const struct b24_method *b24_method_find(struct bytes name);

/* Holds the principal against the method's scope, then runs it. */
enum err_code b24_method_run(struct call *c, const struct b24_method *method,
                             const struct value *params, struct b24_result *out,
                             struct err *e) MUST_CHECK;

b24_run b24_catalog_product_image_add;
b24_run b24_catalog_product_image_delete;
b24_run b24_catalog_product_image_get;
b24_run b24_catalog_product_image_get_fields;
b24_run b24_catalog_product_image_list;

b24_run b24_catalog_catalog_list;
b24_run b24_catalog_product_list;
b24_run b24_catalog_product_sku_list;
b24_run b24_catalog_product_offer_list;
b24_run b24_catalog_product_service_list;
b24_run b24_catalog_product_get;
b24_run b24_catalog_product_sku_get;
b24_run b24_catalog_product_offer_get;
b24_run b24_catalog_product_service_get;
b24_run b24_catalog_product_download;

b24_run b24_method_get;
b24_run b24_methods_list;
b24_run b24_profile;
b24_run b24_scope_list;
b24_run b24_server_time;
b24_run b24_user_admin;
b24_run b24_user_current;

#endif
