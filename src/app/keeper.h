/* app/keeper.h - nginx as a child of `cameo serve`: started, watched, stopped. */
#ifndef APP_KEEPER_H
#define APP_KEEPER_H

#include "app/listener.h"

#include <sys/types.h>

struct keeper {
    pid_t nginx; /* 0: not running */
    int signals; /* signalfd: SIGTERM, SIGINT, SIGCHLD, SIGUSR1 */
    int ready;   /* a byte from each worker that has opened the store */
    bool stopping;
};

struct keeper_start {
    const char *nginx;  /* path of the program */
    const char *prefix; /* folder of nginx.conf */
    const char *log;    /* path of the error log */
    int workers;
    const struct listener *listeners;
    size_t listener_count;
};

/* The paths of nginx (CAMEO_NGINX, /usr/sbin/nginx, PATH) and of our module for it (beside this
 * program, else where packages put it). ERR_NOT_FOUND. */
enum err_code keeper_find(char *nginx, char *module, size_t room, struct err *e) MUST_CHECK;

/* Blocks the signals the keeper takes. Before any thread is started. */
enum err_code keeper_init(struct keeper *keeper, struct err *e) MUST_CHECK;

/* Starts nginx, hands the listeners over (and closes them here), waits until every worker is ready.
 * nginx dies with this process, however that ends.
 * ERR_INTERNAL  it ended, or a worker could not open the store: why is in the text
 * ERR_BUSY      told to stop meanwhile; nginx has ended */
enum err_code keeper_start(struct keeper *keeper, const struct keeper_start *start,
                           struct err *e) MUST_CHECK;

/* Waits for something to happen, at most `timeout_ms`. On SIGTERM or SIGINT tells nginx to finish
 * what is in flight. *ended true: nginx has ended, as it was told to.
 * ERR_INTERNAL  it ended by itself, or a worker cannot open the store any more */
enum err_code keeper_wait(struct keeper *keeper, int timeout_ms, bool *ended,
                          struct err *e) MUST_CHECK;

/* Ends nginx at once if it still runs. */
void keeper_done(struct keeper *keeper);

#endif
