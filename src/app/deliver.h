/* app/deliver.h - takes events to their handlers (core/event.h), on a thread of its own.
 *
 * Each address of an application has its turn: a few events, one after the other over one
 * connection, then what came of them is settled in one transaction. As many addresses as
 * post/post.h takes are called at a time, so one that is slow holds up nobody but itself. What was
 * answered and not yet settled when this process dies is sent again.
 */
#ifndef APP_DELIVER_H
#define APP_DELIVER_H

#include "core/core.h"

struct deliver;

/* `base_url` is how clients reach us, no slash at the end; it and `store` stay until deliver_stop.
 */
enum err_code deliver_start(struct store *store, struct bytes base_url, struct deliver **out,
                            struct err *e) MUST_CHECK;

/* Gives those that are being called a second to answer. Accepts NULL. */
void deliver_stop(struct deliver *deliver);

#endif
