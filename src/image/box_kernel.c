#include "image/box.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* A filter at no address: the kernel gets as far as to look for it. */
static bool takes_filters(void)
{
    return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, NULL) < 0 &&
           errno == EFAULT;
}

enum err_code box_can_confine(struct err *e)
{
    const uint32_t kill = SECCOMP_RET_KILL_PROCESS;

    if (!takes_filters())
        return err_set(e, ERR_UNSUPPORTED, "the kernel takes no seccomp filter: %s",
                       strerrordesc_np(errno));
    if (syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &kill) != 0)
        return err_set(e, ERR_UNSUPPORTED, "the kernel's seccomp cannot end a process: %s",
                       strerrordesc_np(errno));
    return ERR_NONE;
}
