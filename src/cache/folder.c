#include "cache/folder.h"
#include "cache/entry.h"

#include <errno.h>
#include <stdio.h>
#include <sys/uio.h>
#include <unistd.h>

static const char digits[] = "0123456789abcdef";

static void hex(const uint8_t *at, size_t len, char *out)
{
    for (size_t i = 0; i < len; i++) {
        *out++ = digits[at[i] >> 4];
        *out++ = digits[at[i] & 15];
    }
    *out = '\0';
}

void entry_name(const struct hash *key, char out[ENTRY_NAME_MAX])
{
    hex(key->at, 1, out);
    out[2] = '/';
    hex(key->at + 1, HASH_LEN - 1, out + 3);
}

bool entry_key(int folder, const char *name, struct hash *out)
{
    const size_t len = 2 * (HASH_LEN - 1);

    if (strlen(name) != len)
        return false;
    out->at[0] = (uint8_t)folder;
    for (size_t i = 0; i < len; i++) {
        const char *digit = strchr(digits, name[i]);
        if (!digit)
            return false;
        uint8_t value = (uint8_t)(digit - digits);
        uint8_t *at = &out->at[1 + i / 2];
        *at = (uint8_t)(i % 2 ? *at << 4 | value : value);
    }
    return true;
}

#define UNFINISHED ".new"

bool is_unfinished(const char *name)
{
    return bytes_ends_nocase(bytes_str(name), B(UNFINISHED));
}

static bool write_all(int fd, char *header, struct bytes bytes)
{
    struct iovec parts[] = { { header, ENTRY_HEADER }, { (void *)(uintptr_t)bytes.at, bytes.len } };
    struct iovec *part = parts;

    while (part < parts + COUNT(parts)) {
        ssize_t n = writev(fd, part, (int)(parts + COUNT(parts) - part));
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
        for (; part < parts + COUNT(parts); part++) {
            if ((size_t)n < part->iov_len) {
                part->iov_base = (char *)part->iov_base + n;
                part->iov_len -= (size_t)n;
                break;
            }
            n -= (ssize_t)part->iov_len;
        }
    }
    return true;
}

static int create(int dir, const char *folder, const char *path)
{
    int fd = openat(dir, path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    if (fd < 0 && errno == ENOENT && (mkdirat(dir, folder, 0700) == 0 || errno == EEXIST))
        fd = openat(dir, path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    return fd;
}

enum err_code entry_write(int dir, const char *folder, const char *path, const struct hash *key,
                          uint32_t kind, struct bytes bytes, struct err *e)
{
    char header[ENTRY_HEADER];
    uint8_t number[8]; /* nobody else's, in whatever container he runs */
    char word[2 * sizeof number + 1];
    char unfinished[64];

    random_bytes(number, sizeof number);
    hex(number, sizeof number, word);
    snprintf(unfinished, sizeof unfinished, "%s/%s" UNFINISHED, folder, word);
    CLEANUP(closep) int fd = create(dir, folder, unfinished);
    if (fd < 0)
        return err_errno(e, errno, "write into the cache");
    entry_write_header(header, key, kind, bytes);
    if (!write_all(fd, header, bytes) || renameat(dir, unfinished, dir, path) != 0) {
        int why = errno;
        unlinkat(dir, unfinished, 0);
        return err_errno(e, why, "write into the cache");
    }
    return ERR_NONE;
}
