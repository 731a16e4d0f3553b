#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>

static void to_stderr(enum log_level level, const char *line)
{
    static const char *const names[] = { "error: ", "warning: ", "" };

    fprintf(stderr, "cameo: %s%s\n", names[level], line);
}

static void (*write_line)(enum log_level level, const char *line) = to_stderr;

void log_to(void (*write)(enum log_level level, const char *line))
{
    write_line = write;
}

void log_line(enum log_level level, const char *fmt, ...)
{
    char line[1000];
    va_list args;

    va_start(args, fmt);
    vsnprintf(line, sizeof line, fmt, args);
    va_end(args);
    write_line(level, line);
}

const char *log_quote(struct bytes text, char out[LOG_QUOTE_MAX])
{
    size_t at = 0;

    out[at++] = '"';
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.at[i];
        if (at > LOG_QUOTE_MAX - 10) {
            at += (size_t)snprintf(out + at, LOG_QUOTE_MAX - at, "...");
            break;
        }
        if (c < 0x20 || c == 0x7F || c == '"' || c == '\\')
            at += (size_t)snprintf(out + at, LOG_QUOTE_MAX - at, "\\x%02x", c);
        else
            out[at++] = (char)c;
    }
    out[at++] = '"';
    out[at] = '\0';
    return out;
}
