#include "base/base.h"

#include <stdlib.h>
#include <unistd.h>

void closep(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

void freep(void *p)
{
    void **pointer = p;

    free(*pointer);
    *pointer = NULL;
}
