/* box/confine.h - a box gives up what it does not need. docs/confinement.md tells why each.
 *
 * After confine() a process can compute in the memory that it has, take and give messages on its
 * channel, take more memory up to a limit, and end. A thread that calls anything else ends the box.
 */
#ifndef BOX_CONFINE_H
#define BOX_CONFINE_H

#include "base/err.h"

#define CONFINE_CHANNEL 0 /* the only descriptor that is open afterwards, and can be */

struct sock_filter;

/* The list of system calls in the kernel's form. */
struct filter {
    struct sock_filter *at;
    uint16_t len; /* 0: there is none */
};

struct confine {
    int64_t memory_max; /* bytes of address space beyond what is there now */
    int64_t cpu_seconds;
    bool unconfined; /* go on where the kernel refuses the filter */
    struct filter filter;
};

/* Once, in the zygote, before it forks and while it has one thread: makes options->filter, for the
 * life of the process, and has the C library read what it would read of the system in a box. */
enum err_code confine_prepare(struct confine *options, struct err *e) MUST_CHECK;

/* Once, in a box of one thread, whose memory is mapped and whose channel is CONFINE_CHANNEL.
 * ERR_UNSUPPORTED  the kernel refuses; the text says what. Not with `unconfined` */
enum err_code confine(const struct confine *options, struct err *e) MUST_CHECK;

/* ---- inside box/ ---- */

enum err_code filter_make(struct filter *out, struct err *e) MUST_CHECK;
enum err_code filter_install(const struct filter *filter, struct err *e) MUST_CHECK;

/* No file, no network, no signal to others, as far as this kernel's Landlock goes; it may have
 * none: the filter says the same. False when it has one that refuses. */
bool landlock_shut(void);

#endif
