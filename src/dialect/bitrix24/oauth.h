/* dialect/bitrix24/oauth.h - how applications are let in and get their tokens (bitrix24 12.1). */
#ifndef DIALECT_BITRIX24_OAUTH_H
#define DIALECT_BITRIX24_OAUTH_H

#include "base/strbuf.h"
#include "base/value.h"
#include "core/application.h"
#include "dialect/dialect.h"

/* GET and POST /oauth/token: a code or a refresh token becomes a pair of tokens. Failures carry a
 * reason of error.h. */
enum err_code b24_oauth_token(struct call *c, struct err *e) MUST_CHECK;

/* GET and POST /oauth/authorize: asks a user whether an application may act for him, and sends him
 * back to it. Whatever is wrong is said on a page; failures are the server's own. */
enum err_code b24_oauth_authorize(struct call *c, struct err *e) MUST_CHECK;

/* Where this server is reached, without the scheme: pictures.example.com:8443. */
struct bytes b24_domain(struct call *c);

/* ---- oauth_form.c: that a form comes from the page we made, in the browser we made it for ---- */

/* What an application asks a user for. */
struct b24_grant {
    struct application application;
    struct bytes redirect_uri; /* as it was asked for; empty: the registered one is meant */
    struct bytes scope;        /* likewise; empty: all */
    struct bytes state;        /* given back as it is; `.at` NULL: none */
    struct bytes scopes;       /* what is granted if the user says yes */
};

#define B24_FORM_SECONDS 900

/* Makes the value of the form's field `form` and sets the cookie that it belongs to. `.at` NULL
 * when out of memory. */
struct bytes b24_form_make(struct call *c, const struct b24_grant *grant);

/* False when it was not made for this browser and this grant, or too long ago. */
bool b24_form_is_ours(struct call *c, const struct b24_grant *grant, struct bytes form);

/* ---- oauth_page.c: the pages as HTML. They work without a script, load nothing, and no other site
 * can frame them ---- */

/* The question, with fields for name and password. `says`: one line above it, or NULL. */
enum err_code b24_page_ask(struct call *c, int status, const char *says,
                           const struct b24_grant *grant, struct err *e) MUST_CHECK;

/* One sentence and nothing to do. */
enum err_code b24_page_error(struct call *c, int status, const char *says,
                             struct err *e) MUST_CHECK;

#endif
