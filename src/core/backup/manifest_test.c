#include "core/backup/manifest.h"
#include "test.h"

#define MOMENT_US 1795288503123456LL

static const char text[] =
    "cameo backup 1\n"
    "store 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n"
    "moment 20261121T191503.123456Z\n"
    "index 4096 0000000a\n"
    "pack 1 1 1073741824 deadbeef\n"
    "pack 12 3 5000 00c0ffee\n"
    "key slots 64 12345678\n";

static struct manifest sample(struct manifest_pack packs[2], struct manifest_key keys[1])
{
    struct manifest m = { .moment_us = MOMENT_US,
                          .index_bytes = 4096,
                          .index_crc = 10,
                          .packs = packs,
                          .pack_count = 2,
                          .keys = keys,
                          .key_count = 1 };

    for (int i = 0; i < HASH_LEN; i++)
        m.store.at[i] = (uint8_t)i;
    packs[0] = (struct manifest_pack){ 1, 1, 1 << 30, 0xdeadbeef };
    packs[1] = (struct manifest_pack){ 12, 3, 5000, 0xc0ffee };
    keys[0] = (struct manifest_key){ "slots", 64, 0x12345678 };
    return m;
}

static struct bytes written(struct arena *arena, const struct manifest *m)
{
    struct strbuf out;

    strbuf_init(&out, arena, 0, 1 << 16);
    manifest_write(&out, m);
    CHECK(!out.failed);
    return strbuf_bytes(&out);
}

/* `body` with an end that fits to it. */
static struct bytes ended(struct arena *arena, const char *body)
{
    return bytes_str(arena_printf(arena, "%send %08x\n", body, crc32c(bytes_str(body))));
}

TEST(a_manifest_is_text_that_reads_back_the_same)
{
    struct arena *arena = arena_new(1 << 20);
    struct manifest_pack packs[2];
    struct manifest_key keys[1];
    struct manifest m = sample(packs, keys);
    struct manifest got;
    struct err e = { 0 };

    CHECK_BYTES(written(arena, &m), ended(arena, text));
    CHECK_INT(manifest_read(arena, written(arena, &m), &got, &e), ERR_NONE);
    CHECK_INT(got.moment_us, MOMENT_US);
    CHECK_INT(got.index_bytes, 4096);
    CHECK_INT(got.pack_count, 2);
    CHECK_INT(got.packs[1].volume, 12);
    CHECK_INT(got.packs[1].copy, 3);
    CHECK_INT(got.packs[0].crc, 0xdeadbeef);
    CHECK_INT(got.key_count, 1);
    CHECK(strcmp(got.keys[0].name, "slots") == 0);
    CHECK_BYTES(written(arena, &got), written(arena, &m));
    arena_free(arena);
}

TEST(any_changed_byte_is_found)
{
    struct arena *arena = arena_new(64 << 20);
    struct manifest_pack packs[2];
    struct manifest_key keys[1];
    struct manifest m = sample(packs, keys);
    struct bytes good = written(arena, &m);

    for (size_t at = 0; at < good.len; at++) {
        for (int bit = 0; bit < 8; bit++) {
            struct arena *one = arena_new(1 << 20);
            struct bytes bad = arena_copy(one, good);
            struct manifest got;
            struct err e = { 0 };
            ((char *)(uintptr_t)bad.at)[at] ^= (char)(1 << bit);
            CHECK(manifest_read(one, bad, &got, &e) != ERR_NONE);
            arena_free(one);
        }
        struct manifest got;
        struct err e = { 0 };
        CHECK(manifest_read(arena, bytes_first(good, at), &got, &e) != ERR_NONE);
    }
    arena_free(arena);
}

TEST(other_spellings_are_refused)
{
    static const char head[] =
        "cameo backup 1\nstore 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n"
        "moment 20261121T191503.123456Z\nindex 4096 0000000a\n";
    static const char *const lines[] = {
        "pack 2 1 5000 00c0ffee\npack 1 1 5000 00c0ffee\n",
        "pack 1 1 5000 00c0ffee\npack 1 2 5000 00c0ffee\n",
        "pack 0 1 5000 00c0ffee\n",
        "pack 1 0 5000 00c0ffee\n",
        "pack 1 1 -5 00c0ffee\n",
        "pack 1 1 05000 00c0ffee\n",
        "pack 1 1 5000 00C0FFEE\n",
        "pack 1 1 5000 c0ffee\n",
        "pack 1 1 5000 00c0ffee \n",
        "pack 1 1 5000 00c0ffee more\n",
        "pack  1 1 5000 00c0ffee\n",
        "key ../slots 64 12345678\n",
        "key .slots 64 12345678\n",
        "key a/b 64 12345678\n",
        "key slots 64 12345678\npack 1 1 5000 00c0ffee\n",
        "door 1\n",
        "\n",
    };
    struct arena *arena = arena_new(1 << 20);

    for (size_t i = 0; i < COUNT(lines); i++) {
        struct manifest got;
        struct err e = { 0 };
        struct bytes bad = ended(arena, arena_printf(arena, "%s%s", head, lines[i]));
        if (manifest_read(arena, bad, &got, &e) != ERR_CORRUPT)
            test_fail(__FILE__, __LINE__, "taken: %s", lines[i]);
    }
    arena_free(arena);
}

TEST(memory_that_runs_out_is_no_damage)
{
    struct arena *arena = arena_new(1 << 20);
    struct manifest_pack packs[2];
    struct manifest_key keys[1];
    struct manifest m = sample(packs, keys);
    struct bytes good = written(arena, &m);
    enum err_code rc = ERR_NO_MEMORY;

    for (size_t limit = 0; rc == ERR_NO_MEMORY && limit < (1 << 16); limit += 16) {
        struct arena *small = arena_new(limit);
        struct manifest got;
        struct err e = { 0 };
        rc = manifest_read(small, good, &got, &e);
        arena_free(small);
    }
    CHECK_INT(rc, ERR_NONE);
    arena_free(arena);
}

TEST(a_newer_form_is_said_to_be_one)
{
    struct arena *arena = arena_new(1 << 20);
    struct manifest got;
    struct err e = { 0 };

    CHECK_INT(manifest_read(arena, ended(arena, "cameo backup 2\nwhatever\n"), &got, &e),
              ERR_CONFLICT);
    arena_free(arena);
}

TEST_MAIN
