/* Whatever the header: on success there is a kind and a secret within bounds, on failure the error
 * is filled and no byte of the header is told. */
#include "dialect/superoffice/superoffice.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new(1 << 20);
    struct so_credential credential = { 0 };
    struct err e = { 0 };

    if (!arena)
        return 0;
    enum err_code rc =
        so_credential_read(arena, bytes_of((const char *)data, size), &credential, &e);
    if (rc != e.code || (rc && credential.secret.at))
        abort();
    if (!rc) {
        if (credential.kind != CREDENTIAL_PASSWORD && credential.kind != CREDENTIAL_TICKET &&
            credential.kind != CREDENTIAL_TOKEN)
            abort();
        if (credential.user.len + credential.secret.len > size)
            abort();
        /* reads every byte: a sanitizer sees what does not belong to it */
        if (memchr(credential.secret.at, 0, credential.secret.len) && credential.secret.len == 0)
            abort();
        if (credential.kind == CREDENTIAL_PASSWORD &&
            memchr(credential.user.at, ':', credential.user.len))
            abort();
    }
    arena_free(arena);
    return 0;
}
