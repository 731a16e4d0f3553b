#include "meta/sql.h"

struct sql sql_begin(struct meta *meta, const char *text, struct err *e)
{
    struct sql q = { .meta = meta, .e = e };

    q.rc = meta->driver->prepare(meta, text, true, &q.stmt, e);
    return q;
}

void sql_end(struct sql *q)
{
    if (q->stmt)
        q->meta->driver->reset(q->stmt);
    q->stmt = NULL;
}

void sql_int(struct sql *q, int64_t value)
{
    if (q->rc == ERR_NONE)
        q->meta->driver->bind_int(q->stmt, ++q->parameter, value);
}

void sql_text(struct sql *q, struct bytes value)
{
    if (q->rc == ERR_NONE)
        q->meta->driver->bind_text(q->stmt, ++q->parameter, value);
}

void sql_blob(struct sql *q, struct bytes value)
{
    if (q->rc == ERR_NONE)
        q->meta->driver->bind_blob(q->stmt, ++q->parameter, value);
}

bool sql_row(struct sql *q)
{
    bool row = false;

    if (q->rc == ERR_NONE)
        q->rc = q->meta->driver->step(q->meta, q->stmt, &row, q->e);
    return q->rc == ERR_NONE && row;
}

enum err_code sql_done(struct sql *q)
{
    while (sql_row(q))
        ;
    return q->rc;
}

int64_t sql_get_int(struct sql *q, int column)
{
    return q->meta->driver->get_int(q->stmt, column);
}

int32_t sql_get_int32(struct sql *q, int column)
{
    return (int32_t)sql_get_int(q, column);
}

struct bytes sql_get_copy(struct sql *q, int column, struct arena *arena)
{
    struct bytes copy = arena_copy(arena, q->meta->driver->get_bytes(q->stmt, column));

    if (!copy.at)
        q->rc = err_set(q->e, ERR_NO_MEMORY, "read a row");
    return copy;
}

void *sql_grow(struct sql *q, struct arena *arena, void **list, size_t *count, size_t *room,
               size_t size)
{
    if (*count == *room) {
        size_t more = *room ? *room * 2 : 4;
        void *grown = arena_zalloc(arena, more, size);
        if (!grown) {
            q->rc = err_set(q->e, ERR_NO_MEMORY, "more than %zu rows", *count);
            return NULL;
        }
        if (*count)
            memcpy(grown, *list, *count * size);
        *list = grown;
        *room = more;
    }
    return (char *)*list + (*count)++ * size;
}
