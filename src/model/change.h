/* model/change.h - what was changed, by whom: an entry of the audit log, and of a record's history.
 */
#ifndef MODEL_CHANGE_H
#define MODEL_CHANGE_H

#include "model/principal.h"
#include "model/record.h"

/* What a change did; the numbers are stored and never given anew. */
enum change_what {
    CHANGE_NONE = 0,  /* of nobody's data: leaves no entry */
    CHANGE_BEGIN = 1, /* the log itself begins */
    CHANGE_PICTURE_PUT = 10,
    CHANGE_PICTURE_ADD = 11,
    CHANGE_PICTURE_NEW = 12, /* by itself, on nothing */
    CHANGE_PICTURE_REPLACE = 13,
    CHANGE_PICTURE_DESCRIBE = 14,
    CHANGE_PICTURE_FOCUS = 15,
    CHANGE_PICTURE_LINK = 16,
    CHANGE_PICTURE_DELETE = 17,
    CHANGE_PICTURE_THUMBNAIL = 18,
    CHANGE_RECORD_ADD = 20,
    CHANGE_RECORD_EDIT = 21,
    CHANGE_RECORD_DELETE = 22,
    CHANGE_UNDO = 30, /* subject: the change that was undone */
    CHANGE_ERASE = 31,
    CHANGE_USER_ADD = 40, /* of users, keys and applications there is no history: only the entry */
    CHANGE_USER_PASSWORD = 41,
    CHANGE_USER_DISABLE = 42,
    CHANGE_USER_ENABLE = 43,
    CHANGE_KEY_ADD = 44, /* by an operator; what users get for themselves leaves no entry */
    CHANGE_KEY_REVOKE = 45,
    CHANGE_APP_ADD = 46,
    CHANGE_APP_REMOVE = 47,
    CHANGE_LINK_ROTATE = 48,
    CHANGE_OTHER = 99, /* rows were changed by a write that does not say what it does */
};

/* "picture.put" …; "other" when there is no such thing. */
const char *change_what_name(enum change_what what);

/* Whether it is one of records and pictures, so that it can be undone. */
bool change_has_history(enum change_what what);

/* One change. Text lives in the arena of whoever read it. */
struct change {
    int64_t id; /* 1, 2, 3 …: none is missing between two */
    int64_t at_us;
    int32_t user_id; /* 0: nobody in particular, as at a shell */
    int32_t credential_id;
    enum wire wire;
    enum change_what what;
    enum record_kind kind; /* of the record that was meant; 0: none */
    int32_t record_id;     /* without a kind: the user that was meant, or whose key it was */
    int64_t subject;       /* the picture, key, application or change that was meant; 0: none */
    struct bytes text;     /* the user's login, the key's label, the application's name; or empty */
    int32_t rows;          /* how many rows it touched, kept or not */
};

#endif
