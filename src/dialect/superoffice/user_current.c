/* GET /api/v1/User/currentPrincipal and /currentAssociate (superoffice 6.5) */
#include "dialect/superoffice/superoffice.h"

#define ANSWER_MAX 16384

static struct bytes role_title(enum user_role role)
{
    static const struct bytes names[] = { [USER_READER] = B("Reader"),
                                          [USER_EDITOR] = B("Editor"),
                                          [USER_ADMINISTRATOR] = B("Administrator") };

    return (size_t)role < COUNT(names) ? names[role] : B("");
}

/* The rest of the carrier has the neutral values: no licences, no groups, no function rights. */
static struct value *principal_tree(struct call *c, const struct user *user)
{
    struct value *map = value_new(c->arena, VALUE_MAP);
    bool whole =
        map &&
        value_put_text(c->arena, map, B("UserType"), bytes_str(associate_type_name(user->type))) &&
        value_put_text(c->arena, map, B("Associate"), user->name) &&
        value_put_int(c->arena, map, B("AssociateId"), user->id) &&
        value_put_bool(c->arena, map, B("IsPerson"), user->person_id > 0) &&
        value_put_int(c->arena, map, B("PersonId"), user->person_id) &&
        value_put_int(c->arena, map, B("GroupId"), user->group_idx) &&
        value_put_int(c->arena, map, B("RoleId"), (int32_t)user->role) &&
        value_put_text(c->arena, map, B("RoleName"), role_title(user->role)) &&
        value_put_text(c->arena, map, B("RoleDescription"), role_title(user->role)) &&
        value_put_text(c->arena, map, B("RoleType"), B("Employee")) &&
        value_put_text(c->arena, map, B("FullName"), user->full_name) &&
        value_put_int(c->arena, map, B("EjUserId"), user->ej_user_id) &&
        value_put_text(c->arena, map, B("EjUserStatus"), B("StatusNormal")) &&
        value_put_text(c->arena, map, B("UserName"), user->name);
    return whole ? map : NULL;
}

static enum err_code answer(struct call *c, const struct so_carrier *carrier,
                            const struct value *tree, struct err *e)
{
    struct so_writer w;

    if (!tree)
        return err_set(e, ERR_NO_MEMORY, "user");
    so_reply_begin(c, &w, ANSWER_MAX);
    w.rights = SO_RIGHTS_READ; /* users are changed by the command line only */
    so_carrier_write(&w, carrier->name, carrier, tree, NULL);
    return so_reply_writer(c, &w, e);
}

enum err_code so_principal_get(struct call *c, struct err *e)
{
    struct user user;
    enum err_code rc = user_get(c->core, c->arena, c->principal.user_id, &user, e);

    return rc ? rc : answer(c, &so_principal, principal_tree(c, &user), e);
}

enum err_code so_current_associate_get(struct call *c, struct err *e)
{
    struct value *tree;
    enum err_code rc = so_associate_tree(c, c->arena, c->principal.user_id, &tree, e);

    if (rc)
        return rc;
    if (!tree)
        return err_set(e, ERR_NOT_FOUND, "the user is gone");
    return answer(c, &so_associate, tree, e);
}
