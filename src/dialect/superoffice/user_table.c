#include "dialect/superoffice/superoffice.h"

/* Who asks, and what he may ask with next time (superoffice 6.2, 6.5). There is no `User/current`
 * here: nothing of a User is kept that the principal does not show. */
static const struct so_endpoint principal[] = {
    { HTTP_GET, PLAN_INLINE, SO_READER, so_principal_get, "The user who asks, and what he may do",
      .out = { SO_BODY_CARRIER, &so_principal } },
};
static const struct so_endpoint associate[] = {
    { HTTP_GET, PLAN_INLINE, SO_READER, so_current_associate_get, "The user who asks, in short",
      .out = { SO_BODY_CARRIER, &so_associate } },
};
static const struct so_endpoint token[] = {
    { HTTP_GET, PLAN_THREAD, SO_READER, so_token_get, "A new access token of the user who asks",
      .out = { SO_BODY_STRING } },
};

static const struct so_member access_token_arguments[] = {
    { B("AppToken"), SO_STRING },
    { B("IncludeCsSession"), SO_BOOL },
    { B("") },
};
static const struct so_endpoint access_token[] = {
    { HTTP_POST, PLAN_THREAD, SO_READER, so_access_token_post,
      "A new access token of the user who asks",
      .in = { SO_BODY_REQUEST, .arguments = access_token_arguments }, .out = { SO_BODY_STRING } },
};

#define ALLOW_GET B("GET, HEAD, OPTIONS")

static const struct so_resource resources[] = {
    { B("v1/User/currentPrincipal"), principal, COUNT(principal), ALLOW_GET },
    { B("v1/User/currentAssociate"), associate, COUNT(associate), ALLOW_GET },
    { B("v1/User/currentToken"), token, COUNT(token), ALLOW_GET },
    { B("v1/Agents/User/GetAccessToken"), access_token, COUNT(access_token),
      B("GET, HEAD, POST, OPTIONS") },
};

const struct so_table so_user_table = { resources, COUNT(resources) };
