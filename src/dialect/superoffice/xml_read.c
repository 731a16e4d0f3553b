#include "dialect/superoffice/xml.h"

#include <libxml/xmlreader.h>
#include <limits.h>
#include <pthread.h>

/* ---- libxml2 ---- */

struct reader {
    xmlTextReader *xml;
    struct arena *arena;
    int line;       /* of the first failure */
    bool no_memory; /* it was that */
    char why[120];
};

static void free_reader(xmlTextReader **xml)
{
    if (*xml)
        xmlFreeTextReader(*xml);
}

static void note_failure(void *context, xmlError *error)
{
    struct reader *r = context;

    if (r->why[0] || error->level < XML_ERR_FATAL)
        return; /* a prefix that was never declared, for one, hurts nobody */
    r->no_memory = error->code == XML_ERR_NO_MEMORY;
    r->line = error->line;
    snprintf(r->why, sizeof r->why, "%s", error->message ? error->message : "malformed");
    r->why[strcspn(r->why, "\n")] = '\0';
}

static enum err_code no_memory(struct err *e)
{
    return err_set(e, ERR_NO_MEMORY, "XML");
}

/* To the next node; ERR_INVALID at the end too, for nobody asks behind the root's. */
static enum err_code step(struct reader *r, struct err *e)
{
    if (xmlTextReaderRead(r->xml) == 1)
        return ERR_NONE;
    if (r->no_memory)
        return no_memory(e);
    return err_set(e, ERR_INVALID, "not XML: line %d: %s", r->line,
                   r->why[0] ? r->why : "it ends too early");
}

static struct bytes xml_bytes(const xmlChar *text)
{
    return bytes_str((const char *)text);
}

/* Of the node at hand, without its prefix, declared or not. */
static struct bytes local_name(struct reader *r)
{
    struct bytes name = xml_bytes(xmlTextReaderConstLocalName(r->xml));
    size_t colon = bytes_index(name, ':');

    return colon < name.len ? bytes_from(name, colon + 1) : name;
}

/* What the attributes say: nil, and the local part of a type. */
struct said {
    bool nil;
    struct bytes type;
};

/* A QName's local part, copied. */
static struct bytes type_name(struct arena *arena, struct bytes value)
{
    size_t colon = bytes_index(value, ':');

    return arena_copy(arena, colon < value.len ? bytes_from(value, colon + 1) : value);
}

static struct said read_attributes(struct reader *r)
{
    struct said said = { 0 };

    while (xmlTextReaderMoveToNextAttribute(r->xml) == 1) {
        struct bytes name = local_name(r);
        struct bytes value = bytes_trim(xml_bytes(xmlTextReaderConstValue(r->xml)));
        if (xmlTextReaderIsNamespaceDecl(r->xml) == 1)
            continue;
        if (bytes_eq(name, B("nil")))
            said.nil = bytes_eq(value, B("true")) || bytes_eq(value, B("1"));
        if (bytes_eq(name, B("type")))
            said.type = type_name(r->arena, value);
    }
    xmlTextReaderMoveToElement(r->xml);
    return said;
}

/* ---- elements ---- */

/* What an element is to become. */
enum shape { SHAPE_TEXT, SHAPE_OBJECT, SHAPE_LIST, SHAPE_DICT, SHAPE_IGNORED, SHAPE_UNKNOWN };

static enum shape shape_of(const struct so_member *member)
{
    if (!member)
        return SHAPE_UNKNOWN;
    switch (member->type) {
    case SO_OBJECT:
        return SHAPE_OBJECT;
    case SO_LIST:
    case SO_INTS:
    case SO_LISTS:
        return SHAPE_LIST;
    case SO_DICT:
        return SHAPE_DICT;
    case SO_RIGHT:
    case SO_FIELDS:
        return SHAPE_IGNORED;
    case SO_INT:
    case SO_BOOL:
    case SO_DOUBLE:
    case SO_STRING:
    case SO_ENUM:
    case SO_DATE:
    case SO_UTC:
        break;
    }
    return SHAPE_TEXT;
}

/* The member that a child is: of an object by its name, of a list whatever it is called. */
static const struct so_member *member_of_child(const struct so_member *parent, struct bytes name,
                                               struct so_member *item)
{
    switch (shape_of(parent)) {
    case SHAPE_OBJECT:
        return parent->carrier ? so_member_find(parent->carrier, name) : NULL;
    case SHAPE_LIST:
        *item = (struct so_member){ .carrier = parent->carrier, .type = SO_STRING };
        if (parent->type == SO_LISTS)
            item->type = SO_LIST;
        else if (parent->carrier)
            item->type = SO_OBJECT;
        return item;
    case SHAPE_TEXT:
    case SHAPE_DICT:
    case SHAPE_IGNORED:
    case SHAPE_UNKNOWN:
        break;
    }
    return NULL;
}

static enum err_code skip(struct reader *r, struct err *e)
{
    int depth = xmlTextReaderDepth(r->xml);

    if (xmlTextReaderIsEmptyElement(r->xml) == 1)
        return ERR_NONE;
    for (;;) {
        enum err_code rc = step(r, e);
        if (rc)
            return rc;
        if (xmlTextReaderNodeType(r->xml) == XML_READER_TYPE_END_ELEMENT &&
            xmlTextReaderDepth(r->xml) == depth)
            return ERR_NONE;
    }
}

static enum err_code read_element(struct reader *r, const struct so_member *member,
                                  struct value **out, struct err *e);

static enum err_code read_child(struct reader *r, const struct so_member *member,
                                struct value *children, struct err *e)
{
    struct so_member item;
    struct bytes local = local_name(r);
    struct bytes name = so_xml_name_read(r->arena, local);
    if (name.at == local.at) /* libxml2's: gone with the reader */
        name = arena_copy(r->arena, name);
    if (!name.at)
        return no_memory(e);

    struct value *child;
    enum err_code rc = read_element(r, member_of_child(member, name, &item), &child, e);
    if (rc)
        return rc;
    /* nil is as good as absent, but a list keeps its places */
    if (child->type != VALUE_NULL || shape_of(member) == SHAPE_LIST ||
        shape_of(member) == SHAPE_UNKNOWN)
        value_put(children, name, child);
    return ERR_NONE;
}

/* What stands in an element. Most texts come in one piece. */
struct content {
    struct bytes text;
    struct strbuf joined;  /* of several pieces */
    struct value children; /* with their names, in a list */
};

static enum err_code add_text(struct reader *r, struct content *content, struct bytes piece,
                              struct err *e)
{
    if (content->text.len == 0) {
        content->text = arena_copy(r->arena, piece);
        return content->text.at || !piece.len ? ERR_NONE : no_memory(e);
    }
    if (!content->joined.arena) {
        strbuf_init(&content->joined, r->arena, 0, INT_MAX);
        strbuf_add(&content->joined, content->text);
    }
    strbuf_add(&content->joined, piece);
    content->text = strbuf_bytes(&content->joined);
    return content->joined.failed ? no_memory(e) : ERR_NONE;
}

/* Whether text counts: what stands between children does not. */
static bool wants_text(const struct so_member *member, const struct content *content)
{
    enum shape shape = shape_of(member);

    return (shape == SHAPE_TEXT || shape == SHAPE_UNKNOWN) && !content->children.first;
}

/* Everything up to the element's end. */
static enum err_code read_content(struct reader *r, const struct so_member *member,
                                  struct content *content, struct err *e)
{
    if (xmlTextReaderIsEmptyElement(r->xml) == 1)
        return ERR_NONE;
    for (;;) {
        enum err_code rc = step(r, e);
        if (rc)
            return rc;
        switch (xmlTextReaderNodeType(r->xml)) {
        case XML_READER_TYPE_ELEMENT:
            rc = read_child(r, member, &content->children, e);
            break;
        case XML_READER_TYPE_END_ELEMENT:
            return ERR_NONE;
        case XML_READER_TYPE_TEXT:
        case XML_READER_TYPE_CDATA:
        case XML_READER_TYPE_WHITESPACE:
        case XML_READER_TYPE_SIGNIFICANT_WHITESPACE:
            if (wants_text(member, content))
                rc = add_text(r, content, xml_bytes(xmlTextReaderConstValue(r->xml)), e);
            break;
        case XML_READER_TYPE_COMMENT:
        case XML_READER_TYPE_PROCESSING_INSTRUCTION:
            break;
        default: /* there is nothing else without a DTD */
            return err_set(e, ERR_INVALID, "XML with a DOCTYPE is not taken");
        }
        if (rc)
            return rc;
    }
}

/* ---- what became of an element ---- */

/* Moves the children into a map; of one name the last stays. `pairs`: those with a Key go under
 * that, and their Value alone (superoffice 7.4). */
static void into_map(struct value *children, struct value *map, bool pairs)
{
    struct value *next;

    for (struct value *child = children->first; child; child = next) {
        next = child->next;
        const struct value *key = pairs ? value_get(child, B("Key")) : NULL;
        const struct value *given = value_get(child, B("Value"));
        struct bytes name = child->name;
        if (key && key->type == VALUE_STRING) {
            name = key->string;
            if (given)
                child = (struct value *)(uintptr_t)given; /* a child of a tree that is ours */
            else
                *child = (struct value){ .type = VALUE_STRING, .string = B("") };
        }
        child->next = child->prev = NULL;
        memset(child->branch, 0, sizeof child->branch);
        value_put(map, name, child);
    }
}

/* Several children of one name, and no other. */
static bool looks_like_list(const struct value *children)
{
    for (const struct value *child = children->first; child; child = child->next) {
        if (!bytes_eq(child->name, children->first->name))
            return false;
    }
    return children->count > 1;
}

static void make_list(struct value *children, struct value *to)
{
    to->type = VALUE_LIST;
    to->first = children->first;
    to->last = children->last;
    to->count = children->count;
    for (struct value *child = to->first; child; child = child->next)
        child->name = (struct bytes){ 0 };
}

static void make_map(struct value *children, struct value *to, bool pairs)
{
    to->type = VALUE_MAP;
    into_map(children, to, pairs);
}

static void make_text(struct bytes text, struct value *to)
{
    to->type = VALUE_STRING;
    to->string = text.len ? text : B("");
}

/* A text that says it is a number or a boolean; a text when it is none. */
static void make_typed(struct bytes type, struct bytes text, struct value *to)
{
    static const struct bytes integers[] = { { "int", 3 },           { "long", 4 },
                                             { "short", 5 },         { "integer", 7 },
                                             { "byte", 4 },          { "unsignedInt", 11 },
                                             { "unsignedByte", 12 }, { "unsignedShort", 13 } };
    struct bytes trimmed = bytes_trim(text);

    make_text(text, to);
    if (bytes_eq(type, B("boolean")) &&
        (bytes_eq(trimmed, B("true")) || bytes_eq(trimmed, B("false")))) {
        to->type = VALUE_BOOL;
        to->boolean = trimmed.len == 4;
    } else if (bytes_eq(type, B("double")) || bytes_eq(type, B("float")) ||
               bytes_eq(type, B("decimal"))) {
        if (so_double_read(trimmed, &to->number))
            to->type = VALUE_DOUBLE;
    }
    for (size_t i = 0; i < COUNT(integers); i++) {
        if (bytes_eq(type, integers[i]) && bytes_to_int64(trimmed, &to->integer))
            to->type = VALUE_INT;
    }
}

static void make_unknown(struct bytes type, struct bytes text, struct value *children,
                         struct value *to)
{
    if (bytes_starts(type, B("ArrayOf")) || (!type.len && looks_like_list(children)))
        make_list(children, to);
    else if (children->first || bytes_eq(type, B("anyType")))
        make_map(children, to, false);
    else if (type.len)
        make_typed(type, text, to);
    else
        make_text(text, to);
}

static enum err_code read_element(struct reader *r, const struct so_member *member,
                                  struct value **out, struct err *e)
{
    struct content content = { .children.type = VALUE_LIST };
    enum shape shape = shape_of(member);
    struct value *value = value_new(r->arena, VALUE_NULL);
    if (!value)
        return no_memory(e);

    *out = value;
    struct said said = read_attributes(r);
    if (said.nil || shape == SHAPE_IGNORED)
        return skip(r, e);
    enum err_code rc = read_content(r, member, &content, e);
    if (rc)
        return rc;
    if (shape == SHAPE_OBJECT || shape == SHAPE_DICT)
        make_map(&content.children, value, shape == SHAPE_DICT);
    else if (shape == SHAPE_LIST)
        make_list(&content.children, value);
    else if (shape == SHAPE_TEXT && !content.children.first)
        make_text(content.text, value);
    else
        make_unknown(said.type, content.text, &content.children, value);
    return ERR_NONE;
}

/* Behind a byte order mark and the declaration, whose encoding is no longer true. */
static struct bytes without_declaration(struct bytes text)
{
    if (bytes_starts(text, B("\xEF\xBB\xBF")))
        text = bytes_from(text, 3);
    if (bytes_starts(text, B("<?xml")) && text.len > 5 && strchr(" \t\r\n", text.at[5])) {
        const char *end = memmem(text.at, text.len, "?>", 2);
        text = bytes_from(text, end ? (size_t)(end - text.at) + 2 : text.len);
    }
    return text;
}

static enum err_code read_document(struct reader *r, const struct so_carrier *carrier,
                                   struct value **out, struct err *e)
{
    const struct so_member root = { .type = SO_OBJECT, .carrier = carrier };
    enum err_code rc;

    do {
        rc = step(r, e);
        if (rc)
            return rc;
    } while (xmlTextReaderNodeType(r->xml) != XML_READER_TYPE_ELEMENT);
    struct value *value;
    rc = read_element(r, &root, &value, e);
    if (rc)
        return rc;
    while (xmlTextReaderRead(r->xml) == 1) /* nothing but comments may follow */
        ;
    if (r->why[0])
        return step(r, e);
    *out = value;
    return ERR_NONE;
}

enum err_code so_xml_read(struct arena *arena, struct bytes text, const struct so_carrier *carrier,
                          struct value **out, struct err *e)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    struct reader r = { .arena = arena };

    text = without_declaration(text);
    if (text.len > INT_MAX)
        return err_set(e, ERR_INVALID, "XML of %zu bytes", text.len);
    if (text.len == 0 || memchr(text.at, 0, text.len) || !bytes_is_utf8(text))
        return err_set(e, ERR_INVALID, "not XML: empty, or not the text it says it is");
    enum err_code rc = so_xml_check_limits(text, e);
    if (rc)
        return rc;

    pthread_once(&once, xmlInitParser);
    /* HUGE lets a text be longer than 10 MB, a picture in base64; the limits above stay. */
    CLEANUP(free_reader)
    xmlTextReader *xml = xmlReaderForMemory(text.at, (int)text.len, NULL, "UTF-8",
                                            XML_PARSE_NONET | XML_PARSE_HUGE | XML_PARSE_NOERROR |
                                                XML_PARSE_NOWARNING);
    if (!xml)
        return no_memory(e);
    r.xml = xml;
    xmlTextReaderSetStructuredErrorHandler(xml, (xmlStructuredErrorFunc)note_failure, &r);
    return read_document(&r, carrier, out, e);
}
