#include "dialect/superoffice/entity.h"

/* A member of the flat carrier, and where in the entity it comes from; those of the same name come
 * over by themselves. */
struct flat {
    struct bytes name;
    struct bytes path;
};

static const struct flat contact[] = {
    { B("URL"), B("Urls/0/Value") },
    { B("URLName"), B("Urls/0/Description") },
    { B("City"), B("Address/Postal/City") },
    { B("DirectPhone"), B("Phones/0/Value") },
    { B("AssociateId"), B("Associate/AssociateId") },
    { B("AssociateFullName"), B("Associate/FullName") },
    { B("CountryId"), B("Country/CountryId") },
    { B("CountryName"), B("Country/Name") },
    { B("EmailAddress"), B("Emails/0/Value") },
    { B("EmailAddressName"), B("Emails/0/Description") },
    { B("BusinessName"), B("Business/Value") },
    { B("CategoryName"), B("Category/Value") },
    { B("FormattedAddress"), B("Address/Formatted") },
    { B("FullName"), B("Name") },
};

static const struct flat person[] = {
    { B("Position"), B("Position/Value") },
    { B("Email"), B("Emails/0/Value") },
    { B("EmailName"), B("Emails/0/Description") },
    { B("DirectPhone"), B("OfficePhones/0/Value") },
    { B("MobilePhone"), B("MobilePhones/0/Value") },
    { B("FaxPhone"), B("Faxes/0/Value") },
    { B("CountryId"), B("Country/CountryId") },
    { B("ContactId"), B("Contact/ContactId") },
    { B("ContactName"), B("Contact/Name") },
    { B("ContactFullName"), B("Contact/Name") },
    { B("ContactDepartment"), B("Contact/Department") },
    { B("ContactCountryId"), B("Contact/CountryId") },
    { B("ContactOrgNr"), B("Contact/OrgNr") },
    { B("ContactPhone"), B("Contact/DirectPhone") },
    { B("AssociateId"), B("Associate/AssociateId") },
    { B("AssociateName"), B("Associate/Name") },
    { B("TicketPriorityId"), B("TicketPriority/Id") },
    { B("SupportLanguageId"), B("CustomerLanguage/Id") },
    { B("SupportAssociateId"), B("SupportAssociate/AssociateId") },
    { B("CategoryName"), B("Category/Value") },
};

static const struct flat project[] = {
    { B("URL"), B("Urls/0/Value") },
    { B("URLName"), B("Urls/0/Description") },
    { B("Type"), B("ProjectType/Value") },
    { B("TypeId"), B("ProjectType/Id") },
    { B("Status"), B("ProjectStatus/Value") },
    { B("StatusId"), B("ProjectStatus/Id") },
    { B("AssociateId"), B("Associate/AssociateId") },
    { B("AssociateFullName"), B("Associate/FullName") },
    { B("Updated"), B("UpdatedDate") },
};

static const struct {
    const struct flat *members;
    size_t count;
} flats[] = {
    [KIND_CONTACT] = { contact, COUNT(contact) },
    [KIND_PERSON] = { person, COUNT(person) },
    [KIND_PRODUCT] = { NULL, 0 },
    [KIND_PROJECT] = { project, COUNT(project) },
};

static const struct value *follow(const struct value *tree, struct bytes path)
{
    struct bytes segment;

    while (tree && bytes_split(&path, '/', &segment))
        tree = bytes_eq(segment, B("0")) ? value_at(tree, 0) : value_get(tree, segment);
    return tree;
}

static bool copy_to(struct arena *arena, struct value *flat, struct bytes name,
                    const struct value *value)
{
    if (!value || value->type == VALUE_NULL)
        return true; /* neutral */
    struct value *copy = value_copy(arena, value);
    if (copy)
        value_put(flat, name, copy);
    return copy != NULL;
}

static struct value *flatten(struct arena *arena, enum record_kind kind, const struct value *tree)
{
    const struct so_carrier *carrier = so_entity_of(kind)->simple;
    struct value *flat = value_new(arena, VALUE_MAP);

    for (size_t i = 0; flat && i < flats[kind].count; i++) {
        const struct flat *member = &flats[kind].members[i];
        if (!copy_to(arena, flat, member->name, follow(tree, member->path)))
            return NULL;
    }
    for (size_t i = 0; flat && i < carrier->count; i++) {
        const struct so_member *member = &carrier->members[i];
        if (member->type != SO_RIGHT && member->type != SO_FIELDS &&
            !value_get(flat, member->name) &&
            !copy_to(arena, flat, member->name, value_get(tree, member->name)))
            return NULL;
    }
    return flat;
}

/* GET /api/v1/{Contact|Person|Project}/{id}/Simple (superoffice 14.1) */
enum err_code so_entity_simple_get(struct call *c, struct err *e)
{
    struct owner owner = so_owner(c);
    const struct so_carrier *carrier = so_entity_of(owner.kind)->simple;
    const struct so_select *selected;
    struct record record;
    struct value *tree;
    struct so_writer w;

    enum err_code rc = so_entity_find(c, owner, &record, e);
    if (rc == ERR_NONE)
        rc = so_select_read(c, &selected, e);
    if (rc == ERR_NONE)
        rc = so_entity_tree(c, c->arena, &record, &tree, e);
    if (rc)
        return rc;
    struct value *flat = flatten(c->arena, owner.kind, tree);
    if (!flat)
        return err_set(e, ERR_NO_MEMORY, "entity");
    so_reply_begin(c, &w, 32 << 20);
    so_carrier_write(&w, carrier->name, carrier, flat, selected);
    return so_reply_writer(c, &w, e);
}
