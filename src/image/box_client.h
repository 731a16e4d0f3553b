/* image/box_client.h - one box, as we see it; inside image/. One thread at a time.
 *
 * A box is not believed. What it says of lengths is held against what can be, its texts are made
 * printable, and what it made is copied before anybody looks at it.
 */
#ifndef IMAGE_BOX_CLIENT_H
#define IMAGE_BOX_CLIENT_H

#include "base/arena.h"
#include "image/zygote.h"

struct box;

/* A new one, ready and confined. Failures as zygote_open, and
 * ERR_UNAVAILABLE  also when the kernel cannot confine it */
enum err_code box_open(struct zygote *zygote, const struct box_options *options, struct box **out,
                       struct err *e) MUST_CHECK;

/* Ends it. Accepts NULL. */
void box_close(struct box *box);

/* May it have another picture? It may have ended, be worn out, or about to end. */
bool box_is_fit(const struct box *box);

/* `len` bytes of memory that the box sees as its input; the same place each time.
 * ERR_TOO_LARGE  over BOX_INPUT_MAX
 * ERR_FULL, ERR_NO_MEMORY  there is no memory for so much */
enum err_code box_input(struct box *box, size_t len, char **out, struct err *e) MUST_CHECK;

/* Has `job` done within `seconds` by the clock. What it made stays in the box: see box_output.
 * A failure without *sound leaves nothing that could be used again.
 * ERR_UNSUPPORTED  the box says so; or it died of it
 * ERR_TOO_LARGE    the box says so; or it took too much time
 * ERR_UNAVAILABLE  it was killed, by nothing that we know of */
enum err_code box_do(struct box *box, const struct box_job *job, int64_t seconds,
                     struct box_answer *answer, bool *sound, struct err *e) MUST_CHECK;

/* A copy of the first `len` bytes that it made.
 * ERR_NO_MEMORY  over the arena's limit */
enum err_code box_output(struct box *box, struct arena *arena, size_t len, struct bytes *out,
                         struct err *e) MUST_CHECK;

/* After each picture: gives back what a large one took. */
void box_tidy(struct box *box);

#endif
