#include "core/journal.h"

#include "base/clock.h"
#include "core/settings.h"

enum err_code journal_begin(struct journal *journal, struct meta *meta, struct err *e)
{
    enum err_code rc = meta_change_end(meta, TENANT_DEFAULT, &journal->end, e);

    if (rc == ERR_NONE)
        journal->end_was = journal->end.id;
    return rc;
}

bool journal_keeps_rows(const struct settings *settings)
{
    return settings->history_seconds > 0;
}

bool journal_keeps_entries(const struct settings *settings)
{
    return settings->audit_seconds > 0 || settings->history_seconds > 0;
}

enum err_code journal_enter(struct write *write, struct meta *meta, struct err *e)
{
    write->change.at_us = clock_now_us();
    return meta_change_enter(meta, TENANT_DEFAULT, &write->change,
                             journal_keeps_rows(write->settings),
                             journal_keeps_entries(write->settings), &write->journal->end, e);
}

enum err_code journal_sign(const struct journal *journal, struct meta *meta,
                           const uint8_t key[HASH_LEN], struct err *e)
{
    if (journal->end.id == journal->end_was)
        return ERR_NONE;
    return meta_change_sign(meta, TENANT_DEFAULT, journal->end_was, &journal->end, key, e);
}

enum err_code journal_make(struct meta *meta, const uint8_t key[HASH_LEN], struct err *e)
{
    struct change first = { .what = CHANGE_BEGIN, .at_us = clock_now_us() };
    struct change_anchor anchor = { .first_id = 1, .rows_from = 1 };
    struct journal journal;

    enum err_code rc = journal_begin(&journal, meta, e);
    if (rc == ERR_NONE)
        rc = meta_change_anchor_put(meta, key, &anchor, e);
    if (rc == ERR_NONE)
        rc = meta_change_enter(meta, TENANT_DEFAULT, &first, true, true, &journal.end, e);
    return rc ? rc : journal_sign(&journal, meta, key, e);
}

struct change change_by(const struct principal *principal, enum change_what what,
                        struct owner owner)
{
    return (struct change){ .user_id = principal->user_id,
                            .credential_id = principal->credential_id,
                            .wire = principal->wire,
                            .what = what,
                            .kind = owner.kind,
                            .record_id = owner.id };
}
