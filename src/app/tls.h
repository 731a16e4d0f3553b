/* app/tls.h - a certificate for trying TLS out. */
#ifndef APP_TLS_H
#define APP_TLS_H

#include "base/err.h"

/* Makes `dir`/cert.pem and `dir`/key.pem (0600): P-256, for localhost, 127.0.0.1 and ::1, 825 days;
 * keeps what is there as long as it is valid for another week. `dir` exists.
 * *made tells whether it is new. */
enum err_code tls_self_signed(const char *dir, bool *made, struct err *e) MUST_CHECK;

#endif
