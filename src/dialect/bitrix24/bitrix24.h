/* dialect/bitrix24/bitrix24.h - what the methods of this dialect have in common.
 *
 * A method reads `params`, calls core and writes the value of `result` as JSON; the envelope,
 * the credential and the wording of failures are not its business. So the same method serves a
 * call of its own and a command of a batch (batch.c).
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

/* What the limiter of operating time has counted for the caller and this method (bitrix24 7). */
struct b24_operating {
    bool limited; /* the limiter is on */
    int64_t used_us;
    int64_t reset_s; /* Unix time; 0: nothing is counted yet */
};

struct b24_result {
    struct strbuf *json;            /* the method appends the value of `result` here */
    int64_t total;                  /* rows in all, -1: the method is no list */
    int64_t next;                   /* `start` of the next page, -1: none */
    bool sent;                      /* *c->res is the whole answer (a file): no envelope */
    struct b24_operating operating; /* by b24_method_run, for the `time` of the answer */
};

/* `params` is a VALUE_MAP. Failures carry an enum b24_reason (error.h) or are core's own. */
typedef enum err_code b24_run(struct call *c, const struct value *params, struct b24_result *out,
                              struct err *e);

/* What a method does, and so where it may run. */
enum b24_way {
    B24_READS,    /* quickly: also on the event loop */
    B24_SEARCHES, /* reads what takes its time */
    B24_WRITES,   /* not by HEAD */
    B24_DECIDES,  /* tells by ERR_BLOCKS when it is not for the event loop; not by HEAD */
};

struct b24_method {
    struct bytes name; /* as documented; callers spell it in any case */
    enum b24_scope scope;
    enum b24_way way;
    b24_run *run;
};

/* All methods, in the order `methods` lists them. */
extern const struct b24_method b24_methods[];
extern const size_t b24_method_count;

/* Without regard to case (bitrix24 1.1); NULL when there is no such method. */
const struct b24_method *b24_method_find(struct bytes name);

/* Holds the principal against the method's scope and its operating time, then runs it. */
enum err_code b24_method_run(struct call *c, const struct b24_method *method,
                             const struct value *params, struct b24_result *out,
                             struct err *e) MUST_CHECK;

b24_run b24_catalog_product_image_add;
b24_run b24_catalog_product_image_delete;
b24_run b24_catalog_product_image_get;
b24_run b24_catalog_product_image_get_fields;
b24_run b24_catalog_product_image_list;

b24_run b24_catalog_catalog_get;
b24_run b24_catalog_catalog_get_fields;
b24_run b24_catalog_catalog_is_offers;
b24_run b24_catalog_catalog_list;
b24_run b24_catalog_product_list;
b24_run b24_catalog_product_get;
b24_run b24_catalog_product_add;
b24_run b24_catalog_product_update;
b24_run b24_catalog_product_delete;
b24_run b24_catalog_product_get_fields_by_filter;
b24_run b24_catalog_product_download;
b24_run b24_catalog_product_sku_list;
b24_run b24_catalog_product_sku_get;
b24_run b24_catalog_product_sku_add;
b24_run b24_catalog_product_sku_update;
b24_run b24_catalog_product_sku_delete;
b24_run b24_catalog_product_sku_get_fields_by_filter;
b24_run b24_catalog_product_sku_download;
b24_run b24_catalog_product_offer_list;
b24_run b24_catalog_product_offer_get;
b24_run b24_catalog_product_offer_add;
b24_run b24_catalog_product_offer_update;
b24_run b24_catalog_product_offer_delete;
b24_run b24_catalog_product_offer_get_fields_by_filter;
b24_run b24_catalog_product_offer_download;
b24_run b24_catalog_product_service_list;
b24_run b24_catalog_product_service_get;
b24_run b24_catalog_product_service_add;
b24_run b24_catalog_product_service_update;
b24_run b24_catalog_product_service_delete;
b24_run b24_catalog_product_service_get_fields_by_filter;
b24_run b24_catalog_product_service_download;

b24_run b24_batch;
b24_run b24_app_info;
b24_run b24_feature_get;
b24_run b24_event_bind;
b24_run b24_event_get;
b24_run b24_event_unbind;
b24_run b24_events;
b24_run b24_method_get;
b24_run b24_methods_list;
b24_run b24_profile;
b24_run b24_scope_list;
b24_run b24_server_time;
b24_run b24_user_admin;
b24_run b24_user_current;

#endif
