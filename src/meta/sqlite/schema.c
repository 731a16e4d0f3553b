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

const char *const sqlite_migrations[] = { first, second, third, fourth, fifth, sixth };
const int sqlite_migration_count = sizeof sqlite_migrations / sizeof sqlite_migrations[0];
