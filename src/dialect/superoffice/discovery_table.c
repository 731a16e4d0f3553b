#include "dialect/superoffice/superoffice.h"

/* Nobody has to say who he is: these describe the program, not what is kept in it (superoffice 6.5,
 * 12). */
static const struct so_endpoint api[] = {
    { HTTP_GET, PLAN_INLINE, SO_ANYONE, so_api_get, "Which versions there are, and of what",
      .out = { SO_BODY_ANY } },
};
static const struct so_endpoint api_v1[] = {
    { HTTP_GET, PLAN_THREAD, SO_ANYONE, so_api_v1_get, "Every address and what it is for",
      .out = { SO_BODY_ANY } },
};
static const struct so_endpoint openapi[] = {
    { HTTP_GET, PLAN_THREAD, SO_ANYONE, so_openapi_get, "The interface as Swagger 2.0",
      .out = { SO_BODY_ANY } },
};
static const struct so_endpoint swagger_page[] = {
    { HTTP_GET, PLAN_INLINE, SO_ANYONE, so_swagger_page_get, "The interface, to be read",
      .out = { SO_BODY_ANY } },
};

#define ALLOW B("GET, HEAD, OPTIONS")

static const struct so_resource resources[] = {
    { B(""), api, COUNT(api), ALLOW, true }, /* /api: what names itself needs no line of its own */
    { B("v1"), api_v1, COUNT(api_v1), ALLOW, true },
    { B("swagger/v1.json"), openapi, COUNT(openapi), ALLOW, true },
};
const struct so_table so_discovery_table = { resources, COUNT(resources) };

const struct so_resource so_swagger_resource = { B("swagger"), swagger_page, COUNT(swagger_page),
                                                 ALLOW, true };
