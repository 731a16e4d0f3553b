#include "app/serve.h"
#include "app/background.h"
#include "app/config.h"
#include "app/deliver.h"
#include "app/demo.h"
#include "app/keeper.h"
#include "app/memory_dir.h"
#include "app/nginx_conf.h"
#include "app/scrubber.h"
#include "app/tls.h"
#include "base/clock.h"
#include "base/log.h"
#include "core/check.h"
#include "core/event.h"
#include "image/box.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <malloc.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define ARENA_MAX         (4UL << 20)
#define CONNECTIONS_MAX   4096
#define CHECKPOINT_MS     2000 /* how often committed pages move from the log to the database */
#define COLLECT_US        (10 * SECOND_US)
#define COLLECT_BLOBS_MAX 1000

/* All of one `cameo serve`. */
struct serve {
    const struct serve_options *options;
    struct arena *arena;
    struct settings settings;
    struct store *store;
    struct core *core;
    struct keeper keeper;
    struct deliver *deliver;
    struct background *background;
    struct scrubbing *scrubbing;
    int lock;           /* held while serving */
    const char *bodies; /* a folder in memory; NULL: uploads wait on the disk */
    char dir[PATH_MAX]; /* absolute */
    char nginx[PATH_MAX];
    char module[PATH_MAX];
};

static enum err_code make_folder(const char *path, struct err *e)
{
    if (mkdir(path, 0700) < 0 && errno != EEXIST)
        return err_errno(e, errno, "make '%s'", path);
    return ERR_NONE;
}

static char *path_of(struct serve *s, const char *name)
{
    return arena_printf(s->arena, "%s/%s", s->dir, name);
}

/* One keeper per store. The file stays; the lock goes with whoever holds it. */
static enum err_code take_lock(struct serve *s, bool create, struct err *e)
{
    char text[32] = "";
    const char *path = path_of(s, "run/serve.lock");

    if (s->lock >= 0)
        return ERR_NONE;
    CLEANUP(closep) int fd = open(path, O_RDWR | O_CLOEXEC | (create ? O_CREAT : 0), 0600);
    if (fd < 0)
        return create ? err_errno(e, errno, "open '%s'", path) : ERR_NONE;
    if (!lock_soon(fd)) {
        ssize_t len = pread(fd, text, sizeof text - 1, 0);
        return err_set(e, ERR_CONFLICT, "'%s' is being served already, by process %.*s", s->dir,
                       len > 0 ? (int)len : 1, len > 0 ? text : "?");
    }
    int len = snprintf(text, sizeof text, "%d", (int)getpid());
    if (ftruncate(fd, 0) < 0 || pwrite(fd, text, (size_t)len, 0) != len)
        return err_errno(e, errno, "write '%s'", path);
    s->lock = take_fd(&fd);
    return ERR_NONE;
}

/* Sockets may need root; the store belongs to its owner. */
static enum err_code become_owner(const char *dir, struct err *e)
{
    struct stat st;

    if (geteuid() != 0 || stat(dir, &st) < 0 || st.st_uid == 0)
        return ERR_NONE;
    const struct passwd *owner = getpwuid(st.st_uid);
    if ((owner ? initgroups(owner->pw_name, owner->pw_gid) : setgroups(0, NULL)) < 0 ||
        setresgid(st.st_gid, st.st_gid, st.st_gid) < 0 ||
        setresuid(st.st_uid, st.st_uid, st.st_uid) < 0)
        return err_errno(e, errno, "become the owner of '%s'", dir);
    return ERR_NONE;
}

static enum err_code bind_all(struct serve *s, struct err *e)
{
    enum err_code rc = ERR_NONE;

    for (size_t i = 0; !rc && i < s->options->listener_count; i++)
        rc = listener_bind(&s->options->listeners[i], e);
    return rc;
}

static enum err_code open_store(struct serve *s, struct err *e)
{
    struct store_options options = {
        .dir = s->dir, .settings = &s->settings, .create = true, .background = true
    };

    enum err_code rc = config_load(s->arena, s->dir, &s->settings, e);
    if (!rc)
        rc = store_open(&options, &s->store, e);
    if (!rc)
        rc = core_open(s->store, true, &s->core, e);
    return rc;
}

/* The directory, which is made when it is not there, in full. */
static enum err_code find_dir(struct serve *s, struct err *e)
{
    const char *dir = s->options->dir;

    enum err_code rc = make_folder(dir, e);
    if (rc)
        return rc;
    if (!realpath(dir, s->dir))
        return err_errno(e, errno, "open '%s'", dir);
    return ERR_NONE;
}

static enum err_code prepare_folders(struct serve *s, struct err *e)
{
    static const char *const names[] = { "run", "log", "tmp", "nginx.d", "nginx.d/server" };
    enum err_code rc = ERR_NONE;

    for (size_t i = 0; !rc && i < COUNT(names); i++)
        rc = make_folder(path_of(s, names[i]), e);
    return rc;
}

static bool has_tls(const struct serve_options *options)
{
    for (size_t i = 0; i < options->listener_count; i++) {
        if (options->listeners[i].tls)
            return true;
    }
    return false;
}

static enum err_code prepare_tls(struct serve *s, struct nginx_conf *conf, struct err *e)
{
    bool made;

    if (!has_tls(s->options))
        return ERR_NONE;
    if (!s->options->self_signed) {
        conf->cert = realpath(s->options->cert, NULL);
        conf->key = realpath(s->options->key, NULL);
        if (!conf->cert || !conf->key)
            return err_set(e, ERR_INVALID, "open '%s': %s",
                           conf->cert ? s->options->key : s->options->cert, strerrordesc_np(errno));
        return ERR_NONE;
    }
    enum err_code rc = make_folder(path_of(s, "tls"), e);
    if (!rc)
        rc = tls_self_signed(path_of(s, "tls"), &made, e);
    if (rc)
        return rc;
    conf->cert = path_of(s, "tls/cert.pem");
    conf->key = path_of(s, "tls/key.pem");
    fprintf(stderr, "cameo: the certificate is %s\n", conf->cert);
    return ERR_NONE;
}

/* A connection takes one descriptor, a body in a file another. */
static int connections(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
        return CONNECTIONS_MAX / 8;
    if (limit.rlim_cur < 2 * CONNECTIONS_MAX) {
        limit.rlim_cur =
            limit.rlim_max < 2 * CONNECTIONS_MAX ? limit.rlim_max : 2 * CONNECTIONS_MAX;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
    return limit.rlim_cur < 2 * CONNECTIONS_MAX ? (int)limit.rlim_cur / 2 : CONNECTIONS_MAX;
}

static enum err_code write_conf(struct serve *s, struct err *e)
{
    struct nginx_conf conf = {
        .dir = s->dir,
        .module = s->module,
        .body_dir = s->bodies,
        .user = geteuid() == 0 ? "root" : NULL,
        .workers = s->options->workers,
        .connections = connections(),
        .listeners = s->options->listeners,
        .listener_count = s->options->listener_count,
        .settings = &s->settings,
        .environment = (const char *const *)environ,
    };
    struct bytes text;

    enum err_code rc = prepare_tls(s, &conf, e);
    if (!rc)
        rc = nginx_conf_write(&conf, s->arena, &text, e);
    if (rc)
        return rc;
    const char *path = path_of(s, "run/nginx.conf");
    CLEANUP(closep) int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0 || write(fd, text.at, text.len) != (ssize_t)text.len)
        return err_errno(e, errno, "write '%s'", path);
    return ERR_NONE;
}

static void say_ready(const struct serve_options *options)
{
    for (size_t i = 0; i < options->listener_count; i++) {
        const struct listener *l = &options->listeners[i];
        printf("cameo: ready %s://%s\n", l->tls ? "https" : "http", l->text);
    }
    fflush(stdout);
}

/* What belongs to no request. A failure is said and tried again: requests go on meanwhile. */
static void maintain(struct serve *s, int64_t *collected_us)
{
    struct err e = { 0 };
    size_t given;
    int64_t now_us = clock_monotonic_us();

    if (store_checkpoint(s->core, &e) && !e.told)
        log_line(LOG_LEVEL_WARN, "checkpoint: %s", e.text);
    if (now_us - *collected_us < COLLECT_US)
        return;
    *collected_us = now_us;
    if (store_collect(s->core, COLLECT_BLOBS_MAX, &given, &e))
        log_line(LOG_LEVEL_WARN, "give bytes back: %s", e.text);
}

static enum err_code keep(struct serve *s, struct err *e)
{
    int64_t collected_us = clock_monotonic_us();
    bool ended = false;

    while (!ended) {
        enum err_code rc = keeper_wait(&s->keeper, CHECKPOINT_MS, &ended, e);
        if (rc)
            return rc;
        maintain(s, &collected_us);
    }
    return ERR_NONE;
}

/* How clients reach us, as far as we know. */
static struct bytes base_url(struct serve *s)
{
    const struct listener *first = s->options->listeners;

    if (s->settings.public_url.len)
        return s->settings.public_url;
    return bytes_str(arena_printf(s->arena, "%s://%s", first->tls ? "https" : "http", first->text));
}

static enum err_code run(struct serve *s, struct err *e)
{
    struct keeper_start start = {
        .nginx = s->nginx,
        .prefix = path_of(s, "run"),
        .log = path_of(s, "log/error.log"),
        .workers = s->options->workers,
        .listeners = s->options->listeners,
        .listener_count = s->options->listener_count,
    };

    enum err_code rc = keeper_start(&s->keeper, &start, e);
    if (rc == ERR_BUSY)
        return ERR_NONE;
    if (!rc) /* behind the fork: in nginx's process there must be no other thread */
        rc = deliver_start(s->store, base_url(s), &s->deliver, e);
    if (!rc)
        rc = background_start(s->store, &s->background, e);
    if (!rc)
        rc = scrubbing_start(s->store, &s->scrubbing, e);
    if (rc)
        return rc;
    say_ready(s->options);
    return keep(s, e);
}

/* Stored pictures are served all the same. */
static void say_whether_confined(const struct serve *s)
{
    struct err e = { 0 };

    if (box_can_confine(&e) == ERR_NONE)
        return;
    if (s->settings.box_unconfined)
        log_line(LOG_LEVEL_WARN, "pictures are decoded unconfined, as box_unconfined says: %s",
                 e.text);
    else
        log_line(LOG_LEVEL_WARN, "no picture is decoded, box_unconfined = yes would allow it: %s",
                 e.text);
}

static enum err_code prepare(struct serve *s, struct err *e)
{
    enum err_code rc;

    /* the lock before the sockets, so that a second one hears the real reason */
    if ((rc = find_dir(s, e)) || (rc = keeper_find(s->nginx, s->module, PATH_MAX, e)) ||
        (rc = take_lock(s, false, e)) || (rc = bind_all(s, e)) || (rc = become_owner(s->dir, e)) ||
        (rc = keeper_init(&s->keeper, e)) || (rc = open_store(s, e)) ||
        (rc = prepare_folders(s, e)) || (rc = take_lock(s, true, e)))
        return rc;
    if (s->options->demo && (rc = demo_fill(s->store, e)))
        return rc;
    if ((rc = event_configure(s->core, e)))
        return rc;
    say_whether_confined(s);
    if (s->settings.encryption &&
        (rc = memory_dir_make(s->arena, s->settings.memory_dir, s->dir, &s->bodies, e)))
        return rc;
    return write_conf(s, e);
}

static void serve_done(struct serve *s)
{
    struct err e = { 0 };

    keeper_done(&s->keeper);
    deliver_stop(s->deliver);
    background_stop(s->background);
    scrubbing_stop(s->scrubbing);
    if (s->core && store_checkpoint(s->core, &e))
        log_line(LOG_LEVEL_WARN, "checkpoint: %s", e.text);
    core_close(s->core);
    store_close(s->store);
    memory_dir_remove(s->bodies);
    arena_free(s->arena);
    closep(&s->lock);
}

enum err_code serve(const struct serve_options *options, struct err *e)
{
    struct serve s = { .options = options, .lock = -1, .arena = arena_new(ARENA_MAX) };

    s.keeper = (struct keeper){ .signals = -1, .ready = -1 };
    if (!s.arena)
        return err_set(e, ERR_NO_MEMORY, "serve");
    mallopt(M_ARENA_MAX, 2);
    mallopt(M_MMAP_THRESHOLD, 1 << 20); /* what Argon2 takes goes back at once */
    enum err_code rc = prepare(&s, e);
    if (!rc) {
        malloc_trim(0); /* what opening and filling took */
        rc = run(&s, e);
    }
    serve_done(&s);
    return rc;
}
