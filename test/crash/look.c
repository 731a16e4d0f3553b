/* crash_look - opens stores with the program's own code and says what is in them.
 *
 * Reads lines `DIR CREATE MORE` and answers each with lines, the last of which is `end`:
 *   page RECORD TEXT   for every record of test/crash/book.h that is there
 *   problem TEXT       what `cameo check` finds
 *   unread TEXT        a picture, or a record, whose reading failed
 *   wrong ID           a picture whose reading did not fail, and gave other bytes than were stored
 *   failed TEXT        what could not be done at all
 *   again              then one more record with a picture was written: the same once more
 * CREATE 1: makes the store when there is none; MORE 1: writes one more record.
 * Each store is looked at by a process of its own, so that one that ends badly is only that.
 */
#include "book.h"
#include "core/check.h"
#include "core/record.h"

#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define ARENA_MAX  (64 << 20)
#define NEW_RECORD 5000 /* not in the book */

static const struct principal reader = {
    .user_id = 1, .role = USER_ADMINISTRATOR, .may_write = true, .catalog = true
};

struct look {
    struct core *core;
    struct arena *arena;
    char *room;
};

/* One line, whatever the text: SQLite's findings have several. */
static void say(const char *word, const char *what, const char *text)
{
    printf("%s %s", word, what);
    for (; *text; text++)
        putchar(*text < ' ' ? ' ' : *text);
    putchar('\n');
}

static void say_problem(void *context, const char *line)
{
    (void)context;
    say("problem", "", line);
}

static void say_failed(const char *what, const struct err *e)
{
    say("failed", what, e->text);
}

/* 0 when its bytes are not whole; says so. */
static uint32_t seed_of(struct look *look, const struct picture *picture)
{
    struct source *source;
    struct err e = { 0 };

    enum err_code rc = picture_open(look->core, look->arena, picture, &source, &e);
    if (!rc && source->size > PICTURE_MAX)
        rc = err_set(&e, ERR_CORRUPT, "%llu bytes", (unsigned long long)source->size);
    char *bytes = rc ? NULL : arena_alloc(look->arena, source->size);
    if (!rc && bytes)
        rc = source->read(source, 0, bytes, source->size, true, &e);
    if (rc || !bytes) {
        say("unread", "a picture: ", e.text);
        return 0;
    }
    uint32_t seed = picture_seed(bytes_of(bytes, source->size), look->room);
    if (!seed)
        printf("wrong %d\n", picture->id); /* bytes came out that are not those of any picture */
    return seed;
}

static enum err_code fill_page(struct look *look, struct owner owner, struct page *page,
                               struct err *e)
{
    struct picture *pictures = NULL;
    struct record record;
    size_t count = 0;
    int64_t number;

    enum err_code rc = record_get(look->core, look->arena, owner, &record, e);
    if (rc == ERR_NOT_FOUND)
        return ERR_NONE;
    if (!rc)
        rc = picture_list(look->core, look->arena, owner, 0, 0, &pictures, &count, e);
    if (rc)
        return rc;
    page->exists = true;
    if (bytes_starts(record.name, B("Product ")) &&
        bytes_to_int64(bytes_from(record.name, 8), &number))
        page->name = (int)number;
    for (size_t i = 0; i < count; i++) {
        uint32_t seed = seed_of(look, &pictures[i]);
        if (pictures[i].role != ROLE_DETAIL) {
            if (page->gallery_count < BOOK_GALLERY)
                page->gallery[page->gallery_count++] = seed;
            continue;
        }
        page->seed = seed ? seed : UINT32_MAX;
        if (bytes_starts(pictures[i].description, B("words ")) &&
            bytes_to_int64(bytes_from(pictures[i].description, 6), &number))
            page->words = (int)number;
        else
            page->words = pictures[i].description.len ? -1 : 0;
    }
    return ERR_NONE;
}

static void say_pages(struct look *look)
{
    struct err e = { 0 };
    char text[BOOK_TEXT];

    for (int record = 1; record < BOOK_RECORDS; record++) {
        struct page page = { 0 };
        arena_reset(look->arena);
        if (fill_page(look, (struct owner){ KIND_PRODUCT, record }, &page, &e)) {
            say("unread", "a record: ", e.text);
            continue;
        }
        if (page.exists) {
            page_text(&page, text);
            printf("page %d %s\n", record, text);
        }
    }
}

static bool write_more(struct look *look)
{
    struct owner owner = { KIND_PRODUCT, NEW_RECORD };
    struct record record = { .kind = KIND_PRODUCT,
                             .id = NEW_RECORD,
                             .subtype = SUBTYPE_SIMPLE,
                             .name = B("Later"),
                             .sort = 500,
                             .active = true };
    struct picture picture;
    struct record made;
    struct err e = { 0 };

    arena_reset(look->arena);
    size_t len = picture_draw(4000007, look->room);
    struct picture_content content = { .bytes = bytes_of(look->room, len) };
    enum err_code rc = record_add(look->core, &reader, look->arena, &record, &made, &e);
    if (!rc)
        rc = picture_put(look->core, &reader, look->arena, owner, &content, &picture, &e);
    if (rc)
        say_failed("write to it: ", &e);
    else if (seed_of(look, &picture) != 4000007)
        printf("failed what was written is not there\n");
    return !rc;
}

static void check_and_say(struct look *look)
{
    struct check_report report;
    struct err e = { 0 };

    if (store_check(look->core, say_problem, NULL, &report, &e))
        say_failed("check it: ", &e);
    say_pages(look);
}

static void look_at(const char *dir, bool create, bool more)
{
    struct settings settings = settings_default;
    struct look look = { .arena = arena_new(ARENA_MAX), .room = malloc(PICTURE_MAX) };
    struct store *store = NULL;
    struct err e = { 0 };

    settings.cache_bytes_max = 0;
    settings.encryption_key = B(BOOK_KEY);
    struct store_options options = { .dir = dir, .settings = &settings, .create = create };
    if (!look.arena || !look.room || store_open(&options, &store, &e)) {
        say_failed("open it: ", &e);
        return;
    }
    if (core_open(store, true, &look.core, &e)) {
        say_failed("open it: ", &e);
        return;
    }
    check_and_say(&look);
    if (more && write_more(&look)) {
        printf("again\n");
        check_and_say(&look);
    }
    core_close(look.core);
    store_close(store);
}

int main(void)
{
    char line[PATH_MAX + 8];
    char dir[PATH_MAX];
    int create;
    int more;

    while (fgets(line, sizeof line, stdin)) {
        if (sscanf(line, "%4000s %d %d", dir, &create, &more) != 3)
            return 2;
        fflush(NULL);
        pid_t child = fork();
        if (child == 0) {
            alarm(120);
            look_at(dir, create, more);
            fflush(stdout);
            _exit(0);
        }
        int status = 0;
        if (child < 0 || waitpid(child, &status, 0) < 0)
            return 1;
        if (status != 0)
            printf("failed it ended with status %#x\n", (unsigned)status);
        printf("end\n");
        fflush(stdout);
    }
    return 0;
}
