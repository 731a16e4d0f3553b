/* dialect/bitrix24/batch_reference.h - `$result[key][a][b]` in the values of a command
 * (bitrix24 8.1). */
#ifndef DIALECT_BITRIX24_BATCH_REFERENCE_H
#define DIALECT_BITRIX24_BATCH_REFERENCE_H

#include "dialect/bitrix24/batch_results.h"

/* Replaces every reference in the texts of `params` by what `results` hold:
 * - `$`, the word result, error, total, next or time in any case, and a path in brackets; it ends
 *   at the last `]` before the next white space;
 * - a text that is nothing but a reference becomes the value itself, whatever its type;
 * - within a longer text the value is put in when it is text or a number, else the reference stays;
 * - a path that leads nowhere is the empty text;
 * - what was put in is not looked at again.
 * Values are shared with `results`, texts are made in `arena`. Takes time linear in what goes in
 * and comes out.
 * ERR_TOO_LARGE   more than VALUE_COUNT_MAX values taken over or passed on the way through lists,
 *                 deeper than VALUE_DEPTH_MAX, or over 16 MiB of text with references
 * ERR_INVALID     a result that is referred to is too large for a tree
 * ERR_NO_MEMORY   over an arena's limit */
enum err_code b24_batch_refer(struct arena *arena, struct b24_batch_results *results,
                              struct value *params, struct err *e) MUST_CHECK;

#endif
