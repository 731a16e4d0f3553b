#include "core/backup/manifest.h"
#include "core/backup/moment.h"

#include <ctype.h>
#include <stdio.h>

static const struct bytes first_line = { "cameo backup 1", 14 };

bool manifest_is_name(struct bytes name)
{
    if (name.len == 0 || name.len > MANIFEST_NAME_MAX || *name.at == '.')
        return false;
    for (size_t i = 0; i < name.len; i++) {
        if (!isalnum((unsigned char)name.at[i]) && !strchr("-_.", name.at[i]))
            return false;
    }
    return true;
}

void manifest_hash(struct strbuf *out, const struct hash *hash)
{
    for (int i = 0; i < HASH_LEN; i++)
        strbuf_printf(out, "%02x", hash->at[i]);
}

static int digit_of(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool manifest_read_hash(struct bytes text, struct hash *out)
{
    struct hash hash;

    if (text.len != sizeof hash.at * 2)
        return false;
    for (size_t i = 0; i < sizeof hash.at; i++) {
        int high = digit_of(text.at[2 * i]);
        int low = digit_of(text.at[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        hash.at[i] = (uint8_t)(high << 4 | low);
    }
    *out = hash;
    return true;
}

void manifest_write(struct strbuf *out, const struct manifest *m)
{
    char moment[MOMENT_MAX];
    size_t start = out->len;

    moment_write(moment, m->moment_us);
    strbuf_add(out, first_line);
    strbuf_lit(out, "\nstore ");
    manifest_hash(out, &m->store);
    strbuf_printf(out, "\nmoment %s\nindex %lld %08x\n", moment, (long long)m->index_bytes,
                  m->index_crc);
    for (size_t i = 0; i < m->pack_count; i++) {
        const struct manifest_pack *p = &m->packs[i];
        strbuf_printf(out, "pack %d %d %lld %08x\n", p->volume, p->copy, (long long)p->bytes,
                      p->crc);
    }
    for (size_t i = 0; i < m->key_count; i++) {
        const struct manifest_key *k = &m->keys[i];
        strbuf_printf(out, "key %s %lld %08x\n", k->name, (long long)k->bytes, k->crc);
    }
    if (!out->failed)
        strbuf_printf(out, "end %08x\n", crc32c(bytes_from(strbuf_bytes(out), start)));
}

/* The words of a line: its name and up to four behind it. */
struct line {
    struct bytes words[5];
    size_t count;
};

static bool take_line(struct bytes *text, struct line *out)
{
    struct bytes line;
    struct bytes word;

    *out = (struct line){ 0 };
    if (!bytes_split(text, '\n', &line))
        return false;
    while (bytes_split(&line, ' ', &word)) {
        if (out->count == COUNT(out->words))
            return false;
        out->words[out->count++] = word;
    }
    return out->count > 0;
}

static bool is_line(const struct line *line, struct bytes name, size_t words)
{
    return line->count == words && bytes_eq(line->words[0], name);
}

static bool read_sum(struct bytes bytes, struct bytes crc, int64_t *out_bytes, uint32_t *out_crc)
{
    uint32_t sum = 0;

    if (crc.len != 8 || !bytes_to_int64(bytes, out_bytes) || *out_bytes < 0)
        return false;
    for (size_t i = 0; i < crc.len; i++) {
        int digit = digit_of(crc.at[i]);
        if (digit < 0)
            return false;
        sum = sum << 4 | (uint32_t)digit;
    }
    *out_crc = sum;
    return true;
}

static bool read_pack(const struct line *line, struct manifest *m)
{
    struct manifest_pack pack;

    if (!is_line(line, B("pack"), 5) || m->key_count ||
        !bytes_to_int32(line->words[1], &pack.volume) ||
        !bytes_to_int32(line->words[2], &pack.copy) ||
        !read_sum(line->words[3], line->words[4], &pack.bytes, &pack.crc) || pack.volume < 1 ||
        pack.copy < 1 || (m->pack_count && m->packs[m->pack_count - 1].volume >= pack.volume))
        return false;
    m->packs[m->pack_count++] = pack;
    return true;
}

static bool read_key(const struct line *line, struct manifest *m)
{
    struct manifest_key key = { 0 };

    if (!is_line(line, B("key"), 4) || !manifest_is_name(line->words[1]) ||
        !read_sum(line->words[2], line->words[3], &key.bytes, &key.crc))
        return false;
    memcpy(key.name, line->words[1].at, line->words[1].len);
    m->keys[m->key_count++] = key;
    return true;
}

static bool read_head(struct bytes *text, struct manifest *m)
{
    struct line line;

    return take_line(text, &line) && is_line(&line, B("store"), 2) &&
           manifest_read_hash(line.words[1], &m->store) && take_line(text, &line) &&
           is_line(&line, B("moment"), 2) && moment_read(line.words[1], &m->moment_us) &&
           take_line(text, &line) && is_line(&line, B("index"), 3) &&
           read_sum(line.words[1], line.words[2], &m->index_bytes, &m->index_crc);
}

/* Lines of that name, which are all that can follow the head. */
static size_t count_lines(struct bytes text, struct bytes name)
{
    struct bytes line;
    size_t count = 0;

    while (bytes_split(&text, '\n', &line))
        count += bytes_starts(line, name);
    return count;
}

/* The text without its last line, if that one fits to it. */
static bool check_end(struct bytes *text)
{
    char end[16];
    size_t len = sizeof "end 01234567\n" - 1;

    if (text->len < len)
        return false;
    struct bytes body = bytes_first(*text, text->len - len);
    int made = snprintf(end, sizeof end, "end %08x\n", crc32c(body));
    if (!bytes_eq(bytes_of(end, (size_t)made), bytes_from(*text, body.len)))
        return false;
    *text = body;
    return true;
}

enum err_code manifest_read(struct arena *arena, struct bytes text, struct manifest *out,
                            struct err *e)
{
    struct manifest m = { 0 };
    struct bytes written = text;
    struct strbuf again;
    struct bytes first;
    struct line line;

    if (!check_end(&text) || !bytes_split(&text, '\n', &first) ||
        !bytes_starts(first, B("cameo backup ")))
        return err_set(e, ERR_CORRUPT, "the manifest is damaged");
    if (!bytes_eq(first, first_line))
        return err_set(e, ERR_CONFLICT, "the backup was made by a newer program");
    m.packs = arena_zalloc(arena, count_lines(text, B("pack ")) + 1, sizeof *m.packs);
    m.keys = arena_zalloc(arena, count_lines(text, B("key ")) + 1, sizeof *m.keys);
    if (!m.packs || !m.keys)
        return err_set(e, ERR_NO_MEMORY, "read a manifest");
    if (!read_head(&text, &m))
        return err_set(e, ERR_CORRUPT, "the manifest is malformed");
    while (text.len) {
        if (!take_line(&text, &line) || (!read_pack(&line, &m) && !read_key(&line, &m)))
            return err_set(e, ERR_CORRUPT, "the manifest is malformed");
    }
    strbuf_init(&again, arena, written.len + 1, written.len + 1);
    if (again.failed)
        return err_set(e, ERR_NO_MEMORY, "read a manifest");
    manifest_write(&again, &m);
    if (again.failed || !bytes_eq(strbuf_bytes(&again), written))
        return err_set(e, ERR_CORRUPT, "the manifest is malformed");
    *out = m;
    return ERR_NONE;
}
