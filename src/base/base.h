/* base/base.h - compiler attributes and clean-up by scope, for every file. */
#ifndef BASE_BASE_H
#define BASE_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MUST_CHECK         __attribute__((warn_unused_result))
#define PRINTF(fmt, first) __attribute__((format(printf, fmt, first)))
#define CLEANUP(fn)        __attribute__((cleanup(fn)))
#define COUNT(array)       (sizeof(array) / sizeof((array)[0]))

/* Hands the pointer over: evaluates to its value and leaves NULL behind. */
#define TAKE(p)                                                                                    \
    ({                                                                                             \
        __typeof__(p) taken_ = (p);                                                                \
        (p) = NULL;                                                                                \
        taken_;                                                                                    \
    })

/* Hands a descriptor over: returns it and leaves -1 behind. */
static inline int take_fd(int *fd)
{
    int taken = *fd;
    *fd = -1;
    return taken;
}

/* Locks the file for itself alone (flock), waiting half a second at most: what a process that was
 * killed had just forked holds its locks until it ends, too. False with errno. */
bool lock_soon(int fd);

/* For CLEANUP: closes *fd unless it is negative. */
void closep(int *fd);

/* For CLEANUP: frees *(void **)p. */
void freep(void *p);

#endif
