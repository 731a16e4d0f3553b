#include "image/box_client.h"
#include "base/clock.h"
#include "image/renderer.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define KEPT_BYTES    (1 << 20) /* of each memory between two pictures */
#define START_SECONDS 15

struct box {
    struct zygote *zygote;
    const struct box_options *options;
    struct zygote_child child; /* pid 0: none yet */
    int channel;
    int input;
    int output;
    char *in; /* all of the input, mapped */
    int64_t pictures;
    int64_t cpu_us;
    int64_t used_us; /* when it was last heard of */
};

/* ---- making one ---- */

/* Memory that nobody can take away again from under whoever maps it. */
static int make_memory(const char *name, int64_t size, int seals)
{
    CLEANUP(closep) int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);

    if (fd < 0 || ftruncate(fd, size) < 0 ||
        fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_SEAL | seals) < 0)
        return -1;
    return take_fd(&fd);
}

/* The input grows with the pictures: what is not there yet, a box cannot fill either. */
static bool make_memories(struct box *box)
{
    box->input = make_memory("cameo-box-input", 0, 0);
    box->output = make_memory("cameo-box-output", BOX_OUTPUT_MAX, F_SEAL_GROW);
    if (box->input < 0 || box->output < 0)
        return false;
    void *in = mmap(NULL, BOX_INPUT_MAX, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE,
                    box->input, 0);
    box->in = in == MAP_FAILED ? NULL : in;
    return box->in != NULL;
}

enum came {
    CAME_ANSWER,
    CAME_RUBBISH,
    CAME_END,     /* the box is gone */
    CAME_NOTHING, /* in time */
};

static enum came take_answer(struct box *box, int64_t seconds, struct box_answer *answer)
{
    struct pollfd channel = { .fd = box->channel, .events = POLLIN };
    int64_t until_us = clock_monotonic_us() + seconds * SECOND_US;
    int ready;

    do {
        int64_t left_us = until_us - clock_monotonic_us();
        ready = poll(&channel, 1, left_us > 0 ? (int)((left_us + 999) / 1000) : 0);
    } while (ready < 0 && errno == EINTR);
    if (ready == 0)
        return CAME_NOTHING;
    ssize_t len = recv(box->channel, answer, sizeof *answer, MSG_DONTWAIT | MSG_TRUNC);
    if (len <= 0) { /* an empty message looks like the end, but nobody has gone */
        channel.events = 0;
        return poll(&channel, 1, 0) == 0 ? CAME_RUBBISH : CAME_END;
    }
    return len == sizeof *answer ? CAME_ANSWER : CAME_RUBBISH;
}

/* One printable line, whatever it was. */
static void make_printable(char text[ERR_TEXT_MAX])
{
    text[ERR_TEXT_MAX - 1] = '\0';
    for (char *c = text; *c; c++) {
        if (*c < ' ' || *c > '~')
            *c = '?';
    }
}

static enum err_code start(struct box *box, struct err *e)
{
    int ends[2];
    struct box_answer first;
    struct err why = { 0 };

    if (!box->options->unconfined && box_can_confine(&why))
        return err_set(e, ERR_UNAVAILABLE, "no picture is decoded: %s", why.text);
    if (!make_memories(box))
        return err_errno(e, errno, "memory of a box");
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
        return err_errno(e, errno, "a box");
    box->channel = ends[0];
    const int fds[ZYGOTE_FDS] = { ends[1], box->input, box->output };
    enum err_code rc = zygote_open(box->zygote, fds, &box->child, e);
    close(ends[1]);
    if (rc)
        return rc;
    if (take_answer(box, START_SECONDS, &first) != CAME_ANSWER)
        return err_set(e, ERR_UNAVAILABLE, "a box ends as soon as it is made");
    make_printable(first.text);
    box->used_us = clock_monotonic_us();
    return first.code ? err_set(e, ERR_UNAVAILABLE, "%s", first.text) : ERR_NONE;
}

enum err_code box_open(struct zygote *zygote, const struct box_options *options, struct box **out,
                       struct err *e)
{
    struct box *box = malloc(sizeof *box);

    if (!box)
        return err_set(e, ERR_NO_MEMORY, "a box");
    *box = (struct box){
        .zygote = zygote, .options = options, .channel = -1, .input = -1, .output = -1
    };
    enum err_code rc = start(box, e);
    if (rc) {
        box_close(box);
        return rc;
    }
    *out = box;
    return ERR_NONE;
}

void box_close(struct box *box)
{
    struct zygote_ending ignored;

    if (!box)
        return;
    if (box->child.pid)
        zygote_end(box->zygote, &box->child, &ignored);
    if (box->in)
        munmap(box->in, BOX_INPUT_MAX);
    closep(&box->channel);
    closep(&box->input);
    closep(&box->output);
    free(box);
}

bool box_is_fit(const struct box *box)
{
    int64_t silent_us = clock_monotonic_us() - box->used_us;
    char byte;

    return box->pictures < box->options->pictures_max &&
           box->cpu_us < box->options->cpu_seconds * SECOND_US / 2 &&
           silent_us < BOX_IDLE_SECONDS_TAKEN * SECOND_US &&
           recv(box->channel, &byte, sizeof byte, MSG_PEEK | MSG_DONTWAIT) < 0 && errno == EAGAIN;
}

/* ---- a picture ---- */

enum err_code box_input(struct box *box, size_t len, char **out, struct err *e)
{
    if (len > BOX_INPUT_MAX)
        return err_set(e, ERR_TOO_LARGE, "a picture of %zu bytes, limit %lld", len, BOX_INPUT_MAX);
    /* makes it longer, too; touching what cannot be had is a signal, this is an error */
    if (len && fallocate(box->input, 0, 0, (off_t)len) < 0)
        return err_errno(e, errno, "a picture of %zu bytes", len);
    *out = box->in;
    return ERR_NONE;
}

/* What ended it; `late` when we did. */
static enum err_code why_ended(struct box *box, bool late, int64_t seconds, struct err *e)
{
    struct zygote_ending ending;
    bool known = zygote_end(box->zygote, &box->child, &ending);

    box->child.pid = 0;
    if (late && known && box->options->background &&
        ending.cpu_us < box->options->cpu_seconds * SECOND_US)
        return err_set(e, ERR_UNAVAILABLE, "the others left it no time within %lld s",
                       (long long)seconds);
    if (late)
        return err_set(e, ERR_TOO_LARGE, "takes more than %lld s", (long long)seconds);
    if (!known)
        return err_set(e, ERR_UNAVAILABLE, "the process that makes boxes has ended");
    int status = ending.status;
    if (WIFEXITED(status) && WEXITSTATUS(status) == RENDERER_NO_MEMORY)
        return err_set(e, ERR_TOO_LARGE, "takes more memory than a box has");
    if (!WIFSIGNALED(status))
        return err_set(e, ERR_UNSUPPORTED, "its decoder ended with status %d", WEXITSTATUS(status));
    int number = WTERMSIG(status);
    /* who does not heed the first signal gets the other */
    if (number == SIGXCPU ||
        (number == SIGKILL && ending.cpu_us >= box->options->cpu_seconds * SECOND_US))
        return err_set(e, ERR_TOO_LARGE, "takes more than %lld s of processor time",
                       (long long)box->options->cpu_seconds);
    if (number == SIGKILL)
        return err_set(e, ERR_UNAVAILABLE, "its box was killed");
    return err_set(e, ERR_UNSUPPORTED, "its decoder died of SIG%s", sigabbrev_np(number));
}

/* Only what a decoder may say. */
static enum err_code code_of(const struct box_answer *answer)
{
    switch (answer->code) {
    case ERR_TOO_LARGE:
    case ERR_UNAVAILABLE:
    case ERR_NO_MEMORY:
        return (enum err_code)answer->code;
    default:
        return ERR_UNSUPPORTED;
    }
}

static enum err_code rubbish(struct err *e)
{
    return err_set(e, ERR_UNSUPPORTED, "its decoder answers what cannot be");
}

enum err_code box_do(struct box *box, const struct box_job *job, int64_t seconds,
                     struct box_answer *answer, bool *sound, struct err *e)
{
    enum came came = CAME_END;

    *sound = false;
    box->pictures++;
    if (send(box->channel, job, sizeof *job, MSG_NOSIGNAL | MSG_DONTWAIT) == sizeof *job)
        came = take_answer(box, seconds, answer);
    if (came == CAME_RUBBISH)
        return rubbish(e);
    if (came != CAME_ANSWER)
        return why_ended(box, came == CAME_NOTHING, seconds, e);
    make_printable(answer->text);
    if (answer->output_len > BOX_OUTPUT_MAX || answer->cpu_us < box->cpu_us ||
        answer->appearance.thumb_hash_len > THUMB_HASH_MAX)
        return rubbish(e);
    *sound = true;
    box->cpu_us = answer->cpu_us;
    box->used_us = clock_monotonic_us();
    if (answer->code)
        return err_set(e, code_of(answer), "%s", answer->text);
    return ERR_NONE;
}

enum err_code box_output(struct box *box, struct arena *arena, size_t len, struct bytes *out,
                         struct err *e)
{
    char *at = arena_alloc(arena, len ? len : 1);
    size_t got = 0;

    if (!at)
        return err_set(e, ERR_NO_MEMORY, "a picture of %zu bytes", len);
    while (got < len) {
        ssize_t n = pread(box->output, at + got, len - got, (off_t)got);
        if (n <= 0)
            return err_errno(e, errno, "read what was made");
        got += (size_t)n;
    }
    *out = bytes_of(at, len);
    return ERR_NONE;
}

static void tidy(int memory, int64_t size)
{
    struct stat st;

    if (fstat(memory, &st) == 0 && st.st_blocks * 512 > KEPT_BYTES)
        (void)!fallocate(memory, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, KEPT_BYTES,
                         size - KEPT_BYTES);
}

void box_tidy(struct box *box)
{
    tidy(box->input, BOX_INPUT_MAX);
    tidy(box->output, BOX_OUTPUT_MAX);
}
