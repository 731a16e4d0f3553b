/* Scrubbing a store: repairs, marks, and what comes of them. */
#include "base/log.h"
#include "core/damage.h"
#include "core/mend.h"
#include "core/scrub.h"
#include "support/fixture.h"

#include <fcntl.h>
#include <sys/stat.h>

static const struct owner owners[] = { { KIND_PRODUCT, 1 }, { KIND_PRODUCT, 2 } };

static char *pack_path(const struct fixture *f)
{
    static char path[200];

    snprintf(path, sizeof path, "%s/packs/000001.pack", store_dir(f->store));
    return path;
}

static void flip(const struct fixture *f, int64_t at, size_t len)
{
    int fd = open(pack_path(f), O_RDWR | O_CLOEXEC);
    char bytes[64];

    CHECK(fd >= 0 && pread(fd, bytes, len, at) == (ssize_t)len);
    for (size_t i = 0; i < len; i++)
        bytes[i] ^= 0x11;
    CHECK(pwrite(fd, bytes, len, at) == (ssize_t)len);
    close(fd);
}

static int lines; /* of the last scrub */

static void count_line(void *context, const char *line)
{
    (void)context;
    (void)line;
    lines++;
}

static struct scrub_counts scrub(struct fixture *f)
{
    struct scrub_options options = { .problem = count_line };
    struct scrub_counts counts = { 0 };
    struct err e = { 0 };

    lines = 0;
    CHECK_OK(store_scrub(f->core, &options, &counts, &e));
    return counts;
}

static struct scrub_status status(struct fixture *f)
{
    struct scrub_status out;
    struct err e = { 0 };

    CHECK_OK(store_scrub_status(f->core, &out, &e));
    return out;
}

static enum err_code read_picture(struct fixture *f, const struct picture *picture, struct err *e)
{
    char got[STORE_GIF_LEN];
    struct source *source;

    CHECK_INT(picture_open(f->core, f->arena, picture, &source, e), ERR_NONE);
    return source->read(source, 0, got, sizeof got, true, e);
}

static struct fixture with_pictures(const struct settings *settings, struct picture out[2])
{
    struct fixture f = open_fixture(settings);

    for (size_t i = 0; i < COUNT(owners); i++) {
        store_add_record(f.core, owners[i].kind, owners[i].id);
        out[i] = put(&f, owners[i], (unsigned)i + 1);
    }
    return f;
}

TEST(a_scrub_makes_everything_repairable_and_repairs_it)
{
    struct picture pictures[2];
    struct fixture f = with_pictures(NULL, pictures);
    struct err e = { 0 };

    CHECK_INT(status(&f).protected_bytes, 0);
    CHECK_INT(scrub(&f).made_zones, 1);
    CHECK_INT(status(&f).protected_bytes, status(&f).bytes);
    flip(&f, pictures[0].offset + 3, 1);
    CHECK_INT(read_picture(&f, &pictures[0], &e), ERR_CORRUPT);
    CHECK(e.told);
    struct scrub_counts counts = scrub(&f);
    CHECK(counts.bad_blocks == 1 && counts.repaired_blocks == 1 && counts.problems == 0);
    CHECK_INT(lines, 1);
    check_bytes(&f, &pictures[0], 1);
    check_bytes(&f, &pictures[1], 2);
    CHECK_INT(status(&f).repaired_blocks, 1);
    CHECK_INT(status(&f).refused_reads, 1);
    close_fixture(&f);
}

TEST(what_cannot_be_repaired_is_marked_until_it_can)
{
    struct settings settings = settings_default;
    struct picture pictures[2];
    settings.parity = false;
    struct fixture f = with_pictures(&settings, pictures);

    flip(&f, pictures[1].offset, 5);
    CHECK_INT(scrub(&f).lost_blobs, 1);
    CHECK_INT(status(&f).bad_blobs, 1);
    CHECK_INT(scrub(&f).problems, 1);
    CHECK_INT(lines, 1); /* it is told by every scrub, once */
    flip(&f, pictures[1].offset, 5);
    struct scrub_counts counts = scrub(&f);
    CHECK(counts.lost_blobs == 0 && counts.problems == 0 && counts.repaired_blobs == 1);
    CHECK_INT(status(&f).bad_blobs, 0);
    close_fixture(&f);
}

TEST(the_same_bytes_take_the_place_of_damaged_ones_for_all_who_share_them)
{
    struct settings settings = settings_default;
    struct picture pictures[2];
    struct picture now;
    struct err e = { 0 };
    settings.parity = false;
    struct fixture f = with_pictures(&settings, pictures);

    flip(&f, pictures[0].offset, 1);
    CHECK_INT(scrub(&f).lost_blobs, 1);
    struct picture other = put(&f, owners[1], 1);
    CHECK_INT(other.blob_id, pictures[0].blob_id);
    CHECK_OK(picture_find(f.core, f.arena, pictures[0].id, &now, &e));
    CHECK(now.offset != pictures[0].offset && now.offset == other.offset);
    check_bytes(&f, &now, 1);
    CHECK_INT(status(&f).bad_blobs, 0);
    CHECK_INT(scrub(&f).problems, 0); /* the old place is nobody's */
    close_fixture(&f);
}

TEST(a_read_is_noted_once_and_then_repaired_in_the_background)
{
    struct picture pictures[2];
    struct fixture f = with_pictures(NULL, pictures);
    struct damage *damage = f.store->damage;
    struct scrubber *scrubber;
    struct err e = { 0 };
    int64_t wait_us;

    scrub(&f);
    flip(&f, pictures[0].offset + 3, 1);
    for (int i = 0; i < 3; i++)
        CHECK_INT(read_picture(&f, &pictures[0], &e), ERR_CORRUPT);
    CHECK_INT(damage_reads(damage), 3);
    CHECK_INT(damage_next(damage), pictures[0].blob_id);
    CHECK_OK(scrubber_new(f.core, &scrubber, &e));
    CHECK_OK(scrubber_turn(scrubber, &wait_us, &e));
    CHECK(wait_us > 0);
    CHECK_INT(damage_next(damage), 0);
    check_bytes(&f, &pictures[0], 1);
    CHECK_INT(status(&f).repaired_blobs, 1);
    scrubber_free(scrubber);
    close_fixture(&f);
}

TEST(a_lost_blob_is_not_tried_again_and_again)
{
    struct settings settings = settings_default;
    struct picture pictures[2];
    struct err e = { 0 };
    struct scrubber *scrubber;
    int64_t wait_us;
    settings.parity = false;
    struct fixture f = with_pictures(&settings, pictures);
    struct damage *damage = f.store->damage;

    CHECK_OK(scrubber_new(f.core, &scrubber, &e));
    flip(&f, pictures[0].offset + 3, 1);
    CHECK_INT(read_picture(&f, &pictures[0], &e), ERR_CORRUPT);
    CHECK_OK(scrubber_turn(scrubber, &wait_us, &e));
    CHECK_INT(status(&f).bad_blobs, 1);
    CHECK_INT(read_picture(&f, &pictures[0], &e), ERR_CORRUPT);
    CHECK_INT(damage_next(damage), 0);
    damage_forget_lost(damage);
    CHECK_INT(read_picture(&f, &pictures[0], &e), ERR_CORRUPT);
    CHECK_INT(damage_next(damage), pictures[0].blob_id);
    flip(&f, pictures[0].offset + 3, 1);
    CHECK_OK(scrubber_turn(scrubber, &wait_us, &e));
    CHECK_INT(status(&f).bad_blobs, 0);
    scrubber_free(scrubber);
    close_fixture(&f);
}

#define IDLE_US 250000 /* what a turn says that had nothing to do */

/* As often as it takes, until nothing is left to do. */
static int turns(struct scrubber *scrubber)
{
    struct err e = { 0 };
    int64_t wait_us;
    int worked = 0;

    for (int i = 0; i < 100; i++) {
        CHECK_OK(scrubber_turn(scrubber, &wait_us, &e));
        if (wait_us == IDLE_US)
            break;
        worked++;
    }
    return worked;
}

TEST(the_pass_looks_at_every_zone_once_in_its_time_and_a_new_process_goes_on)
{
    struct settings settings = settings_default;
    struct picture pictures[2];
    struct scrubber *scrubber;
    struct err e = { 0 };
    settings.parity = false; /* else the turns are others */
    struct fixture f = with_pictures(&settings, pictures);

    CHECK_OK(scrubber_new(f.core, &scrubber, &e));
    CHECK_INT(turns(scrubber), 1);
    scrubber_free(scrubber);
    CHECK(status(&f).begun_us > 0);
    int64_t begun_us = status(&f).begun_us;
    flip(&f, pictures[0].offset + 3, 1);
    CHECK_OK(scrubber_new(f.core, &scrubber, &e));
    turns(scrubber); /* thirty days have not passed */
    CHECK_INT(status(&f).begun_us, begun_us);
    CHECK_INT(status(&f).bad_blobs, 0);
    scrubber_free(scrubber);

    settings.scrub_seconds = 1;
    sleep(1);
    CHECK_OK(scrubber_new(f.core, &scrubber, &e));
    CHECK(turns(scrubber) >= 1);
    CHECK_INT(status(&f).bad_blobs, 1);
    CHECK(status(&f).begun_us > begun_us);
    scrubber_free(scrubber);
    flip(&f, pictures[0].offset + 3, 1);
    close_fixture(&f);
}

static void say_nothing(enum log_level level, const char *line)
{
    (void)level;
    (void)line;
}

TEST(notes_have_a_limit_and_are_found_again)
{
    struct damage *damage;
    struct err e = { 0 };
    char path[100];

    snprintf(path, sizeof path, "%s/run", temp_dir());
    CHECK(mkdir(path, 0700) == 0);
    log_to(say_nothing);
    CHECK_OK(damage_open(temp_dir(), &damage, &e));
    for (int64_t id = 1; id <= 1000; id++)
        damage_found(damage, id, &e);
    CHECK_INT(damage_reads(damage), 1000);
    int count = 0;
    for (int64_t id; (id = damage_next(damage)) != 0; count++)
        damage_tried(damage, id, count % 2 == 0);
    CHECK_INT(count, 256);
    damage_forget_lost(damage);
    damage_found(damage, 5, &e);
    CHECK_INT(damage_next(damage), 5);
    damage_close(damage);
}

TEST_MAIN
