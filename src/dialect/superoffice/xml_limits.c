/* How much a text of XML may hold is counted before libxml2 sees it: a parser that is never shown a
 * DOCTYPE, or a tag of thousands of attributes, cannot be made to do anything about it. */
#include "dialect/superoffice/xml.h"

#include <limits.h>

/* An element for each map and list, and one for the text. */
#define DEPTH_MAX      (VALUE_DEPTH_MAX + 1)
#define TAG_MAX        8192
#define ATTRIBUTES_MAX 32 /* libxml2 compares each with every other */

/* Index behind the first `end` at or after `from`; SIZE_MAX: there is none. */
static size_t behind(struct bytes text, size_t from, struct bytes end)
{
    struct bytes rest = bytes_from(text, from);
    const char *found = rest.len ? memmem(rest.at, rest.len, end.at, end.len) : NULL;

    return found ? (size_t)(found - text.at) + end.len : SIZE_MAX;
}

/* What is no element: comment, CDATA, instruction. A document type begins alike, and is the one
 * thing that could make a reader open files or expand what it reads. */
static enum err_code skip_other(struct bytes text, size_t *at, struct err *e)
{
    struct bytes rest = bytes_from(text, *at);

    if (bytes_starts(rest, B("<!--")))
        *at = behind(text, *at + 4, B("-->"));
    else if (bytes_starts(rest, B("<![CDATA[")))
        *at = behind(text, *at + 9, B("]]>"));
    else if (bytes_starts(rest, B("<!")))
        return err_set(e, ERR_INVALID, "XML with a DOCTYPE is not taken");
    else if (bytes_starts(rest, B("<?oasis-xml-catalog")))
        return err_set(e, ERR_INVALID, "XML with a catalog is not taken");
    else
        *at = behind(text, *at + 2, B("?>"));
    return *at == SIZE_MAX ? err_set(e, ERR_INVALID, "not XML: it ends within a comment or section")
                           : ERR_NONE;
}

/* The `>` of the tag at `from`, outside quotes; 0 when it is over a limit or has none. */
static size_t tag_end(struct bytes text, size_t from)
{
    struct bytes tag = bytes_first(bytes_from(text, from), TAG_MAX);
    size_t attributes = 0;
    char quote = '\0';

    for (size_t i = 1; i < tag.len; i++) {
        char c = tag.at[i];
        if (quote) {
            quote = c == quote ? '\0' : quote;
        } else if (c == '"' || c == '\'') {
            quote = c;
        } else if (c == '=') {
            if (++attributes > ATTRIBUTES_MAX)
                return 0;
        } else if (c == '>') {
            return from + i;
        }
    }
    return 0;
}

enum err_code so_xml_check_limits(struct bytes text, struct err *e)
{
    size_t depth = 0, elements = 0;

    for (size_t at = 0; (at += bytes_index(bytes_from(text, at), '<')) < text.len;) {
        char next = at + 1 < text.len ? text.at[at + 1] : '\0';
        if (next == '!' || next == '?') {
            enum err_code rc = skip_other(text, &at, e);
            if (rc)
                return rc;
            continue;
        }
        size_t end = tag_end(text, at);
        if (end == 0)
            return err_set(e, ERR_INVALID,
                           "not XML: a tag without an end, of more than %d bytes or %d attributes",
                           TAG_MAX, ATTRIBUTES_MAX);
        if (next == '/')
            depth -= depth > 0;
        else if (++elements > VALUE_COUNT_MAX)
            return err_set(e, ERR_INVALID, "XML of more than %d elements", VALUE_COUNT_MAX);
        else if (text.at[end - 1] != '/' && ++depth > DEPTH_MAX)
            return err_set(e, ERR_INVALID, "XML deeper than %d", DEPTH_MAX);
        at = end + 1;
    }
    return ERR_NONE;
}
