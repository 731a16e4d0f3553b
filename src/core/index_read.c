#include "core/index_read.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Whole rows stand between head and tail, and their checksum agrees. */
static bool is_whole(struct bytes file, size_t at, struct index_head *head, struct bytes *rows)
{
    if (file.len - at < sizeof *head)
        return false;
    memcpy(head, file.at + at, sizeof *head);
    if (head->magic != INDEX_HEAD_MAGIC || head->len > file.len - at - sizeof *head)
        return false;
    *rows = bytes_of(file.at + at + sizeof *head, head->len);
    return index_crc(head, *rows) == head->crc;
}

static size_t next_head(struct bytes file, size_t at)
{
    uint64_t magic = INDEX_HEAD_MAGIC;
    const char *next = memmem(file.at + at, file.len - at, &magic, sizeof magic);

    return next ? (size_t)(next - file.at) : file.len;
}

static enum err_code read_all(struct bytes file, const char *name,
                              const struct index_reader *reader, struct err *e)
{
    size_t at = sizeof(struct index_file);
    bool told = !reader->damaged;

    while (at < file.len) {
        struct index_head head;
        struct bytes rows;
        if (!is_whole(file, at, &head, &rows)) {
            if (!told)
                reader->damaged(reader->context, name, at);
            told = true;
            at = next_head(file, at + 1);
            continue;
        }
        enum err_code rc = reader->each(reader->context, head.number, rows, e);
        if (rc)
            return rc;
        at += sizeof head + head.len + sizeof(struct index_tail);
    }
    return ERR_NONE;
}

enum err_code index_read(const char *dir, const char *name, const struct index_reader *reader,
                         struct err *e)
{
    char path[PATH_MAX];

    snprintf(path, sizeof path, "%s/%s", dir, name);
    CLEANUP(closep) int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT)
        return ERR_NONE;
    int64_t size = fd < 0 ? -1 : lseek(fd, 0, SEEK_END);
    if (size < 0)
        return err_errno(e, errno, "read '%s'", path);
    if (size <= (int64_t)sizeof(struct index_file))
        return ERR_NONE;
    void *at = mmap(NULL, (size_t)size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (at == MAP_FAILED)
        return err_errno(e, errno, "read '%s'", path);
    enum err_code rc = read_all(bytes_of(at, (size_t)size), name, reader, e);
    munmap(at, (size_t)size);
    return rc;
}
