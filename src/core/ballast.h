/* core/ballast.h - a file that only takes up room: given up when the disk is full, so that the
 * database can still write a deletion. */
#ifndef CORE_BALLAST_H
#define CORE_BALLAST_H

#include <stdbool.h>

#define BALLAST_BYTES (4L * 1024 * 1024)

/* Makes the file, or its room, again where it is missing; quietly not on a full disk. */
void ballast_fill(const char *dir);

/* Gives the room back; false when there was none. */
bool ballast_drop(const char *dir);

#endif
