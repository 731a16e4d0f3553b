#include "app/deliver_token.h"
#include "base/clock.h"

#define ARENA_MAX  (256UL << 20) /* every credential of the store is looked at */
#define REFUSED_US (60 * SECOND_US)

/* The entry of that pair, else the one that ends first. */
static struct deliver_token *find(struct deliver_tokens *tokens,
                                  const struct event_handler *handler)
{
    struct deliver_token *oldest = tokens->all;

    for (size_t i = 0; i < COUNT(tokens->all); i++) {
        struct deliver_token *t = &tokens->all[i];
        if (t->application_id == handler->application_id && t->user_id == handler->user_id)
            return t;
        if (t->until_us < oldest->until_us)
            oldest = t;
    }
    return oldest;
}

static void forget(struct deliver_token *token)
{
    arena_free(token->arena);
    *token = (struct deliver_token){ 0 };
}

/* The list of all credentials, which finding the right one takes, does not stay. */
static enum err_code fill(struct deliver_token *token, struct core *core,
                          const struct event_handler *handler, struct err *e)
{
    CLEANUP(arena_freep) struct arena *whole = arena_new(ARENA_MAX);
    struct application_tokens made;

    token->arena = arena_new(1 << 16);
    if (!whole || !token->arena)
        return err_set(e, ERR_NO_MEMORY, "a token for an event");
    enum err_code rc = event_token(core, whole, handler, &made, &token->found, e);
    if (rc || !token->found)
        return rc;
    token->tokens = made;
    token->tokens.access = arena_copy(token->arena, made.access);
    token->tokens.scopes = arena_copy(token->arena, made.scopes);
    if (!token->tokens.access.at || !token->tokens.scopes.at)
        return err_set(e, ERR_NO_MEMORY, "a token for an event");
    return ERR_NONE;
}

enum err_code deliver_token_get(struct deliver_tokens *tokens, struct core *core,
                                const struct event_handler *handler, int64_t now_us,
                                const struct application_tokens **out, struct err *e)
{
    *out = NULL;
    if (!handler->user_id)
        return ERR_NONE;
    struct deliver_token *token = find(tokens, handler);
    if (token->user_id != handler->user_id || token->application_id != handler->application_id ||
        now_us >= token->until_us) {
        forget(token);
        enum err_code rc = fill(token, core, handler, e);
        if (rc) {
            forget(token);
            return rc;
        }
        token->application_id = handler->application_id;
        token->user_id = handler->user_id;
        token->until_us = token->found ? now_us + (token->tokens.access_expires_us - now_us) / 2
                                       : now_us + REFUSED_US;
    }
    *out = token->found ? &token->tokens : NULL;
    return ERR_NONE;
}

void deliver_tokens_done(struct deliver_tokens *tokens)
{
    for (size_t i = 0; i < COUNT(tokens->all); i++)
        forget(&tokens->all[i]);
}
