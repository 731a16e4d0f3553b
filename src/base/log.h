/* base/log.h - one line for the operator; the program decides where it goes.
 *
 * Credentials never appear. User data is quoted and cut with log_quote.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/bytes.h"

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARN, LOG_LEVEL_INFO };

/* Where lines go; until it is set they go to stderr. Set once at start, before threads. */
void log_to(void (*write)(enum log_level level, const char *line));

void log_line(enum log_level level, const char *fmt, ...) PRINTF(2, 3);

/* "text" with quotes, controls as \xNN, cut to fit; returns `out`. */
#define LOG_QUOTE_MAX 120
const char *log_quote(struct bytes text, char out[LOG_QUOTE_MAX]);

#endif
