/* test/crash/hand.h - a hand that writes to a store and says before and after what must be there.
 *
 * It says so to crash_shim.so, in lines that test/crash/power.py reads:
 *   begin RECORD TEXT   from here on RECORD may be as TEXT says (see book.h)
 *   done RECORD         … and now must be
 *   open                the store was opened: from now on there is one
 *   cut                 power may go from here on
 *   backing             a backup into the folder `backup` beside the store begins: it is of now
 *   backed              … and is done
 *   fresh               that store is another's; here one with all that is begun is being restored
 *   gone SEED           of this picture no byte is on the disk any more, unless it is begun again
 * Each record belongs to one hand at a time. A write that fails ends the program.
 */
#ifndef TEST_CRASH_HAND_H
#define TEST_CRASH_HAND_H

#include "book.h"
#include "core/record.h"

#define DRIVE_SEEDS 1000

struct drive {
    const char *dir;
    const char *other_dir; /* beside it; restored to */
    struct settings settings;
    uint64_t random;
    struct store *store;
    struct page pages[BOOK_RECORDS];
    struct page before[BOOK_RECORDS]; /* how it was before its last change */
    bool can_undo[BOOK_RECORDS];
    uint32_t seeds[DRIVE_SEEDS]; /* that were put by hand_put */
    int seed_records[DRIVE_SEEDS];
    int seed_count;
};

struct hand {
    struct drive *drive;
    struct core *core;
    struct arena *arena;
    uint64_t random;
    char *room; /* of a picture */
};

/* Prints why and ends the program. */
void drive_fail(const char *what, const struct err *e) __attribute__((noreturn));

void drive_say(const char *line); /* to the shim */
void drive_open(struct drive *drive, bool create);
void drive_close(struct drive *drive);

void hand_open(struct drive *drive, struct hand *hand);
void hand_close(struct hand *hand);

/* Seeds of pictures: `digit` of the sizes in book.h. */
uint32_t hand_seed(struct hand *hand, unsigned digit);
int hand_below(struct hand *hand, int limit); /* a random number */

void hand_add(struct hand *hand, int record); /* the record itself */
void hand_name(struct hand *hand, int record);
void hand_drop(struct hand *hand, int record);
void hand_put(struct hand *hand, int record, uint32_t seed); /* its detail picture */
void hand_take(struct hand *hand, int record);
void hand_describe(struct hand *hand, int record);
void hand_hang(struct hand *hand, int record, uint32_t seed); /* one more in its gallery */
void hand_unhang(struct hand *hand, int record, int which);   /* the which-th, from 0 */
void hand_hang_all(struct hand *hand, int first, int count,
                   unsigned digit);         /* one on each record */
void hand_collect(struct hand *hand);       /* gives back what was deleted */
void hand_collect_alone(struct hand *hand); /* … and nobody else writes: then it is gone */
void hand_checkpoint(struct hand *hand);
void hand_undo(struct hand *hand, int record); /* its last change, if it may be undone */
void hand_forget_alone(struct hand *hand);     /* all history; then as hand_collect_alone */
void hand_erase_alone(struct hand *hand, int record);
void hand_backup(struct hand *hand); /* the newest two are kept */
void hand_restore(struct drive *drive,
                  struct hand *hand); /* to the other folder, and goes on there */

#endif
