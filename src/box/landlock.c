/* An empty set of rules: of everything that Landlock can take away nothing is left. */
#include "box/confine.h"

#include <sys/syscall.h>
#include <unistd.h>

/* Debian 12's headers are older than the kernels we meet: <linux/landlock.h> of Linux 6.12. */
struct ruleset {
    uint64_t fs;
    uint64_t net;    /* ABI 4 */
    uint64_t scoped; /* ABI 6 */
};

#define CREATE_RULESET_VERSION 1U
#define NET_ALL                3U /* bind and connect of TCP */
#define SCOPED_ALL             3U /* abstract UNIX sockets, signals */

/* Rights of files: with each ABI there are some more, without a gap. */
static uint64_t fs_rights(long abi)
{
    static const int counts[] = { 0, 13, 14, 15, 15, 16 };
    long last = (long)COUNT(counts) - 1;

    return (1ULL << counts[abi < last ? abi : last]) - 1;
}

static size_t ruleset_size(long abi)
{
    if (abi < 4)
        return offsetof(struct ruleset, net);
    return abi < 6 ? offsetof(struct ruleset, scoped) : sizeof(struct ruleset);
}

bool landlock_shut(void)
{
    long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, CREATE_RULESET_VERSION);
    struct ruleset rules = { .fs = fs_rights(abi > 0 ? abi : 0),
                             .net = NET_ALL,
                             .scoped = SCOPED_ALL };

    if (abi < 1)
        return true;
    CLEANUP(closep)
    int fd = (int)syscall(SYS_landlock_create_ruleset, &rules, ruleset_size(abi), 0);
    return fd >= 0 && syscall(SYS_landlock_restrict_self, fd, 0) == 0;
}
