/* What is done with pictures. */
#include "base/crypto.h"
#include "core/appearance.h"
#include "core/check.h"
#include "core/record.h"
#include "core/rendition.h"
#include "crash/fail_scenarios.h"

#include <stdio.h>

static enum err_code put_first(struct lab *lab, struct err *e)
{
    return lab_put(lab, CONTACT(2), 100, 3000, e);
}

static enum err_code put_again(struct lab *lab, struct err *e)
{
    return lab_put(lab, CONTACT(2), 101, 200000, e);
}

static enum err_code put_twin(struct lab *lab, struct err *e)
{
    return lab_put(lab, CONTACT(3), 101, 200000, e);
}

static enum err_code put_large(struct lab *lab, struct err *e)
{
    return lab_put(lab, CONTACT(2), 102, 3 << 20, e);
}

static enum err_code delete_seen(struct lab *lab, struct err *e)
{
    bool deleted;

    return picture_delete_seen(lab->core, &lab_user, CONTACT(1), (struct picture_condition){ 0 },
                               &deleted, e);
}

static bool holds(const struct picture *now, void *context)
{
    (void)now, (void)context;
    return true;
}

static const struct picture_condition condition = { .ask = holds };

static enum err_code put_if(struct lab *lab, struct err *e)
{
    struct picture_content content = { .bytes = lab_jpeg(lab->arena, 103, 3000),
                                       .condition = condition };
    struct picture out;

    if (!content.bytes.at)
        return err_set(e, ERR_NO_MEMORY, "draw");
    return picture_put(lab->core, &lab_user, lab->arena, CONTACT(1), &content, &out, e);
}

static enum err_code delete_if(struct lab *lab, struct err *e)
{
    bool deleted;

    return picture_delete_seen(lab->core, &lab_user, CONTACT(1), condition, &deleted, e);
}

static bool holds_never(const struct picture *now, void *context)
{
    (void)now, (void)context;
    return false;
}

/* It is found out within the transaction, which is made once more so that one can be taken back. */
static enum err_code delete_refused(struct lab *lab, struct err *e)
{
    bool deleted;

    enum err_code rc =
        picture_delete_seen(lab->core, &lab_user, CONTACT(1),
                            (struct picture_condition){ .ask = holds_never }, &deleted, e);
    return rc == ERR_PRECONDITION ? ERR_NONE : rc ? rc : err_set(e, ERR_INTERNAL, "not refused");
}

/* Nothing is there, and that is no failure. */
static enum err_code delete_nothing(struct lab *lab, struct err *e)
{
    bool deleted;

    return picture_delete_seen(lab->core, &lab_user, CONTACT(3), (struct picture_condition){ 0 },
                               &deleted, e);
}

/* It cannot be there, and is not. */
static enum err_code delete_no_id(struct lab *lab, struct err *e)
{
    bool exists;

    enum err_code rc = picture_delete(lab->core, &lab_user, PRODUCT(2), 0, &exists, e);
    return rc == ERR_NOT_FOUND && exists ? ERR_NONE : rc;
}

/* What is made of the bytes goes with them. */
static enum err_code drop_rendered(struct lab *lab, struct err *e)
{
    return lab_put(lab, PRODUCT(1), 141, 3000, e);
}

static enum err_code collect(struct lab *lab, struct err *e)
{
    size_t given = 0;

    enum err_code rc = store_collect(lab->core, 100, &given, e);
    return rc || given ? rc : err_set(e, ERR_BUSY, "nothing was given back");
}

static void at_once(struct settings *settings)
{
    settings->grace_seconds = 0;
    settings->history_seconds = 0;
}

static enum err_code delete_twin(struct lab *lab, struct err *e)
{
    bool deleted;

    return picture_delete_seen(lab->core, &lab_user, CONTACT(3), (struct picture_condition){ 0 },
                               &deleted, e);
}

/* The id of the n-th picture in the gallery of product 2. */
static enum err_code gallery_id(struct lab *lab, size_t n, int32_t *id, struct err *e)
{
    struct picture *list = NULL;
    size_t count;

    enum err_code rc = picture_list(lab->core, lab->arena, PRODUCT(2), 0, 0, &list, &count, e);
    if (rc == ERR_NONE && n >= count)
        return err_set(e, ERR_NOT_FOUND, "the gallery has %zu pictures", count);
    if (rc == ERR_NONE)
        *id = list[n].id;
    return rc;
}

static enum err_code delete_one(struct lab *lab, struct err *e)
{
    bool exists;
    int32_t id;

    enum err_code rc = gallery_id(lab, 1, &id, e);
    return rc ? rc : picture_delete(lab->core, &lab_user, PRODUCT(2), id, &exists, e);
}

static enum err_code add_more(struct lab *lab, struct err *e)
{
    return lab_add(lab, PRODUCT(2), ROLE_MORE, 110, 40000, e);
}

static enum err_code add_detail(struct lab *lab, struct err *e)
{
    return lab_add(lab, PRODUCT(1), ROLE_DETAIL, 111, 40000, e);
}

static enum err_code add_preview(struct lab *lab, struct err *e)
{
    return lab_add(lab, PRODUCT(1), ROLE_PREVIEW, 112, 4000, e);
}

/* Each of a length of its own, so that an attempt after a failure leaves out what is there. */
static enum err_code add_many(struct lab *lab, size_t count, size_t len, struct err *e)
{
    struct picture_addition additions[64];
    struct picture *there = NULL;
    size_t n = 0;
    size_t done;

    enum err_code rc = picture_list(lab->core, lab->arena, PRODUCT(3), 0, 0, &there, &done, e);
    for (size_t i = 0; rc == ERR_NONE && i < count; i++) {
        struct bytes bytes = lab_jpeg(lab->arena, 200 + (unsigned)i, len + i);
        bool missing = bytes.at != NULL;
        for (size_t j = 0; j < done; j++)
            missing = missing && there[j].size_bytes != (int64_t)bytes.len;
        if (missing)
            additions[n++] = (struct picture_addition){ PRODUCT(3), ROLE_MORE, { .bytes = bytes } };
        else if (!bytes.at)
            rc = err_set(e, ERR_NO_MEMORY, "draw");
    }
    return rc ? rc : picture_add_all(lab->core, &lab_user, lab->arena, additions, n, e);
}

static enum err_code add_eight(struct lab *lab, struct err *e)
{
    return add_many(lab, 8, 30000, e);
}

static enum err_code add_all(struct lab *lab, struct err *e)
{
    return add_many(lab, 64, 5000, e);
}

static enum err_code describe(struct lab *lab, struct err *e)
{
    struct picture_texts texts = { .description = B("Described \xc3\xa5"), .extra_info = B("x") };
    struct picture out;
    bool exists;

    return picture_describe(lab->core, &lab_user, lab->arena, CONTACT(1), &texts, &out, &exists, e);
}

static enum err_code describe_one(struct lab *lab, struct err *e)
{
    struct picture_texts texts = { .description = B("One of three") };
    struct picture out;
    int32_t id;

    enum err_code rc = gallery_id(lab, 0, &id, e);
    return rc ? rc : picture_describe_id(lab->core, &lab_user, lab->arena, id, &texts, &out, e);
}

static enum err_code set_focus(struct lab *lab, struct err *e)
{
    bool exists;

    return picture_set_focus(lab->core, &lab_user, CONTACT(1), 100, -50, &exists, e);
}

static enum err_code replace_one(struct lab *lab, struct err *e)
{
    struct picture_content content = { .bytes = lab_jpeg(lab->arena, 120, 70000) };
    struct picture out;
    int32_t id;

    enum err_code rc = gallery_id(lab, 0, &id, e);
    if (rc == ERR_NONE && !content.bytes.at)
        rc = err_set(e, ERR_NO_MEMORY, "draw");
    return rc ? rc : picture_replace(lab->core, &lab_user, lab->arena, id, &content, &out, e);
}

static enum err_code new_alone(struct lab *lab, struct err *e)
{
    struct picture_content content = { .bytes = lab_jpeg(lab->arena, 130, 9000) };
    struct picture_texts texts = { .description = B("on nothing") };
    struct picture out;

    if (!content.bytes.at)
        return err_set(e, ERR_NO_MEMORY, "draw");
    return picture_new(lab->core, &lab_user, lab->arena, &content, (struct bytes){ 0 }, &texts,
                       &out, e);
}

static enum err_code new_empty(struct lab *lab, struct err *e)
{
    struct picture_content content = { .name = B("later.png") };
    struct picture_texts texts = { .description = B("bytes come later") };
    struct picture out;

    return picture_new(lab->core, &lab_user, lab->arena, &content, B("image/png"), &texts, &out, e);
}

static enum err_code hang(struct lab *lab, struct err *e)
{
    int32_t id;

    enum err_code rc = gallery_id(lab, 2, &id, e);
    return rc ? rc : picture_link(lab->core, &lab_user, CONTACT(1), id, e);
}

static enum err_code take_off(struct lab *lab, struct err *e)
{
    return picture_link(lab->core, &lab_user, CONTACT(1), 0, e);
}

static enum err_code put_shared(struct lab *lab, struct err *e)
{
    return lab_put(lab, CONTACT(1), 131, 5000, e);
}

static enum err_code remove_everywhere(struct lab *lab, struct err *e)
{
    int32_t id;

    enum err_code rc = gallery_id(lab, 2, &id, e);
    return rc ? rc : picture_remove(lab->core, &lab_user, id, e);
}

static enum err_code put_thumbnail(struct lab *lab, struct err *e)
{
    static const char gif[] = "GIF89a\1\0\1\0\x80\0\0\xff\xff\xff\0\0\0,\0\0\0\0\1\0\1\0\0"
                              "\2\2D\1\0;";
    struct picture_content content = { .bytes = bytes_of(gif, sizeof gif - 1) };
    struct picture out;

    return picture_put_thumbnail(lab->core, &lab_user, lab->arena, PRODUCT(1), &content, &out, e);
}

/* It gets another name: a JPEG was there. */
static enum err_code put_gif(struct lab *lab, struct err *e)
{
    static const char gif[] = "GIF89a\1\0\1\0\x80\0\0\xff\xff\xff\0\0\0,\0\0\0\0\1\0\1\0\0"
                              "\2\2D\1\0;";
    struct picture_content content = { .bytes = bytes_of(gif, sizeof gif - 1) };
    struct picture out;

    return picture_put(lab->core, &lab_user, lab->arena, CONTACT(1), &content, &out, e);
}

static enum err_code drop_thumbnail(struct lab *lab, struct err *e)
{
    return lab_put(lab, PRODUCT(1), 140, 3000, e);
}

/* Reading: what is answered is right, or it is a failure. */

static enum err_code read_whole(struct lab *lab, const struct picture *picture, struct err *e)
{
    struct source *source;

    enum err_code rc = picture_open(lab->core, lab->arena, picture, &source, e);
    if (rc)
        return rc;
    char *bytes = arena_alloc(lab->arena, (size_t)source->size);
    if (!bytes)
        return err_set(e, ERR_NO_MEMORY, "read");
    rc = source->read(source, 0, bytes, (size_t)source->size, true, e);
    if (rc == ERR_NONE)
        strbuf_printf(&lab->answer, "%d: %lld bytes %08x, ", picture->id, (long long)source->size,
                      crc32c(bytes_of(bytes, (size_t)source->size)));
    return rc;
}

static enum err_code read_all(struct lab *lab, struct err *e)
{
    struct picture *list = NULL;
    struct picture seen;
    bool exists;
    size_t count = 0;

    enum err_code rc = picture_seen(lab->core, lab->arena, CONTACT(1), &seen, &exists, e);
    if (rc == ERR_NONE)
        rc = read_whole(lab, &seen, e);
    if (rc == ERR_NONE)
        rc = picture_list(lab->core, lab->arena, PRODUCT(2), 0, 0, &list, &count, e);
    for (size_t i = 0; rc == ERR_NONE && i < count; i++)
        rc = read_whole(lab, &list[i], e);
    return rc;
}

static enum err_code read_gallery(struct lab *lab, struct err *e)
{
    struct picture *list = NULL;
    size_t count = 0;

    core_keep(lab->core);
    enum err_code rc = picture_list(lab->core, lab->arena, PRODUCT(2), 0, 0, &list, &count, e);
    for (size_t i = 0; rc == ERR_NONE && i < count; i++)
        rc = read_whole(lab, &list[i], e);
    return rc;
}

/* As the event loop does: the moment that was looked at is kept until somebody commits. */
static enum err_code read_kept(struct lab *lab, struct err *e)
{
    core_keep(lab->core);
    return read_all(lab, e);
}

static void print(void *context, const char *line)
{
    struct lab *lab = context;

    strbuf_printf(&lab->answer, "%s; ", line);
}

static enum err_code check_store(struct lab *lab, struct err *e)
{
    struct check_report report = { 0 };

    enum err_code rc = store_check(lab->core, print, lab, &report, e);
    if (rc == ERR_NONE && report.problems) /* what could not be read is one */
        return err_set(e, ERR_UNAVAILABLE, "%.*s", (int)lab->answer.len, lab->answer.at);
    if (rc == ERR_NONE)
        strbuf_printf(&lab->answer, "%lld records, %lld pictures, %lld problems",
                      (long long)report.records, (long long)report.pictures,
                      (long long)report.problems);
    return rc;
}

static enum err_code render(struct lab *lab, struct err *e)
{
    struct render want = { .width_px = 20 };
    struct picture picture;
    enum picture_type type;
    struct bytes out;

    enum err_code rc = picture_thumbnail(lab->core, lab->arena, PRODUCT(1), &picture, e);
    if (rc == ERR_NONE)
        rc = picture_render(lab->core, lab->arena, &picture, &want, &out, &type, e);
    if (rc == ERR_NONE)
        strbuf_printf(&lab->answer, "type %d, %zu bytes %08x", (int)type, out.len, crc32c(out));
    return rc;
}

static void with_thumbnail(struct lab *lab)
{
    struct err e = { 0 };

    lab_must(put_thumbnail(lab, &e), &e, "thumbnail");
}

static enum err_code duplicates(struct lab *lab, struct err *e)
{
    struct picture_group *groups = NULL;
    size_t count = 0;
    int64_t unseen = 0;

    enum err_code rc =
        duplicates_find(lab->core, lab->arena, DUPLICATE_BYTES, &groups, &count, &unseen, e);
    for (size_t i = 0; rc == ERR_NONE && i < count; i++)
        strbuf_printf(&lab->answer, "%zu alike from %d, ", groups[i].count, groups[i].ids[0]);
    return rc;
}

const struct scenario scenarios_pictures[] = {
    { "put", .steps = { put_first } },
    { "replace", .steps = { put_first, put_again } },
    { "replace by another type", .steps = { put_gif } },
    { "same bytes twice", .steps = { put_again, put_twin } },
    { "bytes that come again", .steps = { put_twin, delete_twin, put_twin } },
    { "put of 3 MiB", .steps = { put_large } },
    { "delete", .steps = { delete_seen } },
    { "put, delete on a condition", .steps = { put_if, delete_if, delete_nothing, delete_no_id } },
    { "delete that is refused, put", .steps = { delete_refused, put_first } },
    { "delete by id", .steps = { delete_one } },
    { "put, delete, put", .steps = { put_first, delete_seen, put_again } },
    { "add to a gallery", .steps = { add_more } },
    { "add in a role", .steps = { add_detail, add_preview } },
    { "group of 8", .steps = { add_eight }, .partly = true, .loose = true },
    { "group of 64", .steps = { add_all }, .partly = true, .loose = true },
    { "describe", .steps = { describe } },
    { "describe by id", .steps = { describe_one } },
    { "focus", .steps = { set_focus } },
    { "replace by id", .steps = { replace_one } },
    { "picture on nothing", .steps = { new_alone } },
    { "picture without bytes", .steps = { new_empty } },
    { "hang and take off", .steps = { hang, take_off } },
    { "put on what others show", .steps = { hang, put_shared } },
    { "remove from everywhere", .steps = { hang, remove_everywhere } },
    { "thumbnail", .steps = { put_thumbnail, drop_thumbnail } },
    { "read", .steps = { read_all } },
    { "read, put, read", .steps = { read_kept, put_first, read_kept, delete_seen, read_gallery } },
    { "check", .steps = { check_store } },
    { "rendition", with_thumbnail, .steps = { render, render } },
    { "collect what was rendered", with_thumbnail, at_once,
      .steps = { render, drop_rendered, collect }, .partly = true },
    { "duplicates", .steps = { put_twin, put_again, duplicates } },
    { NULL },
};
