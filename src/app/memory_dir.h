/* app/memory_dir.h - where large uploads wait while encryption is on: a folder in memory. */
#ifndef APP_MEMORY_DIR_H
#define APP_MEMORY_DIR_H

#include "base/arena.h"
#include "base/err.h"

/* Makes one for the store in `dir` below `parent`, empty, for nobody else to read; *path in
 * `arena`. ERR_INVALID      `parent` is no file system in memory, or the folder is somebody else's
 * ERR_UNAVAILABLE  it could not be made */
enum err_code memory_dir_make(struct arena *arena, struct bytes parent, const char *dir,
                              const char **path, struct err *e) MUST_CHECK;

/* Away with it and what lies there. Accepts NULL. */
void memory_dir_remove(const char *path);

#endif
