/* crash_drive DIR SCENARIO SEED - writes to the store in DIR as the scenario says, over src/core.
 * Without arguments it lists the scenarios for cuts. Run under crash_shim.so by
 * test/crash/power.py.
 */
#include "scenarios.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct scenario {
    const char *name;
    void (*run)(struct drive *drive, struct hand *hand);
    int64_t pack_bytes; /* 0: as usual */
    bool from_nothing;  /* power may go before the store is open */
    bool unlisted;      /* not for power.py */
    bool sealed;        /* encryption is on */
    bool history;       /* kept; else bytes go at once */
    bool elsewhere;     /* DIR is restored; its store begins in the folder DIR.before */
} scenarios[] = {
    { "puts-alone", scenario_puts_alone },
    { "puts-in-groups", scenario_puts_in_groups },
    { "replaces", scenario_replaces },
    { "same-bytes", scenario_same_bytes },
    { "deletes", scenario_deletes },
    { "words", scenario_words_alone },
    { "records", scenario_records },
    { "gallery", scenario_gallery },
    { "many-of-one-caller", scenario_many_of_one_caller },
    { "large", scenario_large },
    { "collect", scenario_collect },
    { "collect-and-return", scenario_collect_and_return },
    { "collect-at-once", scenario_collect_at_once },
    { "checkpoints", scenario_checkpoints },
    { "checkpoint-under-readers", scenario_checkpoint_under_readers },
    { "pack-changes", scenario_pack_changes, .pack_bytes = 150000 },
    { "new-store", scenario_new_store, .from_nothing = true },
    { "migration", scenario_migration },
    { "processes", scenario_several_processes },
    { "undo", scenario_undo, .history = true },
    { "history-expires", scenario_history_expires, .history = true },
    { "erase", scenario_erase, .history = true },
    { "mixed", scenario_mixed, .pack_bytes = 200000, .history = true },
    { "mixed-processes", scenario_mixed_processes, .pack_bytes = 200000, .history = true },
    { "killed", scenario_killed },
    { "opened-often", scenario_opened_often },
    { "backups", scenario_backups, .pack_bytes = 60000 },
    { "restore", scenario_restore, .pack_bytes = 60000, .elsewhere = true },
    { "sealed-puts", scenario_puts_alone, .sealed = true },
    { "sealed-collect", scenario_collect, .sealed = true },
    { "sealed-new-store", scenario_new_store, .from_nothing = true, .sealed = true },
    { "sealed-mixed", scenario_mixed_processes, .pack_bytes = 200000, .sealed = true },
    { "sealed-backups", scenario_backups, .pack_bytes = 60000, .sealed = true },
    { "sealed-restore", scenario_restore, .sealed = true, .elsewhere = true },
    { "everything", scenario_everything, .pack_bytes = 40000, .unlisted = true },
    { "unclosed", scenario_unclosed, .pack_bytes = 40000, .unlisted = true },
    { "afterwards", scenario_afterwards, .from_nothing = true, .unlisted = true },
    { "last-pack", scenario_last_pack, .unlisted = true },
};

static const struct scenario *find(const char *name)
{
    for (size_t i = 0; i < COUNT(scenarios); i++) {
        if (strcmp(scenarios[i].name, name) == 0)
            return &scenarios[i];
    }
    return NULL;
}

/* Is this what another scenario left of a sealed store? */
static bool was_sealed(const char *dir)
{
    char path[PATH_MAX];

    snprintf(path, sizeof path, "%s/keys/slots", dir);
    return access(path, F_OK) == 0;
}

int main(int argc, char **argv)
{
    const struct scenario *scenario = argc == 4 ? find(argv[2]) : NULL;
    static struct drive drive; /* large */
    char before[PATH_MAX];
    struct hand hand;

    for (size_t i = 0; argc == 1 && i < COUNT(scenarios); i++) {
        if (!scenarios[i].unlisted)
            puts(scenarios[i].name);
    }
    if (argc == 1)
        return 0;
    if (!scenario) {
        fputs("usage: crash_drive DIR SCENARIO SEED\n", stderr);
        return 2;
    }
    snprintf(before, sizeof before, "%s.before", argv[1]);
    drive.dir = scenario->elsewhere ? before : argv[1];
    drive.other_dir = argv[1];
    drive.random = strtoull(argv[3], NULL, 10);
    drive.settings = settings_default;
    drive.settings.grace_seconds = 0;
    drive.settings.cache_bytes_max = 0;
    if (!scenario->history)
        drive.settings.history_seconds = 0;
    if (scenario->pack_bytes)
        drive.settings.pack_bytes_max = scenario->pack_bytes;
    drive.settings.encryption = scenario->sealed || was_sealed(drive.dir);
    drive.settings.encryption_key = B(BOOK_KEY);
    if (scenario->from_nothing)
        drive_say("cut");
    drive_open(&drive, true);
    hand_open(&drive, &hand);
    scenario->run(&drive, &hand);
    hand_close(&hand);
    drive_close(&drive);
    return 0;
}
