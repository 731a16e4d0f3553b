/* core/backup/target.h - the folder that holds the backups of one store:
 *
 *   TARGET/
 *     backup                          of which store; locked by whoever works with the folder
 *     data/MOMENT.manifest            what belongs to one moment (manifest.h): written last,
 * renamed into place data/MOMENT.db                  the index of that moment
 *     data/packs/000001-1.pack        the first copy of pack 1, which all moments share that name
 * it keys/MOMENT/                    the keys, of the newest moment alone
 *
 * A pack only grows: each moment names the length that it knew. What was given back in the store
 * since stays in the copy. Anything that no manifest names is left over from a backup that was
 * broken off.
 */
#ifndef CORE_BACKUP_TARGET_H
#define CORE_BACKUP_TARGET_H

#include "core/backup/manifest.h"

#include <limits.h>

struct target {
    const char *path;
    struct hash store;
    int dir;
    int data;
    int packs;
    int lock;
};
#define TARGET_NONE                                                                                \
    {                                                                                              \
        .dir = -1, .data = -1, .packs = -1, .lock = -1                                             \
    }

void target_close(struct target *target); /* for CLEANUP */

/* The folder of that store's backups, for this process alone; made when there is nothing.
 * ERR_CONFLICT  it holds something else, or backups of another store
 * ERR_BUSY      somebody works with it */
enum err_code target_make(const char *path, const struct hash *store, struct target *out,
                          struct err *e) MUST_CHECK;

/* The folder as it is, to be read; nobody changes it meanwhile.
 * ERR_NOT_FOUND  it is no such folder
 * ERR_BUSY       a backup is being made in it */
enum err_code target_open(const char *path, struct target *out, struct err *e) MUST_CHECK;

/* The moments that have a manifest, ascending. */
enum err_code target_moments(const struct target *target, struct arena *arena, int64_t **out,
                             size_t *count, struct err *e) MUST_CHECK;

/* ERR_CORRUPT: damaged, or not that moment's, or not of this store. */
enum err_code target_read(const struct target *target, struct arena *arena, int64_t moment_us,
                          struct manifest *out, struct err *e) MUST_CHECK;

/* Durably, and in one step: index and packs must be flushed. */
enum err_code target_publish(const struct target *target, struct arena *arena,
                             const struct manifest *manifest, struct err *e) MUST_CHECK;

/* Names below data/ and data/packs/. */
#define TARGET_NAME_MAX 48
void target_index_name(char out[TARGET_NAME_MAX], int64_t moment_us);
void target_manifest_name(char out[TARGET_NAME_MAX], int64_t moment_us);
void target_pack_name(char out[TARGET_NAME_MAX], const struct manifest_pack *pack);

/* The whole path of a moment's index. */
void target_index_path(const struct target *target, int64_t moment_us, char out[PATH_MAX]);

/* A file of the target to be read; ERR_CORRUPT when it is missing. */
enum err_code target_open_file(int dir, const char *name, int *fd, struct err *e) MUST_CHECK;

/* ERR_CONFLICT when it holds anything but `names`; the text begins with `what`. */
enum err_code target_check_empty(int dir_fd, const char *const *names, size_t count,
                                 const char *what, struct err *e) MUST_CHECK;

/* keys.c: copies DIR/keys, if there is such a folder, as those of manifest->moment_us, and names
 * them in the manifest; gives them back to another DIR. */
enum err_code target_take_keys(const struct target *target, const char *dir, struct arena *arena,
                               struct manifest *manifest, struct err *e) MUST_CHECK;
enum err_code target_give_keys(const struct target *target, const struct manifest *manifest,
                               const char *dir, struct err *e) MUST_CHECK;
/* Only reads them. */
enum err_code target_check_keys(const struct target *target, const struct manifest *manifest,
                                struct err *e) MUST_CHECK;

/* tidy.c: removes all moments but the newest `keep` (0: none is removed), and whatever no manifest
 * names. With a manifest that cannot be read it removes nothing but what is half written.
 * *left: moments that are there afterwards. */
enum err_code target_tidy(const struct target *target, size_t keep, size_t *left,
                          struct err *e) MUST_CHECK;

#endif
