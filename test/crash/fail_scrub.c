/* Looking through everything, and repairing what is damaged. */
#include "core/scrub.h"
#include "crash/fail_scenarios.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

static void ignore(void *context, const char *line)
{
    (void)context, (void)line;
}

/* What could not be repaired for a failure is, when nothing fails. */
static enum err_code scrub(struct lab *lab, struct err *e)
{
    struct scrub_options options = { .problem = ignore };
    struct scrub_counts counts = { 0 };

    enum err_code rc = store_scrub(lab->core, &options, &counts, e);
    if (rc)
        return rc;
    strbuf_printf(&lab->answer, "%d problems", (int)counts.problems);
    return counts.problems && lab->attempt == 0
               ? err_set(e, ERR_UNAVAILABLE, "not all could be repaired")
               : ERR_NONE;
}

static enum err_code ask_status(struct lab *lab, struct err *e)
{
    struct scrub_status status = { 0 };

    enum err_code rc = store_scrub_status(lab->core, &status, e);
    if (rc == ERR_NONE)
        strbuf_printf(&lab->answer, "%d damaged", (int)status.bad_blobs);
    return rc;
}

/* The first zones of a pass, without its rests. */
#define TURNS 4

static enum err_code take_turns(struct lab *lab, struct err *e)
{
    struct scrubber *scrubber = NULL;
    int64_t wait_us;

    enum err_code rc = scrubber_new(lab->core, &scrubber, e);
    for (int turn = 0; rc == ERR_NONE && turn < TURNS; turn++)
        rc = scrubber_turn(scrubber, &wait_us, e);
    scrubber_free(scrubber);
    return rc;
}

static enum err_code put_some(struct lab *lab, struct err *e)
{
    return lab_put(lab, CONTACT(2), 310, 20000, e);
}

static void at_once(struct settings *settings)
{
    settings->scrub_seconds = 1;
}

static void protect(struct lab *lab)
{
    struct err e = { 0 };

    lab_must(scrub(lab, &e), &e, "make parity");
}

static void damage(struct lab *lab)
{
    char path[PATH_MAX];
    struct err e = { 0 };
    char byte = 0;

    protect(lab);
    snprintf(path, sizeof path, "%s/packs/000001.pack", lab->dir);
    CLEANUP(closep) int fd = open(path, O_RDWR | O_CLOEXEC);
    if (fd < 0 || pread(fd, &byte, 1, 5000) != 1)
        lab_must(err_errno(&e, errno, "read '%s'", path), &e, "damage");
    byte = (char)(byte ^ 1);
    if (pwrite(fd, &byte, 1, 5000) != 1)
        lab_must(err_errno(&e, errno, "write '%s'", path), &e, "damage");
}

const struct scenario scenarios_scrub[] = {
    { "scrub", damage, .steps = { scrub, ask_status, put_some, scrub }, .partly = true },
    { "scrub in the background", protect, at_once, .steps = { take_turns, put_some, take_turns },
      .partly = true },
    { NULL },
};
