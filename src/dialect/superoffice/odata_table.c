#include "dialect/superoffice/odata.h"

/* The lists of records stand with the records: entity_table.c. */
static const struct so_endpoint pricelist[] = {
    { HTTP_GET, PLAN_THREAD, SO_READER, so_pricelist_rows, "The products of a price list",
      .out = { SO_BODY_ROWS }, .parameters = SO_P_ROWS },
};

#define ALLOW B("GET, HEAD, OPTIONS")

static const struct so_resource resources[] = {
    { B("v1/Pricelist/{id}/Products"), pricelist, COUNT(pricelist), ALLOW },
};

const struct so_table so_odata_table = { resources, COUNT(resources) };
