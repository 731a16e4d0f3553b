/* app/ready.h - how a worker tells the keeper that it has opened the store. */
#ifndef APP_READY_H
#define APP_READY_H

/* The environment variable that holds the number of the pipe's writing end. */
#define READY_ENVIRONMENT "CAMEO_READY_FD"

enum ready {
    READY_YES = 'y',
    READY_FAILED = 'f', /* the worker ends; why is in the error log */
};

/* Writes one byte to the pipe and closes it in this process. Does nothing without a keeper. */
void ready_tell(enum ready word);

#endif
