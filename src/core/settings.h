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
    struct bytes detail_url_base; /* https://cdn.example.com, in front of detailUrl; or empty */
    bool detail_url_public;       /* detailUrl is served without a credential */
    int64_t link_auth_seconds;    /* life of a downloadUrl made with an access token: 3600 */
    int64_t link_webhook_seconds; /* with a webhook: 86400 */

    /* bitrix24 */
    bool numeric_error_codes;      /* bitrix24 3: catalog codes as JSON numbers in single calls */
    int32_t catalog_iblock_id;     /* 14: the products' information block */
    int32_t offers_iblock_id;      /* 15: the offers' */
    int64_t oauth_access_seconds;  /* 3600: life of an application's access token (12.1) */
    int64_t oauth_refresh_seconds; /* 15552000, 180 days: of its refresh token */
    int64_t oauth_grace_seconds;   /* 60: a refresh token works again so long after its use */
    int32_t catalog_photo_property_id; /* 44: the products' property MORE_PHOTO (bitrix24 10.2) */
    int32_t offers_photo_property_id;  /* 45: the offers' */
    int64_t rate_requests;             /* 0: no limit; so many at once (bitrix24 7) */
    int64_t rate_per_second;           /* 2: and then so many */
    int64_t operating_seconds;         /* 0: no limit; in ten minutes, of one method */

    /* superoffice */
    bool basic_over_http; /* Basic and tickets also over plain http from other machines */
    bool authorize_with_username;
    bool authorize_with_ticket;
    struct bytes
        app_token; /* spaces between; tickets come with one of them; empty: none is asked */
    int64_t ticket_seconds;   /* 21600: life of a ticket since its last use (superoffice 6.2) */
    int64_t token_seconds;    /* 3600: life of an access token */
    int64_t session_seconds;  /* 21600: life of a session since its last use */
    bool cors;                /* pages of other origins may read (superoffice 12.5) */
    struct bytes cors_origin; /* which: spaces between, `*` at the end of one stands for the rest */

    /* an OpenID Connect issuer */
    struct bytes oidc_issuer;   /* its `iss`; empty: none */
    struct bytes oidc_audience; /* what `aud` has to hold */
    struct bytes oidc_jwks;     /* where its keys are: https://…, or a file */
    struct bytes oidc_claim;    /* names the user: preferred_username */
    int64_t oidc_skew_seconds;  /* 60: how far its clock may be off */
    int64_t oidc_keys_seconds;  /* 3600: its keys are fetched again after so long */

    /* events (bitrix24 13) */
    struct bytes event_url;      /* where they go to; spaces between */
    struct bytes event_token;    /* sent with them as application_token */
    struct bytes event_hosts;    /* host or host:port, spaces between: private addresses allowed */
    int64_t event_queue_max;     /* 100,000: so many wait for a handler at most */
    int64_t event_retry_seconds; /* 10: before the first repetition */
    int64_t event_keep_seconds;  /* 86400: then one that cannot be delivered is given up */

    /* decoding (image/box.h) */
    int64_t box_pictures_max; /* 64: a box is thrown away after so many */
    int64_t box_memory_max;   /* 768 MiB: its address space beyond what it starts with */
    int64_t box_cpu_seconds;  /* 20: processor time of a box in all its life */
    int64_t box_seconds; /* 15: for one picture, by the clock; in the background ten times it */
    bool box_unconfined; /* decode also where the kernel cannot confine a box */

    /* renditions */
    int64_t cache_bytes_max; /* 1 GiB: kept on disk; 0: none is */
    int64_t cache_seconds;   /* 2592000, 30 days: since it was last used */

    int64_t opened_bytes_max; /* 256 MiB: sealed or zipped pictures held in memory; 0: none */

    /* signed links of the native form */
    int64_t signed_link_seconds;        /* 86400: life at least */
    int64_t signed_link_window_seconds; /* 3600: their ends are rounded up to it */

    /* encryption at rest; docs/encryption.md */
    bool encryption; /* off: what is stored from now on is sealed */
    struct bytes encryption_key_file;
    struct bytes encryption_key; /* of the environment: CAMEO_ENCRYPTION_KEY */
    struct bytes memory_dir;     /* /dev/shm: where uploads go meanwhile, a file system in memory */

    /* store */
    bool zip;                /* pictures that get smaller by it are stored zipped */
    int64_t history_seconds; /* 2592000, 30 days: what was replaced or deleted comes back; 0: not */
    int64_t audit_seconds;   /* 31622400, 366 days: entries of the audit log; 0: as history */
    int64_t grace_seconds;   /* 900: from a deletion to giving the bytes back */
    int64_t pack_bytes_max;  /* 1 GiB: then a pack is sealed */
    bool parity;             /* keep beside packs what they can be repaired with */
    int64_t scrub_seconds;   /* 2592000, 30 days: everything is looked at once; 0: never */
};

extern const struct settings settings_default;

#endif
