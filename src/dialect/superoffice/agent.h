/* dialect/superoffice/agent.h - what the pictures' agents share (superoffice 4): their arguments,
 * and what a row of their tables says beside its `run`.
 */
#ifndef DIALECT_SUPEROFFICE_AGENT_H
#define DIALECT_SUPEROFFICE_AGENT_H

#include "dialect/superoffice/superoffice.h"

/* ---- agent_arguments.c ---- */

/* A number. ERR_INVALID: missing, null or no int32 (text that is one will do). */
enum err_code so_argument_int(const struct value *arguments, struct bytes name, int32_t *out,
                              struct err *e) MUST_CHECK;

/* The same, 0 when missing or null. */
enum err_code so_argument_int_or_0(const struct value *arguments, struct bytes name, int32_t *out,
                                   struct err *e) MUST_CHECK;

/* A text, B("") when missing or null. ERR_INVALID: something else. */
enum err_code so_argument_text(const struct value *arguments, struct bytes name, struct bytes *out,
                               struct err *e) MUST_CHECK;

/* Base64 text decoded: white space in it and a `data:` URL before it do no harm.
 * ERR_INVALID  missing, empty or malformed */
enum err_code so_argument_bytes(struct arena *arena, const struct value *arguments,
                                struct bytes name, struct bytes *out, struct err *e) MUST_CHECK;

/* The single id of the row's `id_name`, of the query. ERR_INVALID: missing or no int32 (1.6). */
enum err_code so_query_id(struct call *c, int32_t *out, struct err *e) MUST_CHECK;

/* ---- the rows' `data` ---- */

/* A method about one record. */
struct so_agent_record {
    enum record_kind kind;
    struct bytes id_name; /* "PersonId" */
    bool must_have;       /* no picture is 404, not an empty answer (4.4) */
};

/* Reads the arguments and the record's id out of them. `given` may be NULL. */
enum err_code so_agent_owner(struct call *c, const struct value **given, struct owner *out,
                             struct err *e) MUST_CHECK;

/* What the core says of a picture or record that an agent names, in the agents' terms: what is not
 * there, or is no picture, makes the arguments wrong (4.2). Returns the code. */
enum err_code so_agent_failure(enum err_code rc, struct err *e);

/* ---- the methods ---- */

enum err_code so_agent_image_get(struct call *c, struct err *e);
enum err_code so_agent_image_sized_get(struct call *c, struct err *e);
enum err_code so_agent_image_set(struct call *c, struct err *e);
enum err_code so_agent_image_change(struct call *c, struct err *e);
enum err_code so_agent_blob_entity_on(struct call *c, struct err *e);
enum err_code so_agent_blob_entity_default(struct call *c, struct err *e);
enum err_code so_agent_blob_entity_get(struct call *c, struct err *e);
enum err_code so_agent_blob_entity_save(struct call *c, struct err *e);
enum err_code so_agent_blob_entity_delete(struct call *c, struct err *e);
enum err_code so_agent_blob_stream_get(struct call *c, struct err *e);
enum err_code so_agent_blob_stream_set(struct call *c, struct err *e);
enum err_code so_agent_image_stream_save(struct call *c, struct err *e);
enum err_code so_agent_project_gallery_save(struct call *c, struct err *e);
enum err_code so_agent_thumbnail_get(struct call *c, struct err *e);
enum err_code so_agent_thumbnail_set(struct call *c, struct err *e);
enum err_code so_agent_elsewhere_image(struct call *c, struct err *e);
enum err_code so_agent_elsewhere_entity(struct call *c, struct err *e);
enum err_code so_agent_elsewhere_void(struct call *c, struct err *e);

enum err_code so_person_image_default(struct call *c, struct err *e);
enum err_code so_person_images_get(struct call *c, struct err *e);
enum err_code so_quote_image_get(struct call *c, struct err *e);

#endif
