/* The columns of the archives behind the lists (superoffice 14.3). */
#include "dialect/superoffice/odata.h"

#define OWN(name, type, field) B(name), SO_COLUMN_##type, field
#define TEXT(name, ...)                                                                            \
    B(name), SO_COLUMN_TEXT, RECORD_MEMBER,                                                        \
    {                                                                                              \
        {                                                                                          \
            __VA_ARGS__                                                                            \
        }                                                                                          \
    }
#define INT(name, ...)                                                                             \
    B(name), SO_COLUMN_INT, RECORD_MEMBER,                                                         \
    {                                                                                              \
        { __VA_ARGS__ }, RECORD_NUMBER                                                             \
    }
#define NUMBER(name, ...)                                                                          \
    B(name), SO_COLUMN_NUMBER, RECORD_MEMBER,                                                      \
    {                                                                                              \
        { __VA_ARGS__ }, RECORD_NUMBER                                                             \
    }
#define DATE(name, ...)                                                                            \
    B(name), SO_COLUMN_DATE, RECORD_MEMBER,                                                        \
    {                                                                                              \
        { __VA_ARGS__ }, RECORD_DATE                                                               \
    }
#define THUMBNAIL(name) B(name), SO_COLUMN_THUMBNAIL

#define USUAL   .usual = true
#define DISPLAY .display = true

static const struct so_column contact_columns[] = {
    { OWN("contactId", INT, RECORD_ID), USUAL },
    { OWN("name", TEXT, RECORD_NAME), USUAL },
    { TEXT("department", "Department"), USUAL },
    { B("nameDepartment"),
      SO_COLUMN_TEXT,
      RECORD_MEMBER,
      { { "Department" }, .after_name = true },
      USUAL },
    { OWN("number", TEXT, RECORD_CODE), USUAL }, /* Number2 of the entity */
    { TEXT("code", "Number1"), USUAL },
    { TEXT("orgnr", "OrgNr"), USUAL },
    { TEXT("category", "Category", "Value"), USUAL, DISPLAY },
    { TEXT("country", "Country", "Name"), USUAL, DISPLAY },
    { INT("countryId", "Country", "CountryId"), USUAL },
    { INT("associateId", "Associate", "AssociateId"), USUAL },
    { OWN("registeredDate", DATE, RECORD_CREATED_US), USUAL },
    { OWN("updatedDate", DATE, RECORD_UPDATED_US), USUAL },
    { OWN("registeredBy", USER, RECORD_CREATED_BY) },
    { OWN("updatedBy", USER, RECORD_UPDATED_BY) },
    { B("contactDeleted"), SO_COLUMN_NEVER },
};

static const struct so_column person_columns[] = {
    { OWN("personId", INT, RECORD_ID), USUAL },
    /* a record that another wire made has only a whole name */
    { B("firstName"),
      SO_COLUMN_TEXT,
      RECORD_MEMBER,
      { { "Firstname" }, .stands_in = true, .stand_in = RECORD_FIRST_NAME },
      USUAL },
    { B("lastName"),
      SO_COLUMN_TEXT,
      RECORD_MEMBER,
      { { "Lastname" }, .stands_in = true, .stand_in = RECORD_LAST_NAME },
      USUAL },
    { TEXT("middleName", "MiddleName"), USUAL },
    { OWN("fullName", TEXT, RECORD_NAME), USUAL },
    { TEXT("title", "Title"), USUAL },
    { INT("contactId", "Contact", "ContactId"), USUAL },
    { TEXT("mrMrs", "Mrmrs"), USUAL },
    { OWN("personRegisteredDate", DATE, RECORD_CREATED_US), USUAL },
    { OWN("personUpdatedDate", DATE, RECORD_UPDATED_US), USUAL },
    { OWN("retired", BOOL, RECORD_ACTIVE), USUAL, .inverted = true },
    { THUMBNAIL("portraitThumbnail") },
    { TEXT("email/emailAddress", "Emails", "0", "Value"), USUAL },
};

static const struct so_column product_columns[] = {
    { OWN("productId", INT, RECORD_ID), USUAL },
    { OWN("name", TEXT, RECORD_NAME), USUAL },
    { TEXT("description", "Description"), USUAL, DISPLAY },
    { OWN("code", TEXT, RECORD_CODE), USUAL },
    { OWN("erpProductKey", TEXT, RECORD_XML_ID), USUAL },
    { INT("priceListId", "ERPPriceListKey"), USUAL },
    { OWN("inAssortment", BOOL, RECORD_ACTIVE), USUAL },
    { TEXT("productCategoryKey", "ProductCategoryKey"), USUAL },
    { TEXT("productFamilyKey", "ProductFamilyKey"), USUAL },
    { TEXT("productTypeKey", "ProductTypeKey"), USUAL },
    { NUMBER("listPrice", "UnitListPrice"), USUAL },
    { NUMBER("cost", "UnitCost"), USUAL },
    { NUMBER("minimumPrice", "UnitMinimumPrice"), USUAL },
    { NUMBER("vat", "VAT"), USUAL },
    { TEXT("supplier", "Supplier"), USUAL },
    { THUMBNAIL("thumbnail") },
    { OWN("updatedDate", DATE, RECORD_UPDATED_US), USUAL },
    { OWN("registeredDate", DATE, RECORD_CREATED_US), USUAL },
    { OWN("updatedBy", USER, RECORD_UPDATED_BY) },
    { OWN("registeredBy", USER, RECORD_CREATED_BY) },
};

static const struct so_column project_columns[] = {
    { OWN("projectId", INT, RECORD_ID), USUAL },
    { OWN("name", TEXT, RECORD_NAME), USUAL },
    { OWN("number", TEXT, RECORD_CODE), USUAL },
    { TEXT("description", "Description"), USUAL, DISPLAY },
    { TEXT("text", "Postit"), USUAL },
    { TEXT("type", "ProjectType", "Value"), USUAL, DISPLAY },
    { TEXT("status", "ProjectStatus", "Value"), USUAL, DISPLAY },
    { OWN("completed", BOOL, RECORD_ACTIVE), USUAL, .inverted = true },
    { DATE("endDate", "EndDate"), USUAL },
    { THUMBNAIL("imageThumbnail") },
    { OWN("registeredDate", DATE, RECORD_CREATED_US), USUAL },
    { OWN("updatedDate", DATE, RECORD_UPDATED_US), USUAL },
    { OWN("registeredBy", USER, RECORD_CREATED_BY) },
    { OWN("updatedBy", USER, RECORD_UPDATED_BY) },
};

const struct so_archive so_archives[KIND_COUNT] = {
    { KIND_CONTACT, B("contact"), B(""), contact_columns, COUNT(contact_columns) },
    { KIND_PERSON, B("person"), B("retiredPerson"), person_columns, COUNT(person_columns) },
    { KIND_PRODUCT, B("productInAssortment"), B(""), product_columns, COUNT(product_columns) },
    { KIND_PROJECT, B("project"), B(""), project_columns, COUNT(project_columns) },
};

const struct so_archive *so_archive_of(enum record_kind kind)
{
    return &so_archives[kind - KIND_CONTACT];
}

/* superoffice 14.3: `___` is accepted for `/` */
static bool names_column(struct bytes have, struct bytes asked)
{
    size_t slash = bytes_index(have, '/');

    if (slash == have.len || asked.len != have.len + 2)
        return bytes_eq_nocase(have, asked);
    struct bytes behind = bytes_from(asked, slash);
    return bytes_eq_nocase(bytes_first(have, slash), bytes_first(asked, slash)) &&
           bytes_starts(behind, B("___")) &&
           bytes_eq_nocase(bytes_from(have, slash + 1), bytes_from(behind, 3));
}

const struct so_column *so_column_find(const struct so_archive *archive, struct bytes name)
{
    for (size_t i = 0; i < archive->count; i++) {
        if (names_column(archive->columns[i].name, name))
            return &archive->columns[i];
    }
    return NULL;
}
