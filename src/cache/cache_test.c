#include "base/clock.h"
#include "cache/entry.h"
#include "cache/folder.h"
#include "support/temp.h"
#include "test.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>

#define CHECK_OK(call)                                                                             \
    do {                                                                                           \
        enum err_code rc_ = (call);                                                                \
        if (rc_)                                                                                   \
            test_fail(__FILE__, __LINE__, "%s: %s (%s)", #call, e.text, err_name(rc_));            \
    } while (0)

#define MIB (1LL << 20)
#define DAY (86400 * SECOND_US)

static struct cache *open_cache(int64_t bytes_max, int64_t age_max_us)
{
    struct cache *cache = NULL;
    struct err e = { 0 };
    char dir[100];

    snprintf(dir, sizeof dir, "%s/cache", temp_dir());
    CHECK_OK(cache_open(
        &(struct cache_options){ .dir = dir, .bytes_max = bytes_max, .age_max_us = age_max_us },
        &cache, &e));
    return cache;
}

static struct cache *reopen(struct cache *cache)
{
    int64_t bytes_max = cache->bytes_max;
    int64_t age_max_us = cache->age_max_us;

    cache_close(cache);
    return open_cache(bytes_max, age_max_us);
}

/* Keys spread over all folders, as hashes do. */
static struct hash key_of(int number)
{
    struct hash key;

    sha256(bytes_of((const char *)&number, sizeof number), &key);
    return key;
}

static struct bytes content(int number, size_t len)
{
    static char room[1 << 20];

    for (size_t i = 0; i < len; i++)
        room[i] = (char)((unsigned)number * 31 + i * 7);
    return bytes_of(room, len);
}

static enum err_code put(struct cache *cache, int number, size_t len)
{
    struct hash key = key_of(number);
    struct err e = { 0 };

    return cache_put(cache, &key, 7, content(number, len), &e);
}

/* There, and as it was put? */
static bool find_len(struct cache *cache, int number, size_t len)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(4 << 20);
    struct hash key = key_of(number);
    struct bytes bytes;
    uint32_t kind;

    if (!cache_find(cache, arena, &key, true, &bytes, &kind))
        return false;
    CHECK_INT(kind, 7);
    CHECK(bytes_eq(bytes, content(number, len)));
    return true;
}

static void path_of(int number, char out[PATH_MAX])
{
    char name[ENTRY_NAME_MAX];
    struct hash key = key_of(number);

    entry_name(&key, name);
    snprintf(out, PATH_MAX, "%s/cache/%s", temp_path, name);
}

/* As if it had last been used then. */
static void set_used(int number, int64_t used_us)
{
    char path[PATH_MAX];
    struct timespec times[2] = { { .tv_nsec = UTIME_OMIT },
                                 { used_us / SECOND_US, used_us % SECOND_US * 1000 } };

    path_of(number, path);
    CHECK_INT(utimensat(AT_FDCWD, path, times, 0), 0);
}

static int64_t used(int number)
{
    char path[PATH_MAX];
    struct stat st;

    path_of(number, path);
    CHECK_INT(stat(path, &st), 0);
    return used_us_of(&st);
}

static int64_t walked;
static int64_t walked_files;

static int walk(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)ftw;
    if (type == FTW_F && !strstr(path, "/wishes/") && !strstr(path, "cache/state")) {
        walked += (int64_t)st->st_blocks * 512;
        walked_files += st->st_size > 0;
    }
    return 0;
}

/* What the disk says. */
static int64_t on_disk(void)
{
    walked = walked_files = 0;
    nftw(temp_path, walk, 16, FTW_PHYS);
    return walked;
}

TEST(what_was_put_is_found_also_by_who_opens_the_folder_anew)
{
    struct cache *cache = open_cache(MIB, DAY);

    CHECK(!find_len(cache, 1, 1000));
    CHECK_INT(put(cache, 1, 1000), ERR_NONE);
    CHECK_INT(put(cache, 2, 0), ERR_NONE);
    CHECK(find_len(cache, 1, 1000) && find_len(cache, 2, 0) && !find_len(cache, 3, 0));
    cache = reopen(cache);
    CHECK(find_len(cache, 1, 1000) && find_len(cache, 2, 0));
    CHECK_INT(cache_total(cache), 2 * 4096);
    cache_close(cache);
    cache_close(NULL);
}

TEST(an_entry_that_is_not_whole_is_removed_and_can_be_put_again)
{
    static const struct {
        int at;    /* byte to be changed; -1: none */
        int len;   /* the file's new length; -1: as it is */
        bool add;  /* a byte behind the end */
        bool swap; /* another entry's file in its place */
    } cases[] = { { .at = 0, .len = -1 },
                  { .at = 9, .len = -1 },
                  { .at = 13, .len = -1 },
                  { .at = 17, .len = -1 },
                  { .at = 30, .len = -1 },
                  { .at = 58, .len = -1 },
                  { .at = 62, .len = -1 },
                  { .at = 64, .len = -1 },
                  { .at = 563, .len = -1 },
                  { .at = -1, .len = 0 },
                  { .at = -1, .len = 63 },
                  { .at = -1, .len = 64 },
                  { .at = -1, .len = 563 },
                  { .at = -1, .len = -1, .add = true },
                  { .at = -1, .len = -1, .swap = true } };
    char path[PATH_MAX];
    char other[PATH_MAX];

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct cache *cache = open_cache(MIB, DAY);
        CHECK_INT(put(cache, 1, 500), ERR_NONE);
        CHECK_INT(put(cache, 2, 500), ERR_NONE);
        path_of(1, path);
        path_of(2, other);
        int fd = open(path, O_RDWR);
        char byte;
        if (cases[i].at >= 0) {
            CHECK_INT(pread(fd, &byte, 1, cases[i].at), 1);
            byte ^= 0x20;
            CHECK_INT(pwrite(fd, &byte, 1, cases[i].at), 1);
        }
        if (cases[i].len >= 0)
            CHECK_INT(ftruncate(fd, cases[i].len), 0);
        if (cases[i].add)
            CHECK_INT(pwrite(fd, "x", 1, 564), 1);
        close(fd);
        if (cases[i].swap)
            CHECK_INT(rename(other, path), 0);
        CHECK(!find_len(cache, 1, 500));
        CHECK_INT(access(path, F_OK), -1);
        CHECK_INT(put(cache, 1, 500), ERR_NONE);
        CHECK(find_len(cache, 1, 500));
        cache_close(cache);
    }
}

/* Beside the entry `number`. */
static void path_beside(int number, const char *name, char out[PATH_MAX])
{
    path_of(number, out);
    char *slash = strrchr(out, '/');
    snprintf(slash + 1, (size_t)(out + PATH_MAX - slash - 1), "%s", name);
}

TEST(what_lies_there_besides_disturbs_nobody)
{
    static const struct {
        const char *name;
        bool stays;
    } cases[] = { { "foreign", true }, { "0123", true }, { "f00.new", false } };
    struct cache *cache = open_cache(MIB, DAY);
    char path[PATH_MAX];
    struct err e = { 0 };

    CHECK_INT(put(cache, 1, 500), ERR_NONE);
    for (size_t i = 0; i < COUNT(cases); i++) {
        path_beside(1, cases[i].name, path);
        close(open(path, O_CREAT | O_WRONLY, 0600));
    }
    path_beside(1, "folder.new", path);
    CHECK_INT(mkdir(path, 0700), 0);
    CHECK_OK(cache_tidy(cache, &e));
    CHECK(find_len(cache, 1, 500));
    for (size_t i = 0; i < COUNT(cases); i++) {
        path_beside(1, cases[i].name, path);
        CHECK_INT(access(path, F_OK), cases[i].stays ? 0 : -1);
    }
    cache_close(cache);
}

TEST(the_bound_holds_over_ten_thousand_entries)
{
    struct cache *cache = open_cache(16 * MIB, DAY);
    struct err e = { 0 };

    for (int i = 0; i < 10000; i++) {
        CHECK_INT(put(cache, i, 3000 + (size_t)(i % 5) * 1500), ERR_NONE); /* 80 MB in all */
        CHECK(cache_total(cache) <= 16 * MIB);
        if (i % 500 == 0)
            CHECK(on_disk() <= 16 * MIB);
    }
    CHECK(on_disk() == cache_total(cache));
    CHECK(on_disk() > 12 * MIB && walked_files > 1500);
    CHECK(find_len(cache, 9999, 3000 + 9999 % 5 * 1500) && !find_len(cache, 0, 3000));
    CHECK_OK(cache_tidy(cache, &e));
    CHECK_INT(cache_total(cache), on_disk());
    cache_close(cache);
}

TEST(what_was_not_used_for_longest_goes_first_also_over_a_restart)
{
    struct cache *cache = open_cache(100 * 4096, DAY);
    int64_t now_us = clock_now_us();

    for (int i = 0; i < 100; i++) {
        CHECK_INT(put(cache, i, 100), ERR_NONE);
        set_used(i, now_us - (3600 - i) * SECOND_US);
    }
    CHECK(find_len(cache, 3, 100)); /* used: it is the newest now */
    CHECK(used(3) >= now_us - SECOND_US);
    cache = reopen(cache);
    CHECK_INT(put(cache, 100, 100), ERR_NONE);
    int kept = 0;
    for (int i = 0; i < 101; i++) {
        bool there = find_len(cache, i, 100);
        kept += there;
        if (i != 3 && i < 12)
            CHECK(!there); /* an eighth made room */
        if (i == 3 || i > 15)
            CHECK(there);
    }
    CHECK(kept >= 85 && kept <= 89);
    cache_close(cache);
}

TEST(a_use_is_noted_coarsely)
{
    struct cache *cache = open_cache(MIB, DAY);
    int64_t a_minute_ago = clock_now_us() - 60 * SECOND_US;
    int64_t an_hour_ago = clock_now_us() - 3600 * SECOND_US;

    CHECK_INT(put(cache, 1, 100), ERR_NONE);
    CHECK_INT(put(cache, 2, 100), ERR_NONE);
    set_used(1, a_minute_ago);
    set_used(2, an_hour_ago);
    CHECK(find_len(cache, 1, 100) && find_len(cache, 2, 100));
    CHECK_INT(used(1), a_minute_ago);
    CHECK(used(2) > a_minute_ago);
    cache_close(cache);
}

TEST(what_is_too_old_is_neither_found_nor_kept)
{
    struct cache *cache = open_cache(MIB, 3600 * SECOND_US);
    int64_t now_us = clock_now_us();
    char path[PATH_MAX];
    struct err e = { 0 };

    for (int i = 0; i < 4; i++)
        CHECK_INT(put(cache, i, 100), ERR_NONE);
    set_used(0, now_us - 3601 * SECOND_US);
    set_used(1, now_us - 3500 * SECOND_US);
    set_used(2, now_us + 7200 * SECOND_US); /* the clock was set back */
    CHECK(!find_len(cache, 0, 100));
    CHECK_OK(cache_tidy(cache, &e));
    path_of(0, path);
    CHECK_INT(access(path, F_OK), -1);
    path_of(2, path);
    CHECK_INT(access(path, F_OK), -1);
    CHECK(find_len(cache, 1, 100) && find_len(cache, 3, 100));
    CHECK_INT(cache_total(cache), 2 * 4096);
    cache_close(cache);
}

TEST(an_entry_over_an_eighth_is_refused)
{
    struct cache *cache = open_cache(MIB, DAY);

    CHECK_INT(put(cache, 1, 128 * 1024 - ENTRY_HEADER + 1), ERR_TOO_LARGE);
    CHECK_INT(put(cache, 1, 128 * 1024 - ENTRY_HEADER), ERR_NONE);
    CHECK_INT(cache_total(cache), 128 * 1024);
    cache_close(cache);
}

TEST(what_was_read_a_moment_ago_stays_in_memory_for_a_moment)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(8 << 20);
    struct recent recent;
    struct hash a = key_of(1);
    struct hash b = key_of(2);
    struct bytes bytes;
    uint32_t kind;

    recent_init(&recent);
    recent_keep(&recent, &a, 1000, B("one"), 5);
    recent_keep(&recent, &a, 2000, B("one"), 5); /* is there */
    recent_keep(&recent, &b, 2000, content(2, RECENT_ENTRY_MAX + 1), 5);
    CHECK(recent_find(&recent, arena, &a, 1000 + RECENT_US, &bytes, &kind));
    CHECK_BYTES(bytes, B("one"));
    CHECK_INT(kind, 5);
    CHECK(!recent_find(&recent, arena, &b, 2000, &bytes, &kind));
    CHECK(!recent_find(&recent, arena, &a, 1001 + RECENT_US, &bytes, &kind));
    CHECK(recent.bytes == 0 && !recent.oldest && !recent.newest);
    for (int i = 0; i < 500; i++) {
        struct hash key = key_of(i);
        recent_keep(&recent, &key, i, content(i, 100000), 5);
        CHECK(recent.bytes <= RECENT_BYTES_MAX);
    }
    struct hash last = key_of(499);
    struct hash first = key_of(300);
    CHECK(recent_find(&recent, arena, &last, 500, &bytes, &kind));
    CHECK(bytes_eq(bytes, content(499, 100000)));
    CHECK(!recent_find(&recent, arena, &first, 500, &bytes, &kind));
    recent_done(&recent);
}

TEST(what_is_fleeting_is_seen_at_once_by_all)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 20);
    struct cache *one = open_cache(MIB, DAY);
    struct cache *two = open_cache(MIB, DAY);
    struct hash key = key_of(1);
    struct bytes bytes;
    uint32_t kind;
    struct err e = { 0 };

    CHECK_OK(cache_put(one, &key, CACHE_FLEETING, B("not now"), &e));
    CHECK(cache_find(two, arena, &key, true, &bytes, &kind) && kind == CACHE_FLEETING);
    CHECK_OK(cache_put(one, &key, 7, B("here"), &e));
    CHECK(cache_find(two, arena, &key, true, &bytes, &kind) && kind == 7);
    CHECK_BYTES(bytes, B("here"));
    cache_close(one);
    cache_close(two);
}

TEST(an_event_loop_gets_what_is_in_memory_and_of_modest_size)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(4 << 20);
    struct cache *cache = open_cache(64 * MIB, DAY);
    struct hash small = key_of(1);
    struct hash large = key_of(2);
    struct hash none = key_of(3);
    struct bytes bytes;
    uint32_t kind;

    CHECK_INT(put(cache, 1, 30000), ERR_NONE);
    CHECK_INT(put(cache, 2, CACHE_QUICK_MAX), ERR_NONE);
    CHECK(cache_find(cache, arena, &small, false, &bytes, &kind));
    CHECK(bytes_eq(bytes, content(1, 30000)));
    CHECK(!cache_find(cache, arena, &large, false, &bytes, &kind));
    CHECK(!cache_find(cache, arena, &none, false, &bytes, &kind));
    CHECK(find_len(cache, 2, CACHE_QUICK_MAX));
    cache_close(cache);
}

TEST(a_group_is_forgotten_with_its_wishes)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 20);
    struct cache *cache = open_cache(MIB, DAY);
    struct hash group = key_of(1);
    struct hash same = group;
    struct hash near = group; /* another group in the same folder */
    struct bytes bytes;
    uint32_t kind;
    struct err e = { 0 };

    same.at[20] ^= 1;
    near.at[15] ^= 1;
    CHECK_OK(cache_put(cache, &group, 7, B("a"), &e));
    CHECK_OK(cache_put(cache, &same, 7, B("b"), &e));
    CHECK_OK(cache_put(cache, &near, 7, B("c"), &e));
    CHECK_OK(cache_wish(cache, &same, B("how"), &e));
    CHECK_OK(cache_wish(cache, &near, B("why"), &e));
    CHECK_OK(cache_forget(cache, &group, &e));
    CHECK_INT(cache_total(cache), 4096);
    CHECK(!cache_find(cache, arena, &group, true, &bytes, &kind));
    CHECK(!cache_find(cache, arena, &same, true, &bytes, &kind));
    CHECK(cache_find(cache, arena, &near, true, &bytes, &kind));
    CHECK(cache_may_wish(cache, &same) && !cache_may_wish(cache, &near));
    CHECK_INT(atomic_load(&cache->state->wishes), 1);
    cache_close(cache);
}

/* The file system's clock ticks slowly. */
static void set_wished(struct cache *cache, const struct hash *key, int second)
{
    char name[ENTRY_NAME_MAX];
    char path[PATH_MAX];
    struct timespec times[2] = { { .tv_sec = second }, { .tv_sec = second } };

    entry_name(key, name);
    snprintf(path, sizeof path, WISHES "/%.2s%s", name, name + 3);
    CHECK_INT(utimensat(cache->dir, path, times, 0), 0);
}

TEST(wishes_are_kept_once_in_order_over_restarts_and_are_bounded)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 20);
    struct cache *cache = open_cache(MIB, DAY);
    struct hash key;
    struct bytes how;
    struct err e = { 0 };

    CHECK(!cache_next_wish(cache, arena, &key, &how));
    for (int i = 0; i < CACHE_WISHES; i++) {
        key = key_of(i);
        CHECK(cache_may_wish(cache, &key));
        CHECK_OK(cache_wish(cache, &key, bytes_of((const char *)&i, sizeof i), &e));
        set_wished(cache, &key, i);
        CHECK(!cache_may_wish(cache, &key));
    }
    CHECK_OK(cache_wish(cache, &key, B("again"), &e));
    key = key_of(-1);
    CHECK(!cache_may_wish(cache, &key));
    CHECK_INT(cache_wish(cache, &key, B("one more"), &e), ERR_BUSY);
    CHECK_INT(cache_wish(cache, &key, content(1, CACHE_WISH_MAX + 1), &e), ERR_INVALID);
    cache = reopen(cache);
    for (int i = 0; i < 20; i++) {
        CHECK(cache_next_wish(cache, arena, &key, &how));
        struct hash want = key_of(i);
        CHECK(memcmp(&key, &want, sizeof key) == 0);
        CHECK_BYTES(how, bytes_of((const char *)&i, sizeof i));
        cache_wish_done(cache, &key);
        cache_wish_done(cache, &key);
    }
    CHECK_INT(atomic_load(&cache->state->wishes), CACHE_WISHES - 20);
    key = key_of(-1);
    CHECK_OK(cache_wish(cache, &key, B("one more"), &e));
    CHECK_OK(cache_tidy(cache, &e));
    CHECK_INT(atomic_load(&cache->state->wishes), CACHE_WISHES - 19);
    cache_close(cache);
}

TEST(a_broken_wish_is_passed_over)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 20);
    struct cache *cache = open_cache(MIB, DAY);
    struct hash key = key_of(1);
    struct hash good = key_of(2);
    struct bytes how;
    struct err e = { 0 };
    char name[ENTRY_NAME_MAX];
    char path[PATH_MAX];

    CHECK_OK(cache_wish(cache, &key, B("broken"), &e));
    CHECK_OK(cache_wish(cache, &good, B("whole"), &e));
    set_wished(cache, &key, 1);
    entry_name(&key, name);
    snprintf(path, sizeof path, WISHES "/%.2s%s", name, name + 3);
    int fd = openat(cache->dir, path, O_WRONLY | O_TRUNC);
    CHECK(fd >= 0);
    close(fd);
    CHECK(cache_next_wish(cache, arena, &key, &how));
    CHECK_BYTES(how, B("whole"));
    cache_wish_done(cache, &key);
    CHECK(!cache_next_wish(cache, arena, &key, &how));
    cache_close(cache);
}

/* ---- several at once ---- */

static void wait_for(pid_t child)
{
    int status = -1;

    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    CHECK_INT(status, 0);
}

TEST(processes_share_the_bound)
{
    pid_t children[4];

    cache_close(open_cache(4 * MIB, DAY));
    for (int child = 0; child < 4; child++) {
        children[child] = fork();
        if (children[child] == 0) {
            struct cache *cache = open_cache(4 * MIB, DAY);
            for (int i = 0; i < 1000; i++) {
                enum err_code rc = put(cache, child * 10000 + i, 9000);
                CHECK(rc == ERR_NONE || rc == ERR_BUSY);
                CHECK(cache_total(cache) <= 4 * MIB + 4 * 12288);
                if (i % 10 == 0)
                    find_len(cache, child * 10000 + i / 2, 9000);
            }
            cache_close(cache);
            _exit(0);
        }
    }
    for (int child = 0; child < 4; child++)
        wait_for(children[child]);
    struct cache *cache = open_cache(4 * MIB, DAY);
    CHECK_INT(cache_total(cache), on_disk());
    CHECK(cache_total(cache) > 3 * MIB);
    cache_close(cache);
}

TEST(who_is_killed_while_putting_leaves_nothing_half)
{
    struct err e = { 0 };
    int left_behind = 0;

    cache_close(open_cache(8 * MIB, DAY));
    for (int round = 0; round < 40; round++) {
        pid_t child = fork();
        if (child == 0) {
            struct cache *cache = open_cache(8 * MIB, DAY);
            for (int i = 0;; i = (i + 1) % 50) {
                if (put(cache, i, 200000))
                    _exit(1);
            }
        }
        usleep(3000 + (unsigned)round * 700);
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
        struct cache *cache = open_cache(8 * MIB, DAY);
        left_behind += cache_total(cache) != on_disk();
        CHECK(on_disk() <= 8 * MIB);
        for (int i = 0; i < 50; i++)
            find_len(cache, i, 200000);  /* whole, or not there */
        CHECK_OK(cache_tidy(cache, &e)); /* nobody holds a lock any more */
        CHECK_INT(cache_total(cache), on_disk());
        cache_close(cache);
    }
    CHECK(left_behind > 0); /* else nothing was put to the test */
}

struct crowd {
    struct cache *cache;
    _Atomic int made;
    _Atomic int found;
    _Atomic int inside;
};

static void *one_of_crowd(void *context)
{
    struct crowd *crowd = context;
    struct hash key = key_of(1);

    for (int i = 0; i < 20; i++) {
        CLEANUP(cache_release) struct cache_claim claim = { -1 };
        struct err e = { 0 };
        CHECK_OK(cache_claim(crowd->cache, &key, &claim, &e));
        CHECK_INT(atomic_fetch_add(&crowd->inside, 1), 0);
        if (find_len(crowd->cache, 1, 5000)) {
            crowd->found++;
        } else {
            usleep(20000);
            CHECK_INT(put(crowd->cache, 1, 5000), ERR_NONE);
            crowd->made++;
        }
        atomic_fetch_sub(&crowd->inside, 1);
    }
    return NULL;
}

/* How many of this process's threads made it. */
static int run_crowd(void)
{
    struct crowd crowd = { .cache = open_cache(MIB, DAY) };
    pthread_t threads[8];

    for (size_t i = 0; i < COUNT(threads); i++)
        CHECK_INT(pthread_create(&threads[i], NULL, one_of_crowd, &crowd), 0);
    for (size_t i = 0; i < COUNT(threads); i++)
        pthread_join(threads[i], NULL);
    CHECK_INT(crowd.made + crowd.found, 20 * (int)COUNT(threads));
    cache_close(crowd.cache);
    return crowd.made;
}

TEST(of_all_threads_and_processes_one_makes_it)
{
    pid_t children[3];
    int made = 0;

    cache_close(open_cache(MIB, DAY));
    for (int i = 0; i < 3; i++) {
        children[i] = fork();
        if (children[i] == 0)
            _exit(run_crowd());
    }
    for (int i = 0; i < 3; i++) {
        int status;
        waitpid(children[i], &status, 0);
        CHECK(WIFEXITED(status));
        made += WEXITSTATUS(status);
    }
    CHECK_INT(made, 1);
}

TEST(a_claim_goes_with_its_process)
{
    struct cache *cache = open_cache(MIB, DAY);
    struct hash key = key_of(1);
    struct cache_claim claim = { -1 };
    struct err e = { 0 };
    int pipes[2];
    char byte;

    CHECK_INT(pipe(pipes), 0);
    pid_t child = fork();
    if (child == 0) {
        struct cache *own = open_cache(MIB, DAY);
        CHECK_OK(cache_claim(own, &key, &claim, &e));
        CHECK_INT(write(pipes[1], "x", 1), 1);
        for (;;)
            pause();
    }
    CHECK_INT(read(pipes[0], &byte, 1), 1);
    kill(child, SIGKILL);
    CHECK_OK(cache_claim(cache, &key, &claim, &e));
    waitpid(child, NULL, 0);
    cache_release(&claim);
    cache_release(&claim);
    CHECK_INT(claim.fd, -1);
    cache_close(cache);
}

static struct cache *open_sealed(struct sealer *sealer, const uint8_t key[SEAL_KEY])
{
    struct cache *cache = NULL;
    struct err e = { 0 };
    char dir[100];

    snprintf(dir, sizeof dir, "%s/cache", temp_dir());
    CHECK_OK(cache_open(
        &(struct cache_options){
            .dir = dir, .bytes_max = 100 * MIB, .age_max_us = DAY, .sealer = sealer, .key = key },
        &cache, &e));
    return cache;
}

TEST(a_sealed_cache_shows_its_entries_to_nobody_without_its_key)
{
    static const uint8_t keys[2][SEAL_KEY] = { { 1 }, { 2 } };
    struct arena *arena = arena_new(16 << 20);
    struct sealer *sealer = NULL;
    struct err e = { 0 };
    struct bytes got;
    uint32_t kind = 0;

    CHECK_OK(sealer_open(&sealer, &e));
    struct cache *cache = open_sealed(sealer, keys[0]);
    for (int i = 0; i < 20; i++) {
        struct hash key = key_of(i);
        struct bytes bytes = content(i, (size_t)i * 5000);
        char name[ENTRY_NAME_MAX];
        char path[200];
        CHECK_OK(cache_put(cache, &key, 7, bytes, &e));
        entry_name(&key, name);
        snprintf(path, sizeof path, "%s/cache/%s", temp_dir(), name);
        int fd = open(path, O_RDONLY);
        static char file[1 << 20];
        ssize_t len = read(fd, file, sizeof file);
        close(fd);
        CHECK_INT(len, ENTRY_HEADER + 32 + (ssize_t)bytes.len);
        CHECK(bytes.len < 16 || !memmem(file, (size_t)len, bytes.at, 16));
    }
    cache_close(cache);
    cache = open_sealed(sealer, keys[0]);
    for (int i = 0; i < 10; i++) {
        struct hash key = key_of(i);
        CHECK(cache_find(cache, arena, &key, true, &got, &kind));
        CHECK_INT(kind, 7);
        CHECK_BYTES(got, content(i, (size_t)i * 5000));
    }
    cache_close(cache);
    cache = open_sealed(sealer, keys[1]); /* what does not open is not there */
    for (int i = 10; i < 20; i++) {
        struct hash key = key_of(i);
        CHECK(!cache_find(cache, arena, &key, true, &got, &kind));
    }
    cache_close(cache);
    sealer_close(sealer);
    arena_free(arena);
}

TEST_MAIN
