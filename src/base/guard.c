#include "base/guard.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>

static _Thread_local sigjmp_buf *way_out;

static void on_sigbus(int number)
{
    if (way_out)
        siglongjmp(*way_out, 1);
    signal(number, SIG_DFL); /* not ours: it comes again and ends the process */
}

static void take_sigbus(void)
{
    struct sigaction action = { .sa_handler = on_sigbus, .sa_flags = SA_NODEFER };

    sigemptyset(&action.sa_mask);
    if (sigaction(SIGBUS, &action, NULL) != 0)
        abort();
}

bool guard_run(void (*fn)(void *context), void *context)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    sigjmp_buf here;

    pthread_once(&once, take_sigbus);
    if (sigsetjmp(here, 0) != 0) { /* SA_NODEFER: no mask to restore */
        way_out = NULL;
        return false;
    }
    way_out = &here;
    fn(context);
    way_out = NULL;
    return true;
}
