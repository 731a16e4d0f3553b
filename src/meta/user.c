#include "meta/sql.h"

#define COLUMNS                                                                                    \
    "id, name, person_id, rank, tooltip, type, group_idx, full_name, formal_name, disabled, "      \
    "ej_user_id, role"
#define PASSWORD_AT 12

static void read_user(struct sql *q, struct arena *arena, struct user *out)
{
    *out = (struct user){
        .id = sql_get_int32(q, 0),
        .name = sql_get_copy(q, 1, arena),
        .person_id = sql_get_int32(q, 2),
        .rank = sql_get_int32(q, 3),
        .tooltip = sql_get_copy(q, 4, arena),
        .type = (enum associate_type)sql_get_int(q, 5),
        .group_idx = sql_get_int32(q, 6),
        .full_name = sql_get_copy(q, 7, arena),
        .formal_name = sql_get_copy(q, 8, arena),
        .disabled = sql_get_int(q, 9) != 0,
        .ej_user_id = sql_get_int32(q, 10),
        .role = (enum user_role)sql_get_int(q, 11),
    };
}

static const char FIND[] = "SELECT " COLUMNS " FROM user WHERE tenant = $1 AND id = $2";

enum err_code meta_user_find(struct meta *meta, struct arena *arena, int32_t tenant, int32_t id,
                             struct user *out, bool *found, struct err *e)
{
    SQL(q, meta, FIND, e);
    sql_int(&q, tenant);
    sql_int(&q, id);
    *found = sql_row(&q);
    if (*found)
        read_user(&q, arena, out);
    return q.rc;
}

static const char BY_NAME[] =
    "SELECT " COLUMNS ", password FROM user WHERE tenant = $1 AND name_folded = lower($2)";

enum err_code meta_user_by_name(struct meta *meta, struct arena *arena, int32_t tenant,
                                struct bytes name, struct user *out, struct bytes *password,
                                bool *found, struct err *e)
{
    SQL(q, meta, BY_NAME, e);
    sql_int(&q, tenant);
    sql_text(&q, name);
    *found = sql_row(&q);
    if (*found) {
        read_user(&q, arena, out);
        *password = sql_get_copy(&q, PASSWORD_AT, arena);
    }
    return q.rc;
}

static const char LIST[] = "SELECT " COLUMNS " FROM user WHERE tenant = $1 ORDER BY id";

enum err_code meta_user_list(struct meta *meta, struct arena *arena, int32_t tenant,
                             struct user **out, size_t *count, struct err *e)
{
    void *rows = NULL;
    size_t n = 0;
    size_t room = 0;

    SQL(q, meta, LIST, e);
    sql_int(&q, tenant);
    while (sql_row(&q)) {
        struct user *user = sql_grow(&q, arena, &rows, &n, &room, sizeof *user);
        if (user)
            read_user(&q, arena, user);
    }
    if (q.rc == ERR_NONE) {
        *out = rows;
        *count = n;
    }
    return q.rc;
}

static const char INSERT[] =
    "INSERT INTO user (tenant, " COLUMNS ", password, name_folded)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, lower($3))";

enum err_code meta_user_insert(struct meta *meta, int32_t tenant, const struct user *user,
                               struct bytes password, struct err *e)
{
    SQL(q, meta, INSERT, e);
    sql_int(&q, tenant);
    sql_int(&q, user->id);
    sql_text(&q, user->name);
    sql_int(&q, user->person_id);
    sql_int(&q, user->rank);
    sql_text(&q, user->tooltip);
    sql_int(&q, user->type);
    sql_int(&q, user->group_idx);
    sql_text(&q, user->full_name);
    sql_text(&q, user->formal_name);
    sql_int(&q, user->disabled);
    sql_int(&q, user->ej_user_id);
    sql_int(&q, user->role);
    sql_text(&q, password);
    return sql_done(&q);
}

static const char SET_PASSWORD[] =
    "UPDATE user SET password = $3 WHERE tenant = $1 AND id = $2 RETURNING id";
static const char SET_DISABLED[] =
    "UPDATE user SET disabled = $3 WHERE tenant = $1 AND id = $2 RETURNING id";

enum err_code meta_user_set_password(struct meta *meta, int32_t tenant, int32_t id,
                                     struct bytes password, bool *found, struct err *e)
{
    SQL(q, meta, SET_PASSWORD, e);
    sql_int(&q, tenant);
    sql_int(&q, id);
    sql_text(&q, password);
    *found = sql_row(&q);
    return q.rc ? q.rc : sql_done(&q);
}

enum err_code meta_user_set_disabled(struct meta *meta, int32_t tenant, int32_t id, bool disabled,
                                     bool *found, struct err *e)
{
    SQL(q, meta, SET_DISABLED, e);
    sql_int(&q, tenant);
    sql_int(&q, id);
    sql_int(&q, disabled);
    *found = sql_row(&q);
    return q.rc ? q.rc : sql_done(&q);
}
