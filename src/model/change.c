#include "model/change.h"

static const struct {
    enum change_what what;
    const char *name;
} names[] = {
    { CHANGE_BEGIN, "begin" },
    { CHANGE_PICTURE_PUT, "picture.put" },
    { CHANGE_PICTURE_ADD, "picture.add" },
    { CHANGE_PICTURE_NEW, "picture.new" },
    { CHANGE_PICTURE_REPLACE, "picture.replace" },
    { CHANGE_PICTURE_DESCRIBE, "picture.describe" },
    { CHANGE_PICTURE_FOCUS, "picture.focus" },
    { CHANGE_PICTURE_LINK, "picture.link" },
    { CHANGE_PICTURE_DELETE, "picture.delete" },
    { CHANGE_PICTURE_THUMBNAIL, "picture.thumbnail" },
    { CHANGE_RECORD_ADD, "record.add" },
    { CHANGE_RECORD_EDIT, "record.edit" },
    { CHANGE_RECORD_DELETE, "record.delete" },
    { CHANGE_UNDO, "undo" },
    { CHANGE_ERASE, "erase" },
    { CHANGE_USER_ADD, "user.add" },
    { CHANGE_USER_PASSWORD, "user.password" },
    { CHANGE_USER_DISABLE, "user.disable" },
    { CHANGE_USER_ENABLE, "user.enable" },
    { CHANGE_KEY_ADD, "key.add" },
    { CHANGE_KEY_REVOKE, "key.revoke" },
    { CHANGE_APP_ADD, "app.add" },
    { CHANGE_APP_REMOVE, "app.remove" },
    { CHANGE_LINK_ROTATE, "link.rotate" },
};

const char *change_what_name(enum change_what what)
{
    for (size_t i = 0; i < COUNT(names); i++) {
        if (names[i].what == what)
            return names[i].name;
    }
    return "other";
}

bool change_has_history(enum change_what what)
{
    return (what >= CHANGE_PICTURE_PUT && what <= CHANGE_UNDO) || what == CHANGE_OTHER;
}
