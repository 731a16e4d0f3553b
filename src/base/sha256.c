/* SHA-256 alone, for the renderer, too, which has no use for the rest of crypto.c. */
#define OPENSSL_SUPPRESS_DEPRECATED /* see crypto.c */

#include "base/crypto.h"

#include <openssl/sha.h>

_Static_assert(sizeof(struct sha256) >= sizeof(SHA256_CTX), "OpenSSL's state has room");

void sha256_begin(struct sha256 *sha)
{
    SHA256_Init((SHA256_CTX *)sha);
}

void sha256_add(struct sha256 *sha, struct bytes data)
{
    if (data.len)
        SHA256_Update((SHA256_CTX *)sha, data.at, data.len);
}

void sha256_end(struct sha256 *sha, struct hash *out)
{
    SHA256_Final(out->at, (SHA256_CTX *)sha);
}

void sha256(struct bytes data, struct hash *out)
{
    struct sha256 sha;

    sha256_begin(&sha);
    sha256_add(&sha, data);
    sha256_end(&sha, out);
}
