/* test/crash/scenarios.h - what crash_drive can do to a store. */
#ifndef TEST_CRASH_SCENARIOS_H
#define TEST_CRASH_SCENARIOS_H

#include "hand.h"

#define NO_PICTURE 10 /* no size: see picture_draw */

/* Records 1 to `count`, with a detail picture of that size each; then the power may go. */
void begin_with(struct hand *hand, int count, unsigned digit);

/* With one hand. */
void scenario_puts_alone(struct drive *drive, struct hand *hand);
void scenario_replaces(struct drive *drive, struct hand *hand);
void scenario_same_bytes(struct drive *drive, struct hand *hand);
void scenario_deletes(struct drive *drive, struct hand *hand);
void scenario_words_alone(struct drive *drive, struct hand *hand);
void scenario_records(struct drive *drive, struct hand *hand);
void scenario_gallery(struct drive *drive, struct hand *hand);
void scenario_many_of_one_caller(struct drive *drive, struct hand *hand);
void scenario_large(struct drive *drive, struct hand *hand);
void scenario_collect(struct drive *drive, struct hand *hand);
void scenario_collect_and_return(struct drive *drive, struct hand *hand);
void scenario_undo(struct drive *drive, struct hand *hand);
void scenario_history_expires(struct drive *drive, struct hand *hand);
void scenario_erase(struct drive *drive, struct hand *hand);
void scenario_checkpoints(struct drive *drive, struct hand *hand);
void scenario_checkpoint_under_readers(struct drive *drive, struct hand *hand);
void scenario_pack_changes(struct drive *drive, struct hand *hand);
void scenario_new_store(struct drive *drive, struct hand *hand);
void scenario_migration(struct drive *drive, struct hand *hand);
void scenario_opened_often(struct drive *drive, struct hand *hand);
void scenario_backups(struct drive *drive, struct hand *hand);
void scenario_restore(struct drive *drive, struct hand *hand);
void scenario_everything(struct drive *drive, struct hand *hand);
void scenario_last_pack(struct drive *drive, struct hand *hand);
void scenario_afterwards(struct drive *drive, struct hand *hand);

/* With several at once. */
void scenario_puts_in_groups(struct drive *drive, struct hand *hand);
void scenario_collect_at_once(struct drive *drive, struct hand *hand);
void scenario_several_processes(struct drive *drive, struct hand *hand);
void scenario_mixed(struct drive *drive, struct hand *hand);
void scenario_mixed_processes(struct drive *drive, struct hand *hand);
void scenario_killed(struct drive *drive, struct hand *hand);
void scenario_unclosed(struct drive *drive, struct hand *hand);

#endif
