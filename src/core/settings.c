#include "core/settings.h"

const struct settings settings_default = {
    .picture_bytes_max = 10LL << 20,
    .body_bytes_max = 64LL << 20,
    .image = { .side_px_max = 8000, .pixels_max = 40000000, .frames_max = 1000 },
    .detail_url_public = true,
    .link_auth_seconds = 3600,
    .link_webhook_seconds = 86400,
    .catalog_iblock_id = 14,
    .offers_iblock_id = 15,
    .authorize_with_username = true,
    .authorize_with_ticket = true,
    .ticket_seconds = 6 * 3600,
    .token_seconds = 3600,
    .session_seconds = 6 * 3600,
    .cors = true,
    .cors_origin = { "*", 1 },
    .oidc_claim = { "preferred_username", sizeof "preferred_username" - 1 },
    .oidc_skew_seconds = 60,
    .oidc_keys_seconds = 3600,
    .grace_seconds = 900,
    .pack_bytes_max = 1LL << 30,
};
