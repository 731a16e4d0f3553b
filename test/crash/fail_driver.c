/* fail_driver FOLDER [-m MOST] [-s SEED] [-k KIND] [-n NTH] [-u] [-t TIMES] [SCENARIO] - lets call
 * after call fail.
 *
 * To be run with the library `fail` in LD_PRELOAD. Each scenario is run twice without a failure, as
 * the measure; then, for each kind of call and each of its calls (of more than MOST, every
 * so-and-so many, beginning with one that SEED chooses), in a process of its own with that call
 * failing once. Whatever fails must say so, must not be half done, must succeed when it is
 * repeated, must leave no block, map or descriptor, and what was acknowledged must be there when
 * the store is opened again. With -u only those calls fail that come from a place in the program (a
 * stack of calls) that none before came from, and of memory only what the program and libc ask for.
 * With -t TIMES calls of a kind fail on end, until a step has failed. Prints a line `SCENARIO: KIND
 * calls C tried T failed F wrong W` for each kind, and each thing that is wrong to stderr. Without
 * SCENARIO all; `-l` lists them.
 */
#include "crash/fail.h"
#include "crash/fail_lab.h"

#include <errno.h>
#include <execinfo.h>
#include <limits.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ATTEMPTS    3
#define SECONDS_MAX 60 /* of one run */
#define PLACES_MAX  (1U << 18)

struct kind {
    const char *name;
    int errnums[4]; /* the calls take turns */
    int count;
    bool many; /* places: -u tries one errno in each, and all of the other kinds */
};

static const struct kind kinds[FAIL_KINDS] = {
    [FAIL_WRITE] = { "write", { ENOSPC, EIO, FAIL_SHORT, EINTR }, 4 },
    [FAIL_FSYNC] = { "fsync", { EIO, ENOSPC }, 2 },
    [FAIL_FDATASYNC] = { "fdatasync", { EIO, ENOSPC }, 2 },
    [FAIL_RENAME] = { "rename", { EIO, ENOSPC }, 2 },
    [FAIL_OPEN] = { "open", { EMFILE, EIO, ENOSPC }, 3, true },
    [FAIL_MMAP] = { "mmap", { ENOMEM }, 1 },
    [FAIL_MALLOC] = { "malloc", { ENOMEM }, 1, true },
    [FAIL_TRUNCATE] = { "truncate", { ENOSPC, EIO, EOPNOTSUPP }, 3 },
    [FAIL_READ] = { "read", { EIO, EINTR }, 2 },
    [FAIL_SQL] = { "sql", { SQLITE_FULL, SQLITE_IOERR_WRITE, SQLITE_NOMEM, SQLITE_BUSY }, 4, true },
    [FAIL_ARENA] = { "arena", { ENOMEM }, 1, true },
    [FAIL_LOCK] = { "lock", { EINTR, EWOULDBLOCK, ENOLCK }, 3 },
    [FAIL_STAT] = { "stat", { EIO, FAIL_SHORT }, 2 },
    [FAIL_NAME] = { "name", { EIO, ENOSPC }, 2 },
};

struct measure {
    char *rows[STEPS_MAX + 1]; /* before the first step, and after each */
    char *answers[STEPS_MAX];
    uint64_t calls[FAIL_KINDS];
    struct fresh {
        uint64_t *nth; /* calls from places that none before came from */
        uint64_t count;
        uint64_t room;
    } fresh[FAIL_KINDS];
};

/* All places seen, of all scenarios; by hash, 0 is free. */
static uint64_t places[PLACES_MAX];
static struct measure *noting;

static void note_place(enum fail_kind kind, uint64_t nth, uint64_t place)
{
    struct fresh *fresh = &noting->fresh[kind];
    uint64_t key = (place ^ (uint64_t)kind) | 1;

    for (uint64_t i = key >> 8;; i++) {
        uint64_t *slot = &places[i % PLACES_MAX];
        if (*slot == key)
            return;
        if (*slot)
            continue;
        *slot = key;
        break;
    }
    if (fresh->count == fresh->room) {
        fresh->room = fresh->room ? 2 * fresh->room : 64;
        fresh->nth = realloc(fresh->nth, fresh->room * sizeof *fresh->nth);
        if (!fresh->nth)
            abort();
    }
    fresh->nth[fresh->count++] = nth;
}

struct run {
    const struct scenario *scenario;
    const char *template;
    const char *dir;
    struct measure *measure;
    enum fail_kind kind;
    int errnum;
    uint64_t nth;
    int64_t times;
};

struct options {
    const char *folder;
    const char *scenario;
    uint64_t most; /* tries of a kind in a scenario; 0: all calls */
    uint64_t seed;
    int kind;
    int64_t nth;
    int64_t times;
    bool fresh;
};

/* Of several writes, each for itself, one that comes later has a later number in history. */
static enum lab_told told_of(const struct scenario *scenario)
{
    return scenario->loose ? LAB_TOLD_PICTURES : scenario->partly ? LAB_TOLD_ROWS : LAB_TOLD_ALL;
}

static void arm(const struct run *run, bool on)
{
    struct fail_control *control = fail_control();

    control->kinds = on ? 1U << run->kind : 0;
}

static const char *why_of(const struct run *run)
{
    if (run->kind == FAIL_SQL)
        return sqlite3_errstr(run->errnum);
    return run->errnum ? strerrorname_np(run->errnum) : "short";
}

__attribute__((format(printf, 2, 3))) static bool wrong(const struct run *run, const char *fmt, ...)
{
    char text[1000];
    __builtin_va_list args;

    fail_control()->kinds = 0;
    __builtin_va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    __builtin_va_end(args);
    fprintf(stderr, "%s: %s %llu, %s (%s): %s\n", run->scenario->name, kinds[run->kind].name,
            (unsigned long long)run->nth, why_of(run), fail_control()->path, text);
    return false;
}

static void begin(struct lab *lab, const struct run *run)
{
    *lab =
        (struct lab){ .dir = run->dir, .settings = settings_default, .arena = arena_new(64 << 20) };
    if (run->scenario->settle)
        run->scenario->settle(&lab->settings);
    lab_remove(run->dir);
    lab_copy(run->template, run->dir);
}

static enum err_code take_step(struct lab *lab, lab_step step, char *room, struct err *e)
{
    lab->answer = (struct strbuf){ .at = room, .cap = 4096, .limit = 4096 };
    *e = (struct err){ 0 };
    arena_reset(lab->arena);
    return step(lab, e);
}

/* Everything goes well: what it is like then. */
static void take_measure(struct run *run)
{
    struct err e = { 0 };
    struct lab lab;
    char room[4096];

    begin(&lab, run);
    *run->measure = (struct measure){ 0 };
    run->measure->rows[0] = lab_describe(run->dir, told_of(run->scenario));
    memset((void *)fail_control()->seen, 0, sizeof fail_control()->seen);
    fail_control()->times = 0;
    if (!run->scenario->closed)
        lab_must(lab_open(&lab, false, &e), &e, "open");
    for (int i = 0; i < STEPS_MAX && run->scenario->steps[i]; i++) {
        fail_control()->kinds = UINT32_MAX;
        enum err_code rc = take_step(&lab, run->scenario->steps[i], room, &e);
        fail_control()->kinds = 0;
        lab_must(rc, &e, run->scenario->name);
        run->measure->rows[i + 1] = lab_describe(run->dir, told_of(run->scenario));
        run->measure->answers[i] = strndup(lab.answer.at, lab.answer.len);
    }
    for (int i = 0; i < FAIL_KINDS; i++)
        run->measure->calls[i] = fail_control()->seen[i];
    lab_close(&lab);
    arena_free(lab.arena);
}

/* What a failing disk, table of descriptors or memory may be called. */
static bool is_honest(enum err_code rc)
{
    return rc == ERR_UNAVAILABLE || rc == ERR_FULL || rc == ERR_NO_MEMORY || rc == ERR_BUSY;
}

static bool rows_are(const struct run *run, int step)
{
    char *now = lab_describe(run->dir, told_of(run->scenario));
    bool same = strcmp(now, run->measure->rows[step]) == 0;

    free(now);
    return same;
}

static void show_difference(const struct run *run, int step)
{
    char path[PATH_MAX];
    char *now = lab_describe(run->dir, told_of(run->scenario));

    if (getenv("FAIL_SHOW")) {
        snprintf(path, sizeof path, "%s.want", run->dir);
        FILE *want = fopen(path, "w");
        snprintf(path, sizeof path, "%s.got", run->dir);
        FILE *got = fopen(path, "w");
        fputs(run->measure->rows[step], want);
        fputs(now, got);
        fclose(want);
        fclose(got);
    }
    free(now);
}

/* One step, repeated until it is done; `last` is the failure before. */
static bool do_step(struct run *run, struct lab *lab, int step)
{
    const struct scenario *s = run->scenario;
    char room[4096];
    struct err e;

    for (lab->attempt = 0; lab->attempt < ATTEMPTS; lab->attempt++) {
        arm(run, true);
        enum err_code rc = take_step(lab, s->steps[step], room, &e);
        arm(run, false);
        bool done = rows_are(run, step + 1);
        if (rc == ERR_NONE && !done) {
            show_difference(run, step + 1);
            return wrong(run, "step %d was acknowledged and is not done as it should be", step + 1);
        }
        if (rc == ERR_NONE && (lab->answer.len != strlen(run->measure->answers[step]) ||
                               memcmp(room, run->measure->answers[step], lab->answer.len) != 0))
            return wrong(run, "step %d answered '%.*s', not '%s'", step + 1, (int)lab->answer.len,
                         room, run->measure->answers[step]);
        if (rc == ERR_NONE)
            return true;
        fail_control()->times = 0;
        bool unread = run->kind == FAIL_READ || (run->kind == FAIL_STAT && s->partly);
        if (!is_honest(rc) && !(unread && rc == ERR_CORRUPT)) /* SQLite's word */
            return wrong(run, "step %d failed as '%s': %s", step + 1, err_name(rc), e.text);
        bool other_part =
            s->partly && rc == ERR_CORRUPT; /* could not be read, and was not needed */
        if (done && rc != ERR_UNAVAILABLE && !other_part && !s->closed && !rows_are(run, step))
            return wrong(run, "step %d is done, and failed as '%s'", step + 1, err_name(rc));
        if (!done && !s->partly && !s->empty && !rows_are(run, step)) {
            show_difference(run, step);
            return wrong(run, "step %d failed and is half done: %s", step + 1, e.text);
        }
        if (s->closed)
            lab_close(lab);
        else if (done && !rows_are(run, step))
            return true; /* it was not known, and it is */
    }
    return wrong(run, "step %d does not recover: %s (%s)", step + 1, e.text, err_name(e.code));
}

static int frames_fd = 2;

static void show_block(void *const *frames, size_t size)
{
    int count = 0;

    while (count < FAIL_FRAMES && frames[count])
        count++;
    dprintf(frames_fd, "%zu bytes from\n", size);
    backtrace_symbols_fd(frames, count, frames_fd);
}

/* Everything that the run took is given back, but `ours` blocks. */
static bool nothing_is_left(const struct run *run, size_t ours, int descriptors)
{
    size_t blocks = fail_left(getenv("FAIL_FRAMES") ? show_block : NULL);

    if (blocks > ours)
        return wrong(run, "%zu blocks of memory are left", blocks - ours);
    if (fail_maps_left() > 0)
        return wrong(run, "%ld maps are left", fail_maps_left());
    if (lab_descriptors() != descriptors)
        return wrong(run, "%d descriptors are left", lab_descriptors() - descriptors);
    return true;
}

/* After a failed flush nothing new counts that lies where it was to make it safe. */
static bool nothing_from_that_file(const struct run *run, int64_t last_blob)
{
    size_t len = strlen(run->dir);
    const char *path = fail_control()->path;
    const char *name = strncmp(path, run->dir, len) == 0 ? path + len : "";
    int64_t from = fail_control()->lost_from;
    struct stat st;
    char rest[16];
    int volume;

    if (from < 0 || sscanf(name, "/packs/%d%15s", &volume, rest) != 2 ||
        strcmp(rest, ".pack") != 0 || stat(fail_control()->path, &st) != 0 ||
        st.st_ino != fail_control()->lost_inode)
        return true;
    int64_t count = lab_blobs_behind(run->dir, volume, from, last_blob);
    return count == 0 ||
           wrong(run, "%lld blobs count that lie in the file whose flush failed", (long long)count);
}

static bool run_once(struct run *run)
{
    struct fail_control *control = fail_control();
    struct err e = { 0 };
    struct lab lab;
    int last = 0;
    bool good = true;

    begin(&lab, run);
    int64_t last_blob = 0;
    int descriptors = lab_descriptors();
    fail_watch();
    control->drops = run->kind == FAIL_FSYNC || run->kind == FAIL_FDATASYNC;
    control->lost_from = -1;
    if (!run->scenario->closed)
        lab_must(lab_open(&lab, false, &e), &e, "open");
    control->errnum = run->errnum;
    control->skip = (int64_t)run->nth;
    control->times = run->times;
    control->failed = 0;
    control->path[0] = '\0';
    for (; good && last < STEPS_MAX && run->scenario->steps[last]; last++) {
        if (!control->failed) /* what is there is safe */
            last_blob = lab_last_blob(run->dir);
        good = do_step(run, &lab, last);
    }
    control->drops = 0;
    /* it goes on, without being opened anew */
    if (good && !run->scenario->empty && lab_put(&lab, CONTACT(1), 900, 3000, &e) != ERR_NONE)
        good = wrong(run, "a put does not succeed afterwards: %s", e.text);
    char *rows = lab_describe(run->dir, told_of(run->scenario)); /* one block */
    lab_close(&lab);
    arena_reset(lab.arena);
    good = good && nothing_is_left(run, 1, descriptors) && nothing_from_that_file(run, last_blob);
    if (good && !run->scenario->empty && !lab_is_sound(run->dir, &lab.settings))
        good = wrong(run, "the store is not sound");
    char *later = lab_describe(run->dir, told_of(run->scenario));
    if (good && strcmp(rows, later) != 0)
        good = wrong(run, "opened again it holds something else");
    free(rows);
    free(later);
    arena_free(lab.arena);
    return good;
}

/* Of what was reached, in a build for coverage: _exit does not. */
static void write_counters(void)
{
#ifdef CAMEO_COVERAGE
    void __gcov_dump(void); /* NOLINT(bugprone-reserved-identifier) */

    __gcov_dump();
#endif
}

/* In a process of its own; true when nothing was wrong. *failed: something was made to fail. */
static bool run_apart(struct run *run, bool *failed)
{
    int status = 0;

    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        alarm(SECONDS_MAX);
        bool good = run_once(run);
        write_counters();
        _exit((good ? 0 : 1) | (fail_control()->failed ? 2 : 0));
    }
    while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    if (pid < 0 || !WIFEXITED(status))
        return wrong(run, "the process ended by signal %d", WTERMSIG(status));
    *failed = WEXITSTATUS(status) & 2;
    return !(WEXITSTATUS(status) & 1);
}

static bool run_kind(struct run *run, const struct options *o)
{
    const struct kind *kind = &kinds[run->kind];
    uint64_t calls = run->measure->calls[run->kind];
    uint64_t every = o->most && calls > o->most ? (calls + o->most - 1) / o->most : 1;
    uint64_t first = o->nth >= 0 ? (uint64_t)o->nth : o->seed % every;
    uint64_t end = o->nth >= 0 ? first + 1 : calls;
    const struct fresh *fresh = &run->measure->fresh[run->kind];
    uint64_t tried = 0;
    uint64_t failed = 0;
    uint64_t bad = 0;

    if (o->fresh) {
        first = 0;
        every = 1;
        end = fresh->count;
    }
    for (uint64_t i = first; i < end; i += every) {
        run->nth = o->fresh ? fresh->nth[i] : i;
        int tries = o->fresh && !kind->many ? kind->count : 1;
        for (int try = 0; try < tries; try++) {
            bool fired = false;
            run->errnum =
                kind->errnums[(i / every + o->seed + (uint64_t)try) % (uint64_t)kind->count];
            bad += !run_apart(run, &fired);
            failed += fired;
            tried++;
        }
    }
    printf("%s: %s calls %llu tried %llu failed %llu wrong %llu\n", run->scenario->name, kind->name,
           (unsigned long long)calls, (unsigned long long)tried, (unsigned long long)failed,
           (unsigned long long)bad);
    return bad == 0;
}

static void make_template(struct run *run, const char *common)
{
    struct lab lab = { .dir = run->template, .settings = settings_default };
    struct err e = { 0 };

    lab_remove(run->template);
    if (!run->scenario->empty)
        lab_copy(common, run->template);
    if (!run->scenario->prepare)
        return;
    if (run->scenario->settle)
        run->scenario->settle(&lab.settings);
    lab.arena = arena_new(16 << 20);
    if (!run->scenario->empty)
        lab_must(lab_open(&lab, false, &e), &e, "open");
    run->scenario->prepare(&lab);
    lab_close(&lab);
    arena_free(lab.arena);
}

static void forget(struct measure *measure)
{
    for (int i = 0; i <= STEPS_MAX; i++)
        free(measure->rows[i]);
    for (int i = 0; i < STEPS_MAX; i++)
        free(measure->answers[i]);
    for (int i = 0; i < FAIL_KINDS; i++)
        free(measure->fresh[i].nth);
}

static bool run_scenario(const struct scenario *scenario, const char *common,
                         const struct options *o)
{
    char template[PATH_MAX];
    char dir[PATH_MAX];
    struct measure first;
    struct measure second;
    struct run run = {
        .scenario = scenario, .template = template, .dir = dir, .measure = &first, .times = o->times
    };
    bool good = true;

    snprintf(template, sizeof template, "%s/template", o->folder);
    snprintf(dir, sizeof dir, "%s/store", o->folder);
    snprintf(fail_control()->root, sizeof fail_control()->root, "%s", dir);
    make_template(&run, common);
    take_measure(&run); /* and whatever is made once in a process is made now */
    run.measure = &second;
    noting = &second;
    fail_note(o->fresh ? note_place : NULL);
    take_measure(&run);
    fail_note(NULL);
    for (int i = 0; i <= STEPS_MAX; i++) {
        if (second.rows[i] && strcmp(first.rows[i], second.rows[i]) != 0)
            good = wrong(&run, "two runs without a failure differ after step %d", i);
    }
    for (int kind = 0; kind < FAIL_KINDS; kind++) {
        run.kind = (enum fail_kind)kind;
        if (o->kind < 0 || o->kind == kind)
            good = run_kind(&run, o) && good;
    }
    forget(&first);
    forget(&second);
    return good;
}

static const struct scenario *const all[] = {
    scenarios_pictures, scenarios_store,  scenarios_index,
    scenarios_access,   scenarios_backup, scenarios_scrub
};

static bool parse(int argc, char **argv, struct options *o)
{
    *o = (struct options){ .kind = -1, .nth = -1, .times = 1 };
    for (int c; (c = getopt(argc, argv, "m:s:k:n:t:ul")) != -1;) {
        if (c == 'm')
            o->most = strtoull(optarg, NULL, 10);
        else if (c == 's')
            o->seed = strtoull(optarg, NULL, 10);
        else if (c == 'n')
            o->nth = strtoll(optarg, NULL, 10);
        else if (c == 't')
            o->times = strtoll(optarg, NULL, 10);
        else if (c == 'u')
            o->fresh = true;
        else if (c == 'k') {
            for (int i = 0; i < FAIL_KINDS; i++)
                o->kind = strcmp(kinds[i].name, optarg) == 0 ? i : o->kind;
            if (o->kind < 0)
                return false;
        } else if (c == 'l') {
            for (size_t i = 0; i < COUNT(all); i++) {
                for (const struct scenario *s = all[i]; s->name; s++)
                    puts(s->name);
            }
            exit(0);
        } else
            return false;
    }
    o->folder = argv[optind];
    o->scenario = o->folder ? argv[optind + 1] : NULL;
    return o->folder != NULL;
}

int main(int argc, char **argv)
{
    struct options options;
    char common[PATH_MAX];
    bool good = true;
    int found = 0;

    if (!parse(argc, argv, &options)) {
        fputs("usage: fail_driver FOLDER [-m MOST] [-s SEED] [-k KIND] [-n NTH] [-u] [-t TIMES]"
              " [SCENARIO]\n",
              stderr);
        return 2;
    }
    if (!fail_control) {
        fputs("fail_driver: the library `fail` is not in LD_PRELOAD\n", stderr);
        return 2;
    }
    fail_control()->ours = options.fresh;
    mkdir(options.folder, 0700);
    snprintf(common, sizeof common, "%s/common", options.folder);
    lab_remove(common);
    lab_make(common);
    for (size_t i = 0; i < COUNT(all); i++) {
        for (const struct scenario *s = all[i]; s->name; s++) {
            if (options.scenario && strcmp(options.scenario, s->name) != 0)
                continue;
            good = run_scenario(s, common, &options) && good;
            found++;
        }
    }
    lab_remove(options.folder);
    return good && found ? 0 : 1;
}
