/* base/json.h - JSON out: appends to a strbuf; reading is base/value.h.
 *
 * Text goes out as raw UTF-8, only `"`, `\` and controls escaped (superoffice 7.2); ill-formed
 * UTF-8 goes out as U+FFFD. The caller writes punctuation with strbuf_lit.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include "base/strbuf.h"
#include "base/value.h"

/* "text" with quotes. */
void json_string(struct strbuf *out, struct bytes text);

/* As json_string, null for `.at == NULL`. */
void json_string_or_null(struct strbuf *out, struct bytes text);

void json_bool(struct strbuf *out, bool value);

/* The shortest form that reads back as the same double; null for NaN and infinities. */
void json_double(struct strbuf *out, double value);

/* A whole tree, as json_read takes it back; without spaces. A double without a fraction comes back
 * as an integer. Recursion: the tree is one of VALUE_DEPTH_MAX. */
void json_value(struct strbuf *out, const struct value *value);

#endif
