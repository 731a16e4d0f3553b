#include "dialect/bitrix24/batch_reference.h"

#include "dialect/bitrix24/bind.h"

#define TEXT_MAX (16U << 20) /* bytes of the texts of one command that hold references */

struct filler {
    struct arena *arena;
    struct b24_batch_results *results;
    size_t left;      /* values that may still be taken over, or passed in lists */
    size_t text_left; /* bytes that may still be made of texts with references */
};

struct reference {
    size_t from; /* of its `$` within the text */
    size_t end;
    enum b24_batch_part part;
    struct bytes path; /* [key][a][b] */
};

static enum err_code too_much(struct err *e)
{
    return err_set(e, ERR_TOO_LARGE, "references to more than %d values, or deeper than %d",
                   VALUE_COUNT_MAX, VALUE_DEPTH_MAX);
}

/* Does a reference begin here? *len is the length up to its first bracket. */
static bool begins(struct bytes text, enum b24_batch_part *part, size_t *len)
{
    static const struct bytes words[B24_BATCH_PARTS] = {
        [B24_BATCH_RESULT] = B("$result["), [B24_BATCH_ERROR] = B("$error["),
        [B24_BATCH_TOTAL] = B("$total["),   [B24_BATCH_NEXT] = B("$next["),
        [B24_BATCH_TIME] = B("$time["),
    };

    for (size_t i = 0; i < B24_BATCH_PARTS; i++) {
        if (!bytes_starts_nocase(text, words[i]))
            continue;
        *part = (enum b24_batch_part)i;
        *len = words[i].len - 1;
        return true;
    }
    return false;
}

/* Everything up to the first white space. */
static struct bytes run_of(struct bytes text)
{
    size_t len = 0;

    while (len < text.len && text.at[len] != ' ' && !(text.at[len] >= '\t' && text.at[len] <= '\r'))
        len++;
    return bytes_first(text, len);
}

/* The next reference from `from` on. Where a run of text holds no bracket to end one, it is passed
 * over as a whole: no text takes more than twice its length. */
static bool find_reference(struct bytes text, size_t from, struct reference *out)
{
    size_t len;

    for (;;) {
        from += bytes_index(bytes_from(text, from), '$');
        if (from >= text.len)
            return false;
        if (!begins(bytes_from(text, from), &out->part, &len)) {
            from++;
            continue;
        }
        struct bytes run = run_of(bytes_from(text, from + len));
        const char *last = memrchr(run.at, ']', run.len);
        if (last && last - run.at >= 2) {
            out->from = from;
            out->path = bytes_first(run, (size_t)(last - run.at) + 1);
            out->end = from + len + out->path.len;
            return true;
        }
        from += len + run.len;
    }
}

/* Takes the next `[segment]` off *path; empty ones and what stands between do not count. */
static bool take_segment(struct bytes *path, struct bytes *segment)
{
    do {
        struct bytes inner = bytes_from(*path, bytes_index(*path, '[') + 1);
        size_t len = bytes_index(inner, ']');
        if (len == inner.len)
            return false;
        *segment = bytes_first(inner, len);
        *path = bytes_from(inner, len + 1);
    } while (segment->len == 0);
    return true;
}

/* Item `index` of a list, as PHP spells its keys: 0 and 12, never 012. */
static const struct value *item(struct filler *f, const struct value *list, struct bytes index)
{
    int32_t n;

    if (index.at[0] < '0' || index.at[0] > '9' || (index.at[0] == '0' && index.len > 1) ||
        !bytes_to_int32(index, &n) || (size_t)n >= list->count)
        return NULL;
    f->left -= f->left < (size_t)n ? f->left : (size_t)n;
    return value_at(list, (size_t)n);
}

/* *out is NULL when the path leads nowhere. */
static enum err_code resolve(struct filler *f, const struct reference *reference,
                             const struct value **out, struct err *e)
{
    struct bytes path = reference->path;
    const struct value *value = NULL;
    struct bytes segment;

    if (f->left == 0)
        return too_much(e);
    f->left--;
    if (take_segment(&path, &segment)) {
        enum err_code rc = b24_batch_get(f->results, reference->part, segment, &value, e);
        if (rc)
            return rc;
    }
    while (value && take_segment(&path, &segment))
        value = value->type == VALUE_LIST ? item(f, value, segment) : value_get(value, segment);
    *out = value;
    return ERR_NONE;
}

/* Counts a tree that is taken over. */
static bool afford(struct filler *f, const struct value *value, int depth)
{
    if (f->left == 0 || depth > VALUE_DEPTH_MAX)
        return false;
    f->left--;
    for (const struct value *child = value->first; child; child = child->next) {
        if (!afford(f, child, depth + 1))
            return false;
    }
    return true;
}

/* The leaf becomes the value, and keeps its own place and name. */
static enum err_code take_over(struct filler *f, struct value *leaf,
                               const struct reference *reference, int depth, struct err *e)
{
    const struct value *value;
    enum err_code rc = resolve(f, reference, &value, e);

    if (rc)
        return rc;
    leaf->string = B("");
    if (!value)
        return ERR_NONE;
    if (!afford(f, value, depth))
        return too_much(e);
    leaf->type = value->type;
    leaf->boolean = value->boolean;
    leaf->integer = value->integer;
    leaf->number = value->number;
    leaf->string = value->string;
    leaf->first = value->first;
    leaf->last = value->last;
    leaf->count = value->count;
    return ERR_NONE;
}

static void add_text(struct filler *f, struct strbuf *out, const struct value *value,
                     struct bytes reference)
{
    struct bytes text = reference; /* bitrix24 8.1: what is no text stays as it is */

    if (!value)
        return;
    if (value->type == VALUE_STRING || value->type == VALUE_INT || value->type == VALUE_DOUBLE)
        text = b24_to_text(f->arena, value);
    strbuf_add(out, text);
    out->failed = out->failed || !text.at;
}

static enum err_code fill_text(struct filler *f, struct value *leaf, struct reference reference,
                               struct err *e)
{
    struct bytes text = leaf->string;
    const struct value *value;
    struct strbuf out;
    size_t done = 0;

    strbuf_init(&out, f->arena, text.len, f->text_left);
    do {
        enum err_code rc = resolve(f, &reference, &value, e);
        if (rc)
            return rc;
        strbuf_add(&out, bytes_of(text.at + done, reference.from - done));
        add_text(f, &out, value,
                 bytes_of(text.at + reference.from, reference.end - reference.from));
        done = reference.end;
    } while (find_reference(text, done, &reference));
    strbuf_add(&out, bytes_from(text, done));
    if (out.failed)
        return err_set(e, ERR_TOO_LARGE, "texts with references of more than %u bytes", TEXT_MAX);
    f->text_left -= out.len;
    leaf->string = out.at ? strbuf_bytes(&out) : B("");
    return ERR_NONE;
}

/* `depth` of the children; recursion: forms are at most FORM_DEPTH_MAX deep. */
static enum err_code fill(struct filler *f, struct value *parent, int depth, struct err *e)
{
    struct reference reference;
    enum err_code rc = ERR_NONE;

    for (struct value *child = parent->first; child && !rc; child = child->next) {
        if (child->type != VALUE_STRING)
            rc = fill(f, child, depth + 1, e);
        else if (!find_reference(child->string, 0, &reference))
            continue;
        else if (reference.from == 0 && reference.end == child->string.len)
            rc = take_over(f, child, &reference, depth, e);
        else
            rc = fill_text(f, child, reference, e);
    }
    return rc;
}

enum err_code b24_batch_refer(struct arena *arena, struct b24_batch_results *results,
                              struct value *params, struct err *e)
{
    struct filler f = {
        .arena = arena, .results = results, .left = VALUE_COUNT_MAX, .text_left = TEXT_MAX
    };

    return fill(&f, params, 1, e);
}
