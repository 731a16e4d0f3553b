/* meta/driver.h - what a database implements. The seam is the SQL statement: verbs are written
 * once, in SQL that SQLite and PostgreSQL both take ($1 parameters, RETURNING, ON CONFLICT, `->>`
 * on documents), with one function that the driver adds: fold(text) is locale_fold.
 *
 * Statements are prepared once per connection and kept by the address of their text, so a text is
 * a static array.
 */
#ifndef META_DRIVER_H
#define META_DRIVER_H

#include "meta/meta.h"

struct meta_stmt;

struct meta_driver {
    const char *scheme;
    enum err_code (*open)(const char *rest, bool writable, struct meta **out, struct err *e);
    void (*close)(struct meta *meta);
    void (*keep_little)(struct meta *meta);
    enum err_code (*migrate)(struct meta *meta, struct err *e);

    /* Runs a text of several statements without parameters or rows. */
    enum err_code (*run)(struct meta *meta, const char *sql, struct err *e);
    enum err_code (*prepare)(struct meta *meta, const char *sql, bool keep, struct meta_stmt **out,
                             struct err *e);
    void (*bind_int)(struct meta_stmt *stmt, int parameter, int64_t value);
    /* The bytes must stay until the statement is reset. */
    void (*bind_text)(struct meta_stmt *stmt, int parameter, struct bytes value);
    void (*bind_blob)(struct meta_stmt *stmt, int parameter, struct bytes value);
    enum err_code (*step)(struct meta *meta, struct meta_stmt *stmt, bool *row, struct err *e);
    int64_t (*get_int)(struct meta_stmt *stmt, int column);
    struct bytes (*get_bytes)(struct meta_stmt *stmt, int column); /* until the next step */
    void (*reset)(struct meta_stmt *stmt);   /* kept statements: ready for the next use */
    void (*discard)(struct meta_stmt *stmt); /* statements that are not kept */
    int64_t (*changed)(struct meta *meta);   /* rows the last statement changed */
    enum err_code (*checkpoint)(struct meta *meta, struct err *e);
    enum err_code (*compact)(struct meta *meta, const char *folder, struct err *e);
    enum err_code (*copy)(struct meta *meta, const char *path, struct err *e);
    enum err_code (*check_pages)(struct meta *meta,
                                 void (*problem)(void *context, const char *line), void *context,
                                 int64_t *bytes, struct err *e);
    enum err_code (*watch)(struct meta *meta, struct err *e); /* see meta/rows.h */
    enum err_code (*apply)(struct meta *meta, struct bytes rows, struct err *e);
    enum err_code (*integrity)(struct meta *meta, void (*problem)(void *context, const char *line),
                               void *context, struct err *e);
};

/* What the transaction under way has changed: see meta/rows.h. */
struct meta_rows {
    char *at;
    size_t len;
    size_t room;
    size_t mark; /* at meta_mark */
    bool failed; /* not all of it is here */
};

struct meta {
    const struct meta_driver *driver;
    void (*damaged)(void *context, int64_t page, struct err *why); /* NULL; see meta_on_damage */
    void *damaged_context;
    struct meta_rows rows;
};

extern const struct meta_driver meta_sqlite_driver;
extern const struct meta_driver meta_sqlite_copy_driver; /* opens; then it is the one above */

#endif
