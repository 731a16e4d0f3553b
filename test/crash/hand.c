#include "hand.h"
#include "base/crypto.h"
#include "core/backup/backup.h"
#include "core/check.h"
#include "core/history.h"

#include <dlfcn.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARENA_MAX (16 << 20)

static const struct principal writer = {
    .user_id = 1, .role = USER_ADMINISTRATOR, .may_write = true, .catalog = true
};

void drive_fail(const char *what, const struct err *e)
{
    fprintf(stderr, "crash_drive: %s: %s\n", what, e->text);
    exit(1);
}

void drive_say(const char *line)
{
    /* of crash_shim.so, when that is there */
    void (*mark)(const char *) = (void (*)(const char *))dlsym(RTLD_DEFAULT, "crash_mark");

    if (mark)
        mark(line);
}

static void say_begin(int record, const struct page *page)
{
    char text[BOOK_TEXT];
    char line[BOOK_TEXT + 40];

    page_text(page, text);
    snprintf(line, sizeof line, "begin %d %s", record, text);
    drive_say(line);
}

static void say_done(int record)
{
    char line[40];

    snprintf(line, sizeof line, "done %d", record);
    drive_say(line);
}

void drive_open(struct drive *drive, bool create)
{
    struct err e = { 0 };
    struct store_options options = { .dir = drive->dir,
                                     .settings = &drive->settings,
                                     .create = create };

    if (store_open(&options, &drive->store, &e))
        drive_fail("open the store", &e);
    drive_say("open");
}

void drive_close(struct drive *drive)
{
    store_close(drive->store);
    drive->store = NULL;
}

void hand_open(struct drive *drive, struct hand *hand)
{
    struct err e = { 0 };

    *hand = (struct hand){ .drive = drive,
                           .arena = arena_new(ARENA_MAX),
                           .room = malloc(PICTURE_MAX),
                           .random = book_random(&drive->random) };
    if (!hand->arena || !hand->room || core_open(drive->store, true, &hand->core, &e))
        drive_fail("a way into the store", &e);
}

void hand_close(struct hand *hand)
{
    core_close(hand->core);
    arena_free(hand->arena);
    free(hand->room);
}

int hand_below(struct hand *hand, int limit)
{
    return (int)(book_random(&hand->random) % (uint64_t)limit);
}

uint32_t hand_seed(struct hand *hand, unsigned digit)
{
    return (uint32_t)(book_random(&hand->random) % 400000000) * 10 + digit;
}

/* Every write: says what will be, does it, says that it is. */
struct step {
    int record;
    struct page page; /* as it will be */
};

static struct step begin(struct hand *hand, int record)
{
    arena_reset(hand->arena);
    return (struct step){ record, hand->drive->pages[record] };
}

static void done(struct hand *hand, const struct step *step)
{
    hand->drive->before[step->record] = hand->drive->pages[step->record];
    hand->drive->can_undo[step->record] = hand->drive->settings.history_seconds > 0;
    hand->drive->pages[step->record] = step->page;
    say_done(step->record);
}

static struct owner owner_of(int record)
{
    return (struct owner){ KIND_PRODUCT, record };
}

static struct bytes name_of(struct hand *hand, int number)
{
    char text[40];

    snprintf(text, sizeof text, "Product %d", number);
    return bytes_str(arena_str(hand->arena, bytes_str(text)));
}

void hand_add(struct hand *hand, int record)
{
    struct step c = begin(hand, record);
    struct err e = { 0 };
    struct record made;

    c.page = (struct page){ .exists = true, .name = hand_below(hand, 1000) };
    struct record wanted = { .kind = KIND_PRODUCT,
                             .id = record,
                             .subtype = SUBTYPE_SIMPLE,
                             .name = name_of(hand, c.page.name),
                             .sort = 500,
                             .active = true };
    say_begin(record, &c.page);
    if (record_add(hand->core, &writer, hand->arena, &wanted, &made, &e))
        drive_fail("add a record", &e);
    done(hand, &c);
}

static enum err_code rename_it(struct record *record, struct arena *arena, void *context,
                               struct err *e)
{
    (void)arena;
    (void)e;
    record->name = *(struct bytes *)context;
    return ERR_NONE;
}

void hand_name(struct hand *hand, int record)
{
    struct step c = begin(hand, record);
    struct err e = { 0 };
    struct record changed;

    c.page.name++;
    struct bytes name = name_of(hand, c.page.name);
    struct record_edit edit = { .edit = rename_it, .context = &name };
    say_begin(record, &c.page);
    if (record_edit(hand->core, &writer, hand->arena, owner_of(record), &edit, &changed, &e))
        drive_fail("name a record", &e);
    done(hand, &c);
}

void hand_drop(struct hand *hand, int record)
{
    struct step c = begin(hand, record);
    struct err e = { 0 };

    c.page = (struct page){ 0 };
    say_begin(record, &c.page);
    if (record_delete(hand->core, &writer, owner_of(record), &e))
        drive_fail("delete a record", &e);
    done(hand, &c);
}

static struct picture_content drawn(struct hand *hand, uint32_t seed)
{
    size_t len = picture_draw(seed, hand->room);

    return (struct picture_content){ .bytes = bytes_of(hand->room, len) };
}

void hand_put(struct hand *hand, int record, uint32_t seed)
{
    struct step c = begin(hand, record);
    struct picture_content content = drawn(hand, seed);
    struct picture picture;
    struct err e = { 0 };

    c.page.words = c.page.seed ? c.page.words : 0;
    c.page.seed = seed;
    int number = __atomic_fetch_add(&hand->drive->seed_count, 1, __ATOMIC_RELAXED);
    if (number >= DRIVE_SEEDS)
        abort();
    hand->drive->seeds[number] = seed;
    hand->drive->seed_records[number] = record;
    say_begin(record, &c.page);
    if (picture_put(hand->core, &writer, hand->arena, owner_of(record), &content, &picture, &e))
        drive_fail("put a picture", &e);
    done(hand, &c);
}

void hand_take(struct hand *hand, int record)
{
    struct step c = begin(hand, record);
    struct err e = { 0 };
    bool deleted;

    c.page.seed = 0;
    c.page.words = 0;
    say_begin(record, &c.page);
    if (picture_delete_seen(hand->core, &writer, owner_of(record), (struct picture_condition){ 0 },
                            &deleted, &e))
        drive_fail("delete a picture", &e);
    done(hand, &c);
}

void hand_describe(struct hand *hand, int record)
{
    struct step c = begin(hand, record);
    struct err e = { 0 };
    struct picture picture;
    char text[40];
    bool exists;

    c.page.words++;
    snprintf(text, sizeof text, "words %d", c.page.words);
    struct picture_texts texts = { .description = bytes_str(text) };
    say_begin(record, &c.page);
    if (picture_describe(hand->core, &writer, hand->arena, owner_of(record), &texts, &picture,
                         &exists, &e))
        drive_fail("describe a picture", &e);
    done(hand, &c);
}

static void hang(struct page *page, uint32_t seed)
{
    if (page->gallery_count == BOOK_GALLERY)
        abort();
    page->gallery[page->gallery_count++] = seed;
}

void hand_hang(struct hand *hand, int record, uint32_t seed)
{
    struct step c = begin(hand, record);
    struct picture_content content = drawn(hand, seed);
    struct picture picture;
    struct err e = { 0 };

    hang(&c.page, seed);
    say_begin(record, &c.page);
    if (picture_add(hand->core, &writer, hand->arena, owner_of(record), ROLE_MORE, &content,
                    &picture, &e))
        drive_fail("hang a picture", &e);
    c.page.ids[c.page.gallery_count - 1] = picture.id;
    done(hand, &c);
}

void hand_unhang(struct hand *hand, int record, int which)
{
    struct step c = begin(hand, record);
    struct err e = { 0 };
    bool exists;
    int32_t id = c.page.ids[which];

    for (int i = which; i + 1 < c.page.gallery_count; i++) {
        c.page.gallery[i] = c.page.gallery[i + 1];
        c.page.ids[i] = c.page.ids[i + 1];
    }
    c.page.gallery_count--;
    say_begin(record, &c.page);
    if (picture_delete(hand->core, &writer, owner_of(record), id, &exists, &e))
        drive_fail("take a picture out of a gallery", &e);
    done(hand, &c);
}

void hand_hang_all(struct hand *hand, int first, int count, unsigned digit)
{
    struct picture_addition additions[BOOK_RECORDS] = { 0 };
    struct err e = { 0 };
    struct step c;

    for (int i = 0; i < count; i++) {
        uint32_t seed = hand_seed(hand, digit);
        c = begin(hand, first + i);
        char *room = malloc(PICTURE_MAX);
        if (!room)
            drive_fail("room for a picture", &e);
        size_t len = picture_draw(seed, room);
        additions[i] = (struct picture_addition){ .owner = owner_of(first + i),
                                                  .role = ROLE_MORE,
                                                  .content = { .bytes = bytes_of(room, len) } };
        hang(&c.page, seed);
        say_begin(first + i, &c.page);
        hand->drive->can_undo[first + i] = false;
        hand->drive->pages[first + i] = c.page;
    }
    if (picture_add_all(hand->core, &writer, hand->arena, additions, (size_t)count, &e))
        drive_fail("hang many pictures", &e);
    for (int i = 0; i < count; i++) {
        free((void *)(uintptr_t)additions[i].content.bytes.at);
        say_done(first + i);
    }
}

void hand_collect(struct hand *hand)
{
    struct err e = { 0 };
    size_t given;

    if (store_collect(hand->core, 100, &given, &e))
        drive_fail("collect", &e);
}

static bool is_in_book(const struct drive *drive, uint32_t seed)
{
    for (int i = 0; i < BOOK_RECORDS; i++) {
        const struct page *page = &drive->pages[i];
        if (page->seed == seed)
            return true;
        for (int k = 0; k < page->gallery_count; k++) {
            if (page->gallery[k] == seed)
                return true;
        }
    }
    return false;
}

/* `record` 0: whatever record they were on. */
static void say_gone(const struct drive *drive, int record)
{
    char line[40];

    for (int i = 0; i < drive->seed_count; i++) {
        if ((record && drive->seed_records[i] != record) || is_in_book(drive, drive->seeds[i]))
            continue;
        snprintf(line, sizeof line, "gone %u", drive->seeds[i]);
        drive_say(line);
    }
}

void hand_collect_alone(struct hand *hand)
{
    hand_collect(hand);
    if (hand->drive->settings.history_seconds == 0)
        say_gone(hand->drive, 0);
}

void hand_forget_alone(struct hand *hand)
{
    struct drive *drive = hand->drive;
    int64_t seconds = drive->settings.history_seconds;

    drive->settings.history_seconds = 0;
    hand_collect_alone(hand);
    drive->settings.history_seconds = seconds;
    memset(drive->can_undo, 0, sizeof drive->can_undo);
}

void hand_undo(struct hand *hand, int record)
{
    struct drive *drive = hand->drive;
    struct step c = begin(hand, record);
    struct owner owner = owner_of(record);
    struct history_entry *entries = NULL;
    struct err e = { 0 };
    size_t count = 0;
    int64_t undone_by;

    if (!drive->can_undo[record])
        return;
    c.page = drive->before[record];
    if (history_list(hand->core, hand->arena, &owner, 0, 1, &entries, &count, &e))
        drive_fail("read history", &e);
    if (count == 0)
        drive_fail("history is empty", &e);
    say_begin(record, &c.page);
    if (history_undo(hand->core, &writer, entries[0].change.id, &undone_by, &e))
        drive_fail("undo", &e);
    done(hand, &c);
}

/* The bytes are gone when it returns. */
void hand_erase_alone(struct hand *hand, int record)
{
    struct step c = begin(hand, record);
    struct err e = { 0 };
    size_t pictures;

    c.page = (struct page){ 0 };
    say_begin(record, &c.page);
    if (record_erase(hand->core, &writer, owner_of(record), &pictures, &e))
        drive_fail("erase a record", &e);
    done(hand, &c);
    hand->drive->can_undo[record] = false;
    say_gone(hand->drive, record);
}

void hand_checkpoint(struct hand *hand)
{
    struct err e = { 0 };

    if (store_checkpoint(hand->core, &e))
        drive_fail("checkpoint", &e);
}

static void ignore(void *context, const char *line)
{
    (void)context;
    (void)line;
}

static void path_beside(const struct drive *drive, const char *name, char out[PATH_MAX])
{
    int above = (int)(strrchr(drive->dir, '/') - drive->dir);

    snprintf(out, PATH_MAX, "%.*s/%s", above, drive->dir, name);
}

void hand_backup(struct hand *hand)
{
    char target[PATH_MAX];
    struct backup_options options = { .target = target, .keep = 2, .problem = ignore };
    struct backup_report report;
    struct err e = { 0 };

    path_beside(hand->drive, "backup", target);
    drive_say("backing");
    if (store_backup(hand->core, &options, &report, &e) || report.problems)
        drive_fail("backup", &e);
    drive_say("backed");
}

void hand_restore(struct drive *drive, struct hand *hand)
{
    char target[PATH_MAX];
    struct restore_options options = {
        .target = target, .dir = drive->other_dir, .until_us = INT64_MAX, .problem = ignore
    };
    struct restore_report report;
    struct err e = { 0 };

    hand_close(hand);
    drive_close(drive);
    drive->dir = drive->other_dir;
    drive_say("fresh");
    for (int record = 1; record < BOOK_RECORDS; record++) {
        if (drive->pages[record].exists)
            say_begin(record, &drive->pages[record]);
    }
    drive_say("cut");
    path_beside(drive, "backup", target);
    if (backup_restore(&options, &report, &e) || report.problems)
        drive_fail("restore", &e);
    drive_open(drive, false);
    for (int record = 1; record < BOOK_RECORDS; record++) {
        if (drive->pages[record].exists)
            say_done(record);
    }
    hand_open(drive, hand);
}
