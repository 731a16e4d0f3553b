/* post/post.h - calling others: forms posted to their addresses, several at a time.
 *
 * No redirect is followed, no proxy asked, certificates are verified, and nothing but a public
 * address is called unless the call allows it: what counts is the address that is connected to, not
 * a name looked up before. A pool belongs to one thread; post_wake may come from any.
 */
#ifndef POST_POST_H
#define POST_POST_H

#include "base/bytes.h"
#include "base/err.h"

struct post_pool;

#define POST_PARALLEL_MAX 8 /* calls */
#define POST_TIMEOUT_MS   10000

enum err_code post_pool_open(struct post_pool **out, struct err *e) MUST_CHECK;
/* Breaks off what is under way. Accepts NULL. */
void post_pool_close(struct post_pool *pool);

/* Begins to post `body` (application/x-www-form-urlencoded) to `url`; both stay until the call has
 * ended. `private_hosts` as address_is_listed. `context` comes back with the result.
 * ERR_BUSY  POST_PARALLEL_MAX are under way */
enum err_code post_begin(struct post_pool *pool, const char *url, struct bytes body,
                         struct bytes private_hosts, void *context, struct err *e) MUST_CHECK;

size_t post_under_way(const struct post_pool *pool);

struct post_result {
    void *context;
    int status;       /* of the answer; 0: there was none */
    const char *text; /* then why, for the log: a constant, or "" */
};

/* Waits until something has happened, at most `timeout_ms`, or somebody calls post_wake. */
enum err_code post_wait(struct post_pool *pool, int timeout_ms, struct err *e) MUST_CHECK;
void post_wake(struct post_pool *pool);

/* True when a call has ended. */
bool post_take(struct post_pool *pool, struct post_result *out);

/* "https://host:port" of a url, without what may be secret; `out` holds it, cut. */
#define POST_PLACE_MAX 200
const char *post_place(const char *url, char out[POST_PLACE_MAX]);

#endif
