#include "meta/sqlite/schema.h"

/* Every key begins with the tenant. Small rows found by small keys are WITHOUT ROWID: one descent
 * of one tree instead of two. Empty text stands for "not set". */
static const char first[] =
    "CREATE TABLE setting ("
    " name TEXT PRIMARY KEY,"
    " value BLOB NOT NULL) STRICT, WITHOUT ROWID;"

    "CREATE TABLE counter ("
    " tenant INTEGER NOT NULL, name TEXT NOT NULL, next INTEGER NOT NULL,"
    " PRIMARY KEY (tenant, name)) STRICT, WITHOUT ROWID;"

    "CREATE TABLE user ("
    " tenant INTEGER NOT NULL, id INTEGER NOT NULL, name TEXT NOT NULL, name_folded TEXT NOT NULL,"
    " person_id INTEGER NOT NULL, rank INTEGER NOT NULL, tooltip TEXT NOT NULL,"
    " type INTEGER NOT NULL, group_idx INTEGER NOT NULL, full_name TEXT NOT NULL,"
    " formal_name TEXT NOT NULL, disabled INTEGER NOT NULL, ej_user_id INTEGER NOT NULL,"
    " role INTEGER NOT NULL, password TEXT NOT NULL,"
    " PRIMARY KEY (tenant, id), UNIQUE (tenant, name_folded)) STRICT, WITHOUT ROWID;"

    "CREATE TABLE credential ("
    " tenant INTEGER NOT NULL, id INTEGER NOT NULL, kind INTEGER NOT NULL, hash BLOB NOT NULL,"
    " user_id INTEGER NOT NULL, read_only INTEGER NOT NULL, scopes TEXT NOT NULL,"
    " label TEXT NOT NULL, created_us INTEGER NOT NULL, expires_us INTEGER NOT NULL,"
    " sliding_us INTEGER NOT NULL,"
    " PRIMARY KEY (tenant, id), UNIQUE (tenant, kind, hash)) STRICT, WITHOUT ROWID;"

    "CREATE TABLE record ("
    " tenant INTEGER NOT NULL, kind INTEGER NOT NULL, id INTEGER NOT NULL,"
    " subtype INTEGER NOT NULL, parent_id INTEGER NOT NULL, name TEXT NOT NULL,"
    " code TEXT NOT NULL, xml_id TEXT NOT NULL, sort INTEGER NOT NULL, active INTEGER NOT NULL,"
    " created_us INTEGER NOT NULL, updated_us INTEGER NOT NULL, created_by INTEGER NOT NULL,"
    " updated_by INTEGER NOT NULL,"
    " PRIMARY KEY (tenant, kind, id)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX record_xml_id ON record (tenant, kind, xml_id) WHERE xml_id <> '';"
    "CREATE INDEX record_parent ON record (tenant, parent_id) WHERE parent_id > 0;"

    "CREATE TABLE blob ("
    " tenant INTEGER NOT NULL, id INTEGER NOT NULL, hash BLOB NOT NULL,"
    " plain_bytes INTEGER NOT NULL, stored_bytes INTEGER NOT NULL, volume INTEGER NOT NULL,"
    " offset INTEGER NOT NULL, checksums BLOB NOT NULL, refs INTEGER NOT NULL,"
    " state INTEGER NOT NULL, dead_us INTEGER NOT NULL,"
    " PRIMARY KEY (tenant, id)) STRICT, WITHOUT ROWID;"
    "CREATE UNIQUE INDEX blob_hash ON blob (tenant, hash) WHERE state < 3;"
    "CREATE INDEX blob_dead ON blob (tenant, dead_us) WHERE state > 1;"

    "CREATE TABLE picture ("
    " tenant INTEGER NOT NULL, id INTEGER NOT NULL, blob_id INTEGER NOT NULL, name TEXT NOT NULL,"
    " description TEXT NOT NULL, extra_info TEXT NOT NULL, conceptual_type TEXT NOT NULL,"
    " type INTEGER NOT NULL, width INTEGER NOT NULL, height INTEGER NOT NULL,"
    " orientation INTEGER NOT NULL, frames INTEGER NOT NULL, created_us INTEGER NOT NULL,"
    " updated_us INTEGER NOT NULL, created_by INTEGER NOT NULL, updated_by INTEGER NOT NULL,"
    " version INTEGER NOT NULL,"
    " PRIMARY KEY (tenant, id)) STRICT, WITHOUT ROWID;"

    "CREATE TABLE link ("
    " tenant INTEGER NOT NULL, kind INTEGER NOT NULL, record_id INTEGER NOT NULL,"
    " role INTEGER NOT NULL, rank INTEGER NOT NULL, picture_id INTEGER NOT NULL,"
    " PRIMARY KEY (tenant, kind, record_id, role, rank)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX link_picture ON link (tenant, picture_id);"

    "CREATE TABLE volume ("
    " no INTEGER PRIMARY KEY, state INTEGER NOT NULL, end INTEGER NOT NULL) STRICT;";

/* What SuperOffice's entities hold beyond a record's own columns: one JSON object a record, apart
 * from it, so that lists walk small rows. `name_folded` is what names are compared and sorted by;
 * its index holds what lists mostly filter and sort by, so that they find a page without looking
 * into the table (of 100,000 records in 25 ms instead of 80). */
static const char second[] =
    "ALTER TABLE record ADD COLUMN name_folded TEXT NOT NULL DEFAULT '';"
    "UPDATE record SET name_folded = fold(name);"
    "CREATE INDEX record_name ON record"
    " (tenant, kind, name_folded, id, updated_us, created_us, active, subtype);"
    "ALTER TABLE credential ADD COLUMN parent_id INTEGER NOT NULL DEFAULT 0;"
    "CREATE INDEX credential_expires ON credential (tenant, expires_us) WHERE expires_us > 0;"
    "CREATE INDEX credential_parent ON credential (tenant, parent_id) WHERE parent_id <> 0;"
    "CREATE INDEX credential_made ON credential (tenant, user_id, kind, id) WHERE parent_id <> 0;"
    "CREATE TABLE record_members ("
    " tenant INTEGER NOT NULL, kind INTEGER NOT NULL, id INTEGER NOT NULL, members TEXT NOT NULL,"
    " PRIMARY KEY (tenant, kind, id)) STRICT;"
    "ALTER TABLE picture ADD COLUMN mime_type TEXT NOT NULL DEFAULT '';"; /* said of no bytes */

/* Newest and oldest first, as clients ask that fetch what changed: by name or all, out of an index
 * alone. record_fields is what Bitrix24's products hold beyond a record's own columns, as
 * record_members is for SuperOffice. An event waits for each handler on its own, so that one that
 * does not answer holds up nobody; `waiting` counts them, so that their number can be bounded. */
static const char third[] =
    "CREATE INDEX record_updated ON record (tenant, kind, updated_us, id, name_folded);"
    "CREATE INDEX record_created ON record (tenant, kind, created_us, id, name_folded);"
    "CREATE TABLE record_fields ("
    " tenant INTEGER NOT NULL, kind INTEGER NOT NULL, id INTEGER NOT NULL, fields TEXT NOT NULL,"
    " PRIMARY KEY (tenant, kind, id)) STRICT;"
    "CREATE TABLE application ("
    " tenant INTEGER NOT NULL, id INTEGER NOT NULL, client_id TEXT NOT NULL, hash BLOB NOT NULL,"
    " name TEXT NOT NULL, redirect_uri TEXT NOT NULL, scopes TEXT NOT NULL,"
    " application_token TEXT NOT NULL, created_us INTEGER NOT NULL,"
    " PRIMARY KEY (tenant, id), UNIQUE (tenant, client_id)) STRICT, WITHOUT ROWID;"
    "ALTER TABLE credential ADD COLUMN application_id INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE credential ADD COLUMN used_us INTEGER NOT NULL DEFAULT 0;"
    "CREATE INDEX credential_application ON credential (tenant, application_id)"
    " WHERE application_id <> 0;"
    "CREATE TABLE event_handler ("
    " tenant INTEGER NOT NULL, id INTEGER NOT NULL, application_id INTEGER NOT NULL,"
    " user_id INTEGER NOT NULL, event INTEGER NOT NULL, url TEXT NOT NULL, token TEXT NOT NULL,"
    " created_us INTEGER NOT NULL, waiting INTEGER NOT NULL, dropped INTEGER NOT NULL,"
    " PRIMARY KEY (tenant, id), UNIQUE (tenant, application_id, event, url, user_id))"
    " STRICT, WITHOUT ROWID;"
    "CREATE INDEX event_handler_event ON event_handler (tenant, event);"
    "CREATE TABLE event_queue ("
    " tenant INTEGER NOT NULL, handler_id INTEGER NOT NULL, id INTEGER NOT NULL,"
    " event INTEGER NOT NULL, record_id INTEGER NOT NULL, subtype INTEGER NOT NULL,"
    " happened_us INTEGER NOT NULL, attempts INTEGER NOT NULL, next_us INTEGER NOT NULL,"
    " PRIMARY KEY (tenant, handler_id, id)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX event_queue_next ON event_queue (tenant, handler_id, next_us);";

/* What pictures look like belongs to their bytes. `state` is enum appearance_state; `made_by` the
 * version of the program part that looked, so that a better one may look again. The first program
 * with this schema had an `overview` too: see the fifth. */
static const char fourth[] =
    "CREATE TABLE appearance ("
    " tenant INTEGER NOT NULL, blob_id INTEGER NOT NULL, state INTEGER NOT NULL,"
    " made_by INTEGER NOT NULL, colour INTEGER NOT NULL, thumb_hash BLOB NOT NULL,"
    " pixel_hash BLOB NOT NULL, perceptual_hash INTEGER NOT NULL,"
    " PRIMARY KEY (tenant, blob_id)) STRICT, WITHOUT ROWID;"
    "ALTER TABLE picture ADD COLUMN focus_x INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE picture ADD COLUMN focus_y INTEGER NOT NULL DEFAULT 0;"
    "CREATE INDEX picture_blob ON picture (tenant, blob_id);";

/* `seen` is the picture you see of each record with what a list shows of it; `overview` is the same
 * kept, so that a list finds a record in one descent of one tree, by one integer. Triggers keep it,
 * whoever writes: links come and go, and never change. CROSS JOIN is SQLite's way to say which
 * table to begin with. Rows are deleted and made anew: REPLACE in a trigger follows the statement
 * that fires it, and an upsert has its own way. */
#define PLACE(row) "((" row ".tenant << 36) | (" row ".kind << 32) | " row ".record_id)"
#define OLD_PLACE  PLACE("OLD")
#define NEW_PLACE  PLACE("NEW")
#define SEEN_PLACE PLACE("l")
#define SEE_ANEW(row, place)                                                                       \
    "DELETE FROM overview WHERE place = " place "; INSERT INTO overview SELECT * FROM seen WHERE"  \
    " tenant = " row ".tenant AND kind = " row ".kind AND record_id = " row ".record_id; "
#define SEE_NEW SEE_ANEW("NEW", NEW_PLACE)
#define SEE_OLD SEE_ANEW("OLD", OLD_PLACE)
/* Which picture you see of a record does not change with the picture. */
#define SEE_PICTURE                                                                                \
    "UPDATE overview SET version = NEW.version, focus_x = NEW.focus_x, focus_y = NEW.focus_y,"     \
    " updated_us = NEW.updated_us, type = NEW.type, width = NEW.width, height = NEW.height,"       \
    " orientation = NEW.orientation, description = NEW.description, (colour, thumb_hash) ="        \
    " (SELECT a.colour, a.thumb_hash FROM appearance a WHERE a.tenant = NEW.tenant"                \
    " AND a.blob_id = NEW.blob_id AND a.state = 1)"                                                \
    " WHERE place IN (SELECT " SEEN_PLACE " FROM link l WHERE l.tenant = NEW.tenant"               \
    " AND l.picture_id = NEW.id) AND picture_id = NEW.id; "
#define SEE_LOOKS                                                                                  \
    "UPDATE overview SET colour = CASE WHEN NEW.state = 1 THEN NEW.colour END,"                    \
    " thumb_hash = CASE WHEN NEW.state = 1 THEN NEW.thumb_hash END"                                \
    " WHERE place IN (SELECT " SEEN_PLACE " FROM picture p CROSS JOIN link l"                      \
    " WHERE l.tenant = p.tenant AND l.picture_id = p.id AND p.tenant = NEW.tenant"                 \
    " AND p.blob_id = NEW.blob_id) AND picture_id IN (SELECT p.id FROM picture p"                  \
    " WHERE p.tenant = NEW.tenant AND p.blob_id = NEW.blob_id); "

static const char fifth[] =
    "DROP TRIGGER IF EXISTS link_made;"
    "DROP TRIGGER IF EXISTS link_gone;"
    "DROP TRIGGER IF EXISTS picture_changed;"
    "DROP TRIGGER IF EXISTS appearance_made;"
    "DROP TRIGGER IF EXISTS appearance_changed;"
    "DROP VIEW IF EXISTS seen;"
    "DROP TABLE IF EXISTS overview;"
    "CREATE TABLE overview ("
    " place INTEGER PRIMARY KEY, tenant INTEGER NOT NULL, kind INTEGER NOT NULL,"
    " record_id INTEGER NOT NULL,"
    " picture_id INTEGER NOT NULL, version INTEGER NOT NULL, focus_x INTEGER NOT NULL,"
    " focus_y INTEGER NOT NULL, updated_us INTEGER NOT NULL, type INTEGER NOT NULL,"
    " width INTEGER NOT NULL, height INTEGER NOT NULL, orientation INTEGER NOT NULL,"
    " description TEXT NOT NULL, colour INTEGER, thumb_hash BLOB) STRICT;"
    "CREATE VIEW seen AS SELECT " SEEN_PLACE " AS place, l.tenant, l.kind, l.record_id,"
    " p.id AS picture_id, p.version, p.focus_x, p.focus_y, p.updated_us, p.type, p.width, p.height,"
    " p.orientation, p.description,"
    " (SELECT a.colour FROM appearance a WHERE a.tenant = p.tenant AND a.blob_id = p.blob_id"
    " AND a.state = 1) AS colour,"
    " (SELECT a.thumb_hash FROM appearance a WHERE a.tenant = p.tenant AND a.blob_id = p.blob_id"
    " AND a.state = 1) AS thumb_hash"
    " FROM link l, picture p WHERE p.tenant = l.tenant AND p.id = l.picture_id AND l.role < 4"
    " AND NOT EXISTS (SELECT 1 FROM link m WHERE m.tenant = l.tenant AND m.kind = l.kind"
    " AND m.record_id = l.record_id AND (m.role, m.rank) < (l.role, l.rank));"
    "INSERT INTO overview SELECT * FROM seen;"
    "CREATE TRIGGER link_made AFTER INSERT ON link BEGIN " SEE_NEW "END;"
    "CREATE TRIGGER link_gone AFTER DELETE ON link BEGIN " SEE_OLD "END;"
    "CREATE TRIGGER picture_changed AFTER UPDATE ON picture BEGIN " SEE_PICTURE "END;"
    "CREATE TRIGGER appearance_made AFTER INSERT ON appearance BEGIN " SEE_LOOKS "END;"
    "CREATE TRIGGER appearance_changed AFTER UPDATE ON appearance BEGIN " SEE_LOOKS "END;";

/* When a blob's bytes were found to be damaged: see core/mend.h. */
static const char sixth[] = "ALTER TABLE blob ADD COLUMN bad_us INTEGER NOT NULL DEFAULT 0;"
                            "CREATE INDEX blob_bad ON blob (tenant, id) WHERE bad_us > 0;";

/* How bytes are stored: enum blob_flag, and the number of the key that sealed ones are under. */
static const char seventh[] = "ALTER TABLE blob ADD COLUMN flags INTEGER NOT NULL DEFAULT 0;"
                              "ALTER TABLE blob ADD COLUMN key_no INTEGER NOT NULL DEFAULT 0;";

/* What was changed, by whom, and how each row was before: the audit log, the history of records,
 * and a journal of all rows that are the customer's. Triggers fill `change_row`, whoever writes; it
 * belongs to the change that is being made, the one behind the last, which the writer enters when
 * its rows are made (meta/change.c). A row is named by table_no (1 record, 2 record_members,
 * 3 record_fields, 4 picture, 5 link), owner (kind << 32 | id of a record, or a picture's id) and
 * part (role << 32 | rank of a link, else 0). `before` is its columns as SQL writes values, commas
 * between (JSON's functions are not for triggers where schemas are not trusted), of members and
 * fields the text itself, and NULL where there was no such row. A row that was the last to name
 * bytes holds them: blob.refs counts its blob_id, too, and no longer the picture's. Whoever adds a
 * column to one of these tables puts it behind the others and makes its triggers anew.
 *
 * Hashes are chained: see meta/change_hash.h. What is personal is in them only by a salted hash, so
 * that it can be erased: `salt` and `before` go then and `hash` says what they were. */
#define JOURNAL(row, key, blob_id, before, salt)                                                   \
    "INSERT INTO change_row (tenant, change_id, seq, table_no, owner, part, blob_id, before,"      \
    " salt, hash) SELECT " row ".tenant, n.id, (SELECT coalesce(max(r.seq), 0) + 1 FROM"           \
    " change_row r WHERE r.tenant = " row ".tenant AND r.change_id = n.id), " key ", " blob_id     \
    ", " before ", " salt ", x'' FROM (SELECT coalesce(max(id), 0) + 1 AS id FROM change"          \
    " WHERE tenant = " row ".tenant) n; "
#define NEW_ROW(key)                  JOURNAL("NEW", key("NEW"), "0", "NULL", "x''")
#define OLD_ROW(key, blob_id, before) JOURNAL("OLD", key("OLD"), blob_id, before, "randomblob(16)")
#define WHEN_MADE(table, row)                                                                      \
    "CREATE TRIGGER journal_" table "_made AFTER INSERT ON " table " BEGIN " row "END;"
#define WHEN_CHANGED(table, row)                                                                   \
    "CREATE TRIGGER journal_" table "_changed AFTER UPDATE ON " table " BEGIN " row "END;"
#define WHEN_GONE(table, row)                                                                      \
    "CREATE TRIGGER journal_" table "_gone AFTER DELETE ON " table " BEGIN " row "END;"
#define JOURNAL_OF(table, key, before)                                                             \
    WHEN_MADE(table, NEW_ROW(key))                                                                 \
    WHEN_CHANGED(table, OLD_ROW(key, "0", before)) WHEN_GONE(table, OLD_ROW(key, "0", before))

#define RECORD_KEY(row)  "1, " row ".kind << 32 | " row ".id, 0"
#define MEMBERS_KEY(row) "2, " row ".kind << 32 | " row ".id, 0"
#define FIELDS_KEY(row)  "3, " row ".kind << 32 | " row ".id, 0"
#define PICTURE_KEY(row) "4, " row ".id, 0"
#define LINK_KEY(row)    "5, " row ".kind << 32 | " row ".record_id, " row ".role << 32 | " row ".rank"
#define RECORD_BEFORE                                                                              \
    "printf('%d,%d,%Q,%Q,%Q,%d,%d,%d,%d,%d,%d', OLD.parent_id, OLD.subtype, OLD.name, OLD.code,"   \
    " OLD.xml_id, OLD.sort, OLD.active, OLD.created_us, OLD.updated_us, OLD.created_by,"           \
    " OLD.updated_by)"
#define PICTURE_BEFORE                                                                             \
    "printf('%d,%Q,%Q,%Q,%Q,%d,%d,%d,%d,%d,%d,%d,%d,%d,%d,%Q,%d,%d', OLD.blob_id, OLD.name,"       \
    " OLD.description, OLD.extra_info, OLD.conceptual_type, OLD.type, OLD.width, OLD.height,"      \
    " OLD.orientation, OLD.frames, OLD.created_us, OLD.updated_us, OLD.created_by,"                \
    " OLD.updated_by, OLD.version, OLD.mime_type, OLD.focus_x, OLD.focus_y)"
#define LINK_BEFORE "printf('%d', OLD.picture_id)"
#define RELEASED    "iif(OLD.blob_id = NEW.blob_id, 0, OLD.blob_id)"
#define JOURNAL_OF_PICTURES                                                                        \
    WHEN_MADE("picture", NEW_ROW(PICTURE_KEY))                                                     \
    WHEN_CHANGED("picture", OLD_ROW(PICTURE_KEY, RELEASED, PICTURE_BEFORE))                        \
    WHEN_GONE("picture", OLD_ROW(PICTURE_KEY, "OLD.blob_id", PICTURE_BEFORE))
#define JOURNALS                                                                                   \
    JOURNAL_OF("record", RECORD_KEY, RECORD_BEFORE)                                                \
    JOURNAL_OF("record_members", MEMBERS_KEY, "OLD.members")                                       \
    JOURNAL_OF("record_fields", FIELDS_KEY, "OLD.fields")                                          \
    JOURNAL_OF_PICTURES JOURNAL_OF("link", LINK_KEY, LINK_BEFORE)

static const char eighth[] =
    "CREATE TABLE change ("
    " tenant INTEGER NOT NULL, id INTEGER NOT NULL, at_us INTEGER NOT NULL,"
    " user_id INTEGER NOT NULL, credential_id INTEGER NOT NULL, wire INTEGER NOT NULL,"
    " what INTEGER NOT NULL, kind INTEGER NOT NULL, record_id INTEGER NOT NULL,"
    " subject INTEGER NOT NULL, rows INTEGER NOT NULL, rows_hash BLOB NOT NULL,"
    " text TEXT NOT NULL, salt BLOB NOT NULL, text_hash BLOB NOT NULL, hash BLOB NOT NULL,"
    " head BLOB NOT NULL, PRIMARY KEY (tenant, id)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE change_row ("
    " tenant INTEGER NOT NULL, change_id INTEGER NOT NULL, seq INTEGER NOT NULL,"
    " table_no INTEGER NOT NULL, owner INTEGER NOT NULL, part INTEGER NOT NULL,"
    " blob_id INTEGER NOT NULL, salt BLOB NOT NULL, hash BLOB NOT NULL, before TEXT,"
    " PRIMARY KEY (tenant, change_id, seq)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX change_row_key ON change_row (tenant, table_no, owner, part, "
    "change_id);" JOURNALS;

const char *const sqlite_migrations[] = { first, second, third,   fourth,
                                          fifth, sixth,  seventh, eighth };
const int sqlite_migration_count = sizeof sqlite_migrations / sizeof sqlite_migrations[0];
