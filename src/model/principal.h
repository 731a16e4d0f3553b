/* model/principal.h - who asks. */
#ifndef MODEL_PRINCIPAL_H
#define MODEL_PRINCIPAL_H

#include "base/bytes.h"

/* What a user may do; the numbers are stored. */
enum user_role {
    USER_READER = 1,        /* reads */
    USER_EDITOR = 2,        /* reads and writes records and pictures */
    USER_ADMINISTRATOR = 3, /* everything */
};

/* "reader", "editor", "administrator". */
const char *user_role_name(enum user_role role);
bool user_role_from_name(struct bytes name, enum user_role *out);

/* superoffice 2.2; the numbers are stored. */
enum associate_type {
    ASSOCIATE_UNKNOWN = 0,
    ASSOCIATE_INTERNAL = 1,
    ASSOCIATE_RESOURCE = 2,
    ASSOCIATE_EXTERNAL = 3,
    ASSOCIATE_ANONYMOUS = 4,
    ASSOCIATE_SYSTEM = 5,
};

/* "InternalAssociate" … */
const char *associate_type_name(enum associate_type type);
bool associate_type_from_name(struct bytes name, enum associate_type *out);

/* A user, with the fields SuperOffice calls Associate. Text lives in the arena of the reader. */
struct user {
    int32_t id;        /* AssociateId, Bitrix24's user id */
    struct bytes name; /* the login, unique without regard to case */
    int32_t person_id;
    int32_t rank;
    struct bytes tooltip;
    enum associate_type type;
    int32_t group_idx;
    struct bytes full_name;
    struct bytes formal_name;
    bool disabled; /* `Deleted` on the wire */
    int32_t ej_user_id;
    enum user_role role;
};

/* How a principal proved itself; the numbers are stored. */
enum credential_kind {
    CREDENTIAL_PASSWORD = 0, /* not stored as a credential: belongs to the user */
    CREDENTIAL_TICKET = 1,   /* SuperOffice, 7T:… */
    CREDENTIAL_TOKEN = 2,    /* SuperOffice, 8A:… */
    CREDENTIAL_AUTH = 3,     /* Bitrix24 access token */
    CREDENTIAL_WEBHOOK = 4,  /* Bitrix24 webhook secret of a user */
    CREDENTIAL_SESSION = 5,  /* SuperOffice: the cookie of somebody who signed in */
    CREDENTIAL_OPENID = 6,   /* not stored: an issuer's word */
    CREDENTIAL_REFRESH = 7,  /* Bitrix24: an application gets new access tokens with it */
    CREDENTIAL_CODE = 8,     /* Bitrix24: what an application is handed when a user lets it in */
};

/* "password", "ticket", "token", "auth", "webhook", "session", "openid", "refresh", "code". */
const char *credential_kind_name(enum credential_kind kind);

/* parent_id of what somebody got who proved himself by password or by an issuer's word: it dies
 * when the password changes. */
#define CREDENTIAL_OF_USER (-1)

/* application_id of access tokens whose application was removed: they are good for nothing, but
 * who uses one hears why. */
#define CREDENTIAL_OF_NO_APPLICATION (-1)

struct credential {
    int32_t id;
    enum credential_kind kind;
    int32_t user_id;
    bool read_only;      /* may read only, whatever the user's role */
    struct bytes scopes; /* Bitrix24: comma list, "catalog" by default */
    struct bytes label;  /* the operator's own words */
    int64_t created_us;
    int64_t expires_us; /* 0: never */
    int64_t sliding_us; /* each use moves expires_us this far ahead; 0: fixed */
    int32_t parent_id;  /* the one it was asked for with, and dies with; 0: made by an operator */
    int32_t application_id; /* whose it is, and dies with; 0: nobody's */
    int64_t used_us;        /* a code or refresh token: first exchanged then; 0: not yet */
};

/* In whose words somebody asks; the numbers are stored. */
enum wire {
    WIRE_NONE = 0, /* nobody's: the service itself */
    WIRE_SUPEROFFICE = 1,
    WIRE_BITRIX24 = 2,
    WIRE_NATIVE = 3,
    WIRE_COMMAND = 4, /* `cameo` at a shell */
};

/* "superoffice", "bitrix24", "native", "command", "none". */
const char *wire_name(enum wire wire);

/* What a request may do, resolved. Plain data without pointers, so that it can be cached. */
struct principal {
    int32_t user_id;
    enum user_role role;
    enum credential_kind kind;
    enum wire wire;         /* set by who asks for it, not by what was proved */
    int32_t credential_id;  /* 0 for passwords and issuers' words */
    int32_t root_id;        /* parent_id of what is made with it */
    int32_t application_id; /* Bitrix24: on behalf of that application; 0: none */
    int64_t expires_us;     /* 0: never */
    bool may_write;         /* editor or administrator, and the credential is not read-only */
    bool catalog;           /* the credential's scopes hold `catalog` */
};

#endif
