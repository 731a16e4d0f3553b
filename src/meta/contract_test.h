/* meta/contract_test.h - a fresh database, and a record for it: what the tests of the contract
 * share. */
#ifndef META_CONTRACT_TEST_H
#define META_CONTRACT_TEST_H

#include "meta/sql.h"
#include "support/temp.h"
#include "test.h"

#define CHECK_OK(call)                                                                             \
    do {                                                                                           \
        enum err_code rc_ = (call);                                                                \
        if (rc_)                                                                                   \
            test_fail(__FILE__, __LINE__, "%s: %s (%s)", #call, e.text, err_name(rc_));            \
    } while (0)

static inline const char *url(void)
{
    static char text[100];

    snprintf(text, sizeof text, "sqlite:%s/meta.db", temp_dir());
    return text;
}

static inline struct meta *open_fresh(void)
{
    struct meta *meta = NULL;
    struct err e = { 0 };

    CHECK_OK(meta_open(url(), true, &meta, &e));
    CHECK_OK(meta_migrate(meta, &e));
    CHECK_OK(meta_migrate(meta, &e)); /* nothing left to do */
    return meta;
}

static inline struct record product(int32_t id, const char *name, const char *xml_id)
{
    return (struct record){ .kind = KIND_PRODUCT,
                            .id = id,
                            .subtype = SUBTYPE_SIMPLE,
                            .name = bytes_str(name),
                            .code = B(""),
                            .xml_id = bytes_str(xml_id),
                            .sort = 500 - id,
                            .active = id != 3,
                            .created_us = id * 1000000LL };
}

#endif
