/* Entering changes: the writer's part of the audit log. */
#include "meta/change_hash.h"

#define SALT_LEN 16

static const char END[] = "SELECT id, hash FROM change WHERE tenant = $1 ORDER BY id DESC LIMIT 1";

enum err_code meta_change_end(struct meta *meta, int32_t tenant, struct change_end *out,
                              struct err *e)
{
    struct change_end end = { 0 };

    SQL(q, meta, END, e);
    sql_int(&q, tenant);
    if (sql_row(&q)) {
        struct bytes hash = meta->driver->get_bytes(q.stmt, 1);
        if (hash.len != HASH_LEN)
            return err_set(e, ERR_CORRUPT, "the newest change has a hash of %zu bytes", hash.len);
        end.id = sql_get_int(&q, 0);
        memcpy(end.hash.at, hash.at, HASH_LEN);
    }
    if (q.rc == ERR_NONE)
        *out = end;
    return q.rc;
}

static const char ROWS[] = "SELECT " CHANGE_ROW_COLUMNS
                           " FROM change_row WHERE tenant = $1 AND change_id = $2 ORDER BY seq";

static bool is_of_pictures(enum change_what what)
{
    return what >= CHANGE_PICTURE_PUT && what <= CHANGE_PICTURE_THUMBNAIL;
}

/* Counts the rows of the change that is being made, and takes their hash. */
static enum err_code take_rows(struct meta *meta, int32_t tenant, struct change *change,
                               struct hash *out, struct err *e)
{
    struct sha256 all;
    struct hash one;

    SQL(q, meta, ROWS, e);
    sql_int(&q, tenant);
    sql_int(&q, change->id);
    change->rows = 0;
    sha256_begin(&all);
    while (sql_row(&q)) {
        if (!change_hash_row(&q, &one))
            return err_set(e, ERR_CORRUPT, "a row of change %lld has a broken hash",
                           (long long)change->id);
        sha256_add(&all, hash_bytes(&one));
        change->rows++;
        if (!change->subject && is_of_pictures(change->what) &&
            sql_get_int(&q, 2) == CHANGE_OF_PICTURE)
            change->subject = sql_get_int(&q, 3);
    }
    sha256_end(&all, out);
    return q.rc;
}

static const char HELD[] = "SELECT blob_id FROM change_row WHERE tenant = $1 AND change_id = $2"
                           " AND blob_id <> 0";
static const char DROP[] = "DELETE FROM change_row WHERE tenant = $1 AND change_id = $2";

enum err_code change_drop_rows(struct meta *meta, int32_t tenant, int64_t id, int64_t now_us,
                               struct err *e)
{
    {
        SQL(held, meta, HELD, e);
        sql_int(&held, tenant);
        sql_int(&held, id);
        while (sql_row(&held)) {
            enum err_code rc = meta_blob_unref(meta, tenant, sql_get_int(&held, 0), now_us, e);
            if (rc)
                return rc;
        }
        if (held.rc)
            return held.rc;
    }
    SQL(drop, meta, DROP, e);
    sql_int(&drop, tenant);
    sql_int(&drop, id);
    return sql_done(&drop);
}

static const char INSERT[] =
    "INSERT INTO change (tenant, id, at_us, user_id, credential_id, wire, what, kind, record_id,"
    " subject, rows, rows_hash, text, salt, text_hash, hash, head) VALUES ($1, $2, $3, $4, $5, $6,"
    " $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, x'')";

static enum err_code insert(struct meta *meta, int32_t tenant, const struct change *change,
                            const struct hash *rows_hash, struct change_end *end, struct err *e)
{
    char salt_room[SALT_LEN];
    struct change_end next = { .id = change->id };
    struct change_hashes hashes = { .rows = bytes_of(NULL, 0), .text = bytes_of(NULL, 0) };
    struct bytes salt = { 0 };
    struct hash text_hash;

    if (change->rows)
        hashes.rows = hash_bytes(rows_hash);
    if (change->text.len) {
        random_bytes(salt_room, SALT_LEN);
        salt = bytes_of(salt_room, SALT_LEN);
        change_hash_text(salt, change->text, &text_hash);
        hashes.text = hash_bytes(&text_hash);
    }
    change_hash_entry(&end->hash, tenant, change, &hashes, &next.hash);
    SQL(q, meta, INSERT, e);
    sql_int(&q, tenant);
    sql_int(&q, change->id);
    sql_int(&q, change->at_us);
    sql_int(&q, change->user_id);
    sql_int(&q, change->credential_id);
    sql_int(&q, change->wire);
    sql_int(&q, change->what);
    sql_int(&q, change->kind);
    sql_int(&q, change->record_id);
    sql_int(&q, change->subject);
    sql_int(&q, change->rows);
    sql_blob(&q, hashes.rows);
    sql_text(&q, change->text);
    sql_blob(&q, salt);
    sql_blob(&q, hashes.text);
    sql_blob(&q, hash_bytes(&next.hash));
    if (sql_done(&q) == ERR_NONE)
        *end = next;
    return q.rc;
}

enum err_code meta_change_enter(struct meta *meta, int32_t tenant, const struct change *change,
                                bool keep_rows, bool keep_entry, struct change_end *end,
                                struct err *e)
{
    struct change made = *change;
    struct hash rows_hash;

    made.id = end->id + 1;
    enum err_code rc = take_rows(meta, tenant, &made, &rows_hash, e);
    if (rc || (!made.rows && (made.what == CHANGE_NONE || change_has_history(made.what))))
        return rc;
    if (made.what == CHANGE_NONE)
        made.what = CHANGE_OTHER;
    if (made.what ==
        CHANGE_ERASE) /* what was erased before is told by it from what was tampered with */
        keep_rows = keep_entry = true;
    if (made.rows && !keep_rows) {
        made.rows = 0;
        rc = change_drop_rows(meta, tenant, made.id, made.at_us, e);
    }
    return rc || !keep_entry ? rc : insert(meta, tenant, &made, &rows_hash, end, e);
}

static const char SIGN[] = "UPDATE change SET head = $3 WHERE tenant = $1 AND id = $2";

static enum err_code set_head(struct meta *meta, int32_t tenant, int64_t id, struct bytes head,
                              struct err *e)
{
    SQL(q, meta, SIGN, e);
    sql_int(&q, tenant);
    sql_int(&q, id);
    sql_blob(&q, head);
    return sql_done(&q);
}

enum err_code meta_change_sign(struct meta *meta, int32_t tenant, int64_t before,
                               const struct change_end *end, const uint8_t key[HASH_LEN],
                               struct err *e)
{
    struct hash head;

    change_hash_head(key, end, &head);
    enum err_code rc = before ? set_head(meta, tenant, before, (struct bytes){ 0 }, e) : ERR_NONE;
    return rc ? rc : set_head(meta, tenant, end->id, hash_bytes(&head), e);
}

/* The anchor is one setting: three numbers and hashes in text, and their signature. */
#define ANCHOR "audit anchor"

static void sign_anchor(const uint8_t key[HASH_LEN], const struct change_anchor *anchor,
                        struct hash *out)
{
    struct change_end first = { .id = anchor->first_id, .hash = anchor->before };
    struct change_end whole = { .id = anchor->rows_from };

    change_hash_head(key, &first, &whole.hash);
    change_hash_head(key, &whole, out);
}

/* As it is stored. */
struct anchor_text {
    char first_id[DECIMAL_MAX];
    char rows_from[DECIMAL_MAX];
    struct hash before;
    struct hash signature;
};

static void put_decimal(char out[DECIMAL_MAX], int64_t number)
{
    char room[DECIMAL_MAX];
    struct bytes text = bytes_decimal(number, room);

    memset(out, ' ', DECIMAL_MAX);
    memcpy(out, text.at, text.len);
}

enum err_code meta_change_anchor_put(struct meta *meta, const uint8_t key[HASH_LEN],
                                     const struct change_anchor *anchor, struct err *e)
{
    struct anchor_text text = { .before = anchor->before };

    put_decimal(text.first_id, anchor->first_id);
    put_decimal(text.rows_from, anchor->rows_from);
    sign_anchor(key, anchor, &text.signature);
    return meta_setting_put(meta, ANCHOR, bytes_of((const char *)&text, sizeof text), e);
}

enum err_code meta_change_anchor_get(struct meta *meta, struct arena *arena,
                                     const uint8_t key[HASH_LEN], struct change_anchor *out,
                                     bool *found, struct err *e)
{
    struct change_anchor anchor;
    struct anchor_text text;
    struct bytes value;
    struct hash signature;

    enum err_code rc = meta_setting_get(meta, arena, ANCHOR, &value, found, e);
    if (rc || !*found)
        return rc;
    if (value.len != sizeof text)
        return err_set(e, ERR_CORRUPT, "the audit log's anchor has %zu bytes", value.len);
    memcpy(&text, value.at, sizeof text);
    anchor.before = text.before;
    if (!bytes_to_int64(bytes_trim(bytes_of(text.first_id, DECIMAL_MAX)), &anchor.first_id) ||
        !bytes_to_int64(bytes_trim(bytes_of(text.rows_from, DECIMAL_MAX)), &anchor.rows_from))
        return err_set(e, ERR_CORRUPT, "the audit log's anchor is not readable");
    sign_anchor(key, &anchor, &signature);
    if (!secret_eq(hash_bytes(&signature), hash_bytes(&text.signature)))
        return err_set(e, ERR_CORRUPT, "the audit log's anchor is not signed by this store");
    *out = anchor;
    return ERR_NONE;
}
