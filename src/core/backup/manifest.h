/* core/backup/manifest.h - what belongs to one moment of a backup, as text:
 *
 *   cameo backup 1
 *   store 64 hex digits
 *   moment 20261121T191503.123456Z
 *   index BYTES CRC
 *   pack VOLUME COPY BYTES CRC       ascending; of the file's first BYTES
 *   key NAME BYTES CRC
 *   end CRC                          of all lines before
 *
 * Checksums are CRC-32C, 8 hex digits. There is one spelling of each manifest.
 */
#ifndef CORE_BACKUP_MANIFEST_H
#define CORE_BACKUP_MANIFEST_H

#include "base/crypto.h"
#include "base/strbuf.h"

#define MANIFEST_BYTES_MAX (64 << 20)
#define MANIFEST_NAME_MAX  64 /* of a file of keys */

struct manifest_pack {
    int32_t volume;
    int32_t copy; /* which of the copies of that volume: see target_pack_name */
    int64_t bytes;
    uint32_t crc;
};

struct manifest_key {
    char name[MANIFEST_NAME_MAX + 1];
    int64_t bytes;
    uint32_t crc;
};

struct manifest {
    struct hash store;
    int64_t moment_us;
    int64_t index_bytes;
    uint32_t index_crc;
    struct manifest_pack *packs;
    size_t pack_count;
    struct manifest_key *keys;
    size_t key_count;
};

/* A name that a file of keys may have: letters, digits, dashes, underlines, dots but not in front.
 */
bool manifest_is_name(struct bytes name);

void manifest_hash(struct strbuf *out, const struct hash *hash);
bool manifest_read_hash(struct bytes text, struct hash *out);

void manifest_write(struct strbuf *out, const struct manifest *manifest);

/* ERR_CORRUPT: not a manifest, or changed since it was written. ERR_CONFLICT: of a newer program.
 */
enum err_code manifest_read(struct arena *arena, struct bytes text, struct manifest *out,
                            struct err *e) MUST_CHECK;

#endif
