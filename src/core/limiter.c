#include "core/limiter.h"

#include "base/clock.h"
#include "base/shared.h"

#include <sched.h>
#include <stdatomic.h>
#include <string.h>

#define SETS      1024
#define WAYS      8
#define MINUTES   10
#define MINUTE_US (60 * SECOND_US)

/* It holds requests until `empty_us`: that one instant says how full it is. */
struct bucket {
    uint64_t who;
    int64_t empty_us;
};

struct spell {
    uint64_t who;
    uint32_t method;
    uint32_t newest;            /* the last minute since 1970 that counts */
    uint32_t spent_us[MINUTES]; /* of minute m at m % MINUTES */
};

/* Who it is decides the set; within it, any place. */
struct set {
    _Atomic int64_t taken_us; /* clock_monotonic_us of whoever is at work on it; 0: nobody */
    struct bucket buckets[WAYS];
    struct spell spells[WAYS];
};

struct limiter {
    struct set sets[SETS];
};

enum err_code limiter_open(const char *dir, struct limiter **out, struct err *e)
{
    void *memory = NULL;
    enum err_code rc = shared_open(dir, "run/limits", sizeof **out, &memory, e);

    if (!rc)
        *out = memory;
    return rc;
}

void limiter_close(struct limiter *limiter)
{
    shared_close(limiter, sizeof *limiter);
}

uint64_t limiter_who(const struct principal *principal)
{
    if (principal->application_id)
        return 1ULL << 63 | (uint64_t)(uint32_t)principal->application_id << 32 |
               (uint32_t)principal->user_id;
    return (uint32_t)principal->credential_id;
}

/* Neighbouring ids far apart (the finalizer of MurmurHash3). */
static struct set *set_of(struct limiter *limiter, uint64_t who, uint32_t method)
{
    uint64_t mixed = who ^ (uint64_t)method << 24;

    mixed = (mixed ^ mixed >> 33) * 0xFF51AFD7ED558CCDULL;
    mixed = (mixed ^ mixed >> 33) * 0xC4CEB9FE1A85EC53ULL;
    return &limiter->sets[(mixed ^ mixed >> 33) % SETS];
}

/* The work takes less than a microsecond: who has a set for that long is dead, or the machine was
 * started since. Should he live after all, a count may be off by one. */
#define TAKEN_MAX_US 100000

static int64_t take(struct set *set)
{
    for (;;) {
        int64_t taken_us = atomic_load(&set->taken_us);
        int64_t now_us = clock_monotonic_us();
        int64_t since_us = (int64_t)((uint64_t)now_us - (uint64_t)taken_us);

        if (taken_us == 0 || since_us > TAKEN_MAX_US || since_us < -TAKEN_MAX_US) {
            if (atomic_compare_exchange_strong(&set->taken_us, &taken_us, now_us))
                return now_us;
        } else {
            sched_yield();
        }
    }
}

/* Unless it was taken away meanwhile. */
static void give_back(struct set *set, int64_t taken_us)
{
    atomic_compare_exchange_strong(&set->taken_us, &taken_us, 0);
}

/* What no clock could have written counts as empty. */
static int64_t filled_us(const struct bucket *bucket, int64_t full_us, int64_t now_us)
{
    if (bucket->empty_us <= now_us || bucket->empty_us > now_us + full_us)
        return 0;
    return bucket->empty_us - now_us;
}

/* His own, else the emptiest; NULL when all are full. */
static struct bucket *bucket_of(struct set *set, uint64_t who, int64_t step_us, int64_t full_us,
                                int64_t now_us)
{
    struct bucket *emptiest = &set->buckets[0];

    for (size_t i = 0; i < WAYS; i++) {
        struct bucket *bucket = &set->buckets[i];
        if (bucket->who == who)
            return bucket;
        if (filled_us(bucket, full_us, now_us) < filled_us(emptiest, full_us, now_us))
            emptiest = bucket;
    }
    if (filled_us(emptiest, full_us, now_us) + step_us > full_us)
        return NULL;
    *emptiest = (struct bucket){ .who = who };
    return emptiest;
}

int64_t limiter_request(struct limiter *limiter, uint64_t who, int64_t room, int64_t per_second,
                        int64_t now_us)
{
    struct set *set = set_of(limiter, who, 0);
    int64_t step_us = SECOND_US / per_second; /* one request */
    int64_t full_us = room * step_us;
    int64_t over_us = 0;

    int64_t taken_us = take(set);
    struct bucket *bucket = bucket_of(set, who, step_us, full_us, now_us);
    if (bucket) {
        int64_t filled = filled_us(bucket, full_us, now_us) + step_us;
        over_us = filled - full_us;
        if (over_us <= 0)
            bucket->empty_us = now_us + filled;
    }
    give_back(set, taken_us);
    return over_us > 0 ? (over_us + SECOND_US - 1) / SECOND_US : 0;
}

/* Forgets what is ten minutes old. A clock set back by less than that goes on in the newest minute;
 * by more, and all is forgotten. */
static void go_on(struct spell *spell, int64_t now_us)
{
    uint32_t minute = (uint32_t)(now_us / MINUTE_US);
    uint32_t ahead = minute - spell->newest;

    if (spell->newest - minute < MINUTES)
        return;
    if (ahead >= MINUTES) {
        memset(spell->spent_us, 0, sizeof spell->spent_us);
        spell->newest = minute;
    }
    while (spell->newest != minute)
        spell->spent_us[++spell->newest % MINUTES] = 0;
}

static struct limiter_usage usage_of(const struct spell *spell)
{
    struct limiter_usage usage = { 0 };

    for (uint32_t age = 0; age < MINUTES; age++) {
        uint32_t minute = spell->newest - age;
        uint32_t spent_us = spell->spent_us[minute % MINUTES];
        usage.used_us += spent_us;
        if (spent_us)
            usage.reset_s = ((int64_t)minute + MINUTES) * 60;
    }
    return usage;
}

static struct spell *find_spell(struct set *set, uint64_t who, uint32_t method)
{
    for (size_t i = 0; i < WAYS; i++) {
        if (set->spells[i].who == who && set->spells[i].method == method)
            return &set->spells[i];
    }
    return NULL;
}

/* In place of the one that has used least; NULL when all have used up what they may. */
static struct spell *new_spell(struct set *set, uint64_t who, uint32_t method, int64_t limit_us,
                               int64_t now_us)
{
    struct spell *least = NULL;
    int64_t least_us = limit_us;

    for (size_t i = 0; i < WAYS; i++) {
        struct spell *spell = &set->spells[i];
        go_on(spell, now_us);
        int64_t used_us = usage_of(spell).used_us;
        if (used_us < least_us) {
            least = spell;
            least_us = used_us;
        }
    }
    if (least)
        *least = (struct spell){ .who = who,
                                 .method = method,
                                 .newest = (uint32_t)(now_us / MINUTE_US) };
    return least;
}

struct limiter_usage limiter_usage(struct limiter *limiter, uint64_t who, uint32_t method,
                                   int64_t now_us)
{
    struct set *set = set_of(limiter, who, method);
    struct limiter_usage usage = { 0 };

    int64_t taken_us = take(set);
    struct spell *spell = find_spell(set, who, method);
    if (spell) {
        go_on(spell, now_us);
        usage = usage_of(spell);
    }
    give_back(set, taken_us);
    return usage;
}

struct limiter_usage limiter_spend(struct limiter *limiter, uint64_t who, uint32_t method,
                                   int64_t took_us, int64_t limit_us, int64_t now_us)
{
    if (took_us < LIMITER_CALL_MIN_US)
        return limiter_usage(limiter, who, method, now_us);

    struct set *set = set_of(limiter, who, method);
    struct limiter_usage usage = { 0 };

    int64_t taken_us = take(set);
    struct spell *spell = find_spell(set, who, method);
    if (!spell)
        spell = new_spell(set, who, method, limit_us, now_us);
    if (spell) {
        go_on(spell, now_us);
        uint32_t *spent_us = &spell->spent_us[spell->newest % MINUTES];
        int64_t sum_us = *spent_us + took_us;
        *spent_us = sum_us > UINT32_MAX ? UINT32_MAX : (uint32_t)sum_us;
        usage = usage_of(spell);
    }
    give_back(set, taken_us);
    return usage;
}
