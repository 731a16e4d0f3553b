/* Where the claimed pack's file ends, and how it gets longer.
 *
 * A flush of bytes that make a file longer, or that are the first of their blocks, has to write
 * where these blocks are, too, one write behind the other. So while small puts follow one another,
 * the file is made longer by more than they need, of zeros: they overwrite blocks that are there,
 * and their flush is that of their bytes. What lies behind the end is nobody's, zeros or not; it is
 * cut off when the pack is left, or by who claims it next.
 */
#include "blob/packs/packs.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define AHEAD_MAX (1LL << 20)   /* as much at a time */
#define SMALL_MAX (256LL << 10) /* a put of more bytes than this pays for its blocks itself */

void packs_grow_begin(struct packs *packs)
{
    char name[PACK_NAME_MAX];

    packs->claimed_end = packs->end;
    packs->grown = pack_round_up(packs->end);
    pack_name(name, packs->volume);
    packs->direct = openat(packs->dir, name, O_WRONLY | O_DIRECT | O_CLOEXEC);
    /* never written to: the kernel's one page of zeros, again and again */
    void *zeros = mmap(NULL, AHEAD_MAX, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    packs->zeros = zeros == MAP_FAILED ? NULL : zeros;
}

/* As much as was put since the claim: a lone put of a command needs none. Past the page cache, so
 * that zeros take no memory and no time of the processor. */
static int64_t write_ahead(struct packs *packs, int64_t behind, int64_t room)
{
    int64_t wanted = pack_round_up(behind) - packs->grown + (packs->end - packs->claimed_end);
    int64_t ahead = pack_round_up(wanted < AHEAD_MAX ? wanted : AHEAD_MAX);

    if (packs->direct < 0 || !packs->zeros || packs->end == packs->claimed_end || ahead > room)
        return 0;
    ssize_t n = pwrite(packs->direct, packs->zeros, (size_t)ahead, packs->grown);
    return n > 0 ? n / PACK_BLOCK * PACK_BLOCK : 0;
}

void packs_grow(struct packs *packs, int64_t behind, int64_t room)
{
    if (behind > packs->grown && behind - packs->end <= SMALL_MAX)
        packs->grown += write_ahead(packs, behind, room);
    if (packs->grown < pack_round_up(behind))
        packs->grown = pack_round_up(behind);
}

void packs_shrink(struct packs *packs)
{
    packs->grown = pack_round_up(packs->end);
    if (ftruncate(packs->fd, packs->end) != 0)
        return; /* what stays there is nobody's, and is overwritten by the next append */
}

void packs_grow_end(struct packs *packs)
{
    closep(&packs->direct);
    free(TAKE(packs->piece));
    if (packs->zeros)
        munmap((void *)(uintptr_t)packs->zeros, AHEAD_MAX);
    packs->zeros = NULL;
}
