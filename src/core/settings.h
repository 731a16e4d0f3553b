/* core/settings.h - everything that can be set, as plain data; app/config.c fills it.
 *
 * docs/settings.md is the table for operators. Text lives as long as the process.
 */
#ifndef CORE_SETTINGS_H
#define CORE_SETTINGS_H

#include "base/bytes.h"
#include "image/header.h"

struct settings {
    /* limits */
    int64_t picture_bytes_max; /* 10 MiB: one picture (superoffice 13) */
    int64_t body_bytes_max;    /* 64 MiB: one request's body; base64 and batches need room */
    struct image_limits image;

    /* links (bitrix24 5.2) */
    struct bytes public_url;      /* https://pictures.example.com, no slash at the end; or empty */
    bool trust_forwarded;         /* believe X-Forwarded-Proto and -Host */
    bool detail_url_public;       /* detailUrl is served without a credential */
    int64_t link_auth_seconds;    /* life of a downloadUrl made with an access token: 3600 */
    int64_t link_webhook_seconds; /* with a webhook: 86400 */

    /* bitrix24 */
    bool numeric_error_codes;  /* bitrix24 3: catalog codes as JSON numbers in single calls */
    int32_t catalog_iblock_id; /* 14: the products' information block */
    int32_t offers_iblock_id;  /* 15: the offers' */

    /* superoffice */
    bool basic_over_http; /* Basic and tickets also over plain http from other machines */

    /* store */
    int64_t grace_seconds;  /* 900: from a deletion to giving the bytes back */
    int64_t pack_bytes_max; /* 1 GiB: then a pack is sealed */
};

extern const struct settings settings_default;

#endif
