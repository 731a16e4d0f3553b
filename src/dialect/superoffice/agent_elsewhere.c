/* Methods about things that are not kept here: chat, quote lines, batch tasks, countries. Their
 * arguments are read, and there is nothing of the kind (superoffice 4.2). */
#include "dialect/superoffice/agent.h"

/* `data` names the id they want. */
static enum err_code read_id(struct call *c, struct err *e)
{
    const char *name = ((const struct so_endpoint *)c->endpoint)->data;
    const struct value *arguments;
    int32_t id;
    enum err_code rc = so_arguments_read(c, &arguments, e);

    return rc ? rc : so_argument_int(arguments, bytes_str(name), &id, e);
}

/* GetChatImageWithSize, GetQuoteLineImage, GetOutputFromBatch */
enum err_code so_agent_elsewhere_image(struct call *c, struct err *e)
{
    enum err_code rc = read_id(c, e);

    return rc ? rc : so_reply_binary(c, B(""), B(""), e);
}

/* GetBlobEntityOnCountry */
enum err_code so_agent_elsewhere_entity(struct call *c, struct err *e)
{
    enum err_code rc = read_id(c, e);

    return rc ? rc : so_reply_null(c, &so_blob_entity, e);
}

/* CleanupBatchTask */
enum err_code so_agent_elsewhere_void(struct call *c, struct err *e)
{
    enum err_code rc = read_id(c, e);

    if (!rc)
        so_reply_empty(c);
    return rc;
}
