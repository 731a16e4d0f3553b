/* hostile_outside OBJECT PICTURE - the same attack without a box: exit status 0 when it is let
 * through, 1 when it is refused; a signal when it dies. Shows that the attacks are real. */
#include "hostile/hostile.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

static uint8_t made[1 << 16];

int main(int argc, char **argv)
{
    static char bytes[1 << 16];
    const struct rendered plan = { .type = PICTURE_PNG, .width_px = 4, .height_px = 4 };
    const struct picture_header header = { .type = PICTURE_PNG };
    struct err e = { 0 };
    size_t len = 0;

    if (argc != 3)
        return 2;
    void *object = dlopen(argv[1], RTLD_NOW);
    const struct renderer *renderer = object ? dlsym(object, RENDERER_SYMBOL) : NULL;
    CLEANUP(closep) int fd = open(argv[2], O_RDONLY);
    ssize_t got = fd < 0 ? -1 : read(fd, bytes, sizeof bytes);
    if (!renderer || got <= 0)
        return 2;
    enum err_code rc = renderer->picture((struct bytes){ bytes, (size_t)got }, &header, &plan, made,
                                         sizeof made, &len, &e);
    return rc ? 1 : 0;
}
