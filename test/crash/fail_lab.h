/* test/crash/fail_lab.h - stores of runs: made, copied, described and compared. */
#ifndef TEST_CRASH_FAIL_LAB_H
#define TEST_CRASH_FAIL_LAB_H

#include "crash/fail_scenarios.h"

/* A store with what scenarios.h says, closed again. */
void lab_make(const char *dir);

void lab_remove(const char *dir);

/* All files but the ballast, which costs time and is made again. */
void lab_copy(const char *from, const char *to);

/* What the store's rows say, without times and places: all, all but history, or only records, roles
 * and hashes of bytes; malloced. */
enum lab_told { LAB_TOLD_ALL, LAB_TOLD_ROWS, LAB_TOLD_PICTURES };
char *lab_describe(const char *dir, enum lab_told told);

/* The highest id of a blob; -1 where there is no store. */
int64_t lab_last_blob(const char *dir);

/* How many blobs with an id above `after_id` lie in that pack at `from` or behind it. */
int64_t lab_blobs_behind(const char *dir, int volume, int64_t from, int64_t after_id);

/* Opens it once more and reads everything: what is wrong goes to stderr; true when nothing is. */
bool lab_is_sound(const char *dir, const struct settings *settings);

int lab_descriptors(void);

#endif
