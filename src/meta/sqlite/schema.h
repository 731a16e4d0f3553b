/* meta/sqlite/schema.h - the steps from an empty file to today's schema, forward only. */
#ifndef META_SQLITE_SCHEMA_H
#define META_SQLITE_SCHEMA_H

/* Step n leads from schema n to n + 1 and is never changed once released. */
extern const char *const sqlite_migrations[];
extern const int sqlite_migration_count;

#endif
