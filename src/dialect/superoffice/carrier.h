/* dialect/superoffice/carrier.h - the objects of the wire and their members, in documented order
 * (superoffice 2). What is read, written, described (12) and answered by default comes from these
 * tables.
 */
#ifndef DIALECT_SUPEROFFICE_CARRIER_H
#define DIALECT_SUPEROFFICE_CARRIER_H

#include "base/value.h"

enum so_type {
    SO_INT,    /* int32 */
    SO_BOOL,   /* */
    SO_DOUBLE, /* */
    SO_STRING, /* */
    SO_ENUM, /* a name out of `names` (the carrier's first is the neutral one); numbers taken too */
    SO_DATE, /* in the caller's time zone */
    SO_UTC,  /* CreatedDate, UpdatedDate: UTC whatever the caller's zone */
    SO_OBJECT, /* `carrier`; neutral is null */
    SO_LIST,   /* of `carrier`, or of texts when that is NULL */
    SO_INTS,   /* list of int32 */
    SO_LISTS,  /* list of lists of `carrier` (Address.LocalizedAddress) */
    SO_DICT,   /* name to text */
    SO_RIGHT,  /* TableRight */
    SO_FIELDS, /* FieldProperties */
};

struct so_carrier;

struct so_member {
    struct bytes name;
    enum so_type type;
    const struct so_carrier *carrier; /* SO_OBJECT, SO_LIST, SO_LISTS */
    const char *const *names;         /* SO_ENUM: NULL-terminated */
    bool display;                     /* a text for people: translated on output (9.2) */
    bool read_only;                   /* set by the server: ignored on input */
    bool fixed;                       /* shown as read-only, though input is looked at */
    bool required;                    /* no record is made without it (14.2) */
    bool is_unsigned;                 /* SO_INT: called System.UInt32 in FieldProperties (11.3) */
    int length_max; /* SO_STRING: characters, 0 for 254; -1: no limit of its own */
};

struct so_carrier {
    struct bytes name; /* "BlobEntity": also the XML root and the item name of lists */
    const struct so_member *members;
    size_t count;
    bool linked; /* answered with _Links (2.5) */
};

extern const struct so_carrier so_contact_entity, so_person_entity, so_product, so_project_entity;
extern const struct so_carrier so_contact, so_person, so_project; /* of …/Simple */
extern const struct so_carrier so_blob_entity, so_associate, so_principal, so_person_image;
extern const struct so_carrier so_time_zone_data, so_time_zone_rules, so_preferred_time_zone;
extern const struct so_carrier so_table_right, so_field_right, so_field_property;

/* Every carrier there is, for descriptions. */
extern const struct so_carrier *const so_carriers[];
extern const size_t so_carrier_count;

/* The member of that name in any case, or NULL. */
const struct so_member *so_member_find(const struct so_carrier *carrier, struct bytes name);

/* Characters a SO_STRING may have; -1: no limit of its own. */
int so_member_length(const struct so_member *member);

/* A decimal number with `.`, spaces around it allowed; false for anything else. */
bool so_double_read(struct bytes text, double *out);

struct so_local;

/* A client's object made fit to be kept: known members under their documented names, with the
 * types of the table (numbers and dates as text are converted, dates become UTC
 * "2026-03-04T10:00:00"), read-only ones and TableRight, FieldProperties and _Links left out;
 * unknown members stay as they are. Lists may have been written as an object with one member (XML)
 * and stay lists. The result lives in `arena`. ERR_INVALID  a member of a wrong type or too long:
 * e->field and the text name it */
enum err_code so_normalise(struct arena *arena, const struct so_carrier *carrier,
                           const struct so_local *local, const struct value *given,
                           struct value **out, struct err *e) MUST_CHECK;

#endif
