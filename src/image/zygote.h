/* image/zygote.h - our end of the process that forks boxes; inside image/. Any thread. */
#ifndef IMAGE_ZYGOTE_H
#define IMAGE_ZYGOTE_H

#include "image/box.h"
#include "image/box_wire.h"

struct zygote;

enum err_code zygote_new(const struct box_options *options, struct zygote **out,
                         struct err *e) MUST_CHECK;

/* Ends the zygote and with it its boxes. Accepts NULL. */
void zygote_free(struct zygote *zygote);

/* Starts it, unless it runs. */
enum err_code zygote_start(struct zygote *zygote, struct err *e) MUST_CHECK;

/* A box that the zygote forked. */
struct zygote_child {
    int32_t pid;
    uint64_t zygote; /* which one, of all that there have been */
};

/* A new box with these ends of its channel and its memories, which stay ours. Starts the zygote, or
 * another when it has ended.
 * ERR_UNAVAILABLE  there is no program or no renderer, or it does not answer */
enum err_code zygote_open(struct zygote *zygote, const int fds[ZYGOTE_FDS],
                          struct zygote_child *out, struct err *e) MUST_CHECK;

struct zygote_ending {
    int status;     /* as wait() says it */
    int64_t cpu_us; /* processor time of all its life */
};

/* Kills the box and finds out how it had ended, if it had; false when the zygote is gone, and all
 * its boxes with it. */
bool zygote_end(struct zygote *zygote, const struct zygote_child *child, struct zygote_ending *out);

#endif
