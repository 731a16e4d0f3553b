/* app/demo_records.h - the records of `cameo serve --demo`: fixed, so that documents, tests and
 * examples can name them.
 *
 * Products first (simple ones, parents, offers, services), then contacts, persons, projects; each
 * kind by ascending id, so that a parent comes before its offers.
 */
#ifndef APP_DEMO_RECORDS_H
#define APP_DEMO_RECORDS_H

#include "model/record.h"

struct demo_record {
    enum record_kind kind;
    int32_t id;
    enum record_subtype subtype;
    int32_t parent_id;  /* of offers, else 0 */
    const char *name;   /* UTF-8 */
    const char *code;   /* ASCII, unique within its kind; its pictures are named after it */
    const char *xml_id; /* unique */
};

extern const struct demo_record demo_records[];
extern const size_t demo_record_count;

#endif
