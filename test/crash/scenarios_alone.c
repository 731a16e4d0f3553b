/* Scenarios with one hand. */
#include "drive_old.h"
#include "scenarios.h"

#include <stdio.h>
#include <stdlib.h>

void begin_with(struct hand *hand, int count, unsigned digit)
{
    for (int record = 1; record <= count; record++) {
        hand_add(hand, record);
        if (digit < 10)
            hand_put(hand, record, hand_seed(hand, digit));
    }
    drive_say("cut");
}
void scenario_puts_alone(struct drive *drive, struct hand *hand)
{
    (void)drive;
    begin_with(hand, 14, NO_PICTURE);
    for (int record = 1; record <= 14; record++)
        hand_put(hand, record, hand_seed(hand, 1 + (unsigned)hand_below(hand, 8)));
}

void scenario_replaces(struct drive *drive, struct hand *hand)
{
    (void)drive;
    begin_with(hand, 4, 3);
    for (int i = 0; i < 14; i++)
        hand_put(hand, 1 + i % 4, hand_seed(hand, 1 + (unsigned)hand_below(hand, 6)));
}

/* One picture's bytes on many records; they go, and come again. */
void scenario_same_bytes(struct drive *drive, struct hand *hand)
{
    uint32_t seed = hand_seed(hand, 5);

    (void)drive;
    begin_with(hand, 6, NO_PICTURE);
    for (int turn = 0; turn < 2; turn++) {
        for (int record = 1; record <= 6; record++)
            hand_put(hand, record, seed);
        for (int record = 1; record <= 6; record++)
            hand_take(hand, record);
        if (turn == 0)
            hand_put(hand, 2, seed); /* revived */
    }
}

void scenario_deletes(struct drive *drive, struct hand *hand)
{
    (void)drive;
    begin_with(hand, 16, 2);
    for (int record = 16; record >= 1; record--)
        hand_take(hand, record);
}

void scenario_words_alone(struct drive *drive, struct hand *hand)
{
    (void)drive;
    begin_with(hand, 5, 2);
    for (int i = 0; i < 20; i++)
        hand_describe(hand, 1 + i % 5);
}

void scenario_records(struct drive *drive, struct hand *hand)
{
    (void)drive;
    begin_with(hand, 6, 3);
    for (int record = 1; record <= 6; record++) {
        hand_name(hand, record);
        hand_drop(hand, record);
        hand_add(hand, record + 10);
        hand_put(hand, record + 10, hand_seed(hand, 1));
    }
}

void scenario_gallery(struct drive *drive, struct hand *hand)
{
    (void)drive;
    begin_with(hand, 2, NO_PICTURE);
    for (int i = 0; i < 24; i++) {
        int record = 1 + i % 2;
        int have = drive->pages[record].gallery_count;
        if (have > 3 && i % 3 == 0)
            hand_unhang(hand, record, hand_below(hand, have));
        else
            hand_hang(hand, record, hand_seed(hand, 1 + (unsigned)hand_below(hand, 5)));
    }
}

void scenario_many_of_one_caller(struct drive *drive, struct hand *hand)
{
    (void)drive;
    begin_with(hand, 40, NO_PICTURE);
    for (int i = 0; i < 8; i++)
        hand_hang_all(hand, 1 + hand_below(hand, 10), 10 + hand_below(hand, 20), 4);
}

/* Many pieces each; some do not fit into a group with others. */
void scenario_large(struct drive *drive, struct hand *hand)
{
    (void)drive;
    begin_with(hand, 6, NO_PICTURE);
    for (int record = 1; record <= 6; record++)
        hand_put(hand, record, hand_seed(hand, record % 2 ? 0 : 9));
    for (int record = 1; record <= 3; record++)
        hand_take(hand, record);
}

void scenario_collect(struct drive *drive, struct hand *hand)
{
    (void)drive;
    begin_with(hand, 12, 6);
    for (int record = 1; record <= 9; record += 3) {
        hand_take(hand, record);
        hand_put(hand, record + 1, hand_seed(hand, 6));
        hand_collect_alone(hand);
        hand_put(hand, record + 2, hand_seed(hand, 5));
        hand_collect_alone(hand);
    }
}

/* Bytes that come again before, while and after they are given back. */
void scenario_collect_and_return(struct drive *drive, struct hand *hand)
{
    uint32_t seed = hand_seed(hand, 7);

    (void)drive;
    begin_with(hand, 8, NO_PICTURE);
    for (int record = 1; record <= 8; record++) {
        hand_put(hand, record, seed);
        hand_take(hand, record);
        if (record % 3 != 0)
            hand_collect_alone(hand);
        if (record % 4 == 0)
            hand_put(hand, record, seed);
    }
}

/* Everything that can be undone, and undoing of that. */
void scenario_undo(struct drive *drive, struct hand *hand)
{
    (void)drive;
    begin_with(hand, 6, 3);
    for (int record = 1; record <= 6; record++) {
        hand_put(hand, record, hand_seed(hand, 1 + (unsigned)record));
        hand_undo(hand, record);
        if (record % 2 == 0)
            hand_undo(hand, record);
        hand_hang(hand, record, hand_seed(hand, 3));
        if (record % 3 == 0)
            hand_take(hand, record);
        else if (record % 3 == 1)
            hand_describe(hand, record);
        else
            hand_drop(hand, record);
        hand_collect(hand);
        hand_undo(hand, record);
    }
}

void scenario_history_expires(struct drive *drive, struct hand *hand)
{
    (void)drive;
    begin_with(hand, 8, 3);
    for (int record = 1; record <= 8; record++) {
        hand_put(hand, record, hand_seed(hand, 6));
        if (record % 2)
            hand_undo(hand, record);
        else
            hand_take(hand, record);
        if (record % 3 == 0)
            hand_forget_alone(hand);
    }
}

void scenario_erase(struct drive *drive, struct hand *hand)
{
    (void)drive;
    begin_with(hand, 6, 4);
    for (int record = 1; record <= 6; record++) {
        hand_put(hand, record, hand_seed(hand, 5));
        if (record % 2)
            hand_drop(hand, record);
        if (record % 3)
            hand_erase_alone(hand, record);
    }
    hand_add(hand, 1);
    hand_put(hand, 1, hand_seed(hand, 2));
}

/* The log is moved into the database, and begins anew. */
void scenario_checkpoints(struct drive *drive, struct hand *hand)
{
    (void)drive;
    begin_with(hand, 8, 2);
    for (int i = 0; i < 12; i++) {
        hand_put(hand, 1 + i % 8, hand_seed(hand, 2));
        hand_name(hand, 1 + i % 8);
        hand_checkpoint(hand);
        if (i % 3 == 0)
            hand_checkpoint(hand);
    }
}

/* … also only as far as a reader of the moment allows. */
void scenario_checkpoint_under_readers(struct drive *drive, struct hand *hand)
{
    struct core *loop = NULL;
    struct err e = { 0 };
    struct picture picture;
    bool exists;

    begin_with(hand, 8, 2);
    if (core_open(drive->store, false, &loop, &e))
        drive_fail("an event loop's way", &e);
    for (int i = 0; i < 12; i++) {
        struct owner owner = { KIND_PRODUCT, 1 };
        hand_put(hand, 1 + i % 8, hand_seed(hand, 1));
        if (i % 3 == 1 && picture_seen(loop, hand->arena, owner, &picture, &exists, &e) != ERR_NONE)
            drive_fail("see a picture", &e);
        hand_describe(hand, 1 + i % 8);
        hand_checkpoint(hand);
        if (i % 4 == 3)
            core_rest(loop);
    }
    core_close(loop);
}

/* Packs so small that every few pictures begin another. */
void scenario_pack_changes(struct drive *drive, struct hand *hand)
{
    (void)drive;
    begin_with(hand, 14, NO_PICTURE);
    for (int record = 1; record <= 14; record++)
        hand_put(hand, record, hand_seed(hand, 7));
    hand_take(hand, 3);
    hand_collect_alone(hand);
}

/* The last to leave moves the log into the database and removes it. */
void scenario_opened_often(struct drive *drive, struct hand *hand)
{
    begin_with(hand, 12, 2);
    for (int record = 1; record <= 12; record++) {
        hand_close(hand);
        drive_close(drive);
        drive_open(drive, false);
        hand_open(drive, hand);
        hand_put(hand, record, hand_seed(hand, 3));
    }
}

/* From nothing at all. */
void scenario_new_store(struct drive *drive, struct hand *hand)
{
    (void)drive;
    begin_with(hand, 3, 3);
}

/* A store that an earlier program made. */
void scenario_migration(struct drive *drive, struct hand *hand)
{
    begin_with(hand, 6, 3);
    hand_close(hand);
    drive_close(drive);
    drive_make_old(drive, 1 + (int)(book_random(&drive->random) % 4));
    drive_open(drive, false);
    hand_open(drive, hand);
    hand_put(hand, 1, hand_seed(hand, 3));
    hand_describe(hand, 2);
}

/* A little of all that a store can hold, for test/crash/flips.py: pictures of every small size in
 * two packs, a gallery, bytes shared, dead and given back, words, a gap in the ids. */
void scenario_everything(struct drive *drive, struct hand *hand)
{
    uint32_t shared = hand_seed(hand, 4);

    (void)drive;
    begin_with(hand, 10, 3);
    for (int record = 11; record <= 12; record++) {
        hand_add(hand, record);
        hand_put(hand, record, shared);
    }
    for (int i = 0; i < 5; i++)
        hand_hang(hand, 1, hand_seed(hand, 1 + (unsigned)i));
    hand_describe(hand, 2);
    hand_drop(hand, 5);
    hand_take(hand, 6);
    hand_collect_alone(hand);
    hand_put(hand, 6, hand_seed(hand, 7));
    hand_take(hand, 7);
    hand_hang(hand, 7, hand_seed(hand, 6));
}

/* Pictures of every size in the last 64 KiB of the only pack, for test/crash/torn.py. */
void scenario_last_pack(struct drive *drive, struct hand *hand)
{
    static const unsigned digits[] = { 7, 8, 6, 3, 5, 1, 4, 2, 5, 3, 1, 4 };

    (void)drive;
    begin_with(hand, COUNT(digits), NO_PICTURE);
    for (int record = 1; record <= (int)COUNT(digits); record++)
        hand_put(hand, record, hand_seed(hand, digits[record - 1]));
}

/* On a store that a cut has left: see Run.again in test/crash/power.py. */
void scenario_afterwards(struct drive *drive, struct hand *hand)
{
    (void)drive;
    for (int record = 64; record < BOOK_RECORDS; record++) {
        hand_add(hand, record);
        hand_put(hand, record, hand_seed(hand, 3));
    }
    hand_collect(hand);
    hand_checkpoint(hand);
    hand_take(hand, 68);
    hand_put(hand, 64, hand_seed(hand, 7));
}

void scenario_backups(struct drive *drive, struct hand *hand)
{
    (void)drive;
    begin_with(hand, 5, 3);
    for (int i = 0; i < 4; i++) {
        hand_put(hand, 1 + i, hand_seed(hand, 1 + (unsigned)hand_below(hand, 8)));
        hand_take(hand, 1 + (i + 2) % 5);
        if (i % 2)
            hand_collect_alone(hand);
        hand_backup(hand);
    }
}

/* Of a backup; and it goes on from there. */
void scenario_restore(struct drive *drive, struct hand *hand)
{
    for (int record = 1; record <= 6; record++) {
        hand_add(hand, record);
        hand_put(hand, record, hand_seed(hand, (unsigned)record));
    }
    hand_backup(hand);
    hand_restore(drive, hand);
    for (int record = 1; record <= 3; record++)
        hand_put(hand, record, hand_seed(hand, 4));
}
