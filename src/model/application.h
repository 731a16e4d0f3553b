/* model/application.h - a program that users let in by OAuth 2 (bitrix24 12.1). */
#ifndef MODEL_APPLICATION_H
#define MODEL_APPLICATION_H

#include "base/bytes.h"

/* Text lives in the arena of whoever read it. Its secret is stored only as a hash. */
struct application {
    int32_t id;
    struct bytes client_id; /* local.… */
    struct bytes name;      /* as users see it when they are asked */
    struct bytes redirect_uri;
    struct bytes scopes;            /* comma list, the most that its tokens may hold */
    struct bytes application_token; /* sent with every event, so that it knows they are ours */
    int64_t created_us;
};

#endif
