#include "crash/fail_lab.h"
#include "core/access.h"
#include "core/check.h"
#include "core/record.h"
#include "core/store.h"
#include "meta/sqlite/page_sums.h"

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

const struct principal lab_user = {
    .user_id = 1, .role = USER_ADMINISTRATOR, .may_write = true, .catalog = true
};

void lab_must(enum err_code rc, const struct err *e, const char *what)
{
    if (rc) {
        fprintf(stderr, "fail_driver: %s: %s (%s)\n", what, e->text, err_name(rc));
        exit(2);
    }
}

enum err_code lab_open(struct lab *lab, bool create, struct err *e)
{
    struct store_options options = { .dir = lab->dir,
                                     .settings = &lab->settings,
                                     .create = create };

    enum err_code rc = store_open(&options, &lab->store, e);
    return rc ? rc : core_open(lab->store, true, &lab->core, e);
}

void lab_close(struct lab *lab)
{
    core_closep(&lab->core);
    store_closep(&lab->store);
}

/* splitmix64 */
static uint64_t next_random(uint64_t *state)
{
    uint64_t z = *state += 0x9E3779B97F4A7C15U;

    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31);
}

void lab_seal(struct settings *settings)
{
    settings->encryption = true;
    settings->encryption_key =
        B("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef");
    settings->grace_seconds = 0;
    settings->history_seconds = 0;
}

struct bytes lab_jpeg(struct arena *arena, unsigned seed, size_t len)
{
    static const uint8_t head[] = {
        0xFF, 0xD8, 0xFF, 0xC0, 0, 11, 8, 480 >> 8, 480 & 0xFF, 640 >> 8, 640 & 0xFF, 1, 1,
        0x11, 0,    0xFF, 0xDA, 0, 8,  1, 1,        0,          0,        63,         0,
    };
    uint64_t state = seed;
    char *at = arena_alloc(arena, len + 8);

    if (!at)
        return (struct bytes){ 0 };
    memcpy(at, head, sizeof head);
    for (size_t i = sizeof head; i < len; i += 8) {
        uint64_t noise = next_random(&state) & 0x7F7F7F7F7F7F7F7FU; /* no markers */
        memcpy(at + i, &noise, 8);
    }
    memcpy(at + len - 2, "\xFF\xD9", 2);
    return bytes_of(at, len);
}

enum err_code lab_put(struct lab *lab, struct owner owner, unsigned seed, size_t len, struct err *e)
{
    struct picture_content content = { .bytes = lab_jpeg(lab->arena, seed, len) };
    struct picture out;

    if (!content.bytes.at)
        return err_set(e, ERR_NO_MEMORY, "draw a picture");
    return picture_put(lab->core, &lab_user, lab->arena, owner, &content, &out, e);
}

enum err_code lab_add(struct lab *lab, struct owner owner, enum picture_role role, unsigned seed,
                      size_t len, struct err *e)
{
    struct picture_content content = { .bytes = lab_jpeg(lab->arena, seed, len) };
    struct picture out;

    if (!content.bytes.at)
        return err_set(e, ERR_NO_MEMORY, "draw a picture");
    return picture_add(lab->core, &lab_user, lab->arena, owner, role, &content, &out, e);
}

static void add_record(struct lab *lab, enum record_kind kind, int32_t id)
{
    struct err e = { 0 };
    struct record record = { .kind = kind,
                             .id = id,
                             .subtype = kind == KIND_PRODUCT ? SUBTYPE_SIMPLE : SUBTYPE_NONE,
                             .name = B("A record"),
                             .sort = 500,
                             .active = true };
    struct record out;

    lab_must(record_add(lab->core, &lab_user, lab->arena, &record, &out, &e), &e, "record");
}

static void add_users(struct lab *lab)
{
    static const struct user users[] = { { .name = { "root", 4 }, .role = USER_ADMINISTRATOR },
                                         { .name = { "ada", 3 }, .role = USER_EDITOR } };
    struct err e = { 0 };
    int32_t id;

    for (size_t i = 0; i < COUNT(users); i++)
        lab_must(user_add(lab->core, &users[i], B("secret"), &id, &e), &e, "user");
}

void lab_make(const char *dir)
{
    struct lab lab = { .dir = dir, .settings = settings_default, .arena = arena_new(64 << 20) };
    struct err e = { 0 };

    lab_must(lab_open(&lab, true, &e), &e, "make a store");
    add_users(&lab);
    for (int32_t id = 1; id <= 4; id++) {
        if (id <= 3)
            add_record(&lab, KIND_CONTACT, id);
        add_record(&lab, KIND_PRODUCT, id);
    }
    lab_must(lab_put(&lab, CONTACT(1), 1, 5000, &e), &e, "picture");
    lab_must(lab_add(&lab, PRODUCT(1), ROLE_DETAIL, 2, 5000, &e), &e, "picture");
    for (unsigned i = 0; i < LAB_GALLERY; i++)
        lab_must(lab_add(&lab, PRODUCT(2), ROLE_MORE, 3 + i, 100000, &e), &e, "picture");
    lab_close(&lab);
    arena_free(lab.arena);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st, (void)type, (void)ftw;
    return remove(path);
}

void lab_remove(const char *dir)
{
    nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void copy_file(const char *from, const char *to)
{
    CLEANUP(closep) int in = open(from, O_RDONLY | O_CLOEXEC);
    CLEANUP(closep) int out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    char part[65536];
    ssize_t n = 0;

    while (in >= 0 && out >= 0 && (n = read(in, part, sizeof part)) > 0) {
        if (write(out, part, (size_t)n) != n)
            break;
    }
    if (in < 0 || out < 0 || n != 0) {
        fprintf(stderr, "fail_driver: copy '%s' to '%s'\n", from, to);
        exit(2);
    }
}

void lab_copy(const char *from, const char *to)
{
    DIR *dir = opendir(from);
    char path[PATH_MAX];
    char other[PATH_MAX];

    mkdir(to, 0700);
    for (struct dirent *entry; dir && (entry = readdir(dir)) != NULL;) {
        if (entry->d_name[0] == '.' || strcmp(entry->d_name, "ballast") == 0)
            continue;
        snprintf(path, sizeof path, "%s/%s", from, entry->d_name);
        snprintf(other, sizeof other, "%s/%s", to, entry->d_name);
        if (entry->d_type == DT_DIR)
            lab_copy(path, other);
        else
            copy_file(path, other);
    }
    if (dir)
        closedir(dir);
}

/* The rows. */

static const char *const tables[] = {
    "record",      "record_members", "record_fields", "picture",    "link",
    "blob",        "counter",        "user",          "credential", "application",
    "event_queue", "event_handler",  "overview",      "change",     "change_row",
};

static const char loose_rows[] =
    "SELECT l.kind, l.record_id, l.role, hex(b.hash) FROM link l JOIN picture p ON p.id ="
    " l.picture_id LEFT JOIN blob b ON b.id = p.blob_id ORDER BY 1, 2, 3, 4";

/* Not what differs from run to run: times, places, what was made at random or looked at in passing.
 */
static bool is_told(const char *table, const char *column)
{
    static const char *const others[] = { "offset", "volume",           "password", "thumb_hash",
                                          "colour", "hash of a secret", "salt",     "head",
                                          "before", "rows_hash",        "text_hash" };
    size_t len = strlen(column);

    if (len > 3 && strcmp(column + len - 3, "_us") == 0)
        return false;
    for (size_t i = 0; i < COUNT(others); i++) {
        if (strcmp(column, others[i]) == 0)
            return false;
    }
    return strcmp(column, "hash") != 0 || strcmp(table, "blob") == 0;
}

static void tell_rows(sqlite3 *db, const char *table, const char *sql, FILE *out)
{
    sqlite3_stmt *stmt;

    if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK)
        return; /* an older schema has no such table */
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        fprintf(out, "%s:", table);
        for (int i = 0; i < sqlite3_column_count(stmt); i++) {
            if (!is_told(table, sqlite3_column_name(stmt, i)))
                continue;
            fprintf(out, " %s=", sqlite3_column_name(stmt, i));
            const unsigned char *at = sqlite3_column_blob(stmt, i);
            int len = sqlite3_column_bytes(stmt, i);
            for (int j = 0; j < len; j++)
                fprintf(out, at[j] < 33 || at[j] > 126 ? "%%%02x" : "%c", at[j]);
        }
        fputc('\n', out);
    }
    sqlite3_finalize(stmt);
}

char *lab_describe(const char *dir, enum lab_told told)
{
    char path[PATH_MAX];
    char *text = NULL;
    size_t len;
    FILE *out = open_memstream(&text, &len);
    sqlite3 *db = NULL;

    snprintf(path, sizeof path, "%s/meta.db", dir);
    page_sums_register();
    int rc = sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, PAGE_SUMS_VFS);
    sqlite3_busy_timeout(db, 5000);
    if (rc == SQLITE_OK && told == LAB_TOLD_PICTURES)
        tell_rows(db, "picture", loose_rows, out);
    for (size_t i = 0; rc == SQLITE_OK && told != LAB_TOLD_PICTURES && i < COUNT(tables); i++) {
        if (told == LAB_TOLD_ROWS && strncmp(tables[i], "change", 6) == 0)
            continue;
        bool counts = strcmp(tables[i], "counter") == 0; /* also of transactions: as it comes */
        snprintf(path, sizeof path, "SELECT * FROM %s%s ORDER BY 1, 2, 3, 4, 5", tables[i],
                 counts ? " WHERE tenant > 0" : "");
        tell_rows(db, tables[i], path, out);
    }
    sqlite3_close(db);
    fclose(out);
    return text;
}

/* The number that a query over the blobs gives; -1 when there is none. */
static int64_t ask_blobs(const char *dir, const char *query)
{
    sqlite3_stmt *stmt = NULL;
    sqlite3 *db = NULL;
    char path[PATH_MAX];
    int64_t number = -1;

    snprintf(path, sizeof path, "%s/meta.db", dir);
    page_sums_register();
    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, PAGE_SUMS_VFS) == SQLITE_OK &&
        sqlite3_prepare_v2(db, query, -1, &stmt, NULL) == SQLITE_OK &&
        sqlite3_step(stmt) == SQLITE_ROW)
        number = sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    sqlite3_close(db);
    return number;
}

int64_t lab_last_blob(const char *dir)
{
    return ask_blobs(dir, "SELECT coalesce(max(id), 0) FROM blob");
}

int64_t lab_blobs_behind(const char *dir, int volume, int64_t from, int64_t after_id)
{
    char query[200];

    snprintf(query, sizeof query,
             "SELECT count(*) FROM blob WHERE state < 3 AND volume = %d AND offset >= %lld"
             " AND id > %lld",
             volume, (long long)from, (long long)after_id);
    return ask_blobs(dir, query);
}

static void print_problem(void *context, const char *line)
{
    (void)context;
    fprintf(stderr, "check: %s\n", line);
}

bool lab_is_sound(const char *dir, const struct settings *settings)
{
    struct lab lab = { .dir = dir, .settings = *settings };
    struct check_report report = { 0 };
    struct err e = { 0 };

    enum err_code rc = lab_open(&lab, false, &e);
    if (rc == ERR_NONE)
        rc = store_check(lab.core, print_problem, NULL, &report, &e);
    if (rc)
        fprintf(stderr, "check: %s\n", e.text);
    lab_close(&lab);
    return rc == ERR_NONE && report.problems == 0;
}

int lab_descriptors(void)
{
    DIR *dir = opendir("/proc/self/fd");
    int count = 0;

    while (dir && readdir(dir))
        count++;
    if (dir)
        closedir(dir);
    return count;
}
