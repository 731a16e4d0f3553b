#include "model/principal.h"

static const char *const roles[] = {
    [USER_READER] = "reader",
    [USER_EDITOR] = "editor",
    [USER_ADMINISTRATOR] = "administrator",
};

const char *user_role_name(enum user_role role)
{
    return (size_t)role < COUNT(roles) && roles[role] ? roles[role] : "unknown";
}

bool user_role_from_name(struct bytes name, enum user_role *out)
{
    for (int role = USER_READER; role <= USER_ADMINISTRATOR; role++) {
        if (bytes_eq_nocase(name, bytes_str(roles[role]))) {
            *out = (enum user_role)role;
            return true;
        }
    }
    return false;
}

static const char *const associates[] = {
    [ASSOCIATE_UNKNOWN] = "Unknown",
    [ASSOCIATE_INTERNAL] = "InternalAssociate",
    [ASSOCIATE_RESOURCE] = "ResourceAssociate",
    [ASSOCIATE_EXTERNAL] = "ExternalAssociate",
    [ASSOCIATE_ANONYMOUS] = "AnonymousAssociate",
    [ASSOCIATE_SYSTEM] = "SystemAssociate",
};

const char *associate_type_name(enum associate_type type)
{
    return associates[(size_t)type < COUNT(associates) ? type : ASSOCIATE_UNKNOWN];
}

bool associate_type_from_name(struct bytes name, enum associate_type *out)
{
    for (size_t type = 0; type < COUNT(associates); type++) {
        if (bytes_eq_nocase(name, bytes_str(associates[type]))) {
            *out = (enum associate_type)type;
            return true;
        }
    }
    return false;
}

const char *credential_kind_name(enum credential_kind kind)
{
    static const char *const names[] = {
        [CREDENTIAL_PASSWORD] = "password", [CREDENTIAL_TICKET] = "ticket",
        [CREDENTIAL_TOKEN] = "token",       [CREDENTIAL_AUTH] = "auth",
        [CREDENTIAL_WEBHOOK] = "webhook",   [CREDENTIAL_SESSION] = "session",
        [CREDENTIAL_OPENID] = "openid",     [CREDENTIAL_REFRESH] = "refresh",
        [CREDENTIAL_CODE] = "code",
    };
    return (size_t)kind < COUNT(names) ? names[kind] : "unknown";
}

const char *wire_name(enum wire wire)
{
    static const char *const wires[] = {
        [WIRE_NONE] = "none",     [WIRE_SUPEROFFICE] = "superoffice", [WIRE_BITRIX24] = "bitrix24",
        [WIRE_NATIVE] = "native", [WIRE_COMMAND] = "command",
    };
    return (size_t)wire < COUNT(wires) ? wires[wire] : "unknown";
}
