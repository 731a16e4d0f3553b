#include "cli/cli.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

enum err_code cli_read(int fd, const char *name, size_t limit, struct bytes *out, struct err *e)
{
    CLEANUP(freep) char *at = NULL;
    size_t len = 0;
    size_t room = 0;

    for (;;) {
        if (len == room) {
            room = room ? room * 2 : 65536;
            char *more = realloc(at, room);
            if (!more)
                return err_set(e, ERR_NO_MEMORY, "read %s", name);
            at = more;
        }
        ssize_t n = read(fd, at + len, room - len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_set(e, ERR_INVALID, "read %s: %s", name, strerrordesc_np(errno));
        if (n == 0)
            break;
        len += (size_t)n;
        if (len > limit)
            return err_set(e, ERR_TOO_LARGE, "%s has more than %zu bytes", name, limit);
    }
    *out = bytes_of(TAKE(at), len);
    return ERR_NONE;
}

#define INTERRUPT 3 /* control-C */

/* Asks on the terminal. Signals are off while the echo is, or an interrupt would leave the shell
 * without it; control-C ends the line instead. */
static enum err_code ask(const char *prompt, char *room, size_t size, struct bytes *out,
                         struct err *e)
{
    struct termios before;

    if (tcgetattr(STDIN_FILENO, &before) != 0)
        return err_set(e, ERR_INVALID, "terminal: %s", strerrordesc_np(errno));

    struct termios quiet = before;
    quiet.c_lflag &= ~(tcflag_t)(ECHO | ISIG);
    quiet.c_cc[VEOL] = INTERRUPT;
    if (tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet) != 0)
        return err_set(e, ERR_INVALID, "terminal: %s", strerrordesc_np(errno));
    fprintf(stderr, "%s: ", prompt); /* the echo is off before anyone is asked to type */

    ssize_t n = read(STDIN_FILENO, room, size);
    int errnum = errno;
    tcsetattr(STDIN_FILENO, TCSADRAIN, &before);
    fputc('\n', stderr);
    if (n < 0)
        return err_set(e, ERR_INVALID, "read password: %s", strerrordesc_np(errnum));
    if (n == 0 || room[n - 1] == INTERRUPT)
        return err_set(e, ERR_INVALID, "no password given");
    *out = bytes_of(room, (size_t)n);
    return ERR_NONE;
}

static enum err_code ask_twice(char room[CLI_PASSWORD_MAX], struct bytes *out, struct err *e)
{
    char again[CLI_PASSWORD_MAX];
    struct bytes first;
    struct bytes second;

    enum err_code rc = ask("password", room, CLI_PASSWORD_MAX, &first, e);
    if (!rc)
        rc = ask("password again", again, sizeof again, &second, e);
    if (!rc && !bytes_eq(first, second))
        rc = err_set(e, ERR_INVALID, "the passwords differ");
    explicit_bzero(again, sizeof again);
    if (rc)
        return rc;
    *out = first;
    return ERR_NONE;
}

static enum err_code read_line(char room[CLI_PASSWORD_MAX], struct bytes *out, struct err *e)
{
    size_t len = 0;
    ssize_t n;

    while ((n = read(STDIN_FILENO, room + len, CLI_PASSWORD_MAX - len)) > 0)
        len += (size_t)n;
    if (n < 0)
        return err_set(e, ERR_INVALID, "read password: %s", strerrordesc_np(errno));
    *out = bytes_of(room, len);
    return ERR_NONE;
}

enum err_code cli_read_password(char room[CLI_PASSWORD_MAX], struct bytes *out, struct err *e)
{
    struct bytes line;

    enum err_code rc = isatty(STDIN_FILENO) ? ask_twice(room, &line, e) : read_line(room, &line, e);
    if (rc)
        return rc;
    if (line.len == CLI_PASSWORD_MAX)
        return err_set(e, ERR_INVALID, "password of %d bytes or more", CLI_PASSWORD_MAX);
    if (line.len && line.at[line.len - 1] == '\n')
        line.len--;
    if (line.len && line.at[line.len - 1] == '\r')
        line.len--;
    if (line.len == 0)
        return err_set(e, ERR_INVALID, "empty password");
    for (size_t i = 0; i < line.len; i++) {
        if ((unsigned char)line.at[i] < 0x20 || line.at[i] == 0x7F)
            return err_set(e, ERR_INVALID, "password with a line end or control character");
    }
    if (!bytes_is_utf8(line))
        return err_set(e, ERR_INVALID, "password is not UTF-8");
    *out = line;
    return ERR_NONE;
}
