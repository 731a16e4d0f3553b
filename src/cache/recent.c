#include "cache/recent.h"

#include <stdlib.h>

void recent_init(struct recent *recent)
{
    *recent = (struct recent){ 0 };
    pthread_mutex_init(&recent->lock, NULL);
}

/* Keys are hashes: any part of one is as good as another, but the first ones are the group's. */
static struct recent_entry **bucket_of(struct recent *recent, const struct hash *key)
{
    uint32_t number;

    /* NOLINTNEXTLINE(clang-analyzer-core.NonNullParamChecker): keys are never NULL */
    memcpy(&number, key->at + HASH_LEN - sizeof number, sizeof number);
    return &recent->buckets[number % RECENT_BUCKETS];
}

static size_t weight(const struct recent_entry *entry)
{
    return sizeof *entry + entry->len;
}

static void drop_oldest(struct recent *recent)
{
    struct recent_entry *entry = recent->oldest;
    struct recent_entry **at = bucket_of(recent, &entry->key);

    while (*at != entry)
        at = &(*at)->next;
    *at = entry->next;
    recent->oldest = entry->later;
    if (!recent->oldest)
        recent->newest = NULL;
    recent->bytes -= weight(entry);
    free(entry);
}

void recent_done(struct recent *recent)
{
    while (recent->oldest)
        drop_oldest(recent);
    pthread_mutex_destroy(&recent->lock);
}

#define DROPPED_AT_ONCE 4 /* freeing takes time */

static void drop_old(struct recent *recent, int64_t now_us)
{
    for (int i = 0;
         i < DROPPED_AT_ONCE && recent->oldest && now_us - recent->oldest->read_us > RECENT_US; i++)
        drop_oldest(recent);
}

static struct recent_entry *find(struct recent *recent, const struct hash *key, int64_t now_us)
{
    struct recent_entry *entry = *bucket_of(recent, key);

    while (entry &&
           (memcmp(entry->key.at, key->at, HASH_LEN) != 0 || now_us - entry->read_us > RECENT_US))
        entry = entry->next;
    return entry;
}

bool recent_find(struct recent *recent, struct arena *arena, const struct hash *key, int64_t now_us,
                 struct bytes *out, uint32_t *kind)
{
    struct bytes copy = { 0 };

    pthread_mutex_lock(&recent->lock);
    drop_old(recent, now_us);
    const struct recent_entry *entry = find(recent, key, now_us);
    if (entry) {
        copy = arena_copy(arena, bytes_of(entry->bytes, entry->len));
        *kind = entry->kind;
    }
    pthread_mutex_unlock(&recent->lock);
    if (copy.at)
        *out = copy;
    return copy.at != NULL;
}

void recent_keep(struct recent *recent, const struct hash *key, int64_t now_us, struct bytes bytes,
                 uint32_t kind)
{
    struct recent_entry *entry =
        bytes.len <= RECENT_ENTRY_MAX ? malloc(sizeof *entry + bytes.len) : NULL;

    if (!entry)
        return;
    *entry = (struct recent_entry){
        .key = *key, .kind = kind, .len = (uint32_t)bytes.len, .read_us = now_us
    };
    if (bytes.len)
        memcpy(entry->bytes, bytes.at, bytes.len);

    pthread_mutex_lock(&recent->lock);
    if (find(recent, key, now_us)) { /* another thread was quicker */
        free(entry);
    } else {
        struct recent_entry **bucket = bucket_of(recent, key);
        entry->next = *bucket;
        *bucket = entry;
        if (recent->newest)
            recent->newest->later = entry;
        else
            recent->oldest = entry;
        recent->newest = entry;
        recent->bytes += weight(entry);
        while (recent->bytes > RECENT_BYTES_MAX)
            drop_oldest(recent);
    }
    pthread_mutex_unlock(&recent->lock);
}
