/* core/picture_content.h - what the writes that bring bytes share; inside core/ only. */
#ifndef CORE_PICTURE_CONTENT_H
#define CORE_PICTURE_CONTENT_H

#include "core/picture_rows.h"
#include "core/store.h"
#include "image/header.h"

/* A write that brings bytes. */
struct content_write {
    struct write write; /* first */
    struct arena *arena;
    struct owner owner;     /* kind 0: nothing */
    enum picture_role role; /* picture_add */
    int32_t picture_id;     /* picture_replace */
    int32_t user_id;
    int64_t now_us;
    struct picture_content content;
    struct bytes conceptual_type; /* of a new picture; with `.at` NULL the kind's own */
    struct bytes extra_info;      /* of a new picture */
    struct picture_header header;
    struct blob_write blob;
    struct bytes hash; /* blob.hash, in the arena */
    bool looked;       /* … and what they look like is known */
    struct appearance appearance;
    struct picture result;
};

/* Everything about the bytes that can be found out before the writer's turn. Sets write.blob and
 * everything but `owner`, `role` and the texts of a new picture. Failures as picture_put. */
enum err_code content_prepare(struct core *core, const struct principal *principal,
                              struct arena *arena, const struct picture_content *content,
                              struct content_write *w, struct err *e) MUST_CHECK;

/* What small bytes look like, to be kept with them: unless it is known already, no box is free, or
 * it fails. The keeper looks later at what has nothing then. (core/appearance.c) */
void content_look(struct core *core, struct content_write *w);

/* content_look() and then the write itself. */
enum err_code content_commit(struct core *core, struct content_write *w, struct err *e) MUST_CHECK;

/* For `apply`: keeps what content_look() found. */
enum err_code content_keep_looks(struct content_write *w, struct meta *meta, int64_t blob_id,
                                 struct err *e) MUST_CHECK;

/* For `apply`: a new picture with the bytes, hung on the owner if there is one; in w->result. */
enum err_code content_insert(struct content_write *w, struct meta *meta, enum picture_role role,
                             int32_t rank, struct err *e) MUST_CHECK;

/* For `apply`: gives the picture the new bytes; in w->result. */
enum err_code content_replace(struct content_write *w, struct meta *meta,
                              const struct picture *before, struct err *e) MUST_CHECK;

/* For `apply`: the same where the picture hangs on this owner alone; else the others keep it and a
 * new one takes its place here. */
enum err_code content_replace_here(struct content_write *w, struct meta *meta,
                                   const struct picture *before, struct err *e) MUST_CHECK;

#endif
