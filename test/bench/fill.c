/* bench_fill STORE FIRST COUNT BYTES [FOLDER] - fills a store for the benchmark.
 *
 * Adds the products FIRST, FIRST + 1, … each with one detail picture of exactly BYTES bytes that no
 * other has, and prints a line `product picture etag` for each. With FOLDER every picture is
 * written to FOLDER/<product>.jpg too, for a server of files to compare with. The store is made
 * when absent.
 */
#include "core/record.h"

#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define THREADS   64 /* as many writes as one commit takes */
#define ARENA_MAX (1UL << 20)
#define SMALL     1024 /* bytes: pictures below it can be decoded */

/* A JPEG's head: frame of 640 x 480 in one component, then the scan. */
static const uint8_t head[] = {
    0xFF, 0xD8,                                                                      /* SOI */
    0xFF, 0xC0, 0, 11, 8, 480 >> 8, 480 & 0xFF, 640 >> 8, 640 & 0xFF, 1, 1, 0x11, 0, /* SOF0 */
    0xFF, 0xDA, 0, 8,  1, 1,        0,          0,        63,         0,             /* SOS */
};

static const struct principal filler = {
    .user_id = 1, .role = USER_ADMINISTRATOR, .may_write = true, .catalog = true
};

struct added {
    int32_t picture;
    char etag[64];
};

struct job {
    struct store *store;
    int32_t first;
    int32_t count;
    size_t bytes;
    const char *folder; /* or NULL */
    atomic_int next;
    atomic_bool failed;
    struct added *added; /* of each product, its picture */
};

/* splitmix64: the same picture for the same product in every run */
static uint64_t next_random(uint64_t *state)
{
    uint64_t z = *state += 0x9E3779B97F4A7C15U;

    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31);
}

/* A whole GIF of 4 x 4 pixels in four colours that no other product has, so that what it looks like
 * can be found out; noise behind it. */
#define GIF_LEN   49
#define GIF_CLEAR 4 /* before every third pixel: the codes stay at three bits */
#define GIF_END   5

static void draw_gif(uint8_t *at, uint64_t *state)
{
    static const uint8_t start[] = { 'G', 'I', 'F', '8', '9', 'a', 4, 0, 4, 0, 0xF1, 0, 0 };
    static const uint8_t frame[] = { 0x2C, 0, 0, 0, 0, 4, 0, 4, 0, 0, 2, 10 };
    uint8_t *codes = at + sizeof start + 12 + sizeof frame;
    unsigned bit = 0;

    memset(at, 0, GIF_LEN);
    memcpy(at, start, sizeof start);
    for (size_t i = 0; i < 12; i++)
        at[sizeof start + i] = (uint8_t)next_random(state);
    memcpy(at + sizeof start + 12, frame, sizeof frame);
    for (unsigned i = 0; i < 25; i++, bit += 3) {
        unsigned pixel = i / 3 * 2 + i % 3 - 1;
        unsigned code = i == 24 ? GIF_END : i % 3 == 0 ? GIF_CLEAR : (pixel / 4 + pixel) % 4;
        codes[bit / 8] |= (uint8_t)(code << bit % 8);
        codes[bit / 8 + 1] |= (uint8_t)(code << bit % 8 >> 8);
    }
    codes[10] = 0; /* no more codes */
    codes[11] = 0x3B;
}

static void draw(uint8_t *at, size_t len, int32_t product)
{
    uint64_t state = (uint64_t)product;

    if (len < SMALL) {
        for (size_t i = 0; i < len; i++)
            at[i] = (uint8_t)next_random(&state);
        draw_gif(at, &state);
        return;
    }
    memcpy(at, head, sizeof head);
    for (size_t i = sizeof head; i < len; i += sizeof state) {
        uint64_t noise = next_random(&state) & 0x7F7F7F7F7F7F7F7FU; /* no markers */
        memcpy(at + i, &noise, len - i < sizeof noise ? len - i : sizeof noise);
    }
    at[len - 2] = 0xFF;
    at[len - 1] = 0xD9;
}

static enum err_code write_file(const char *folder, int32_t product, struct bytes content,
                                struct err *e)
{
    char path[PATH_MAX];

    snprintf(path, sizeof path, "%s/%d.jpg", folder, product);
    CLEANUP(closep) int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (fd < 0 || write(fd, content.at, content.len) != (ssize_t)content.len)
        return err_set(e, ERR_UNAVAILABLE, "write '%s'", path);
    return ERR_NONE;
}

static enum err_code fill_one(struct job *job, int32_t i, struct core *core, struct arena *arena,
                              uint8_t *buffer, struct err *e)
{
    char name[32];
    int32_t id = job->first + i;
    struct record made;
    struct picture picture;

    snprintf(name, sizeof name, "Product %d", id);
    struct record record = { .kind = KIND_PRODUCT,
                             .id = id,
                             .subtype = SUBTYPE_SIMPLE,
                             .name = bytes_str(name),
                             .sort = 500,
                             .active = true };
    enum err_code rc = record_add(core, &filler, arena, &record, &made, e);
    if (rc)
        return rc;
    draw(buffer, job->bytes, id);
    struct picture_content content = { .bytes = bytes_of((const char *)buffer, job->bytes) };
    rc = picture_add(core, &filler, arena, (struct owner){ KIND_PRODUCT, id }, ROLE_DETAIL,
                     &content, &picture, e);
    if (rc)
        return rc;
    struct bytes etag = picture_etag(arena, &picture);
    job->added[i].picture = picture.id;
    snprintf(job->added[i].etag, sizeof job->added[i].etag, "%.*s", (int)etag.len, etag.at);
    return job->folder ? write_file(job->folder, id, content.bytes, e) : ERR_NONE;
}

static void *fill_some(void *context)
{
    struct job *job = context;
    struct err e = { 0 };
    CLEANUP(core_closep) struct core *core = NULL;
    CLEANUP(arena_freep) struct arena *arena = arena_new(ARENA_MAX);
    uint8_t *buffer = malloc(job->bytes);

    enum err_code rc = arena && buffer ? core_open(job->store, true, &core, &e)
                                       : err_set(&e, ERR_NO_MEMORY, "fill");
    while (!rc && !job->failed) {
        int32_t i = job->next++;
        if (i >= job->count)
            break;
        arena_reset(arena);
        rc = fill_one(job, i, core, arena, buffer, &e);
    }
    free(buffer);
    if (rc && !atomic_exchange(&job->failed, true))
        fprintf(stderr, "bench_fill: %s\n", e.text);
    return NULL;
}

static bool run(struct job *job)
{
    pthread_t threads[THREADS];
    size_t started = 0;

    while (started < THREADS && pthread_create(&threads[started], NULL, fill_some, job) == 0)
        started++;
    for (size_t i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
    return started && !job->failed;
}

static bool parse(int argc, char **argv, struct job *job)
{
    int64_t bytes;

    if (argc < 5 || argc > 6 || !bytes_to_int32(bytes_str(argv[2]), &job->first) ||
        !bytes_to_int32(bytes_str(argv[3]), &job->count) ||
        !bytes_to_int64(bytes_str(argv[4]), &bytes))
        return false;
    job->bytes = (size_t)bytes;
    job->folder = argv[5];
    return job->first > 0 && job->count > 0 && job->count <= INT32_MAX - job->first &&
           bytes > GIF_LEN && bytes <= settings_default.picture_bytes_max;
}

int main(int argc, char **argv)
{
    struct job job = { 0 };
    struct err e = { 0 };

    if (!parse(argc, argv, &job)) {
        fputs("usage: bench_fill STORE FIRST COUNT BYTES [FOLDER]\n", stderr);
        return 2;
    }
    struct store_options options = { .dir = argv[1],
                                     .settings = &settings_default,
                                     .create = true };
    job.added = calloc((size_t)job.count, sizeof *job.added);
    bool done = false;
    if (job.added && store_open(&options, &job.store, &e) == ERR_NONE) {
        done = run(&job);
        store_close(job.store);
    } else {
        fprintf(stderr, "bench_fill: %s\n", e.text);
    }
    for (int32_t i = 0; done && i < job.count; i++)
        printf("%d %d %s\n", job.first + i, job.added[i].picture, job.added[i].etag);
    free(job.added);
    return done ? 0 : 1;
}
