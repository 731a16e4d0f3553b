/* test/crash/fail_scenarios.h - what happens to a store while something in it fails. */
#ifndef TEST_CRASH_FAIL_SCENARIOS_H
#define TEST_CRASH_FAIL_SCENARIOS_H

#include "base/arena.h"
#include "base/err.h"
#include "base/strbuf.h"
#include "core/picture.h"

/* The store of one run. */
struct lab {
    const char *dir;
    struct settings settings;
    struct store *store;
    struct core *core;
    struct arena *arena;  /* emptied before each step */
    struct strbuf answer; /* what a step has read, if it reads: the same in every run */
    int attempt;          /* of this step */
};

/* Does it, or fails without half of it being done. The step is repeated until it is done. */
typedef enum err_code (*lab_step)(struct lab *lab, struct err *e);

#define STEPS_MAX 12

struct scenario {
    const char *name;
    void (*prepare)(struct lab *lab); /* after the common beginning; may be NULL */
    void (*settle)(struct settings *settings);
    lab_step steps[STEPS_MAX];
    bool closed; /* the first step opens the store itself */
    bool partly; /* a step is several writes, each for itself */
    bool loose;  /* ids depend on who is quicker: records and their bytes alone are compared */
    bool empty;  /* begins without a store */
};

extern const struct scenario scenarios_pictures[];
extern const struct scenario scenarios_store[];
extern const struct scenario scenarios_index[];
extern const struct scenario scenarios_access[];
extern const struct scenario scenarios_backup[];
extern const struct scenario scenarios_scrub[];

enum err_code lab_open(struct lab *lab, bool create, struct err *e) MUST_CHECK;
void lab_close(struct lab *lab);

/* Ends the program when it fails: for what has to go well. */
void lab_must(enum err_code rc, const struct err *e, const char *what);

/* To settle with: all is sealed, and nothing that was replaced is kept. */
void lab_seal(struct settings *settings);

/* A JPEG of 640 x 480 (too large to be looked at in passing) with `len` bytes of that seed. */
struct bytes lab_jpeg(struct arena *arena, unsigned seed, size_t len);

/* Common to all: users 1 and 2, contacts 1 to 3 and products 1 to 4, of which contact 1 and
 * products 1 and 2 have pictures (LAB_GALLERY of them on product 2). */
#define LAB_GALLERY 3
extern const struct principal lab_user;
#define CONTACT(n)                                                                                 \
    (struct owner)                                                                                 \
    {                                                                                              \
        KIND_CONTACT, n                                                                            \
    }
#define PRODUCT(n)                                                                                 \
    (struct owner)                                                                                 \
    {                                                                                              \
        KIND_PRODUCT, n                                                                            \
    }

enum err_code lab_put(struct lab *lab, struct owner owner, unsigned seed, size_t len,
                      struct err *e) MUST_CHECK;
enum err_code lab_add(struct lab *lab, struct owner owner, enum picture_role role, unsigned seed,
                      size_t len, struct err *e) MUST_CHECK;

#endif
