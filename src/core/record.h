/* core/record.h - finding, making and deleting records. */
#ifndef CORE_RECORD_H
#define CORE_RECORD_H

#include "core/picture.h"
#include "model/record_query.h"

enum err_code record_get(struct core *core, struct arena *arena, struct owner owner,
                         struct record *out, struct err *e) MUST_CHECK;

/* id 0 takes the next free one; the new id is in *out.
 * ERR_INVALID    name empty, too long or not UTF-8; parent unknown or not a parent
 * ERR_TOO_LARGE  members or fields over RECORD_MEMBERS_MAX
 * ERR_CONFLICT   the id is taken */
enum err_code record_add(struct core *core, const struct principal *principal, struct arena *arena,
                         const struct record *record, struct record *out, struct err *e) MUST_CHECK;

/* Whether record_add or record_edit would take it, as far as that can be found out beforehand. */
enum err_code record_check(struct core *core, struct arena *arena, const struct record *record,
                           struct err *e) MUST_CHECK;

/* Many at once: as quick as one, and in this order, so that a parent may stand before its
 * variations. Each succeeds or fails by itself; returns the first failure. */
enum err_code record_add_all(struct core *core, const struct principal *principal,
                             struct arena *arena, const struct record *records, size_t count,
                             struct err *e) MUST_CHECK;

/* What is kept of a record beyond its own columns: one JSON object, "{}" when there is nothing. It
 * is the business of the dialect that wrote it (record.members of record_add, record_edit). Also
 * "{}" when there is no such record. */
#define RECORD_MEMBERS_MAX (1 << 20) /* bytes */
enum err_code record_members(struct core *core, struct arena *arena, struct owner owner,
                             struct bytes *out, struct err *e) MUST_CHECK;

/* The same of the other dialect: record.fields. Neither sees the other's, or can lose it. */
enum err_code record_fields(struct core *core, struct arena *arena, struct owner owner,
                            struct bytes *out, struct err *e) MUST_CHECK;

/* Changes a record as it is at the moment of writing: `edit` runs inside the transaction, on
 * another thread while the caller waits, and changes *record (with its members and fields); it may
 * run twice. Kind, id, subtype and created_… stay as they are; updated_… are set here, and only if
 * something changed. A failure of `edit` is the failure of the call, nothing changed then.
 * ERR_NOT_FOUND                no such record
 * ERR_INVALID, ERR_TOO_LARGE   as record_add */
struct record_edit {
    enum err_code (*edit)(struct record *record, struct arena *arena, void *context, struct err *e);
    void *context;
};
enum err_code record_edit(struct core *core, const struct principal *principal, struct arena *arena,
                          struct owner owner, const struct record_edit *edit, struct record *out,
                          struct err *e) MUST_CHECK;

/* With its links, the pictures that then hang on nothing, and a product's variations.
 * ERR_NOT_FOUND  no such record */
enum err_code record_delete(struct core *core, const struct principal *principal,
                            struct owner owner, struct err *e) MUST_CHECK;

/* The same if `ask`, asked inside the transaction of the record with its members and fields, has
 * nothing against it; its failure is the failure of the call. */
struct record_question {
    enum err_code (*ask)(const struct record *record, void *context, struct err *e);
    void *context;
};
enum err_code record_delete_if(struct core *core, const struct principal *principal,
                               struct owner owner, const struct record_question *question,
                               struct err *e) MUST_CHECK;

/* Failures: ERR_TOO_LARGE over RECORD_OPERANDS_MAX. */
enum err_code record_list(struct core *core, struct arena *arena, const struct record_query *query,
                          struct record **out, size_t *count, size_t *total,
                          struct err *e) MUST_CHECK;

#endif
