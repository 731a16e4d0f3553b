/* dialect/bitrix24/route.h - what a path asks for (bitrix24 1.1, 5.2, 12.2). */
#ifndef DIALECT_BITRIX24_ROUTE_H
#define DIALECT_BITRIX24_ROUTE_H

#include "base/bytes.h"

enum b24_route_kind {
    B24_ROUTE_NONE,      /* nothing of ours */
    B24_ROUTE_METHOD,    /* /rest/[{user}/{secret}/]{method}[.json|.xml][/] */
    B24_ROUTE_DOWNLOAD,  /* the method `download`: a signed link */
    B24_ROUTE_DETAIL,    /* /upload/c/{id}-{key}/{name} */
    B24_ROUTE_V3,        /* /rest/api/…: REST 3.0 */
    B24_ROUTE_TOKEN,     /* /oauth/token[/] */
    B24_ROUTE_AUTHORIZE, /* /oauth/authorize[/] */
};

struct b24_route {
    enum b24_route_kind kind;
    struct bytes user;   /* `.at` NULL: no webhook in the path */
    struct bytes secret; /* likewise; never to be written anywhere */
    struct bytes method; /* without its suffix; may be any text */
    bool xml;            /* the suffix asked for XML */
    int32_t picture_id;  /* B24_ROUTE_DETAIL */
    struct bytes key;    /* B24_ROUTE_DETAIL */
};

/* True for the paths of this dialect: /rest and /upload and all below, and the two of OAuth. */
bool b24_route_claims(struct bytes path);

/* Takes a decoded path apart; slices point into it. Allocates nothing and never fails. */
struct b24_route b24_route_read(struct bytes path);

#endif
