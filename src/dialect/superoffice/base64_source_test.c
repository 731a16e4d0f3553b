#include "dialect/superoffice/base64_source.h"

#include "base/base64.h"
#include "test.h"

/* A picture in memory that counts nothing and may be told to block. */
struct memory {
    struct source base; /* first */
    const char *bytes;
    bool blocks;
};

static enum err_code read_memory(struct source *source, uint64_t offset, char *out, size_t len,
                                 bool may_block, struct err *e)
{
    struct memory *m = (struct memory *)source;

    CHECK(offset + len <= source->size);
    if (m->blocks && !may_block)
        return err_set(e, ERR_BLOCKS, "not in memory");
    memcpy(out, m->bytes + offset, len);
    return ERR_NONE;
}

static struct bytes whole(struct arena *arena, struct bytes plain)
{
    struct strbuf text;

    strbuf_init(&text, arena, 0, 16 << 20);
    strbuf_lit(&text, "\"");
    base64_write(&text, plain);
    strbuf_lit(&text, "\"");
    return strbuf_bytes(&text);
}

/* Numbers that look random and are the same in every run. */
static size_t next(size_t *state)
{
    *state = *state * 6364136223846793005U + 1442695040888963407U;
    return *state >> 33;
}

/* Whatever stretch is asked for, it is that of the text written at once. */
static void check_stretches(size_t size, size_t seed)
{
    struct arena *arena = arena_new(32 << 20);
    char *bytes = arena_alloc(arena, size + 1);
    struct source *text;
    struct err e = { 0 };

    for (size_t i = 0; i < size; i++)
        bytes[i] = (char)next(&seed);
    struct memory plain = { .base = { .size = size, .read = read_memory }, .bytes = bytes };
    struct bytes want = whole(arena, bytes_of(bytes, size));
    CHECK(want.at != NULL);
    CHECK_INT(base64_source(arena, &plain.base, B("\""), B("\""), &text, &e), ERR_NONE);
    CHECK_INT(text->size, want.len);

    char *got = arena_alloc(arena, want.len);
    CHECK_INT(text->read(text, 0, got, want.len, true, &e), ERR_NONE);
    CHECK(memcmp(got, want.at, want.len) == 0);
    for (int i = 0; want.len && i < 50; i++) {
        size_t offset = next(&seed) % want.len;
        size_t len = next(&seed) % (want.len - offset + 1);
        memset(got, '?', len);
        CHECK_INT(text->read(text, offset, got, len, true, &e), ERR_NONE);
        CHECK(memcmp(got, want.at + offset, len) == 0);
    }
    CHECK_INT(text->read(text, want.len, got, 1, true, &e), ERR_INTERNAL);
    arena_free(arena);
}

TEST(any_stretch_of_the_text_is_that_of_the_whole)
{
    for (size_t size = 0; size < 10; size++)
        check_stretches(size, size);
    check_stretches(3 * SOURCE_PIECE / 4, 11);
    check_stretches(3 * SOURCE_PIECE / 4 + 1, 12);
    check_stretches(1 << 20, 13);
}

TEST(a_picture_that_is_not_in_memory_blocks)
{
    struct arena *arena = arena_new(1 << 20);
    struct memory plain = { { .size = 3, .read = read_memory }, "abc", true };
    struct source *text;
    struct err e = { 0 };
    char got[6];

    CHECK_INT(base64_source(arena, &plain.base, B("\""), B("\""), &text, &e), ERR_NONE);
    CHECK_INT(text->read(text, 0, got, 6, false, &e), ERR_BLOCKS);
    CHECK_INT(text->read(text, 0, got, 6, true, &e), ERR_NONE);
    CHECK(memcmp(got, "\"YWJj\"", 6) == 0);
    arena_free(arena);
}

TEST_MAIN
