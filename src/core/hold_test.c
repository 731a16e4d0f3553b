/* Who gives bytes back and who copies them keep out of each other's way. */
#include "base/base.h"
#include "base/clock.h"
#include "core/hold.h"
#include "support/temp.h"
#include "test.h"

TEST(removals_do_not_hold_each_other_up)
{
    CLEANUP(closep) int one = -1;
    CLEANUP(closep) int two = -1;
    struct err e = { 0 };

    CHECK_INT(hold_for_removal(temp_dir(), false, &one, &e), ERR_NONE);
    CHECK_INT(hold_for_removal(temp_dir(), false, &two, &e), ERR_NONE);
    CHECK(one >= 0 && two >= 0);
}

TEST(nobody_gives_bytes_back_while_a_backup_is_made)
{
    CLEANUP(closep) int backup = -1;
    int removal = -1;
    struct err e = { 0 };

    CHECK_INT(hold_for_backup(temp_dir(), 0, &backup, &e), ERR_NONE);
    CHECK_INT(hold_for_removal(temp_dir(), false, &removal, &e), ERR_BUSY);
    CHECK_INT(removal, -1);
    closep(&backup);
    CHECK_INT(hold_for_removal(temp_dir(), false, &removal, &e), ERR_NONE);
    closep(&removal);
}

TEST(a_backup_waits_so_long_and_not_longer)
{
    CLEANUP(closep) int removal = -1;
    int backup = -1;
    struct err e = { 0 };

    CHECK_INT(hold_for_removal(temp_dir(), false, &removal, &e), ERR_NONE);
    int64_t begun_us = clock_monotonic_us();
    CHECK_INT(hold_for_backup(temp_dir(), 20000, &backup, &e), ERR_BUSY);
    CHECK(clock_monotonic_us() - begun_us >= 20000);
    CHECK_INT(backup, -1);
}

TEST(a_backup_begins_when_the_removal_has_ended)
{
    struct err e = { 0 };
    int removal = -1;
    int backup = -1;

    CHECK_INT(hold_for_removal(temp_dir(), false, &removal, &e), ERR_NONE);
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) { /* has the lock, too, as long as it lives */
        usleep(20000);
        _exit(0);
    }
    closep(&removal);
    CHECK_INT(hold_for_backup(temp_dir(), HOLD_PATIENCE_US, &backup, &e), ERR_NONE);
    CHECK(backup >= 0);
    closep(&backup);
    CHECK(waitpid(child, NULL, 0) == child);
}

TEST(who_is_patient_waits_for_the_end_of_a_backup)
{
    struct err e = { 0 };
    int removal = -1;
    int backup = -1;

    CHECK_INT(hold_for_backup(temp_dir(), 0, &backup, &e), ERR_NONE);
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) { /* has the lock, too, as long as it lives */
        usleep(20000);
        _exit(0);
    }
    closep(&backup);
    CHECK_INT(hold_for_removal(temp_dir(), true, &removal, &e), ERR_NONE);
    CHECK(removal >= 0);
    closep(&removal);
    CHECK(waitpid(child, NULL, 0) == child);
}

TEST(where_there_is_no_folder_nothing_is_held)
{
    struct err e = { 0 };
    int fd = -1;

    CHECK_INT(hold_for_removal("/does/not/exist", false, &fd, &e), ERR_UNAVAILABLE);
    CHECK_INT(hold_for_backup("/does/not/exist", HOLD_PATIENCE_US, &fd, &e), ERR_UNAVAILABLE);
    CHECK_INT(fd, -1);
}

TEST_MAIN
