/* app/config.h - where the settings come from.
 *
 * Three layers, each over the one before: what is built in, the file cameo.ini in the data
 * directory, the environment (which `cameo serve` hands on to nginx's workers). Options of commands
 * go over them through config_set. One table says which settings there are; the file, the
 * environment, `cameo help settings` and the test of docs/settings.md all go by it.
 */
#ifndef APP_CONFIG_H
#define APP_CONFIG_H

#include "base/err.h"
#include "base/strbuf.h"
#include "core/settings.h"

#define CONFIG_FILE "cameo.ini"

/* Not in the table, for it must not stand in that file: the key of encryption, or several. */
#define CONFIG_KEY         "CAMEO_ENCRYPTION_KEY"
#define CONFIG_CREDENTIALS "CREDENTIALS_DIRECTORY" /* systemd's: the key is the file … */
#define CONFIG_CREDENTIAL  "cameo-key"             /* … of this name in it */

enum setting_type {
    SETTING_SIZE,    /* bytes; K, M and G behind the number mean KiB, MiB and GiB */
    SETTING_COUNT,   /* a whole number */
    SETTING_SECONDS, /* a whole number of seconds */
    SETTING_SWITCH,  /* yes or no (also true, on, 1, false, off, 0) */
    SETTING_URL,     /* http:// or https:// without a slash at the end, or nothing */
    SETTING_TEXT,    /* a line of text, or nothing */
    SETTING_SECRET,  /* the same, and no message ever shows it */
};

struct setting {
    const char *section; /* of the file */
    const char *name;    /* unique over all sections; CAMEO_<NAME> in the environment */
    enum setting_type type;
    size_t offset; /* within struct settings */
    size_t width;  /* of the field, in bytes */
    int64_t min;   /* of the numbers */
    int64_t max;
    const char *summary;
};

extern const struct setting config_settings[];
extern const size_t config_setting_count;

/* "size", "count", "seconds", "switch", "url", "text", "secret". */
const char *setting_type_name(enum setting_type type);

/* The value as a person would write it: "10M", "3600", "yes". */
void setting_write(struct strbuf *out, const struct setting *setting,
                   const struct settings *settings);

/* A bound as setting_write spells a value of that type. */
void setting_write_number(struct strbuf *out, enum setting_type type, int64_t number);

/* Built-in values, then the file `dir`/cameo.ini when there is one, then the environment. Where no
 * key file is set, systemd's credential is one if it is there. Text
 * lives in `arena`, which must live as long as *out.
 * ERR_INVALID      an unknown name, a value of the wrong form or out of its bounds, or two that
 *                  contradict each other; the text names the file and line, or the variable
 * ERR_UNAVAILABLE  the file is there and cannot be read */
enum err_code config_load(struct arena *arena, const char *dir, struct settings *out,
                          struct err *e) MUST_CHECK;

/* The text of a settings file over what *settings holds; `file` is what failures call it. */
enum err_code config_read(struct arena *arena, struct bytes text, const char *file,
                          struct settings *settings, struct err *e) MUST_CHECK;

/* One setting by its bare name; ERR_INVALID as config_load. */
enum err_code config_set(struct arena *arena, struct settings *settings, struct bytes name,
                         struct bytes value, struct err *e) MUST_CHECK;

/* What no setting alone can see: a picture must fit into a body and into a pack. */
enum err_code config_check(const struct settings *settings, struct err *e) MUST_CHECK;

#endif
