/* core/event.h - telling programs what changed: handlers, and the durable queue (bitrix24 13).
 *
 * An event is queued in the transaction of the change itself, once for each handler: it is there
 * exactly if the change is. It leaves the queue when the handler has answered, so every handler
 * hears of it at least once; each address of an application in the order of what happened, but for
 * what has to be repeated. What changes something returns ERR_NONE only when the change would
 * survive a power cut; ERR_FULL and ERR_UNAVAILABLE as core/picture.h. Text lives in `arena`.
 */
#ifndef CORE_EVENT_H
#define CORE_EVENT_H

#include "core/application.h"
#include "core/picture.h"
#include "model/event.h"

struct meta;
struct write;

/* For `apply`: queues `event` of that record for everybody who wants it; of kinds but products
 * nothing is queued. One look-up when nobody listens. Before the record is deleted, for a
 * deletion. Of those that wait for a handler the oldest go when there are too many. */
enum err_code event_queue(const struct write *w, struct meta *meta, enum event event,
                          struct owner owner, struct err *e) MUST_CHECK;
/* The same, an update, for each product on which the picture hangs. */
enum err_code event_queue_picture(const struct write *w, struct meta *meta, int32_t picture_id,
                                  struct err *e) MUST_CHECK;

/* http or https, a host, no name and password, at most EVENT_URL_MAX visible ASCII characters. */
#define EVENT_URL_MAX 2000
bool event_url_is_good(struct bytes url);

/* For an application, whose application_token it gets.
 * ERR_NOT_FOUND  there is no such application
 * ERR_CONFLICT   that handler is bound already
 * ERR_TOO_LARGE  over EVENT_HANDLERS_MAX of one application
 * ERR_INVALID    url is no http or https URL */
#define EVENT_HANDLERS_MAX 100
enum err_code event_bind(struct core *core, const struct event_handler *handler, int32_t *id,
                         struct err *e) MUST_CHECK;

/* Takes off the application's handlers of that event, url (`.at` NULL: any) and user (-1: any),
 * with what waits for them. */
enum err_code event_unbind(struct core *core, int32_t application_id, enum event event,
                           struct bytes url, int32_t user_id, size_t *count,
                           struct err *e) MUST_CHECK;

/* Of one application, by id. */
enum err_code event_handlers(struct core *core, struct arena *arena, int32_t application_id,
                             struct event_handler **out, size_t *count, struct err *e) MUST_CHECK;

/* Makes the handlers without an application what event_url and event_token say: new ones are
 * bound, those that are named no more go with what waits for them. */
enum err_code event_configure(struct core *core, struct err *e) MUST_CHECK;

/* Delivery. What waits: of each handler, or with `busy` of those alone for which something does,
 * then without `attempts`. */
enum err_code event_backlog(struct core *core, struct arena *arena, bool busy,
                            struct event_backlog **out, size_t *count, struct err *e) MUST_CHECK;

/* What is due of one handler, in the order it happened, what is repeated last. */
enum err_code event_due(struct core *core, struct arena *arena, int32_t handler_id, int64_t now_us,
                        size_t limit, struct event_delivery **out, size_t *count,
                        struct err *e) MUST_CHECK;

enum event_fate {
    EVENT_ARRIVED = 1,
    EVENT_DELAYED,  /* failed, to be repeated at next_us */
    EVENT_GIVEN_UP, /* failed for too long */
};

struct event_outcome {
    int32_t handler_id;
    int64_t id;
    enum event_fate fate;
    int64_t next_us;
};

/* What comes of an attempt that failed at `now_us`: repeated after event_retry_seconds, twice that
 * and so on up to an hour, until event_keep_seconds after it happened. */
struct event_outcome event_failed(const struct settings *settings,
                                  const struct event_delivery *delivery, int64_t now_us);

/* All in one transaction. What is not in the queue any more is ignored. */
enum err_code event_settle(struct core *core, const struct event_outcome *outcomes, size_t count,
                           struct err *e) MUST_CHECK;

/* A new access token of the handler's application and user, to go with its events (no refresh
 * token: the application has its own). It hangs on the code by which the user let it in. *found
 * false, nothing made: he does not any more, or is disabled. */
enum err_code event_token(struct core *core, struct arena *arena,
                          const struct event_handler *handler, struct application_tokens *out,
                          bool *found, struct err *e) MUST_CHECK;

#endif
