/* The agents' create, read, update and delete of Contact, Person, Project and Product (superoffice
 * 14.1). Conditional headers say nothing here (4.1). */
#include "dialect/superoffice/agent.h"
#include "dialect/superoffice/entity.h"

/* Agents/Quote has the products, the other agents are named after their kind. */
static enum record_kind kind_of(const struct call *c)
{
    const enum record_kind *kind = ((const struct so_endpoint *)c->endpoint)->data;

    return kind ? *kind : so_owner(c).kind;
}

/* POST …/CreateDefault{X}Entity, CreateDefaultProduct */
enum err_code so_agent_entity_default(struct call *c, struct err *e)
{
    return so_entity_reply_default(c, kind_of(c), e);
}

/* POST …/Save{X}Entity, SaveProduct: the entity is the body; id 0 makes one. */
enum err_code so_agent_entity_save(struct call *c, struct err *e)
{
    struct owner owner = { .kind = kind_of(c) };
    const struct value *raw;
    struct value *given;
    struct record record;
    enum err_code rc = so_entity_read(c, owner.kind, &raw, &given, e);

    if (rc == ERR_NONE)
        rc = so_argument_int_or_0(raw, so_entity_of(owner.kind)->id, &owner.id, e);
    if (rc)
        return rc;
    if (owner.id == 0)
        rc = so_entity_create(c, owner.kind, given, &record, e);
    else
        rc = so_agent_failure(so_entity_change(c, owner, given, false, &record, e), e);
    return rc ? rc : so_entity_reply(c, &record, SO_ENTITY_AGENT, e);
}

static enum err_code reply_found(struct call *c, struct owner owner, struct err *e)
{
    struct record record;
    struct err why = { 0 };
    enum err_code rc = so_entity_find(c, owner, &record, &why);

    if (rc == ERR_NOT_FOUND)
        return so_reply_null(c, so_entity_of(owner.kind)->carrier, e);
    if (rc) {
        *e = why;
        return rc;
    }
    return so_entity_reply(c, &record, SO_ENTITY_AGENT, e);
}

/* POST …/Get{X}Entity?…Id= */
enum err_code so_agent_entity_get(struct call *c, struct err *e)
{
    struct owner owner = { .kind = kind_of(c) };
    enum err_code rc = so_query_id(c, &owner.id, e);

    return rc ? rc : reply_found(c, owner, e);
}

/* POST …/GetProductFromDbId {ProductId} */
enum err_code so_agent_product_get(struct call *c, struct err *e)
{
    struct owner owner = { .kind = KIND_PRODUCT };
    const struct value *arguments;
    enum err_code rc = so_arguments_read(c, &arguments, e);

    if (rc == ERR_NONE)
        rc = so_argument_int(arguments, B("ProductId"), &owner.id, e);
    return rc ? rc : reply_found(c, owner, e);
}

/* POST …/Delete{X}Entity?…Id=, DeleteProduct?ProductId= */
enum err_code so_agent_entity_delete(struct call *c, struct err *e)
{
    struct owner owner = { .kind = kind_of(c) };
    enum err_code rc = so_query_id(c, &owner.id, e);

    if (rc == ERR_NONE)
        rc = so_agent_failure(record_delete(c->core, &c->principal, owner, e), e);
    if (rc == ERR_NONE)
        so_reply_empty(c);
    return rc;
}
