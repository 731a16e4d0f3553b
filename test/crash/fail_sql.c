/* The library `fail`, before SQLite: a statement of the program that fails is not begun, and says
 * what would be asked afterwards. SQLite's own use of these (to read the schema, say) goes well. A
 * rollback never fails:
 * SQLite's fails only when there is none to take back. */
#include "crash/fail_place.h"

#include <dlfcn.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

/* The system's headers name the parameters otherwise.
 * NOLINTBEGIN(readability-inconsistent-declaration-parameter-name) */

static _Thread_local int said; /* by the last call; 0: SQLite itself has to be asked */

static void *next(const char *name)
{
    void *found = dlsym(RTLD_NEXT, name);

    return found ? found : (abort(), NULL);
}

static bool is_rollback(const char *sql)
{
    return sql && strncmp(sql, "ROLLBACK", 8) == 0;
}

static bool fails_for(const void *caller)
{
    said = place_is_ours(caller) && fail_due(FAIL_SQL) ? fail_control()->errnum : 0;
    return said != 0;
}

int sqlite3_step(sqlite3_stmt *stmt)
{
    static int (*real)(sqlite3_stmt *);
    static const char *(*text)(sqlite3_stmt *);

    if (!real) {
        *(void **)&text = next("sqlite3_sql");
        *(void **)&real = next("sqlite3_step");
    }
    if (!is_rollback(text(stmt)) && fails_for(__builtin_return_address(0)))
        return said;
    return real(stmt);
}

int sqlite3_prepare_v2(sqlite3 *db, const char *sql, int len, sqlite3_stmt **out, const char **tail)
{
    static int (*real)(sqlite3 *, const char *, int, sqlite3_stmt **, const char **);

    if (!real)
        *(void **)&real = next("sqlite3_prepare_v2");
    return fails_for(__builtin_return_address(0)) ? said : real(db, sql, len, out, tail);
}

int sqlite3_prepare_v3(sqlite3 *db, const char *sql, int len, unsigned flags, sqlite3_stmt **out,
                       const char **tail)
{
    static int (*real)(sqlite3 *, const char *, int, unsigned, sqlite3_stmt **, const char **);

    if (!real)
        *(void **)&real = next("sqlite3_prepare_v3");
    return fails_for(__builtin_return_address(0)) ? said : real(db, sql, len, flags, out, tail);
}

int sqlite3_exec(sqlite3 *db, const char *sql, int (*each)(void *, int, char **, char **),
                 void *context, char **text)
{
    static int (*real)(sqlite3 *, const char *, int (*)(void *, int, char **, char **), void *,
                       char **);

    if (!real)
        *(void **)&real = next("sqlite3_exec");
    return !is_rollback(sql) && fails_for(__builtin_return_address(0))
               ? said
               : real(db, sql, each, context, text);
}

/* As SQLite does, the connection is there also when it could not be opened, but without memory. */
int sqlite3_open_v2(const char *path, sqlite3 **out, int flags, const char *vfs)
{
    static int (*real)(const char *, sqlite3 **, int, const char *);

    if (!real)
        *(void **)&real = next("sqlite3_open_v2");
    bool failed = fails_for(__builtin_return_address(0));
    if (failed && said == SQLITE_NOMEM) {
        *out = NULL;
        return said;
    }
    int rc = real(path, out, flags, vfs);
    return failed ? said : rc;
}

int sqlite3_wal_checkpoint_v2(sqlite3 *db, const char *name, int mode, int *pages, int *moved)
{
    static int (*real)(sqlite3 *, const char *, int, int *, int *);

    if (!real)
        *(void **)&real = next("sqlite3_wal_checkpoint_v2");
    return fails_for(__builtin_return_address(0)) ? said : real(db, name, mode, pages, moved);
}

int sqlite3_extended_errcode(sqlite3 *db)
{
    static int (*real)(sqlite3 *);

    if (!real)
        *(void **)&real = next("sqlite3_extended_errcode");
    return said ? said : real(db);
}

const char *sqlite3_errmsg(sqlite3 *db)
{
    static const char *(*real)(sqlite3 *);

    if (!real)
        *(void **)&real = next("sqlite3_errmsg");
    return said ? "made to fail" : real(db);
}

/* NOLINTEND(readability-inconsistent-declaration-parameter-name) */
