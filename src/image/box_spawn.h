/* image/box_spawn.h - starting the zygote's program; inside image/. */
#ifndef IMAGE_BOX_SPAWN_H
#define IMAGE_BOX_SPAWN_H

#include "image/box.h"

/* Paths of the program and of the renderer: beside the module or program that this is in, else
 * where modules are installed. ERR_UNAVAILABLE  one of them is nowhere */
enum err_code box_find_program(char *out, size_t room, struct err *e) MUST_CHECK;
enum err_code box_find_renderer(char *out, size_t room, struct err *e) MUST_CHECK;

/* Starts the program with `control` as its ZYGOTE_CONTROL_FD and nothing else of ours: no memory,
 * environment, descriptor, signal or terminal. It is nobody's child: whoever waits for all his
 * children, as nginx does, never meets it. Any thread. */
enum err_code box_spawn(const char *program, const char *const *arguments, int control,
                        struct err *e) MUST_CHECK;

#endif
