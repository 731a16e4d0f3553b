/* dialect/bitrix24/date.h - dates as clients write them. */
#ifndef DIALECT_BITRIX24_DATE_H
#define DIALECT_BITRIX24_DATE_H

#include "base/bytes.h"

/* 2026-09-21, 2026-09-21T13:33, 2026-09-21T13:33:20, 2026-09-21T13:33:20.123+02:00 (or +0200, +02,
 * Z, or a space for the T); UTC unless it says. A fraction is dropped. */
bool b24_read_date(struct bytes text, int64_t *us);

#endif
