/* Whatever the target: it is unsigned, refused, or was signed by us. What was signed is accepted,
 * and any one byte of it changed makes it refused (or unsigned, when a name of ours is gone: then
 * it opens nothing). The first byte of the data says which byte is changed, the second to what. */
#include "core/signed_link_text.h"
#include "fuzz.h"

static const uint8_t root[HASH_LEN] = "a root for fuzzing, 32 bytes lon";

static void check_changed(const struct link_keys *keys, struct bytes signed_target, size_t at,
                          uint8_t by, int64_t now)
{
    char changed[SIGNED_LINK_MAX + SIGNED_LINK_END + 1];
    struct signed_link link = { .expires = 77 };
    struct err e = { 0 };

    memcpy(changed, signed_target.at, signed_target.len);
    changed[at] = (char)(changed[at] ^ by);
    enum err_code rc = link_text_check(keys, bytes_of(changed, signed_target.len), now, &link, &e);
    HOLDS(rc ? rc == ERR_UNAUTHENTICATED && link.expires == 77 : !link.is_signed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const int64_t now = 1700000000;
    struct bytes target = size > 2 ? bytes_of((const char *)data + 2, size - 2) : B("");
    struct signed_link link = { 0 };
    struct link_signer signer = { 0 };
    struct bytes made;
    struct link_keys keys;
    struct err e = { 0 };
    struct arena *arena = arena_new(1 << 16);

    if (!arena || size < 2)
        return arena_free(arena), 0;
    link_keys_derive(root, 3, &keys);
    link_signer_begin(data[0] & 1 ? &keys.current : &keys.previous, now + 1, &signer);
    enum err_code rc = link_text_check(&keys, target, now, &link, &e);
    HOLDS(rc == ERR_NONE || rc == ERR_UNAUTHENTICATED || rc == ERR_DENIED);
    HOLDS(rc || is_slice(link.query, target) || link.query.len == 0);

    e = (struct err){ 0 };
    rc = signed_link_make(&signer, arena, target, &made, &e);
    HOLDS(rc == ERR_NONE || rc == ERR_INVALID);
    if (rc == ERR_NONE) {
        HOLDS(made.len <= target.len + SIGNED_LINK_END);
        HOLDS(link_text_check(&keys, made, now, &link, &e) == ERR_NONE);
        HOLDS(link.is_signed && link.expires == now + 1);
        HOLDS(bytes_eq(link.query, bytes_from(target, bytes_index(target, '?') + 1)));
        HOLDS(link_text_check(&keys, made, now + 1, &link, &e) == ERR_DENIED);
        check_changed(&keys, made, data[0] * made.len / 256, data[1] ? data[1] : 1, now);
        for (size_t at = 0; at < made.len; at += 1 + made.len / 64)
            check_changed(&keys, made, at, 1, now);
    }
    arena_free(arena);
    return 0;
}
