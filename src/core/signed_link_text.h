/* core/signed_link_text.h - the text of signed links, apart from where their keys come from; inside
 * core/. Pure, any thread. */
#ifndef CORE_SIGNED_LINK_TEXT_H
#define CORE_SIGNED_LINK_TEXT_H

#include "core/signed_link.h"

struct link_keys {
    int64_t number; /* of the current one; 0: none are here yet */
    struct hmac_key current;
    struct hmac_key previous;
};

void link_keys_derive(const uint8_t root[HASH_LEN], int64_t number, struct link_keys *out);

void link_signer_begin(const struct hmac_key *key, int64_t expires, struct link_signer *out);

/* signed_link_check with these keys at that moment (seconds since 1970). */
enum err_code link_text_check(const struct link_keys *keys, struct bytes target, int64_t now,
                              struct signed_link *out, struct err *e) MUST_CHECK;

#endif
