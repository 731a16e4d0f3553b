/* Pictures stored without hanging them on anything (superoffice 4.2). */
#include "dialect/superoffice/agent.h"

/* In the order of their numbers, from 1. */
static const char *const link_types[] = {
    "PersonImage",        "ProjectImage",
    "EventImage",         "Thumbnail",
    "StatusMonitorImage", "BatchTask",
    "ProductImage",       "ProductThumbnail",
    "QuoteLineImage",     "QuoteLineThumbnail",
    "AccessToken",        "RefreshToken",
    "Dashboard",          "DashboardTile",
    "ChatTopicImage",     "FormsBackgroundImage",
    "ContactImage",       "DashboardHtmlTileData",
    "ExtraTableIcon",
};

/* BlobLinkType: a name in any case, or its number; B("") when missing, null or 0. */
static enum err_code read_type(const struct value *arguments, struct bytes *out, struct err *e)
{
    const struct value *value = value_get_nocase(arguments, B("Type"));
    int32_t number;

    *out = B("");
    if (!value || value->type == VALUE_NULL)
        return ERR_NONE;
    if (value_to_int32(value, &number) && number >= 0 && (size_t)number <= COUNT(link_types)) {
        if (number)
            *out = bytes_str(link_types[number - 1]);
        return ERR_NONE;
    }
    for (size_t i = 0; value->type == VALUE_STRING && i < COUNT(link_types); i++) {
        if (bytes_eq_nocase(bytes_trim(value->string), bytes_str(link_types[i]))) {
            *out = bytes_str(link_types[i]);
            return ERR_NONE;
        }
    }
    return err_set(e, ERR_INVALID,
                   "Type is not one of BlobLinkType: PersonImage, ProjectImage, "
                   "ProductImage, ContactImage …");
}

/* The description is a file name where one is wanted for people; what cannot be one is none. */
static struct bytes file_name(struct bytes description)
{
    if (description.len > PICTURE_NAME_MAX)
        return (struct bytes){ 0 };
    for (size_t i = 0; i < description.len; i++) {
        unsigned char ch = (unsigned char)description.at[i];
        if (ch < 0x20 || ch == 0x7F || ch == '/' || ch == '\\')
            return (struct bytes){ 0 };
    }
    return description;
}

static enum err_code save(struct call *c, const struct value *arguments, struct bytes type,
                          struct picture *out, struct err *e)
{
    struct picture_texts texts = { .conceptual_type = type };
    struct picture_content content = { 0 };
    enum err_code rc = so_argument_text(arguments, B("Description"), &texts.description, e);

    if (!rc)
        rc = so_argument_bytes(c->arena, arguments, B("Image"), &content.bytes, e);
    if (rc)
        return rc;
    content.name = file_name(texts.description);
    rc = picture_new(c->core, &c->principal, c->arena, &content, B(""), &texts, out, e);
    return rc ? so_agent_failure(rc, e) : ERR_NONE;
}

/* POST /api/v1/Agents/BLOB/SaveImageStream: `{Type, Image, Description}` */
enum err_code so_agent_image_stream_save(struct call *c, struct err *e)
{
    const struct value *arguments;
    struct picture picture;
    struct bytes type;
    enum err_code rc = so_arguments_read(c, &arguments, e);

    if (!rc)
        rc = read_type(arguments, &type, e);
    if (!rc)
        rc = save(c, arguments, type, &picture, e);
    return rc ? rc : so_reply_int(c, picture.id, e);
}

/* POST /api/v1/Agents/BLOB/SaveProjectImage: `{Description, Image}`. It names no project: what it
 * stores is there to be chosen from, and ChangeProjectImage hangs it on one. */
enum err_code so_agent_project_gallery_save(struct call *c, struct err *e)
{
    const struct value *arguments;
    struct picture picture;
    enum err_code rc = so_arguments_read(c, &arguments, e);

    if (!rc)
        rc = save(c, arguments, B("ProjectImage"), &picture, e);
    if (rc)
        return rc;
    so_reply_empty(c);
    return ERR_NONE;
}
