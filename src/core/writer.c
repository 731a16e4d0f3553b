#include "core/writer.h"
#include "core/commit.h"

#include <pthread.h>
#include <stdlib.h>

struct writer {
    pthread_mutex_t lock;
    struct write *first; /* waiting */
    struct write **last;
    bool led;             /* a thread leads: it commits for all who wait */
    struct commit commit; /* the leader's */
};

/* One caller's wait: until all its writes are done, or until it is to lead. */
struct turn {
    sem_t wake;
    size_t left; /* of its writes; counted down by whoever leads */
};

static void take_group(struct writer *w, struct group *group)
{
    int64_t bytes = 0;

    group->count = 0;
    pthread_mutex_lock(&w->lock);
    while (w->first && group->count < GROUP_WRITES) {
        struct write *write = w->first;
        bytes += write->blob ? (int64_t)write->blob->stored.len : 0;
        if (group->count && bytes > GROUP_BYTES)
            break;
        w->first = write->next;
        if (!w->first)
            w->last = &w->first;
        group->writes[group->count++] = write;
    }
    pthread_mutex_unlock(&w->lock);
}

/* From here on the write is the waiting thread's again. */
static void end_write(struct write *write)
{
    struct turn *turn = write->turn;

    if (--turn->left == 0)
        sem_post(&turn->wake);
}

/* Commits group after group until the leader's own writes are done; then the first who waits leads.
 */
static void lead(struct writer *w, struct turn *turn)
{
    struct group group;

    while (turn->left) {
        take_group(w, &group);
        commit_run(&w->commit, &group);
        for (size_t i = 0; i < group.count; i++)
            end_write(group.writes[i]);
    }
    pthread_mutex_lock(&w->lock);
    w->led = w->first != NULL;
    if (w->led)
        sem_post(&w->first->turn->wake);
    pthread_mutex_unlock(&w->lock);
}

enum err_code writer_open(struct store *store, struct writer **out, struct err *e)
{
    struct writer *w = calloc(1, sizeof *w);
    if (!w)
        return err_set(e, ERR_NO_MEMORY, "writer");
    w->last = &w->first;
    pthread_mutex_init(&w->lock, NULL);
    enum err_code rc = commit_open(store, &w->commit, e);
    if (rc)
        writer_close(w);
    else
        *out = w;
    return rc;
}

void writer_close(struct writer *writer)
{
    if (!writer)
        return;
    commit_close(&writer->commit);
    pthread_mutex_destroy(&writer->lock);
    free(writer);
}

/* Gets in line; true when nobody leads: then the caller does. */
static bool queue(struct writer *writer, struct write *const *list, size_t count, struct turn *turn)
{
    pthread_mutex_lock(&writer->lock);
    for (size_t i = 0; i < count; i++) {
        list[i]->rc = ERR_NONE;
        list[i]->next = NULL;
        list[i]->turn = turn;
        *writer->last = list[i];
        writer->last = &list[i]->next;
    }
    bool leads = !writer->led;
    writer->led = true;
    pthread_mutex_unlock(&writer->lock);
    return leads;
}

enum err_code writer_do_all(struct writer *writer, struct write *const *list, size_t count,
                            struct err *e)
{
    struct turn turn = { .left = count };

    if (count == 0)
        return ERR_NONE;
    sem_init(&turn.wake, 0, 0);
    bool leads = queue(writer, list, count, &turn);
    while (!leads && sem_wait(&turn.wake) != 0)
        ; /* EINTR */
    if (turn.left)
        lead(writer, &turn);
    sem_destroy(&turn.wake);

    for (size_t i = 0; i < count; i++) {
        if (list[i]->rc) {
            *e = list[i]->err;
            return list[i]->rc;
        }
    }
    return ERR_NONE;
}
