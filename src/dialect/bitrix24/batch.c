/* batch (bitrix24 8): up to 50 calls in one request, in order, on one credential. Each command is a
 * call with a form of its own; its failure is in the answer, which is 200 all the same. */
#include "base/clock.h"
#include "base/log.h"
#include "dialect/bitrix24/batch_reference.h"
#include "dialect/bitrix24/bind.h"
#include "dialect/bitrix24/bitrix24.h"
#include "dialect/bitrix24/envelope.h"
#include "dialect/bitrix24/params.h"

#define COMMANDS_MAX 50
#define RESULTS_MAX  (15UL << 20) /* bytes: an answer is gathered, then put together in an arena */

/* As much as a call of its own would have: nothing fails because of its neighbours. */
#define ARENA_MAX  (48UL << 20)
#define COPIES_MAX 3 /* of a command: decoded, with its references, its file */
#define FIRST_TEXT 1024

/* Of quick reads a few fit into a turn of the event loop, which spares two changes of thread. When
 * they take longer all of them are run again on a thread. */
#define TURN_US 600

struct batch {
    struct b24_batch_results results; /* in the request's arena */
    size_t results_bytes;
    struct http_request req; /* of the command: its query string is the body */
    struct call call;        /* the command's, with an arena that each one begins anew */
    int64_t until_us;        /* of this turn; INT64_MAX on a thread */
};

struct command {
    struct bytes key;
    struct bytes text;
    const struct b24_method *method; /* NULL: unknown */
    struct b24_result result;
    struct b24_times times;
};

/* No batches within batches, and nothing that answers with a file. */
static bool is_refused(struct bytes name)
{
    return bytes_eq_nocase(name, B("batch")) || bytes_eq_nocase(name, B("download")) ||
           bytes_eq_nocase(name, B("upload")) ||
           (bytes_ends_nocase(name, B(".download")) && b24_method_find(name));
}

static enum err_code run(struct batch *b, struct command *command, struct err *e)
{
    struct bytes name = bytes_first(command->text, bytes_index(command->text, '?'));
    struct value *params;

    if (is_refused(name))
        return b24_error(e, B24_BATCH_METHOD);
    command->method = b24_method_find(name);
    if (!command->method)
        return b24_error(e, B24_METHOD_NOT_FOUND);

    if (b->until_us != INT64_MAX &&
        (command->method->way != B24_READS || clock_monotonic_us() > b->until_us))
        return err_set(e, ERR_BLOCKS, "not for the event loop");

    b->call.endpoint = command->method;
    b->req.body = bytes_from(command->text, name.len + 1);
    enum err_code rc = b24_params_read(b->call.arena, &b->req, &params, e);
    if (!rc)
        rc = b24_batch_refer(b->call.arena, &b->results, params, e);
    if (rc)
        return rc;
    if (b->until_us == INT64_MAX)
        (command->method->way < B24_WRITES ? core_keep : core_rest)(b->call.core);
    command->times.run_us = clock_now_us();
    rc = b24_method_run(&b->call, command->method, params, &command->result, e);
    if (rc)
        return rc;
    command->times.finish_us = clock_now_us();
    command->times.operating = command->result.operating;
    if (command->result.sent)
        return b24_error(e, B24_BATCH_METHOD);
    if (command->result.json->failed || command->result.json->len > RESULTS_MAX - b->results_bytes)
        return err_set(e, ERR_NO_MEMORY, "results over their limit");
    b->results_bytes += command->result.json->len;
    return ERR_NONE;
}

static bool put_number(struct batch *b, enum b24_batch_part part, struct bytes key, int64_t number)
{
    char digits[DECIMAL_MAX];

    return number < 0 || b24_batch_put(&b->results, part, key, bytes_decimal(number, digits));
}

static bool put_success(struct batch *b, const struct command *command)
{
    struct bytes key = command->key;
    struct strbuf time;

    strbuf_init(&time, b->call.arena, FIRST_TEXT, B24_ANSWER_MAX);
    b24_time_write(&time, &command->times);
    return !time.failed &&
           b24_batch_put(&b->results, B24_BATCH_RESULT, key, strbuf_bytes(command->result.json)) &&
           put_number(b, B24_BATCH_TOTAL, key, command->result.total) &&
           put_number(b, B24_BATCH_NEXT, key, command->result.next) &&
           b24_batch_put(&b->results, B24_BATCH_TIME, key, strbuf_bytes(&time));
}

/* Codes are always strings here: b24jssdk takes a number for a success (bitrix24 3). */
static bool put_failure(struct batch *b, const struct command *command, const struct err *failed)
{
    struct b24_failure failure = b24_failure_of(failed);
    struct strbuf text;

    if (failed->reason == B24_SCOPE_WEBHOOK || failed->reason == B24_SCOPE_TOKEN)
        failure.text = B(""); /* bitrix24 6 */
    if (b24_failure_is_ours(failed) && !failed->told)
        log_line(LOG_LEVEL_ERROR, "bitrix24 batch, %s: %s",
                 command->method ? command->method->name.at : "a command", failed->text);
    strbuf_init(&text, b->call.arena, FIRST_TEXT, B24_ANSWER_MAX);
    b24_error_write(&text, &failure, false);
    return !text.failed &&
           b24_batch_put(&b->results, B24_BATCH_ERROR, command->key, strbuf_bytes(&text));
}

/* *failed tells whether it is a reason to halt. */
static enum err_code answer(struct batch *b, struct command *command, size_t n, bool *failed,
                            struct err *e)
{
    struct strbuf json;
    struct err why;

    arena_reset(b->call.arena);
    strbuf_init(&json, b->call.arena, FIRST_TEXT, B24_ANSWER_MAX);
    command->result = (struct b24_result){ .json = &json, .total = -1, .next = -1 };
    command->times.start_us = clock_now_us();
    enum err_code rc = n < COMMANDS_MAX ? run(b, command, &why) : b24_error(&why, B24_BATCH_LENGTH);
    *failed = rc != ERR_NONE;
    if (rc == ERR_BLOCKS) {
        *e = why;
        return rc;
    }
    if (!(rc ? put_failure(b, command, &why) : put_success(b, command)))
        return err_set(e, ERR_NO_MEMORY, "answer of a batch");
    return ERR_NONE;
}

/* The request of a command is the caller's with a form for a body, whatever the caller's was. */
static bool make_request(struct batch *b, const struct call *c)
{
    struct http_header *headers = arena_zalloc(c->arena, c->req->header_count + 1, sizeof *headers);

    if (!headers)
        return false;
    b->req = *c->req;
    b->req.method = HTTP_POST;
    b->req.query = B("");
    b->req.headers = headers;
    b->req.header_count = 0;
    for (size_t i = 0; i < c->req->header_count; i++) {
        if (!bytes_eq_nocase(c->req->headers[i].name, B("Content-Type")))
            headers[b->req.header_count++] = c->req->headers[i];
    }
    return true;
}

static enum err_code run_all(struct batch *b, struct arena *keys, const struct value *commands,
                             bool halt, struct err *e)
{
    char digits[DECIMAL_MAX];
    size_t n = 0;
    bool failed = false;

    for (const struct value *text = commands->first; text && !(failed && halt);
         text = text->next, n++) {
        struct command command = { .key = text->name, .text = text->string };
        if (text->type != VALUE_STRING)
            continue; /* bitrix24 8.1: skipped silently */
        if (commands->type == VALUE_LIST)
            command.key = arena_copy(keys, bytes_decimal((int64_t)n, digits));
        enum err_code rc = answer(b, &command, n, &failed, e);
        if (rc)
            return rc;
    }
    return ERR_NONE;
}

enum err_code b24_batch(struct call *c, const struct value *params, struct b24_result *out,
                        struct err *e)
{
    const struct value *commands = value_get_nocase(params, B("cmd"));
    bool halt = b24_to_bool(value_get_nocase(params, B("halt")));
    size_t limit = ARENA_MAX + COPIES_MAX * (size_t)core_settings(c->core)->body_bytes_max;
    CLEANUP(arena_freep) struct arena *arena = arena_new(limit);
    struct batch b = { .results.arena = c->arena, .call = *c, .until_us = INT64_MAX };

    if (!arena || !make_request(&b, c))
        return err_set(e, ERR_NO_MEMORY, "batch");
    b.call.arena = arena;
    b.call.req = &b.req;
    if (!core_may_block(c->core))
        b.until_us = clock_monotonic_us() + TURN_US;
    enum err_code rc = commands ? run_all(&b, c->arena, commands, halt, e) : ERR_NONE;
    if (core_may_block(c->core))
        core_rest(c->core);
    if (!rc)
        b24_batch_write(out->json, &b.results);
    return rc;
}
