/* test/crash/drive_old.h - a store as an earlier program left it. */
#ifndef TEST_CRASH_DRIVE_OLD_H
#define TEST_CRASH_DRIVE_OLD_H

#include "hand.h"

/* Takes the closed store back to schema `version`, keeping what that schema has a place for,
 * durably. What is described in a later one alone is gone: none of it is in a book. */
void drive_make_old(struct drive *drive, int version);

#endif
