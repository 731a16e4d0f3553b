/* hostile/hostile.h - a decoder that tries to leave its box: what its files share.
 *
 * A picture names its attack behind its last byte:  CAMEO-ATTACK name folder server port
 * Whoever is let through makes a picture in the colour of ESCAPED; of pictures without an attack
 * one in that of HONEST is made. Attacks are harmless even where they are let through: signal 0,
 * wrong magic numbers, paths in `folder`, which is the test's own.
 */
#ifndef HOSTILE_HOSTILE_H
#define HOSTILE_HOSTILE_H

#include "image/renderer.h"

#include <sys/types.h>

#define HONEST  0x20A040U
#define ESCAPED 0xFF00FFU

struct target {
    char name[64];
    char folder[160]; /* with files "victim" and "program" and a folder "empty" */
    pid_t server;     /* the keeper */
    int port;         /* where the server listens */
    /* of the picture that is wanted */
    const uint8_t *input;
    size_t input_len;
    uint8_t *out;
    size_t room;
    int32_t width;
    int32_t height;
};

/* How an attack is to end. */
enum way {
    BY_FILTER,   /* the process dies of SIGSYS */
    BY_REFUSAL,  /* what it asked for is not given */
    BY_FAULT,    /* the process dies of what it did, or ends */
    BY_LIMIT,    /* time or memory is at its end */
    BY_DISBELIEF /* the other side does not take its answer */
};

struct attack {
    const char *name;
    bool (*run)(const struct target *t); /* true: let through */
    enum way way;
};

extern const struct attack hostile_files[];
extern const struct attack hostile_processes[];
extern const struct attack hostile_network[];
extern const struct attack hostile_memory[];
extern const struct attack hostile_system[];
extern const struct attack hostile_answers[];
extern const struct attack hostile_limits[];

/* A PNG of one colour; 0 when there is no room. */
size_t hostile_png(uint8_t *out, size_t room, int32_t width, int32_t height, uint32_t colour);

/* An attack of one line: `ask` is let through when the call succeeds, `touch` when it comes back
 * at all, for calls whose arguments are wrong on purpose. */
#define ASK(name, ...)                                                                             \
    static bool name(const struct target *t)                                                       \
    {                                                                                              \
        (void)t;                                                                                   \
        return syscall(__VA_ARGS__) >= 0;                                                          \
    }
#define TOUCH(name, ...)                                                                           \
    static bool name(const struct target *t)                                                       \
    {                                                                                              \
        (void)t;                                                                                   \
        return syscall(__VA_ARGS__) >= 0 || errno != ENOSYS;                                       \
    }

/* `name` in the test's own folder. */
const char *hostile_path(const struct target *t, const char *name);

#endif
