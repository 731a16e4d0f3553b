/* Opening a store: what is taken for one, and what it is opened with. */
#include "support/store.h"

#include "core/generation.h"
#include "core/store.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>

static char *path_of(const char *name)
{
    static char path[200];

    snprintf(path, sizeof path, "%s/store/%s", temp_dir(), name);
    return path;
}

static enum err_code open_with(const struct settings *settings, bool create, struct store **out,
                               struct err *e)
{
    char dir[100];
    struct store_options options = { .dir = dir, .settings = settings, .create = create };

    snprintf(dir, sizeof dir, "%s/store", temp_dir());
    return store_open(&options, out, e);
}

TEST(a_path_that_is_too_long_is_refused)
{
    static char dir[PATH_MAX];
    struct store_options options = { .dir = dir, .settings = &settings_default, .create = true };
    struct store *store = NULL;
    struct err e = { 0 };

    memset(dir, 'a', sizeof dir - 1);
    CHECK_INT(store_open(&options, &store, &e), ERR_INVALID);
    CHECK(!store);
}

TEST(where_there_is_none_no_store_is_made_unasked)
{
    struct store *store = NULL;
    struct err e = { 0 };

    CHECK_INT(open_with(&settings_default, false, &store, &e), ERR_NOT_FOUND);
    CHECK(access(path_of(""), F_OK) != 0);
}

TEST(a_folder_with_other_things_is_no_place_for_a_store)
{
    struct store *store = NULL;
    struct err e = { 0 };

    CHECK(mkdir(path_of(""), 0700) == 0);
    CHECK(mkdir(path_of("tls"), 0700) == 0); /* an operator may lay that there */
    CHECK(mkdir(path_of("holidays"), 0700) == 0);
    CHECK_INT(open_with(&settings_default, true, &store, &e), ERR_CONFLICT);
    CHECK(rmdir(path_of("holidays")) == 0);
    CHECK_OK(open_with(&settings_default, true, &store, &e));
    store_close(store);
}

/* A file where a folder has to be: what cannot be looked at is not taken for missing. */
TEST(a_path_through_a_file_is_not_taken_for_a_missing_store)
{
    struct store_options options = { .settings = &settings_default, .create = true };
    struct store *store = NULL;
    struct err e = { 0 };
    char dir[200];

    int fd = open(path_of(""), O_RDWR | O_CREAT, 0600);
    if (fd < 0) { /* the path ends in a slash */
        snprintf(dir, sizeof dir, "%s/store", temp_dir());
        fd = open(dir, O_RDWR | O_CREAT, 0600);
    }
    CHECK(fd >= 0);
    close(fd);
    snprintf(dir, sizeof dir, "%s/store", temp_dir());
    options.dir = dir;
    CHECK_INT(store_open(&options, &store, &e), ERR_UNAVAILABLE);
    CHECK(!store);
}

TEST(index_and_packs_are_a_store)
{
    static const char *const rest[] = { "tmp", "run", "log", "cache" };
    struct store *store = store_fresh(NULL);
    struct core *core = NULL;
    struct err e = { 0 };
    struct stat st;

    CHECK_OK(core_open(store, true, &core, &e));
    store_add_record(core, KIND_PRODUCT, 1);
    core_close(core);
    store_close(store);
    for (size_t i = 0; i < COUNT(rest); i++)
        nftw(path_of(rest[i]), temp_remove, 16, FTW_DEPTH | FTW_PHYS);
    CHECK_OK(open_with(&settings_default, false, &store, &e));
    CHECK(stat(path_of("tmp"), &st) == 0 && S_ISDIR(st.st_mode));
    CHECK_OK(core_open(store, true, &core, &e));
    store_must_be_clean(core);
    core_close(core);
    store_close(store);
}

static enum err_code shorten_secret(struct write *write, struct meta *meta, struct err *e)
{
    (void)write;
    return meta_setting_put(meta, "secret", B("short"), e);
}

TEST(a_store_without_its_secret_is_not_opened)
{
    struct write write = { .apply = shorten_secret };
    struct store *store = store_fresh(NULL);
    struct core *core = NULL;
    struct err e = { 0 };

    CHECK_OK(core_open(store, true, &core, &e));
    CHECK_OK(core_write(core, &write, &e));
    core_close(core);
    store_close(store);
    store = NULL;
    CHECK_INT(open_with(&settings_default, false, &store, &e), ERR_CORRUPT);
    CHECK(!store);
}

static enum err_code spoil_anchor(struct write *write, struct meta *meta, struct err *e)
{
    (void)write;
    return meta_setting_put(meta, "audit anchor", B("nothing"), e);
}

static void count_problem(void *context, const char *line)
{
    (void)line;
    ++*(int *)context;
}

TEST(a_store_whose_audit_log_is_damaged_opens_and_the_check_says_so)
{
    struct write write = { .apply = spoil_anchor };
    struct check_report report = { 0 };
    struct store *store = store_fresh(NULL);
    struct core *core = NULL;
    struct err e = { 0 };
    int problems = 0;

    CHECK_OK(core_open(store, true, &core, &e));
    CHECK_OK(core_write(core, &write, &e));
    core_close(core);
    store_close(store);
    CHECK_OK(open_with(&settings_default, false, &store, &e));
    CHECK_OK(core_open(store, true, &core, &e));
    CHECK_OK(store_check(core, count_problem, &problems, &report, &e));
    CHECK(problems > 0);
    core_close(core);
    store_close(store);
}

TEST(limits_are_counted_when_there_are_some)
{
    struct settings settings = settings_default;
    struct store *store = NULL;
    struct core *core = NULL;
    struct err e = { 0 };

    for (int i = 0; i < 3; i++) {
        settings.rate_requests = i == 1 ? 5 : 0;
        settings.operating_seconds = i == 2 ? 5 : 0;
        CHECK_OK(open_with(&settings, true, &store, &e));
        CHECK_OK(core_open(store, true, &core, &e));
        CHECK((core_limiter(core) != NULL) == (i > 0));
        core_close(core);
        store_close(store);
    }
}

TEST(an_issuer_whose_keys_cannot_be_found_is_refused)
{
    struct settings settings = settings_default;
    struct store *store = NULL;
    struct err e = { 0 };

    settings.oidc_issuer = B("https://id.example");
    settings.oidc_jwks = B("ftp://id.example/keys");
    CHECK_INT(open_with(&settings, true, &store, &e), ERR_INVALID);
    settings.oidc_jwks = B("/etc/keys.json");
    CHECK_OK(open_with(&settings, true, &store, &e));
    store_close(store);
}

TEST(without_room_for_renditions_none_are_kept)
{
    struct settings settings = settings_default;
    struct store *store = NULL;
    struct err e = { 0 };

    settings.cache_bytes_max = 0;
    CHECK_OK(open_with(&settings, true, &store, &e));
    CHECK(!store->renditions);
    store_close(store);
}

TEST(a_store_that_has_lost_its_index_is_not_made_anew)
{
    struct store *store = NULL;
    struct err e = { 0 };

    CHECK_OK(open_with(&settings_default, true, &store, &e));
    store_close(store);
    CHECK(access(path_of("packs/index.db"), F_OK) == 0);
    CHECK(unlink(path_of("meta.db")) == 0);
    CHECK_INT(open_with(&settings_default, true, &store, &e), ERR_NOT_FOUND);
    CHECK(strstr(e.text, "cameo check --rebuild") != NULL);
    CHECK(access(path_of("meta.db"), F_OK) != 0);
}

TEST(encryption_wants_a_key_from_the_settings_or_from_a_file)
{
    static const char key[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    struct settings settings = settings_default;
    struct store *store = NULL;
    struct err e = { 0 };
    char path[100];

    settings.encryption = true;
    CHECK_INT(open_with(&settings, true, &store, &e), ERR_INVALID);
    CHECK(strstr(e.text, "encryption_key_file") != NULL);

    snprintf(path, sizeof path, "%s/key", temp_dir());
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    CHECK(fd >= 0 && write(fd, key, sizeof key - 1) == sizeof key - 1);
    close(fd);
    settings.encryption_key_file = bytes_str(path);
    CHECK_OK(open_with(&settings, true, &store, &e));
    store_close(store);
    settings.encryption_key_file = (struct bytes){ 0 };
    settings.encryption_key = bytes_str(key); /* the same */
    CHECK_OK(open_with(&settings, true, &store, &e));
    store_close(store);
}

TEST(a_store_in_the_background_opens_the_same)
{
    char dir[100];
    struct store_options options = {
        .dir = dir, .settings = &settings_default, .create = true, .background = true
    };
    struct store *store = NULL;
    struct core *core = NULL;
    struct err e = { 0 };

    snprintf(dir, sizeof dir, "%s/store", temp_dir());
    CHECK_OK(store_open(&options, &store, &e));
    CHECK_OK(core_open(store, true, &core, &e));
    store_add_record(core, KIND_PRODUCT, 1);
    CHECK_INT(store_must_be_clean(core).records, 1);
    core_close(core);
    store_close(store);
}

/* A writer that died between the two counts: nothing that was read is kept. */
TEST(while_somebody_commits_no_moment_is_kept)
{
    struct store *store = store_fresh(NULL);
    struct core *core = NULL;
    struct err e = { 0 };

    CHECK_OK(core_open(store, false, &core, &e));
    generation_begin(store->generation, GENERATION_ACCESS);
    CHECK_INT(core_generation(core), 0);
    CHECK_INT(generation_access(store->generation), 0);
    CHECK_OK(core_look(core, &e));
    CHECK_INT(generation_access(store->generation), 0);
    generation_end(store->generation);
    CHECK(core_generation(core) != 0);
    CHECK(generation_access(store->generation) != 0);
    uint64_t before = generation_erased(store->generation);
    generation_begin(store->generation, GENERATION_ERASED); /* and is killed; the next one ends */
    CHECK_INT(generation_erased(store->generation), 0);
    generation_begin(store->generation, 0);
    generation_end(store->generation);
    CHECK(generation_erased(store->generation) != 0);
    CHECK(generation_erased(store->generation) != before);
    CHECK_OK(core_look(core, &e));
    CHECK_OK(core_look(core, &e)); /* the same moment */
    core_close(core);
    store_close(store);
}

TEST(who_may_not_wait_does_not_write)
{
    struct write write = { .apply = shorten_secret };
    struct store *store = store_fresh(NULL);
    struct core *core = NULL;
    struct err e = { 0 };

    CHECK_OK(core_open(store, false, &core, &e));
    CHECK_INT(core_write(core, &write, &e), ERR_BLOCKS);
    core_close(core);
    CHECK_OK(core_open(store, true, &core, &e));
    CHECK_OK(core_write_all(core, NULL, 0, &e)); /* nothing to do */
    core_close(core);
    store_close(store);
    store_close(NULL);
    core_close(NULL);
}

TEST_MAIN
