/* dialect/superoffice/openapi.h - what the files that write the description share. */
#ifndef DIALECT_SUPEROFFICE_OPENAPI_H
#define DIALECT_SUPEROFFICE_OPENAPI_H

#include "base/json.h"
#include "dialect/superoffice/superoffice.h"

/* Writes a comma unless this is the first of a list. */
static inline void openapi_comma(struct strbuf *out, bool *more)
{
    if (*more)
        strbuf_lit(out, ",");
    *more = true;
}

/* "name": */
static inline void openapi_name(struct strbuf *out, struct bytes name)
{
    json_string(out, name);
    strbuf_lit(out, ":");
}

/* ---- openapi_types.c ---- */

/* The schema of what goes in or comes out. */
void openapi_schema_write(struct strbuf *out, const struct so_body *body);

/* "definitions":{…} */
void openapi_definitions_write(struct strbuf *out);

/* ---- openapi_parameters.c ---- */

/* "parameters":{…} that operations share, and "parameters":[…] of one. */
void openapi_headers_write(struct strbuf *out);
void openapi_parameters_write(struct strbuf *out, const struct so_endpoint *endpoint,
                              struct bytes path);

/* ---- openapi_responses.c ---- */

/* "responses":{…} that operations share, and those of one. */
void openapi_failures_write(struct strbuf *out);
void openapi_responses_write(struct strbuf *out, const struct so_endpoint *endpoint,
                             struct bytes path);

/* Which conditions count there (superoffice 10). */
bool openapi_has_id(struct bytes path);
bool openapi_is_conditional_read(const struct so_endpoint *endpoint, struct bytes path);
bool openapi_is_conditional_write(const struct so_endpoint *endpoint, struct bytes path);

#endif
