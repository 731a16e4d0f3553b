#include "seal/key_list.h"
#include "base/base64.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MAX 4096

void key_list_wipe(struct key_list *list)
{
    explicit_bzero(list, sizeof *list);
}

static int digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool read_hex(struct bytes text, uint8_t out[SEAL_KEY])
{
    if (text.len != 2 * SEAL_KEY)
        return false;
    for (size_t i = 0; i < SEAL_KEY; i++) {
        int high = digit(text.at[2 * i]);
        int low = digit(text.at[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        out[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

#define BASE64_KEY 44 /* characters, with the one = at its end */

static bool read_base64(struct bytes text, uint8_t out[SEAL_KEY])
{
    char room[BASE64_KEY];
    size_t len = 0;

    bool right = text.len == BASE64_KEY && base64_read(text, room, &len) && len == SEAL_KEY;
    if (right)
        memcpy(out, room, SEAL_KEY);
    explicit_bzero(room, sizeof room);
    return right;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

enum err_code key_list_read(struct bytes text, struct key_list *out, struct err *e)
{
    CLEANUP(key_list_wipe) struct key_list list = { 0 };

    for (size_t at = 0; at < text.len;) {
        size_t end = at;
        while (end < text.len && !is_space(text.at[end]))
            end++;
        struct bytes word = bytes_first(bytes_from(text, at), end - at);
        at = end + 1;
        if (word.len == 0)
            continue;
        if (list.count == KEY_LIST_MAX)
            return err_set(e, ERR_INVALID, "more than %d keys", KEY_LIST_MAX);
        if (!read_hex(word, list.keys[list.count]) && !read_base64(word, list.keys[list.count]))
            return err_set(e, ERR_INVALID,
                           "key %zu is neither 64 hexadecimal digits nor 32 bytes in base64",
                           list.count + 1);
        list.count++;
    }
    if (list.count == 0)
        return err_set(e, ERR_INVALID, "no key");
    *out = list;
    return ERR_NONE;
}

static enum err_code read_text(int fd, const char *path, char *text, size_t *len, struct err *e)
{
    struct stat st;
    ssize_t n;

    if (fstat(fd, &st) != 0)
        return err_errno(e, errno, "'%s'", path);
    if (!S_ISREG(st.st_mode) || (st.st_mode & S_IROTH))
        return err_set(e, ERR_INVALID, "'%s' is no file, or one that anybody may read", path);
    *len = 0;
    while ((n = read(fd, text + *len, FILE_MAX - *len)) > 0)
        *len += (size_t)n;
    if (n < 0)
        return err_errno(e, errno, "read '%s'", path);
    return *len < FILE_MAX ? ERR_NONE : err_set(e, ERR_INVALID, "'%s' is too long", path);
}

static enum err_code read_file(struct bytes file, struct key_list *out, struct err *e)
{
    char path[PATH_MAX];
    char text[FILE_MAX];
    size_t len;

    if (file.len >= sizeof path)
        return err_set(e, ERR_INVALID, "the path of the key file is too long");
    snprintf(path, sizeof path, "%.*s", (int)file.len, file.at);
    CLEANUP(closep) int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return err_set(e, ERR_INVALID, "open the key file '%s': %s", path, strerrordesc_np(errno));
    enum err_code rc = read_text(fd, path, text, &len, e);
    if (rc == ERR_NONE && len == SEAL_KEY) {
        out->count = 1;
        memcpy(out->keys[0], text, SEAL_KEY);
    } else if (rc == ERR_NONE && (rc = key_list_read(bytes_of(text, len), out, e))) {
        err_context(e, "key file '%s'", path);
    }
    explicit_bzero(text, sizeof text);
    return rc;
}

enum err_code key_origin_read(const struct key_origin *source, struct key_list *out, struct err *e)
{
    if (source->text.len) {
        enum err_code rc = key_list_read(source->text, out, e);
        return rc ? err_context(e, "the key of the environment") : ERR_NONE;
    }
    if (source->file.len)
        return read_file(source->file, out, e);
    return err_set(e, ERR_INVALID, "no key is given");
}
