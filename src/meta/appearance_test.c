/* What every database must do with what pictures look like. */
#include "meta/contract_test.h"

static struct appearance_row row_of(int64_t blob_id, uint8_t seed)
{
    struct appearance_row row = { .blob_id = blob_id,
                                  .state = APPEARANCE_MADE,
                                  .made_by = 1,
                                  .appearance = { .colour = 0xC81E3CU,
                                                  .thumb_hash_len = 21,
                                                  .perceptual_hash = UINT64_MAX - seed } };

    memset(row.appearance.thumb_hash, seed, 21);
    memset(row.appearance.pixel_hash, seed, PICTURE_HASH_LEN);
    return row;
}

static void add_blob(struct meta *meta, int64_t id, enum blob_state state)
{
    char hash[40];
    struct err e = { 0 };

    snprintf(hash, sizeof hash, "hash %lld", (long long)id);
    CHECK_OK(meta_blob_insert(meta, 1,
                              &(struct blob_row){ .id = id,
                                                  .hash = bytes_str(hash),
                                                  .checksums = B("sums"),
                                                  .refs = state == BLOB_LIVE,
                                                  .state = state },
                              &e));
}

static void add_picture(struct meta *meta, int32_t id, int64_t blob_id)
{
    struct picture picture = { .id = id,
                               .blob_id = blob_id,
                               .header = { .type = blob_id ? PICTURE_PNG : PICTURE_NONE } };
    struct err e = { 0 };

    CHECK_OK(meta_picture_insert(meta, 1, &picture, &e));
}

static bool is_there(struct meta *meta, int64_t blob_id, struct appearance_row *out)
{
    struct err e = { 0 };
    bool found;

    CHECK_OK(meta_appearance_find(meta, 1, blob_id, out, &found, &e));
    return found;
}

/* One statement fires the triggers, and another way when there is an appearance already. */
TEST(an_overview_follows_what_its_picture_looks_like)
{
    struct meta *meta = open_fresh();
    CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 16);
    struct appearance_row row = row_of(7, 3);
    const int32_t ids[] = { 1, 2 };
    struct overview_row rows[2];
    struct err e = { 0 };

    CHECK_OK(meta_begin(meta, &e));
    add_blob(meta, 7, BLOB_LIVE);
    for (int32_t i = 1; i <= 2; i++) {
        add_picture(meta, 10 + i, 7);
        CHECK_OK(meta_link_insert(meta, 1, KIND_PRODUCT, i, ROLE_MORE, 1, 10 + i, &e));
        CHECK_OK(meta_link_insert(meta, 1, KIND_PRODUCT, i, ROLE_MORE, 2, 13 - i, &e));
    }
    for (uint32_t colour = 1; colour <= 3; colour++) {
        row.appearance.colour = colour;
        CHECK_OK(meta_appearance_put(meta, 1, &row, &e));
        CHECK_OK(meta_overview(meta, arena, 1, KIND_PRODUCT, ids, 2, rows, &e));
        for (int32_t i = 0; i < 2; i++) {
            CHECK_INT(rows[i].picture_id, 11 + i);
            CHECK(rows[i].has_appearance);
            CHECK_INT(rows[i].appearance.colour, colour);
        }
    }
    CHECK_OK(meta_commit(meta, &e));
    meta_close(meta);
}

TEST(what_was_put_is_found_and_put_again_in_its_place)
{
    struct meta *meta = open_fresh();
    struct appearance_row row = row_of(7, 3);
    struct appearance_row got;
    struct err e = { 0 };

    CHECK_OK(meta_begin(meta, &e));
    add_blob(meta, 7, BLOB_LIVE);
    CHECK_OK(meta_appearance_put(meta, 1, &row, &e));
    CHECK(is_there(meta, 7, &got));
    CHECK(memcmp(&got.appearance, &row.appearance, sizeof row.appearance) == 0);
    CHECK_INT(got.state, APPEARANCE_MADE);
    CHECK_INT(got.made_by, 1);

    row.state = APPEARANCE_IMPOSSIBLE;
    row.made_by = 2;
    CHECK_OK(meta_appearance_put(meta, 1, &row, &e));
    CHECK(is_there(meta, 7, &got));
    CHECK_INT(got.state, APPEARANCE_IMPOSSIBLE);
    CHECK_INT(got.made_by, 2);
    CHECK_INT(got.appearance.thumb_hash_len, 0);
    CHECK_OK(meta_commit(meta, &e));
    meta_close(meta);
}

TEST(it_goes_with_its_blob_and_never_outlives_it)
{
    struct meta *meta = open_fresh();
    struct arena *arena = arena_new(1 << 20);
    struct appearance_row row = row_of(7, 3);
    struct appearance_row got;
    struct blob_row *removed;
    size_t count;
    struct err e = { 0 };

    CHECK_OK(meta_begin(meta, &e));
    CHECK_OK(meta_appearance_put(meta, 1, &row, &e));
    CHECK(!is_there(meta, 7, &got)); /* no such blob */
    add_blob(meta, 7, BLOB_DEAD);
    CHECK_OK(meta_appearance_put(meta, 1, &row, &e));
    CHECK(is_there(meta, 7, &got));
    CHECK_OK(meta_blob_remove_begin(meta, arena, 1, 1, 10, &removed, &count, &e));
    CHECK_INT(count, 1);
    row = row_of(7, 9);
    CHECK_OK(meta_appearance_put(meta, 1, &row, &e)); /* too late */
    CHECK(is_there(meta, 7, &got));
    CHECK_INT(got.appearance.pixel_hash[0], 3);
    CHECK_OK(meta_blob_remove_end(meta, 1, 7, &e));
    CHECK(!is_there(meta, 7, &got));
    CHECK_OK(meta_commit(meta, &e));
    arena_free(arena);
    meta_close(meta);
}

TEST(blobs_without_one_or_with_an_old_one_are_missing_theirs)
{
    struct meta *meta = open_fresh();
    struct arena *arena = arena_new(1 << 20);
    struct appearance_row rows[] = { row_of(2, 1), row_of(4, 1), row_of(5, 1) };
    struct blob_row *got;
    size_t count;
    struct err e = { 0 };

    CHECK_OK(meta_begin(meta, &e));
    for (int64_t id = 1; id <= 6; id++)
        add_blob(meta, id, id == 3 ? BLOB_DEAD : id == 6 ? BLOB_REMOVING : BLOB_LIVE);
    rows[1].state = APPEARANCE_IMPOSSIBLE; /* not tried again */
    rows[2].made_by = 2;
    for (size_t i = 0; i < COUNT(rows); i++)
        CHECK_OK(meta_appearance_put(meta, 1, &rows[i], &e));
    CHECK_OK(meta_commit(meta, &e));

    CHECK_OK(meta_appearance_missing(meta, arena, 1, 0, 1, 10, &got, &count, &e));
    CHECK_INT(count, 2);
    CHECK_INT(got[0].id, 1);
    CHECK_INT(got[1].id, 3);
    CHECK_BYTES(got[1].checksums, B("sums"));
    CHECK_OK(meta_appearance_missing(meta, arena, 1, 1, 2, 2, &got, &count, &e));
    CHECK_INT(count, 2); /* above 1: 2 and 3; 4 is the next */
    CHECK_INT(got[0].id, 2);
    CHECK_OK(meta_appearance_missing(meta, arena, 1, 4, 2, 2, &got, &count, &e));
    CHECK_INT(count, 0);
    CHECK_OK(meta_appearance_missing(meta, arena, 2, 0, 1, 10, &got, &count, &e));
    CHECK_INT(count, 0); /* another tenant's */
    arena_free(arena);
    meta_close(meta);
}

TEST(every_picture_with_bytes_is_listed_seen_or_not)
{
    struct meta *meta = open_fresh();
    struct arena *arena = arena_new(1 << 20);
    struct appearance_row rows[] = { row_of(1, 5), row_of(2, 6) };
    struct picture_looks *got;
    size_t count;
    struct err e = { 0 };

    CHECK_OK(meta_begin(meta, &e));
    for (int64_t id = 1; id <= 3; id++)
        add_blob(meta, id, BLOB_LIVE);
    add_picture(meta, 11, 1);
    add_picture(meta, 12, 3);
    add_picture(meta, 13, 0);
    add_picture(meta, 14, 1);
    add_picture(meta, 15, 2);
    rows[1].state = APPEARANCE_IMPOSSIBLE;
    CHECK_OK(meta_appearance_put(meta, 1, &rows[0], &e));
    CHECK_OK(meta_appearance_put(meta, 1, &rows[1], &e));
    CHECK_OK(meta_commit(meta, &e));

    CHECK_OK(meta_appearance_list(meta, arena, 1, &got, &count, &e));
    CHECK_INT(count, 4);
    CHECK_INT(got[0].picture_id, 11);
    CHECK_INT(got[0].state, APPEARANCE_MADE);
    CHECK_INT(got[0].colour, 0xC81E3C);
    CHECK(got[0].perceptual_hash == UINT64_MAX - 5);
    CHECK_INT(got[0].pixel_hash[31], 5);
    CHECK_INT(got[1].picture_id, 12);
    CHECK_INT(got[1].state, APPEARANCE_NONE);
    CHECK_INT(got[2].picture_id, 14);
    CHECK_INT(got[2].blob_id, 1);
    CHECK_INT(got[3].state, APPEARANCE_IMPOSSIBLE);
    arena_free(arena);
    meta_close(meta);
}

static void count_problem(void *context, const char *line)
{
    (*(int *)context)++;
    CHECK(strstr(line, "appearance of blob 9") != NULL);
}

TEST(one_without_its_blob_is_found)
{
    struct meta *meta = open_fresh();
    struct err e = { 0 };
    int64_t records;
    int64_t pictures;
    int problems = 0;

    CHECK_OK(meta_begin(meta, &e));
    CHECK_OK(meta->driver->run(
        meta, "INSERT INTO appearance VALUES (1, 9, 1, 1, 0, x'00', x'00', 0)", &e));
    CHECK_OK(meta_commit(meta, &e));
    CHECK_OK(meta_check_counts(meta, 1, count_problem, &problems, &records, &pictures, &e));
    CHECK_INT(problems, 1);
    meta_close(meta);
}

TEST_MAIN
