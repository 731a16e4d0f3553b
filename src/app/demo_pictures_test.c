#include "app/demo_pictures.h"
#include "app/demo_records.h"

#include "test.h"

static struct bytes whole(void)
{
    return bytes_of((const char *)demo_pictures, demo_pictures_len);
}

static const struct demo_record *find(enum record_kind kind, int32_t id)
{
    for (size_t i = 0; i < demo_record_count; i++) {
        if (demo_records[i].kind == kind && demo_records[i].id == id)
            return &demo_records[i];
    }
    return NULL;
}

TEST(the_first_entry_is_the_detail_picture_of_product_1)
{
    struct demo_picture picture;
    size_t at = 0;

    CHECK(demo_picture_next(whole(), &at, &picture));
    CHECK_INT(picture.kind, KIND_PRODUCT);
    CHECK_INT(picture.record_id, 1);
    CHECK_INT(picture.role, ROLE_DETAIL);
    CHECK_BYTES(picture.name, B("mug-fjord.jpg"));
    CHECK(bytes_starts(picture.content, B("\xFF\xD8\xFF")));
}

TEST(every_record_but_four_has_a_picture_and_five_products_have_four)
{
    int pictures[KIND_COUNT + 1][61] = { 0 };
    struct demo_picture picture;
    size_t at = 0;
    int total = 0;

    while (demo_picture_next(whole(), &at, &picture)) {
        CHECK(find(picture.kind, picture.record_id) != NULL);
        pictures[picture.kind][picture.record_id]++;
        total++;
    }
    CHECK_INT(at, demo_pictures_len);
    CHECK_INT(total, demo_pictures[0] | demo_pictures[1] << 8);

    for (size_t i = 0; i < demo_record_count; i++) {
        const struct demo_record *r = &demo_records[i];
        bool none =
            (r->kind == KIND_CONTACT && r->id == 20) || (r->kind == KIND_PERSON && r->id == 40) ||
            (r->kind == KIND_PRODUCT && r->id == 45) || (r->kind == KIND_PROJECT && r->id == 10);
        int want = none ? 0 : r->kind == KIND_PRODUCT && r->id <= 5 ? 4 : 1;
        CHECK_INT(pictures[r->kind][r->id], want);
    }
}

TEST(no_two_pictures_are_the_same)
{
    struct demo_picture one;

    for (size_t at = 0; demo_picture_next(whole(), &at, &one);) {
        struct demo_picture other;
        for (size_t next = at; demo_picture_next(whole(), &next, &other);) {
            CHECK(!bytes_eq(one.content, other.content));
            CHECK(!bytes_eq(one.name, other.name));
        }
    }
}

TEST(names_end_as_their_bytes_say)
{
    static const struct {
        enum picture_type type;
        const char *magic;
    } forms[] = {
        { PICTURE_JPEG, "\xFF\xD8\xFF" }, { PICTURE_PNG, "\x89PNG" }, { PICTURE_GIF, "GIF8" },
        { PICTURE_WEBP, "RIFF" },         { PICTURE_TIFF, "II*" },    { PICTURE_BMP, "BM" },
    };
    int seen[COUNT(forms)] = { 0 };
    struct demo_picture picture;

    for (size_t at = 0; demo_picture_next(whole(), &at, &picture);) {
        size_t i = 0;
        while (i < COUNT(forms) && !bytes_starts(picture.content, bytes_str(forms[i].magic)))
            i++;
        CHECK(i < COUNT(forms));
        CHECK(picture_type_fits_name(forms[i].type, picture.name));
        seen[i]++;
    }
    for (size_t i = 0; i < COUNT(forms); i++)
        CHECK(seen[i] > 0);
}

TEST(a_cut_archive_ends_early_and_is_never_read_past_its_end)
{
    struct demo_picture picture;
    size_t first = 0;

    CHECK(demo_picture_next(whole(), &first, &picture));
    for (size_t len = 0; len < first; len++) {
        char *copy = malloc(len ? len : 1); /* exactly so long: a read behind it is seen */
        size_t at = 0;
        CHECK(copy != NULL);
        memcpy(copy, demo_pictures, len);
        CHECK(!demo_picture_next(bytes_of(copy, len), &at, &picture));
        free(copy);
    }
}

TEST(records_are_those_that_the_documents_promise)
{
    static const int counts[KIND_COUNT + 1] = {
        [KIND_CONTACT] = 20, [KIND_PERSON] = 40, [KIND_PRODUCT] = 60, [KIND_PROJECT] = 10
    };

    CHECK_INT(demo_record_count, 130);
    for (int kind = KIND_CONTACT; kind <= KIND_PROJECT; kind++) {
        for (int id = 1; id <= counts[kind]; id++)
            CHECK(find((enum record_kind)kind, id) != NULL);
    }
    for (int id = 1; id <= 60; id++) {
        const struct demo_record *r = find(KIND_PRODUCT, id);
        enum record_subtype want = id <= 45   ? SUBTYPE_SIMPLE
                                   : id <= 50 ? SUBTYPE_PARENT
                                   : id <= 55 ? SUBTYPE_OFFER
                                              : SUBTYPE_SERVICE;
        CHECK_INT(r->subtype, want);
        CHECK_INT(r->parent_id, want == SUBTYPE_OFFER ? id - 5 : 0);
        CHECK(bytes_is_utf8(bytes_str(r->name)) && r->name[0]);
    }
}

TEST_MAIN
