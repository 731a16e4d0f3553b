/* Whose keys signed links have, and when they change. */
#include "core/signed_link_text.h"

#include "base/clock.h"
#include "core/journal.h"
#include "core/store.h"

/* Moves with every rotation: the number of the current key. */
#define LINK_KEY_COUNTER "signed link key"

/* A rotation counts as a change of access, so that every process notices it as it does that. */
static enum err_code refresh(struct core *core, struct err *e)
{
    uint64_t now = generation_access(core->store->generation);
    int64_t number;

    enum err_code rc = core_look(core, e);
    if (rc || (now && now == core->links_looked))
        return rc;
    rc = meta_counter(core->meta, TENANT_DEFAULT, LINK_KEY_COUNTER, &number, e);
    if (rc)
        return rc;
    if (number != core->link_keys.number)
        link_keys_derive(core->store->signing_key, number, &core->link_keys);
    core->links_looked = now;
    return ERR_NONE;
}

enum err_code link_signer_init(struct core *core, int64_t life_seconds, struct link_signer *out,
                               struct err *e)
{
    const struct settings *settings = core_settings(core);
    int64_t life = life_seconds > 0 ? life_seconds : settings->signed_link_seconds;
    int64_t window = settings->signed_link_window_seconds;

    enum err_code rc = refresh(core, e);
    if (rc)
        return rc;
    if (life > SIGNED_LINK_SECONDS_MAX)
        life = SIGNED_LINK_SECONDS_MAX;
    int64_t end = clock_now_us() / SECOND_US + life;
    link_signer_begin(&core->link_keys.current, (end + window - 1) / window * window, out);
    return ERR_NONE;
}

enum err_code signed_link_check(struct core *core, struct bytes target, struct signed_link *out,
                                struct err *e)
{
    enum err_code rc = refresh(core, e);

    return rc ? rc : link_text_check(&core->link_keys, target, clock_now_us() / SECOND_US, out, e);
}

static enum err_code apply_rotate(struct write *write, struct meta *meta, struct err *e)
{
    int64_t ignored;

    (void)write;
    return meta_next_id(meta, TENANT_DEFAULT, LINK_KEY_COUNTER, 1, INT64_MAX - 1, &ignored, e);
}

enum err_code signed_link_rotate(struct core *core, struct err *e)
{
    struct write rotate = { .apply = apply_rotate,
                            .changes_access = true,
                            .change =
                                change_by(&core->acting, CHANGE_LINK_ROTATE, (struct owner){ 0 }) };

    return core_write(core, &rotate, e);
}
