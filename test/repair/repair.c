/* Damages one random block of a store's packs after another. Each time nothing but right bytes may
 * be served, a scrub has to find it, and the packs have to be as they were afterwards.
 *
 * usage: repair COUNT [SEED [DIR]]   DIR must not be there yet; it goes afterwards
 * Prints one line of counts. Exit status 1 when a block was not found, a wrong byte was served, or
 * fewer than 99 % were repaired.
 */
#include "base/crypto.h"
#include "base/log.h"
#include "core/check.h"
#include "core/picture.h"
#include "core/record.h"
#include "core/scrub.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PICTURES  150
#define REMOVED   20 /* of them, before anything is damaged */
#define BYTES_MAX (200 * 1024)
#define LARGE     (2 << 20)
#define PACKS_MAX 8
#define BLOCK     4096

struct pack {
    char path[300];
    char *bytes; /* as they should be */
    int64_t size;
};

struct kept {
    struct picture picture;
    struct bytes bytes;
};

struct lab {
    const char *dir;
    uint64_t seed;
    struct settings settings;
    struct store *store;
    struct core *core;
    struct arena *arena;
    struct kept kept[PICTURES];
    struct pack packs[PACKS_MAX];
    size_t pack_count;
    int64_t size; /* of all packs */

    long found;
    long repaired;
    long refused; /* reads */
    long wrong;
};

static const struct principal administrator = {
    .user_id = 1, .role = USER_ADMINISTRATOR, .may_write = true, .catalog = true
};

static uint64_t draw(struct lab *lab, uint64_t below)
{
    lab->seed = lab->seed * 6364136223846793005ULL + 1442695040888963407ULL;
    return (lab->seed >> 33) % below;
}

static void must(bool good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "repair: %s\n", what);
    exit(2);
}

static void must_work(enum err_code rc, const struct err *e)
{
    must(rc == ERR_NONE, rc ? e->text : "");
}

static void say_nothing(enum log_level level, const char *line)
{
    (void)level;
    (void)line;
}

/* ---- the store ---- */

/* A GIF of one pixel; what stands behind its end belongs to the file. */
static struct bytes make_picture(struct lab *lab, size_t len)
{
    static const char gif[35] =
        "GIF89a\1\0\1\0\x80\0\0\xff\xff\xff\0\0\0,\0\0\0\0\1\0\1\0\0\2\2D\1\0;";
    char *bytes = malloc(len);

    must(bytes != NULL, "out of memory");
    for (size_t i = 0; i < len; i++)
        bytes[i] = (char)draw(lab, 256);
    memcpy(bytes, gif, sizeof gif);
    return bytes_of(bytes, len);
}

static void add_picture(struct lab *lab, int32_t number)
{
    struct kept *kept = &lab->kept[number];
    size_t len = number == 10 ? LARGE : 100 + draw(lab, BYTES_MAX - 100);
    struct owner owner = { KIND_PRODUCT, number + 1 };
    struct record record = {
        .kind = owner.kind, .id = owner.id, .name = B("A"), .sort = 500, .active = true
    };
    struct record made;
    struct err e = { 0 };

    kept->bytes = make_picture(lab, len);
    struct picture_content content = { .bytes = kept->bytes };
    must_work(record_add(lab->core, &administrator, lab->arena, &record, &made, &e), &e);
    must_work(
        picture_put(lab->core, &administrator, lab->arena, owner, &content, &kept->picture, &e),
        &e);
}

static void remove_some(struct lab *lab)
{
    struct err e = { 0 };
    size_t given;

    for (int32_t i = 0; i < REMOVED; i++) {
        int32_t number = i * (PICTURES / REMOVED);
        struct kept *kept = &lab->kept[number];
        must_work(record_delete(lab->core, &administrator,
                                (struct owner){ KIND_PRODUCT, number + 1 }, &e),
                  &e);
        free((void *)(uintptr_t)kept->bytes.at);
        kept->bytes = (struct bytes){ 0 };
    }
    must_work(store_collect(lab->core, 1000, &given, &e), &e);
    must(given == REMOVED, "not everything was given back");
}

static void load_packs(struct lab *lab)
{
    for (int i = 1; i <= PACKS_MAX; i++) {
        struct pack *pack = &lab->packs[lab->pack_count];
        struct stat st;
        snprintf(pack->path, sizeof pack->path, "%s/packs/%06d.pack", lab->dir, i);
        int fd = open(pack->path, O_RDONLY | O_CLOEXEC);
        if (fd < 0)
            break;
        must(fstat(fd, &st) == 0, "stat");
        pack->size = st.st_size;
        pack->bytes = malloc((size_t)st.st_size);
        must(pack->bytes && pread(fd, pack->bytes, (size_t)st.st_size, 0) == st.st_size, "read");
        close(fd);
        lab->size += st.st_size;
        lab->pack_count++;
    }
    /* behind the last one's records there may be zeros, which are nobody's */
    struct scrub_status status;
    struct err e = { 0 };
    must_work(store_scrub_status(lab->core, &status, &e), &e);
    must(status.bytes <= lab->size && lab->pack_count > 0, "rows name more than there is");
    lab->packs[lab->pack_count - 1].size -= lab->size - status.bytes;
    lab->size = status.bytes;
}

static struct scrub_counts scrub(struct lab *lab)
{
    struct scrub_options options = { .cached = true };
    struct scrub_counts counts = { 0 };
    struct err e = { 0 };

    must_work(store_scrub(lab->core, &options, &counts, &e), &e);
    return counts;
}

static void make_store(struct lab *lab)
{
    struct err e = { 0 };

    lab->settings = settings_default;
    lab->settings.pack_bytes_max = 9 << 20; /* a few packs, some longer than a zone */
    lab->settings.grace_seconds = 0;
    lab->settings.history_seconds = 0;
    struct store_options options = { .dir = lab->dir, .settings = &lab->settings, .create = true };
    must_work(store_open(&options, &lab->store, &e), &e);
    must_work(core_open(lab->store, true, &lab->core, &e), &e);
    lab->arena = arena_new(64 << 20);
    must(lab->arena != NULL, "out of memory");
    for (int32_t i = 0; i < PICTURES; i++)
        add_picture(lab, i);
    remove_some(lab);
    must(scrub(lab).problems == 0, "the store is damaged from the beginning");
    load_packs(lab);
}

/* ---- damage ---- */

/* One bit, some bytes, all of them, or zeros: the block is another afterwards. */
static void spoil(struct lab *lab, char *block, size_t len)
{
    char before[BLOCK];

    memcpy(before, block, len);
    while (memcmp(before, block, len) == 0) {
        switch (draw(lab, 4)) {
        case 0:
            block[draw(lab, len)] ^= (char)(1 << draw(lab, 8));
            break;
        case 1:
            for (uint64_t i = draw(lab, 64); i > 0; i--)
                block[draw(lab, len)] = (char)draw(lab, 256);
            break;
        case 2:
            for (size_t i = 0; i < len; i++)
                block[i] = (char)draw(lab, 256);
            break;
        default:
            memset(block, 0, len);
            block[0] ^= memcmp(before, block, len) == 0; /* it was zeros */
            break;
        }
    }
}

static void write_at(const struct pack *pack, int64_t at, const char *bytes, size_t len)
{
    int fd = open(pack->path, O_WRONLY | O_CLOEXEC);

    must(fd >= 0 && pwrite(fd, bytes, len, at) == (ssize_t)len, "write a pack");
    close(fd);
}

static bool is_whole(const struct pack *pack)
{
    int fd = open(pack->path, O_RDONLY | O_CLOEXEC);
    char *now = malloc((size_t)pack->size);

    must(fd >= 0 && now && pread(fd, now, (size_t)pack->size, 0) == pack->size, "read a pack");
    bool same = memcmp(now, pack->bytes, (size_t)pack->size) == 0;
    close(fd);
    free(now);
    return same;
}

/* Both ways in which a picture is served. */
static void read_picture(struct lab *lab, const struct kept *kept, bool must_be_good)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 16);
    CLEANUP(freep) char *got = malloc(kept->bytes.len);
    struct source *source;
    struct err e = { 0 };

    must(arena && got, "out of memory");
    must_work(picture_open(lab->core, arena, &kept->picture, &source, &e), &e);
    size_t viewed = kept->bytes.len < SOURCE_PIECE ? kept->bytes.len : SOURCE_PIECE;
    const char *view = source->view(source, 0, viewed);
    lab->wrong += view && memcmp(view, kept->bytes.at, viewed) != 0;
    if (source->read(source, 0, got, kept->bytes.len, true, &e)) {
        lab->refused++;
        lab->wrong += must_be_good;
    } else {
        lab->wrong += memcmp(got, kept->bytes.at, kept->bytes.len) != 0;
    }
}

/* Those that the block touches, and another one. */
static void read_some(struct lab *lab, size_t pack, int64_t at, bool must_be_good)
{
    size_t other = draw(lab, PICTURES);

    for (size_t i = 0; i < PICTURES; i++) {
        const struct kept *kept = &lab->kept[i];
        bool touched = kept->picture.volume == (int32_t)pack + 1 &&
                       kept->picture.offset < at + BLOCK &&
                       kept->picture.offset + kept->picture.stored_bytes > at;
        if (kept->bytes.at && (touched || i == other))
            read_picture(lab, kept, must_be_good || !touched);
    }
}

static void damage_one(struct lab *lab)
{
    int64_t anywhere = (int64_t)draw(lab, (uint64_t)lab->size);
    size_t no = 0;

    while (anywhere >= lab->packs[no].size)
        anywhere -= lab->packs[no++].size;
    const struct pack *pack = &lab->packs[no];
    int64_t at = anywhere / BLOCK * BLOCK;
    size_t len = pack->size - at < BLOCK ? (size_t)(pack->size - at) : BLOCK;
    char block[BLOCK];

    memcpy(block, pack->bytes + at, len);
    spoil(lab, block, len);
    write_at(pack, at, block, len);
    read_some(lab, no, at, false);
    struct scrub_counts counts = scrub(lab);
    bool whole = is_whole(pack);
    lab->found += counts.bad_blocks > 0;
    lab->repaired += whole;
    if (whole)
        read_some(lab, no, at, true);
    else
        write_at(pack, at, pack->bytes + at, len);
}

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

static void lab_done(struct lab *lab)
{
    core_close(lab->core);
    store_close(lab->store);
    arena_free(lab->arena);
    for (size_t i = 0; i < PICTURES; i++)
        free((void *)(uintptr_t)lab->kept[i].bytes.at);
    for (size_t i = 0; i < lab->pack_count; i++)
        free(lab->packs[i].bytes);
    nftw(lab->dir, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

int main(int argc, char **argv)
{
    long count = argc > 1 ? strtol(argv[1], NULL, 10) : 0;
    struct lab *lab = calloc(1, sizeof *lab);
    char dir[] = "/tmp/cameo-repair-XXXXXX";

    if (count <= 0 || argc > 4 || !lab) {
        fputs("usage: repair COUNT [SEED [DIR]]\n", stderr);
        return 2;
    }
    lab->seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
    lab->dir = argc > 3 ? argv[3] : mkdtemp(dir);
    must(lab->dir != NULL, "make a folder");
    log_to(say_nothing);
    make_store(lab);
    for (long i = 0; i < count; i++)
        damage_one(lab);
    printf("%ld damaged blocks in %zu packs of %lld bytes: %ld found, %ld repaired, %ld reads "
           "refused, %ld wrong answers\n",
           count, lab->pack_count, (long long)lab->size, lab->found, lab->repaired, lab->refused,
           lab->wrong);
    bool good = lab->found == count && lab->wrong == 0 && lab->repaired * 100 >= count * 99;
    lab_done(lab);
    free(lab);
    return good ? 0 : 1;
}
