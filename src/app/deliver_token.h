/* app/deliver_token.h - the access tokens that go with events, one for many: used for half their
 * life, kept in memory only. */
#ifndef APP_DELIVER_TOKEN_H
#define APP_DELIVER_TOKEN_H

#include "core/event.h"

#define DELIVER_TOKENS_MAX 32

struct deliver_tokens {
    struct deliver_token {
        int32_t application_id;
        int32_t user_id;
        int64_t until_us;
        bool found;
        struct arena *arena; /* of `tokens` */
        struct application_tokens tokens;
    } all[DELIVER_TOKENS_MAX];
};

/* *out NULL: nobody's tokens go with this handler's events. */
enum err_code deliver_token_get(struct deliver_tokens *tokens, struct core *core,
                                const struct event_handler *handler, int64_t now_us,
                                const struct application_tokens **out, struct err *e) MUST_CHECK;
void deliver_tokens_done(struct deliver_tokens *tokens);

#endif
