/* dialect/superoffice/writer.h - answers written once, whether they go out as JSON or as XML
 * (superoffice 7).
 *
 * A writer is told what comes next: in JSON names are keys, in XML they are elements. Within a list
 * the name of an item is the element's in XML and nothing in JSON. Values are checked by nobody:
 * who writes keeps the order. Names must live until their object or list is closed.
 */
#ifndef DIALECT_SUPEROFFICE_WRITER_H
#define DIALECT_SUPEROFFICE_WRITER_H

#include "base/strbuf.h"
#include "dialect/superoffice/carrier.h"
#include "dialect/superoffice/local.h"

enum so_format { SO_FORMAT_JSON, SO_FORMAT_XML };

/* What the caller may do with the row that is written (superoffice 11.3). */
enum so_rights { SO_RIGHTS_READ, SO_RIGHTS_UPDATE, SO_RIGHTS_FULL };

/* What may be open at once: a client's tree (VALUE_DEPTH_MAX) within ours. */
#define SO_WRITER_DEPTH_MAX 96

struct so_writer {
    struct strbuf out;
    enum so_format format;
    const struct so_local *local;
    enum so_rights rights; /* of TableRight and FieldProperties of the outermost carrier */
    bool more;             /* something stands before, at this depth */
    int depth;
    struct {
        struct bytes name;
        bool list;
    } open[SO_WRITER_DEPTH_MAX];
};

/* `limit` bytes at most; out.failed says whether the text is whole. */
void so_writer_init(struct so_writer *w, struct arena *arena, enum so_format format,
                    const struct so_local *local, size_t limit);

/* The root's name is the XML root ("BlobEntity"); JSON needs none. A bare value as the root is
 * named after its type (`<int>`). */
void so_object(struct so_writer *w, struct bytes name);
void so_object_end(struct so_writer *w);
void so_list(struct so_writer *w, struct bytes name);
void so_list_end(struct so_writer *w);

void so_null(struct so_writer *w, struct bytes name);
void so_bool(struct so_writer *w, struct bytes name, bool value);
void so_int(struct so_writer *w, struct bytes name, int64_t value);
void so_double(struct so_writer *w, struct bytes name, double value);
void so_string(struct so_writer *w, struct bytes name, struct bytes text);  /* as it is */
void so_display(struct so_writer *w, struct bytes name, struct bytes text); /* translated (9.2) */
void so_date(struct so_writer *w, struct bytes name, int64_t us, bool utc);

/* Base64 of `bytes`: a text in JSON, `<base64Binary>` as an XML root. */
void so_base64(struct so_writer *w, struct bytes name, struct bytes bytes);

/* Any tree, as it is: unknown members. In XML what is no text says its type (`i:type="x:int"`), so
 * that it can be read back. */
void so_value(struct so_writer *w, struct bytes name, const struct value *value);

/* The members that `$select` named; see so_select_read. */
struct so_select {
    const struct bytes *names;
    size_t count;
};

/* Whether `selected` (NULL: everything is) holds that member, letters folded. */
bool so_selects(const struct so_select *selected, struct bytes name);

/* The members of `carrier` in documented order, from `value` (a map with the documented names, or
 * NULL: the neutral object) and neutral where it has none; then the members that the carrier does
 * not know. Dates are texts as so_normalise leaves them or VALUE_INT, microseconds. `selected`
 * NULL: all; else those members it holds, the others null (lists, dictionaries and FieldProperties
 * empty, unknown ones left out: a client that sends back what it got must not erase them).
 *
 * TableRight and FieldProperties are the value's own when it has them; else by 11.3 from the table
 * and w->rights, and for carriers within others `Select` and {}. */
void so_carrier_write(struct so_writer *w, struct bytes name, const struct so_carrier *carrier,
                      const struct value *value, const struct so_select *selected);

/* Dictionaries: `<StringKeyValuePair>` in XML (7.4). */
void so_dict(struct so_writer *w, struct bytes name);
void so_dict_entry(struct so_writer *w, struct bytes key, struct bytes text);
void so_dict_end(struct so_writer *w);

#endif
