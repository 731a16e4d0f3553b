/* base/plant.h - bugs on purpose: what the crash laboratory must find, or it would find nothing.
 *
 * PLANTED("name") stands where the bug would be, and is the constant false but in a build with
 * -Dplanted=true; there it is true when the environment's CAMEO_PLANTED is that name. The names,
 * and what finds each, are in test/crash/planted.py.
 */
#ifndef BASE_PLANT_H
#define BASE_PLANT_H

#include <stdbool.h>

#ifdef CAMEO_PLANTED_BUGS
#include <stdlib.h>
#include <string.h>

static inline bool plant_is(const char *name)
{
    const char *set = getenv("CAMEO_PLANTED");

    return set && strcmp(set, name) == 0;
}
#define PLANTED(name) plant_is(name)
#else
#define PLANTED(name) false
#endif

#endif
