/* dialect/superoffice/login_page.h - the sign-in page as HTML. Works without a script, shows
 * nothing that the request brought, and no other site can frame it or change where it sends.
 */
#ifndef DIALECT_SUPEROFFICE_LOGIN_PAGE_H
#define DIALECT_SUPEROFFICE_LOGIN_PAGE_H

#include "dialect/superoffice/superoffice.h"

/* The form, or only what is said when `closed`. `says`: one line above it, or NULL. */
enum err_code login_page_form(struct call *c, int status, const char *says, bool closed,
                              struct err *e) MUST_CHECK;

/* Who is signed in, with the session's value for XSRF (6.3) and a button to sign out. */
enum err_code login_page_user(struct call *c, const struct user *user, struct bytes xsrf,
                              struct err *e) MUST_CHECK;

/* The headers that every answer of the page carries. */
void login_page_headers(struct call *c);

#endif
