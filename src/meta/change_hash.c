#include "meta/change_hash.h"

#define NUMBER_LEN 8

static void put_number(char out[NUMBER_LEN], int64_t number)
{
    for (int i = 0; i < NUMBER_LEN; i++)
        out[i] = (char)((uint64_t)number >> 8 * i);
}

static void add_numbers(struct sha256 *sha, const int64_t *numbers, size_t count)
{
    char room[NUMBER_LEN];

    for (size_t i = 0; i < count; i++) {
        put_number(room, numbers[i]);
        sha256_add(sha, bytes_of(room, NUMBER_LEN));
    }
}

/* With its length in front, so that nothing can move from one to the next. */
static void add_bytes(struct sha256 *sha, struct bytes bytes)
{
    add_numbers(sha, &(int64_t){ (int64_t)bytes.len }, 1);
    sha256_add(sha, bytes);
}

bool change_hash_row(struct sql *q, struct hash *out)
{
    const struct meta_driver *driver = q->meta->driver;
    struct bytes erased = driver->get_bytes(q->stmt, CHANGE_ROW_HASH);
    int64_t numbers[CHANGE_ROW_BEFORE];
    struct sha256 sha;

    if (erased.len) {
        if (erased.len == HASH_LEN)
            memcpy(out->at, erased.at, HASH_LEN);
        return erased.len == HASH_LEN;
    }
    for (int i = 0; i < CHANGE_ROW_BEFORE; i++)
        numbers[i] = sql_get_int(q, i);
    sha256_begin(&sha);
    add_numbers(&sha, numbers, COUNT(numbers));
    add_bytes(&sha, driver->get_bytes(q->stmt, CHANGE_ROW_BEFORE + 1));
    add_bytes(&sha, driver->get_bytes(q->stmt, CHANGE_ROW_BEFORE));
    sha256_end(&sha, out);
    return true;
}

void change_hash_text(struct bytes salt, struct bytes text, struct hash *out)
{
    struct sha256 sha;

    sha256_begin(&sha);
    add_bytes(&sha, salt);
    add_bytes(&sha, text);
    sha256_end(&sha, out);
}

void change_hash_entry(const struct hash *before, int32_t tenant, const struct change *change,
                       const struct change_hashes *hashes, struct hash *out)
{
    const int64_t numbers[] = {
        tenant,       change->id,   change->at_us, change->user_id,   change->credential_id,
        change->wire, change->what, change->kind,  change->record_id, change->subject,
        change->rows,
    };
    struct sha256 sha;

    sha256_begin(&sha);
    sha256_add(&sha, hash_bytes(before));
    add_numbers(&sha, numbers, COUNT(numbers));
    add_bytes(&sha, hashes->rows);
    add_bytes(&sha, hashes->text);
    sha256_end(&sha, out);
}

void change_hash_head(const uint8_t key[HASH_LEN], const struct change_end *end, struct hash *out)
{
    char text[HASH_LEN + NUMBER_LEN];

    memcpy(text, end->hash.at, HASH_LEN);
    put_number(text + HASH_LEN, end->id);
    hmac(key, bytes_of(text, sizeof text), out);
}
