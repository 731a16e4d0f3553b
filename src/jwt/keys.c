/* The issuer's keys as they are remembered. One thread fetches while the others go on with what
 * there is; only who has nothing to go on with waits for it, and not many do. */
#include "jwt/keys.h"
#include "base/clock.h"
#include "base/log.h"

#include <stdlib.h>

#define PAUSE_US (30 * SECOND_US) /* between two fetches, whoever asks for what key */
#define GIVE_UP_US                                                                                 \
    (24 * 3600 * SECOND_US) /* keys so old that cannot be asked for count no more                  \
                             */
#define WAITING_MAX 8

enum err_code jwt_keys_open(const struct jwt_keys_options *options, struct jwt_keys **out,
                            struct err *e)
{
    struct jwt_keys *keys = calloc(1, sizeof *keys);

    if (!keys)
        return err_set(e, ERR_NO_MEMORY, "keys");
    enum err_code rc = key_source_init(&keys->source, options->source, e);
    if (rc) {
        free(keys);
        return rc;
    }
    keys->age_max_us = options->age_max_seconds * SECOND_US;
    pthread_mutex_init(&keys->lock, NULL);
    pthread_cond_init(&keys->fetched, NULL);
    *out = keys;
    return ERR_NONE;
}

void jwt_keys_close(struct jwt_keys *keys)
{
    if (!keys)
        return;
    key_source_done(&keys->source);
    key_set_free(keys->set);
    pthread_cond_destroy(&keys->fetched);
    pthread_mutex_destroy(&keys->lock);
    free(keys);
}

/* A file costs a look; an issuer is asked once in a while, and again when a key is missing, but
 * not at every stranger's word. */
static bool is_due(const struct jwt_keys *keys, bool wanted, int64_t now_us)
{
    int64_t pause_us = keys->age_max_us < PAUSE_US ? keys->age_max_us : PAUSE_US;
    struct key_mark mark;

    if (key_source_mark(&keys->source, &mark))
        return !keys->tried_us || memcmp(&mark, &keys->mark, sizeof mark) != 0;
    if (keys->tried_us && now_us - keys->tried_us < pause_us)
        return false;
    return wanted || !keys->set || now_us - keys->read_us >= keys->age_max_us;
}

static enum err_code read_keys(const struct key_source *source, struct jwt_key_set **out,
                               struct err *e)
{
    char *text;
    size_t len;

    enum err_code rc = key_source_read(source, &text, &len, e);
    if (rc)
        return rc;
    rc = key_set_read(bytes_of(text, len), out, e);
    free(text);
    return rc;
}

static void fetch(struct jwt_keys *keys)
{
    struct jwt_key_set *set = NULL;
    struct key_mark mark = { 0 };
    struct err e = { 0 };

    keys->fetching = true;
    pthread_mutex_unlock(&keys->lock);
    key_source_mark(&keys->source, &mark); /* before it is read: a change in between is seen */
    if (read_keys(&keys->source, &set, &e))
        log_line(LOG_LEVEL_WARN, "the issuer's keys: %s", e.text);
    pthread_mutex_lock(&keys->lock);
    keys->fetching = false;
    keys->tried_us = clock_monotonic_us();
    keys->mark = mark;
    if (set || keys->tried_us - keys->read_us > GIVE_UP_US) {
        key_set_free(keys->set);
        keys->set = set;
        keys->read_us = keys->tried_us;
    }
    pthread_cond_broadcast(&keys->fetched);
}

enum err_code keys_refresh(struct jwt_keys *keys, bool wanted, struct err *e)
{
    if (keys->fetching && (wanted || !keys->set)) {
        if (keys->waiting >= WAITING_MAX)
            return err_set(e, ERR_BUSY, "too many wait for the issuer's keys");
        keys->waiting++;
        while (keys->fetching)
            pthread_cond_wait(&keys->fetched, &keys->lock);
        keys->waiting--;
    } else if (!keys->fetching && is_due(keys, wanted, clock_monotonic_us())) {
        fetch(keys);
    }
    if (!keys->set)
        return err_set(e, ERR_BUSY, "the issuer's keys cannot be had");
    return ERR_NONE;
}
