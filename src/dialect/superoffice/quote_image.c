/* A product's picture by the key that its ERP system gave it (superoffice 4.3). */
#include "core/record.h"
#include "dialect/superoffice/agent.h"

#include <stdlib.h>

/* The product of that key, the oldest of several; id 0: there is none. */
static enum err_code find_product(struct call *c, struct bytes key, struct owner *out,
                                  struct err *e)
{
    const struct record_operand operand = { .is_text = true, .text = key };
    const struct record_query query = {
        .kind = KIND_PRODUCT,
        .where = { RECORD_IS, .is = { RECORD_XML_ID, OP_EQ, &operand, 1, NULL, false } },
        .limit = 1,
    };
    struct record *list;
    size_t count = 0;
    enum err_code rc = ERR_NONE;

    if (key.len)
        rc = record_list(c->core, c->arena, &query, &list, &count, NULL, e);
    *out = (struct owner){ KIND_PRODUCT, rc == ERR_NONE && count ? list[0].id : 0 };
    return rc;
}

static int by_place(const void *a, const void *b)
{
    const struct picture *x = a;
    const struct picture *y = b;

    if (x->role != y->role)
        return x->role < y->role ? -1 : 1;
    return x->rank < y->rank ? -1 : x->rank > y->rank;
}

/* Rank 1 is the picture you see, 2 the one that would be seen without it, and so on. NULL: the
 * product has not so many. */
static const struct picture *of_rank(struct picture *list, size_t count, int32_t rank)
{
    if (rank < 1 || (size_t)rank > count)
        return NULL;
    qsort(list, count, sizeof *list, by_place);
    return &list[rank - 1];
}

/* POST /api/v1/Agents/Quote/GetProductImage: `{QuoteConnectionId, ERPProductKey, Rank}`. There is
 * one source of products, whatever connection is named. */
enum err_code so_quote_image_get(struct call *c, struct err *e)
{
    const struct value *arguments;
    struct picture *list = NULL;
    struct owner owner;
    struct bytes key;
    int32_t connection;
    int32_t rank = 0;
    size_t count = 0;
    enum err_code rc = so_arguments_read(c, &arguments, e);

    if (!rc)
        rc = so_argument_int_or_0(arguments, B("QuoteConnectionId"), &connection, e);
    if (!rc)
        rc = so_argument_text(arguments, B("ERPProductKey"), &key, e);
    if (!rc)
        rc = so_argument_int_or_0(arguments, B("Rank"), &rank, e);
    if (!rc)
        rc = find_product(c, key, &owner, e);
    if (!rc && owner.id)
        rc = picture_list(c->core, c->arena, owner, 0, 0, &list, &count, e);
    if (rc && rc != ERR_NOT_FOUND)
        return rc;
    *e = (struct err){ 0 };
    const struct picture *picture = of_rank(list, count, rank ? rank : 1);
    return picture ? so_reply_picture(c, picture, e) : so_reply_binary(c, B(""), B(""), e);
}
