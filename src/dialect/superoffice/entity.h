/* dialect/superoffice/entity.h - records as SuperOffice's entities (superoffice 14).
 *
 * What both wires know of a record stands in its columns (core/record.h), the rest of an entity in
 * its members document: the carrier's members in documented order as so_normalise leaves them,
 * neutral ones left out, then those the carrier does not know. Where both have something, the
 * columns count: a record that was made or changed elsewhere shows as it is.
 */
#ifndef DIALECT_SUPEROFFICE_ENTITY_H
#define DIALECT_SUPEROFFICE_ENTITY_H

#include "core/record.h"
#include "dialect/superoffice/superoffice.h"

/* ---- entity_columns.c ---- */

/* Which members stand for a record's columns; an empty name: none does. */
struct so_entity {
    const struct so_carrier *carrier;
    const struct so_carrier *simple; /* of …/Simple; NULL: has none */
    struct bytes id;
    struct bytes name; /* empty for Person, whose name is made of three */
    struct bytes code;
    struct bytes key;
    struct bytes active;
    bool inactive; /* `active` says the opposite: Retired, Completed */
};

const struct so_entity *so_entity_of(enum record_kind kind);

/* Puts what the columns say into `tree`, a map. ERR_NO_MEMORY is the only failure. */
enum err_code so_entity_from_columns(struct arena *arena, const struct record *record,
                                     struct value *tree, struct err *e) MUST_CHECK;

/* Sets the columns from `tree`. ERR_INVALID: no name, or a text that cannot be one; names the
 * member */
enum err_code so_entity_to_columns(struct arena *arena, const struct value *tree,
                                   struct record *record, struct err *e) MUST_CHECK;

/* ---- entity_store.c ---- */

/* What is kept of the entity, under documented names: record->members and its columns. */
enum err_code so_entity_stored(struct arena *arena, const struct record *record, struct value **out,
                               struct err *e) MUST_CHECK;

/* Puts what a client gave (so_normalise) over `tree`: absent members stay, null clears what may be
 * null, a text that is just what the caller is shown of what is there stays as it is (9.2). */
enum err_code so_entity_merge(struct arena *arena, const struct so_carrier *carrier,
                              const struct so_local *local, const struct value *given,
                              struct value *tree, struct err *e) MUST_CHECK;

/* Only the last of it: `given`, which is a map of the caller's own, gets the texts of `now`. */
void so_entity_keep_texts(struct arena *arena, const struct so_carrier *carrier,
                          const struct so_local *local, struct value *given,
                          const struct value *now);

/* Columns and members of *record from `tree`, which is the caller's own.
 * ERR_INVALID    as so_entity_to_columns; a member's name that cannot be kept
 * ERR_TOO_LARGE  more than can be read back */
enum err_code so_entity_save(struct call *c, struct arena *arena, struct value *tree,
                             struct record *record, struct err *e) MUST_CHECK;

/* ---- entity.c ---- */

/* The entity as it is answered, computed members included, but for rights and `_Links`. */
enum err_code so_entity_tree(struct call *c, struct arena *arena, const struct record *record,
                             struct value **out, struct err *e) MUST_CHECK;

/* The company that a person's `Contact` names by id goes by its present name; without such a
 * company nothing is changed. */
enum err_code so_entity_name_contact(struct call *c, struct arena *arena, struct value *tree,
                                     struct err *e) MUST_CHECK;

/* A new entity's members before a client said anything (14.1). */
enum err_code so_entity_default(struct call *c, enum record_kind kind, struct value **out,
                                struct err *e) MUST_CHECK;

/* ---- entity_reply.c ---- */

/* The record of the path, or of an agent's argument, with its members. On the event loop a large
 * one gives ERR_BLOCKS. */
enum err_code so_entity_find(struct call *c, struct owner owner, struct record *out,
                             struct err *e) MUST_CHECK;

enum so_entity_form {
    SO_ENTITY_REST,  /* with _Links and validators: a GET may become 304 or 412 (10) */
    SO_ENTITY_AGENT, /* without either */
};

/* 200 with the entity. Honours `$select`. */
enum err_code so_entity_reply(struct call *c, const struct record *record, enum so_entity_form form,
                              struct err *e) MUST_CHECK;

/* The same before there is a record: the entity of so_entity_default, without _Links, for there is
 * nothing yet that they could lead to. */
enum err_code so_entity_reply_default(struct call *c, enum record_kind kind,
                                      struct err *e) MUST_CHECK;

/* For a write: what If-Match, If-None-Match and If-Unmodified-Since say of the record as it is
 * inside the transaction. ERR_PRECONDITION */
enum err_code so_entity_hold(struct call *c, const struct record *now, struct err *e) MUST_CHECK;

/* ---- entity_post.c, entity_put.c ---- */

/* The body, as it came and fit to be kept. `raw` may be NULL. */
enum err_code so_entity_read(struct call *c, enum record_kind kind, const struct value **raw,
                             struct value **given, struct err *e) MUST_CHECK;

enum err_code so_entity_create(struct call *c, enum record_kind kind, const struct value *given,
                               struct record *out, struct err *e) MUST_CHECK;

/* `conditional`: so_entity_hold is asked. ERR_NOT_FOUND  no such record */
enum err_code so_entity_change(struct call *c, struct owner owner, const struct value *given,
                               bool conditional, struct record *out, struct err *e) MUST_CHECK;

/* ---- endpoints ---- */

enum err_code so_entity_default_get(struct call *c, struct err *e);
enum err_code so_entity_get(struct call *c, struct err *e);
enum err_code so_entity_post(struct call *c, struct err *e);
enum err_code so_entity_put(struct call *c, struct err *e);
enum err_code so_entity_patch(struct call *c, struct err *e);
enum err_code so_entity_delete(struct call *c, struct err *e);
enum err_code so_entity_simple_get(struct call *c, struct err *e);

/* Agents'; the path names the kind, or the row's `data`, a `const enum record_kind *`. */
enum err_code so_agent_entity_default(struct call *c, struct err *e);
enum err_code so_agent_entity_save(struct call *c, struct err *e);
enum err_code so_agent_entity_get(struct call *c, struct err *e);
enum err_code so_agent_entity_delete(struct call *c, struct err *e);
enum err_code so_agent_product_get(struct call *c, struct err *e);

#endif
