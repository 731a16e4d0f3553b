/* meta/change_hash.h - what the hashes of the audit log are of; inside meta/ only.
 *
 * Numbers are 8 bytes, little endian. H is SHA-256.
 *   row    H(change, seq, table, owner, part, blob, was there, salt, before)
 *   rows   H(all rows in their order); nothing when there are none
 *   text   H(salt, text); nothing when there is none
 *   entry  H(entry before, tenant, id, at, user, credential, wire, what, kind, record, subject,
 * rows, rows' hash, text's hash) head   HMAC(key, entry, id), of the newest entry alone
 */
#ifndef META_CHANGE_HASH_H
#define META_CHANGE_HASH_H

#include "meta/change.h"
#include "meta/sql.h"

/* Rows are read so, for their hashes: */
#define CHANGE_ROW_COLUMNS                                                                         \
    "change_id, seq, table_no, owner, part, blob_id, before IS NOT NULL, before, salt, hash"
#define CHANGE_ROW_BEFORE 7
#define CHANGE_ROW_HASH   9

/* The hash of the row that `q` stands on, which begins with CHANGE_ROW_COLUMNS; of an erased one
 * the hash it had. False: that hash is none. */
bool change_hash_row(struct sql *q, struct hash *out);

struct change_hashes {
    struct bytes rows; /* HASH_LEN bytes or none */
    struct bytes text;
};
void change_hash_text(struct bytes salt, struct bytes text, struct hash *out);
void change_hash_entry(const struct hash *before, int32_t tenant, const struct change *change,
                       const struct change_hashes *hashes, struct hash *out);
/* Without its entry: as meta_change_forget. */
enum err_code change_drop_rows(struct meta *meta, int32_t tenant, int64_t id, int64_t now_us,
                               struct err *e) MUST_CHECK;

void change_hash_head(const uint8_t key[HASH_LEN], const struct change_end *end, struct hash *out);

static inline struct bytes hash_bytes(const struct hash *hash)
{
    return bytes_of((const char *)hash->at, HASH_LEN);
}

#endif
