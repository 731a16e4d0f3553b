/* cameo picture put|get|info|delete */
#include "base/base64.h"
#include "base/log.h"
#include "cli/cli.h"
#include "core/appearance.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define FIELDS 30

static enum err_code read_role(struct cli *cli, enum picture_role *out, struct err *e)
{
    static const char *const names[] = { "detail", "preview", "more" };
    const char *text = cli_value(cli, "role");

    for (size_t i = 0; text && i < COUNT(names); i++) {
        if (bytes_eq_nocase(bytes_str(text), bytes_str(names[i]))) {
            *out = (enum picture_role)(ROLE_DETAIL + (int)i);
            return ERR_NONE;
        }
    }
    if (text && !role_from_name(bytes_str(text), out))
        return cli_wrong(cli, e, "--role is none of detail, preview, more");
    return ERR_NONE;
}

/* The picture with the id of --picture, else the one you see. */
static enum err_code find(struct cli *cli, struct owner owner, struct picture *out, struct err *e)
{
    bool exists;
    int32_t id = 0;

    enum err_code rc = cli_number_option(cli, "picture", 1, INT32_MAX, &id, e);
    if (!rc)
        rc = cli_open(cli, false, e);
    if (rc)
        return rc;
    return id ? picture_get(cli->core, cli->arena, owner, id, out, &exists, e)
              : picture_seen(cli->core, cli->arena, owner, out, &exists, e);
}

static struct bytes hex(struct cli *cli, struct bytes bytes)
{
    static const char digits[] = "0123456789abcdef";
    struct strbuf out;

    strbuf_init(&out, cli->arena, 2 * PICTURE_HASH_LEN, 2 * PICTURE_HASH_LEN);
    for (size_t i = 0; i < bytes.len; i++) {
        strbuf_char(&out, digits[(unsigned char)bytes.at[i] >> 4]);
        strbuf_char(&out, digits[bytes.at[i] & 15]);
    }
    return strbuf_bytes(&out);
}

/* What it looks like, as texts; empty when nobody knows. */
struct looks_texts {
    struct bytes colour;
    struct bytes thumb_hash;
    struct bytes pixel_hash;
    struct bytes perceptual_hash;
};

static struct looks_texts looks_of(struct cli *cli, const struct picture *p)
{
    struct looks_texts texts = { B(""), B(""), B(""), B("") };
    struct appearance a;
    struct strbuf thumb;
    struct err ignored = { 0 };

    if (appearance_get(cli->core, p, &a, &ignored))
        return texts;
    strbuf_init(&thumb, cli->arena, 40, 40);
    base64_write(&thumb, bytes_of((const char *)a.thumb_hash, a.thumb_hash_len));
    texts.colour = bytes_str(arena_printf(cli->arena, "#%06x", a.colour));
    texts.thumb_hash = strbuf_bytes(&thumb);
    texts.pixel_hash = hex(cli, bytes_of((const char *)a.pixel_hash, PICTURE_HASH_LEN));
    texts.perceptual_hash =
        bytes_str(arena_printf(cli->arena, "%016llx", (unsigned long long)a.perceptual_hash));
    return texts;
}

static void fields_of(struct cli *cli, const struct picture *p, struct cli_field out[static FIELDS])
{
    struct looks_texts looks = looks_of(cli, p);

    const struct cli_field fields[] = {
        CLI_FIELD_INT("id", p->id),
        CLI_FIELD_TEXT("kind", bytes_str(kind_name(p->kind))),
        CLI_FIELD_INT("record_id", p->record_id),
        CLI_FIELD_TEXT("role", role_name(p->role)),
        CLI_FIELD_INT("rank", p->rank),
        CLI_FIELD_TEXT("name", p->name),
        CLI_FIELD_TEXT("description", p->description),
        CLI_FIELD_TEXT("extra_info", p->extra_info),
        CLI_FIELD_TEXT("conceptual_type", p->conceptual_type),
        CLI_FIELD_TEXT("mime_type", picture_type_mime(p->header.type)),
        CLI_FIELD_INT("width_px", p->header.width_px),
        CLI_FIELD_INT("height_px", p->header.height_px),
        CLI_FIELD_INT("orientation", p->header.orientation),
        CLI_FIELD_INT("frames", p->header.frames),
        CLI_FIELD_TIME("created", p->created_us),
        CLI_FIELD_TIME("updated", p->updated_us),
        CLI_FIELD_INT("created_by", p->created_by),
        CLI_FIELD_INT("updated_by", p->updated_by),
        CLI_FIELD_INT("version", p->version),
        CLI_FIELD_INT("size_bytes", p->size_bytes),
        CLI_FIELD_INT("stored_bytes", p->stored_bytes),
        CLI_FIELD_BOOL("zipped", p->zipped),
        CLI_FIELD_BOOL("encrypted", p->encrypted),
        CLI_FIELD_TEXT("hash", hex(cli, p->hash)),
        CLI_FIELD_INT("volume", p->volume),
        CLI_FIELD_INT("offset", p->offset),
        CLI_FIELD_TEXT("colour", looks.colour),
        CLI_FIELD_TEXT("thumb_hash", looks.thumb_hash),
        CLI_FIELD_TEXT("pixel_hash", looks.pixel_hash),
        CLI_FIELD_TEXT("perceptual_hash", looks.perceptual_hash),
    };
    _Static_assert(COUNT(fields) == FIELDS, "as many as the caller has room for");
    memcpy(out, fields, sizeof fields);
}

static enum err_code read_picture(struct cli *cli, const char *path, struct bytes *out,
                                  struct err *e)
{
    size_t limit = (size_t)cli->settings.picture_bytes_max;

    if (strcmp(path, "-") == 0)
        return cli_read(STDIN_FILENO, "stdin", limit, out, e);

    char name[LOG_QUOTE_MAX];
    CLEANUP(closep) int fd = open(path, O_RDONLY | O_CLOEXEC);
    log_quote(bytes_str(path), name);
    if (fd < 0)
        return err_set(e, ERR_INVALID, "open %s: %s", name, strerrordesc_np(errno));
    return cli_read(fd, name, limit, out, e);
}

static enum err_code store_picture(struct cli *cli, struct owner owner, enum picture_role role,
                                   struct picture *out, struct err *e)
{
    const char *path = cli->args[3];
    struct picture_content content = { .description = bytes_str(cli_value(cli, "description")) };

    if (cli_given(cli, "name"))
        content.name = bytes_str(cli_value(cli, "name"));
    else if (strcmp(path, "-") != 0)
        content.name = bytes_str(basename(path));

    enum err_code rc = read_picture(cli, path, &content.bytes, e);
    if (rc)
        return rc;
    rc = role ? picture_add(cli->core, &cli->principal, cli->arena, owner, role, &content, out, e)
              : picture_put(cli->core, &cli->principal, cli->arena, owner, &content, out, e);
    free((char *)content.bytes.at);
    return rc;
}

static enum err_code put(struct cli *cli, struct err *e)
{
    struct owner owner;
    struct picture picture;
    enum picture_role role = 0;

    enum err_code rc = cli_owner(cli, &owner, e);
    if (!rc)
        rc = read_role(cli, &role, e);
    if (!rc)
        rc = cli_open(cli, false, e);
    if (!rc)
        rc = cli_may_write(cli, e);
    if (!rc)
        rc = store_picture(cli, owner, role, &picture, e);
    if (rc)
        return rc;

    struct cli_field fields[FIELDS];
    fields_of(cli, &picture, fields);
    if (cli->json)
        cli_print(cli, fields, COUNT(fields));
    else
        printf("%d\n", picture.id);
    return ERR_NONE;
}

static enum err_code write_all(int fd, const char *at, size_t len, struct err *e)
{
    while (len) {
        ssize_t n = write(fd, at, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_set(e, ERR_INVALID, "write: %s", strerrordesc_np(errno));
        at += n;
        len -= (size_t)n;
    }
    return ERR_NONE;
}

static enum err_code copy_out(struct cli *cli, struct source *source, int fd, struct err *e)
{
    char *piece = arena_alloc(cli->arena, SOURCE_PIECE);

    if (!piece)
        return err_set(e, ERR_NO_MEMORY, "read picture");
    for (uint64_t at = 0; at < source->size; at += SOURCE_PIECE) {
        uint64_t left = source->size - at;
        size_t len = left < SOURCE_PIECE ? (size_t)left : SOURCE_PIECE;
        enum err_code rc = source->read(source, at, piece, len, true, e);
        if (!rc)
            rc = write_all(fd, piece, len, e);
        if (rc)
            return rc;
    }
    return ERR_NONE;
}

/* A picture that could not be read whole leaves no half file. */
static enum err_code copy_to_file(struct cli *cli, struct source *source, const char *path,
                                  struct err *e)
{
    struct stat st;
    CLEANUP(closep) int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0)
        return err_set(e, ERR_INVALID, "open '%s': %s", path, strerrordesc_np(errno));

    enum err_code rc = copy_out(cli, source, fd, e);
    bool ordinary = fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
    if (close(take_fd(&fd)) != 0 && !rc)
        rc = err_set(e, ERR_INVALID, "close: %s", strerrordesc_np(errno));
    if (rc && ordinary)
        unlink(path);
    return rc ? err_context(e, "picture to '%s'", path) : ERR_NONE;
}

static enum err_code get(struct cli *cli, struct err *e)
{
    const char *path = cli->args[3];
    bool to_stdout = !path || strcmp(path, "-") == 0;
    struct owner owner;
    struct picture picture;
    struct source *source;

    if (to_stdout && isatty(STDOUT_FILENO))
        return cli_wrong(cli, e, "stdout is a terminal: give a FILE or a pipe");

    enum err_code rc = cli_owner(cli, &owner, e);
    if (!rc)
        rc = find(cli, owner, &picture, e);
    if (!rc)
        rc = picture_open(cli->core, cli->arena, &picture, &source, e);
    if (rc)
        return rc;
    return to_stdout ? copy_out(cli, source, STDOUT_FILENO, e) : copy_to_file(cli, source, path, e);
}

static enum err_code list_all(struct cli *cli, struct owner owner, struct err *e)
{
    struct picture *pictures;
    size_t count;

    enum err_code rc = cli_open(cli, false, e);
    if (!rc)
        rc = picture_list(cli->core, cli->arena, owner, 0, 0, &pictures, &count, e);
    if (rc)
        return rc;
    for (size_t i = 0; i < count; i++) {
        struct cli_field fields[FIELDS];
        fields_of(cli, &pictures[i], fields);
        cli_print_row(cli, i, fields, COUNT(fields));
    }
    cli_print_end(cli, count);
    return ERR_NONE;
}

static enum err_code info(struct cli *cli, struct err *e)
{
    struct owner owner;
    struct picture picture;
    struct cli_field fields[FIELDS];

    enum err_code rc = cli_owner(cli, &owner, e);
    if (!rc && cli_given(cli, "all"))
        return list_all(cli, owner, e);
    if (!rc)
        rc = find(cli, owner, &picture, e);
    if (rc)
        return rc;
    fields_of(cli, &picture, fields);
    cli_print(cli, fields, COUNT(fields));
    return ERR_NONE;
}

static enum err_code delete_picture(struct cli *cli, struct err *e)
{
    struct owner owner;
    int32_t id = 0;
    bool exists;
    bool deleted;

    enum err_code rc = cli_owner(cli, &owner, e);
    if (!rc)
        rc = cli_number_option(cli, "picture", 1, INT32_MAX, &id, e);
    if (!rc)
        rc = cli_open(cli, false, e);
    if (!rc)
        rc = cli_may_write(cli, e);
    if (rc)
        return rc;
    if (id)
        return picture_delete(cli->core, &cli->principal, owner, id, &exists, e);
    rc = picture_delete_seen(cli->core, &cli->principal, owner, (struct picture_condition){ 0 },
                             &deleted, e);
    if (!rc && !deleted)
        return err_set(e, ERR_NOT_FOUND, "%s %d has no picture", kind_name(owner.kind), owner.id);
    return rc;
}

#define AS_OPTION                                                                                  \
    {                                                                                              \
        "as", "LOGIN", "as this user; else as an administrator without a name"                     \
    }
#define PICTURE_OPTION                                                                             \
    {                                                                                              \
        "picture", "N", "the one with this id; else the one you see"                               \
    }

static const struct cli_option put_options[] = {
    { "role", "ROLE", "detail, preview or more: add it so; else replace the one you see" },
    { "name", "TEXT", "its file name; else that of FILE" },
    { "description", "TEXT", "where the picture has none yet" },
    AS_OPTION,
    { "json", NULL, "all fields as a JSON object, instead of the id" },
    { 0 },
};
static const struct cli_option get_options[] = { PICTURE_OPTION, { 0 } };
static const struct cli_option info_options[] = {
    PICTURE_OPTION,
    { "all", NULL, "every picture of the record, one to a line" },
    { "json", NULL, "as a JSON object, with --all as an array" },
    { 0 },
};
static const struct cli_option delete_options[] = { PICTURE_OPTION, AS_OPTION, { 0 } };

int cmd_picture(int argc, char **argv)
{
    static const struct cli_verb verbs[] = {
        { "put", "DIR KIND ID FILE", "Gives a record a picture (FILE - is stdin), prints its id",
          put_options, put },
        { "get", "DIR KIND ID [FILE]", "Writes a picture's bytes to FILE or stdout", get_options,
          get },
        { "info", "DIR KIND ID", "Shows all that is known of a picture", info_options, info },
        { "delete", "DIR KIND ID", "Takes a picture off its record", delete_options,
          delete_picture },
    };

    return cli_run("picture", verbs, COUNT(verbs), argc, argv);
}
