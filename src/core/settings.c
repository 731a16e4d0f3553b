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
    .grace_seconds = 900,
    .pack_bytes_max = 1LL << 30,
};
