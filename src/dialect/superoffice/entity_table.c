#include "dialect/superoffice/entity.h"
#include "dialect/superoffice/odata.h"

#define CARRIER(entity)                                                                            \
    {                                                                                              \
        SO_BODY_CARRIER, &(entity)                                                                 \
    }
#define ALLOW_RECORDS B("GET, HEAD, POST, OPTIONS")
#define ALLOW_DEFAULT B("GET, HEAD, OPTIONS")
#define ALLOW_ENTITY  B("GET, HEAD, PUT, PATCH, DELETE, OPTIONS")
#define ALLOW_PRODUCT B("GET, HEAD, PUT, DELETE, OPTIONS")
#define ALLOW_SIMPLE  B("GET, HEAD, OPTIONS")
#define ALLOW_AGENT   B("GET, HEAD, POST, OPTIONS")

/* /api/v1/{kind}, …/default, …/{id}: rows of one kind each, for each speaks of its own carrier. */
#define ROWS_ROW                                                                                   \
    {                                                                                              \
        HTTP_GET, PLAN_THREAD, SO_READER, so_record_rows, "A list, filtered and sorted as OData",  \
            .out = { SO_BODY_ROWS }, .parameters = SO_P_ROWS                                       \
    }
#define POST_ROW(what, entity)                                                                     \
    {                                                                                              \
        HTTP_POST, PLAN_THREAD, SO_WRITER, so_entity_post, "Makes a " what,                        \
            .in = CARRIER(entity), .out = CARRIER(entity), .parameters = SO_P_SELECT               \
    }
#define DEFAULT_ROW(what, entity)                                                                  \
    {                                                                                              \
        HTTP_GET, PLAN_INLINE, SO_READER, so_entity_default_get,                                   \
            "A " what " before anything is known of it", .out = CARRIER(entity),                   \
                                                         .parameters = SO_P_SELECT                 \
    }
#define GET_ROW(what, entity)                                                                      \
    {                                                                                              \
        HTTP_GET, PLAN_INLINE, SO_READER, so_entity_get, "The " what,                              \
            .out = CARRIER(entity), .parameters = SO_P_SELECT | SO_P_FK                            \
    }
#define PUT_ROW(what, entity)                                                                      \
    {                                                                                              \
        HTTP_PUT, PLAN_THREAD, SO_WRITER, so_entity_put, "Changes the members that are given",     \
            .in = CARRIER(entity), .out = CARRIER(entity), .parameters = SO_P_SELECT               \
    }
#define PATCH_ROW(what, entity)                                                                    \
    {                                                                                              \
        HTTP_PATCH, PLAN_THREAD, SO_WRITER, so_entity_patch,                                       \
            "Changes the " what " by operations (RFC 6902) or by merging (RFC 7396)",              \
            .in = { SO_BODY_PATCH, &(entity) }, .out = CARRIER(entity), .parameters = SO_P_SELECT  \
    }
#define DELETE_ROW(what)                                                                           \
    {                                                                                              \
        HTTP_DELETE, PLAN_THREAD, SO_WRITER, so_entity_delete,                                     \
            "Deletes the " what " with its pictures"                                               \
    }
#define SIMPLE_ROW(what, carrier)                                                                  \
    {                                                                                              \
        HTTP_GET, PLAN_INLINE, SO_READER, so_entity_simple_get, "The " what " in one flat object", \
            .out = CARRIER(carrier), .parameters = SO_P_SELECT                                     \
    }

static const struct so_endpoint contacts[] = { ROWS_ROW, POST_ROW("company", so_contact_entity) };
static const struct so_endpoint persons[] = { ROWS_ROW, POST_ROW("person", so_person_entity) };
static const struct so_endpoint products[] = { ROWS_ROW, POST_ROW("product", so_product) };
static const struct so_endpoint projects[] = { ROWS_ROW, POST_ROW("project", so_project_entity) };

static const struct so_endpoint default_contact[] = { DEFAULT_ROW("company", so_contact_entity) };
static const struct so_endpoint default_person[] = { DEFAULT_ROW("person", so_person_entity) };
static const struct so_endpoint default_product[] = { DEFAULT_ROW("product", so_product) };
static const struct so_endpoint default_project[] = { DEFAULT_ROW("project", so_project_entity) };

static const struct so_endpoint contact[] = {
    GET_ROW("company", so_contact_entity),
    PUT_ROW("company", so_contact_entity),
    PATCH_ROW("company", so_contact_entity),
    DELETE_ROW("company"),
};
static const struct so_endpoint person[] = {
    GET_ROW("person", so_person_entity),
    PUT_ROW("person", so_person_entity),
    PATCH_ROW("person", so_person_entity),
    DELETE_ROW("person"),
};
static const struct so_endpoint product[] = {
    GET_ROW("product", so_product),
    PUT_ROW("product", so_product),
    DELETE_ROW("product"),
};
static const struct so_endpoint project[] = {
    GET_ROW("project", so_project_entity),
    PUT_ROW("project", so_project_entity),
    PATCH_ROW("project", so_project_entity),
    DELETE_ROW("project"),
};

static const struct so_endpoint simple_contact[] = { SIMPLE_ROW("company", so_contact) };
static const struct so_endpoint simple_person[] = { SIMPLE_ROW("person", so_person) };
static const struct so_endpoint simple_project[] = { SIMPLE_ROW("project", so_project) };

/* ---- agents ---- */

static const enum record_kind product_kind = KIND_PRODUCT;

#define AGENT_DEFAULT(entity, of)                                                                  \
    {                                                                                              \
        HTTP_POST, PLAN_INLINE, SO_READER, so_agent_entity_default,                                \
            "An entity before anything is known of it", .out = CARRIER(entity),                    \
                                                        .parameters = SO_P_SELECT, .data = (of)    \
    }
#define AGENT_SAVE(entity, of)                                                                     \
    {                                                                                              \
        HTTP_POST, PLAN_THREAD, SO_WRITER, so_agent_entity_save,                                   \
            "Makes the entity when its id is 0, else changes the members that are given",          \
            .in = CARRIER(entity), .out = CARRIER(entity), .parameters = SO_P_SELECT, .data = (of) \
    }
#define AGENT_GET(entity, id)                                                                      \
    {                                                                                              \
        HTTP_POST, PLAN_INLINE, SO_READER, so_agent_entity_get,                                    \
            "The entity, null when there is none",                                                 \
            .out = CARRIER(entity), .parameters = SO_P_SELECT | SO_P_ID, .id_name = (id)           \
    }
#define AGENT_DELETE(id, of)                                                                       \
    {                                                                                              \
        HTTP_POST, PLAN_THREAD, SO_WRITER, so_agent_entity_delete,                                 \
            "Deletes the record with its pictures", .parameters = SO_P_ID, .id_name = (id),        \
                                                    .data = (of)                                   \
    }

static const struct so_endpoint agent_contact[][1] = {
    { AGENT_DEFAULT(so_contact_entity, NULL) },
    { AGENT_SAVE(so_contact_entity, NULL) },
    { AGENT_GET(so_contact_entity, "contactEntityId") },
    { AGENT_DELETE("contactEntityId", NULL) },
};
static const struct so_endpoint agent_person[][1] = {
    { AGENT_DEFAULT(so_person_entity, NULL) },
    { AGENT_SAVE(so_person_entity, NULL) },
    { AGENT_GET(so_person_entity, "personEntityId") },
    { AGENT_DELETE("personEntityId", NULL) },
};
static const struct so_endpoint agent_project[][1] = {
    { AGENT_DEFAULT(so_project_entity, NULL) },
    { AGENT_SAVE(so_project_entity, NULL) },
    { AGENT_GET(so_project_entity, "projectEntityId") },
    { AGENT_DELETE("projectEntityId", NULL) },
};

static const struct so_member product_arguments[] = { { B("ProductId"), SO_INT }, { B("") } };

static const struct so_endpoint agent_product[][1] = {
    { AGENT_DEFAULT(so_product, &product_kind) },
    { AGENT_SAVE(so_product, &product_kind) },
    { { HTTP_POST, PLAN_INLINE, SO_READER, so_agent_product_get,
        "The product, null when there is none",
        .in = { SO_BODY_REQUEST, .arguments = product_arguments }, .out = CARRIER(so_product),
        .parameters = SO_P_SELECT } },
    { AGENT_DELETE("productId", &product_kind) },
};

#define ROWS(pattern, rows, allow)                                                                 \
    {                                                                                              \
        B(pattern), rows, COUNT(rows), allow                                                       \
    }

/* What has a name of its own goes before {id} (superoffice 1.7). */
static const struct so_resource resources[] = {
    ROWS("v1/Contact/default", default_contact, ALLOW_DEFAULT),
    ROWS("v1/Person/default", default_person, ALLOW_DEFAULT),
    ROWS("v1/Product/default", default_product, ALLOW_DEFAULT),
    ROWS("v1/Project/default", default_project, ALLOW_DEFAULT),
    ROWS("v1/Contact/{id}", contact, ALLOW_ENTITY),
    ROWS("v1/Person/{id}", person, ALLOW_ENTITY),
    ROWS("v1/Product/{id}", product, ALLOW_PRODUCT),
    ROWS("v1/Project/{id}", project, ALLOW_ENTITY),
    ROWS("v1/Contact/{id}/Simple", simple_contact, ALLOW_SIMPLE),
    ROWS("v1/Person/{id}/Simple", simple_person, ALLOW_SIMPLE),
    ROWS("v1/Project/{id}/Simple", simple_project, ALLOW_SIMPLE),
    ROWS("v1/Contact", contacts, ALLOW_RECORDS),
    ROWS("v1/Person", persons, ALLOW_RECORDS),
    ROWS("v1/Product", products, ALLOW_RECORDS),
    ROWS("v1/Project", projects, ALLOW_RECORDS),

    ROWS("v1/Agents/Contact/CreateDefaultContactEntity", agent_contact[0], ALLOW_AGENT),
    ROWS("v1/Agents/Contact/SaveContactEntity", agent_contact[1], ALLOW_AGENT),
    ROWS("v1/Agents/Contact/GetContactEntity", agent_contact[2], ALLOW_AGENT),
    ROWS("v1/Agents/Contact/DeleteContactEntity", agent_contact[3], ALLOW_AGENT),
    ROWS("v1/Agents/Person/CreateDefaultPersonEntity", agent_person[0], ALLOW_AGENT),
    ROWS("v1/Agents/Person/SavePersonEntity", agent_person[1], ALLOW_AGENT),
    ROWS("v1/Agents/Person/GetPersonEntity", agent_person[2], ALLOW_AGENT),
    ROWS("v1/Agents/Person/DeletePersonEntity", agent_person[3], ALLOW_AGENT),
    ROWS("v1/Agents/Project/CreateDefaultProjectEntity", agent_project[0], ALLOW_AGENT),
    ROWS("v1/Agents/Project/SaveProjectEntity", agent_project[1], ALLOW_AGENT),
    ROWS("v1/Agents/Project/GetProjectEntity", agent_project[2], ALLOW_AGENT),
    ROWS("v1/Agents/Project/DeleteProjectEntity", agent_project[3], ALLOW_AGENT),
    ROWS("v1/Agents/Quote/CreateDefaultProduct", agent_product[0], ALLOW_AGENT),
    ROWS("v1/Agents/Quote/SaveProduct", agent_product[1], ALLOW_AGENT),
    ROWS("v1/Agents/Quote/GetProductFromDbId", agent_product[2], ALLOW_AGENT),
    ROWS("v1/Agents/Quote/DeleteProduct", agent_product[3], ALLOW_AGENT),
};

const struct so_table so_entity_table = { resources, COUNT(resources) };
