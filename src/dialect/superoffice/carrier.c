#include "dialect/superoffice/carrier.h"

/* Members stand in documented order (superoffice 2); their types are those of SuperOffice's own
 * description of the interface. */

static const char *const type_names[] = { "Unknown",
                                          "InternalAssociate",
                                          "ResourceAssociate",
                                          "ExternalAssociate",
                                          "AnonymousAssociate",
                                          "SystemAssociate",
                                          NULL };
static const char *const category_group_names[] = { "Unknown", "Customer", "PotentialCustomer",
                                                    "Partner", "Lost",     "Other",
                                                    NULL };
static const char *const atype_idx_names[] = { "Unknown",
                                               "ContactPostalAddress",
                                               "ContactStreetAddress",
                                               "PersonPrivateAddress",
                                               "QuoteBillingAddress",
                                               "QuoteShippingAddress",
                                               NULL };
static const char *const more_type_names[] = { "String", "Url", "Image", NULL };
static const char *const event_participant_status_names[] = {
    "NotAnEvent", "NotReacted", "ReactedNo", "ReactedYes", "Show", "NoShow", NULL
};
static const char *const license_type_names[] = { "Unknown", "SiteLicense", "SatelliteLicense",
                                                  "UserLicense", NULL };
static const char *const role_type_names[] = { "Employee", "ExternalUser", "Anonymous", "System",
                                               NULL };
static const char *const ej_user_status_names[] = { "StatusNone",         "StatusNormal",
                                                    "StatusNotAvailable", "StatusDeleted",
                                                    "StatusReadOnly",     "StatusSpm",
                                                    "StatusSystem",       NULL };

static const struct so_member field_right_members[] = {
    { B("Mask"), SO_STRING },
    { B("Reason"), SO_STRING, .display = true },
};
const struct so_carrier so_table_right = { B("TableRight"), field_right_members,
                                           COUNT(field_right_members) };
const struct so_carrier so_field_right = { B("FieldRight"), field_right_members,
                                           COUNT(field_right_members) };

static const struct so_member field_property_members[] = {
    { B("FieldRight"), SO_OBJECT, &so_field_right },
    { B("FieldType"), SO_STRING },
    { B("FieldLength"), SO_INT },
};
const struct so_carrier so_field_property = { B("FieldProperty"), field_property_members,
                                              COUNT(field_property_members) };

static const struct so_member person_image_members[] = {
    { B("PersonId"), SO_INT }, { B("ImageData"), SO_STRING, .length_max = -1 }, /* base64 */
};
const struct so_carrier so_person_image = { B("PersonImage"), person_image_members,
                                            COUNT(person_image_members) };

static const struct so_member entity_element_members[] = {
    { B("Value"), SO_STRING },
    { B("StrippedValue"), SO_STRING },
    { B("Description"), SO_STRING, .display = true },
    { B("TableRight"), SO_RIGHT },
    { B("FieldProperties"), SO_FIELDS },
};
static const struct so_carrier so_entity_element = { B("EntityElement"), entity_element_members,
                                                     COUNT(entity_element_members) };

static const struct so_carrier so_selectable_m_d_o_list_item;

static const struct so_member selectable_m_d_o_list_item_members[] = {
    { B("Id"), SO_INT },
    { B("Name"), SO_STRING },
    { B("ToolTip"), SO_STRING, .display = true },
    { B("Deleted"), SO_BOOL },
    { B("Rank"), SO_INT },
    { B("Type"), SO_STRING },
    { B("ColorBlock"), SO_INT },
    { B("IconHint"), SO_STRING },
    { B("Selected"), SO_BOOL },
    { B("LastChanged"), SO_DATE },
    { B("ChildItems"), SO_LIST, &so_selectable_m_d_o_list_item },
    { B("ExtraInfo"), SO_STRING, .display = true },
    { B("StyleHint"), SO_STRING },
    { B("Hidden"), SO_BOOL },
    { B("FullName"), SO_STRING },
    { B("TableRight"), SO_RIGHT },
    { B("FieldProperties"), SO_FIELDS },
};
static const struct so_carrier so_selectable_m_d_o_list_item = {
    B("SelectableMDOListItem"), selectable_m_d_o_list_item_members,
    COUNT(selectable_m_d_o_list_item_members)
};

static const struct so_member associate_members[] = {
    { B("AssociateId"), SO_INT },
    { B("Name"), SO_STRING },
    { B("PersonId"), SO_INT },
    { B("Rank"), SO_INT },
    { B("Tooltip"), SO_STRING, .display = true },
    { B("Type"), SO_ENUM, .names = type_names },
    { B("GroupIdx"), SO_INT },
    { B("FullName"), SO_STRING },
    { B("FormalName"), SO_STRING },
    { B("Deleted"), SO_BOOL },
    { B("EjUserId"), SO_INT },
    { B("UserName"), SO_STRING },
    { B("ExtraFields"), SO_DICT },
    { B("CustomFields"), SO_DICT },
    { B("TableRight"), SO_RIGHT },
    { B("FieldProperties"), SO_FIELDS },
};
const struct so_carrier so_associate = { B("Associate"), associate_members,
                                         COUNT(associate_members) };

static const struct so_member business_members[] = {
    { B("Id"), SO_INT },
    { B("Value"), SO_STRING, .display = true },
    { B("Tooltip"), SO_STRING, .display = true },
    { B("TableRight"), SO_RIGHT },
    { B("FieldProperties"), SO_FIELDS },
};
static const struct so_carrier so_business = { B("Business"), business_members,
                                               COUNT(business_members) };

static const struct so_member category_members[] = {
    { B("Id"), SO_INT },
    { B("Value"), SO_STRING, .display = true },
    { B("Tooltip"), SO_STRING, .display = true },
    { B("CategoryGroup"), SO_ENUM, .names = category_group_names },
    { B("EnableLeadStatus"), SO_BOOL },
    { B("Rank"), SO_INT },
    { B("Deleted"), SO_BOOL },
    { B("TableRight"), SO_RIGHT },
    { B("FieldProperties"), SO_FIELDS },
};
static const struct so_carrier so_category = { B("Category"), category_members,
                                               COUNT(category_members) };

static const struct so_member country_members[] = {
    { B("CountryId"), SO_INT },
    { B("Name"), SO_STRING },
    { B("CurrencyId"), SO_INT },
    { B("EnglishName"), SO_STRING },
    { B("TwoLetterISOCountry"), SO_STRING },
    { B("ThreeLetterISOCountry"), SO_STRING },
    { B("ImageDescription"), SO_STRING, .display = true },
    { B("OrgNrText"), SO_STRING },
    { B("InterAreaPrefix"), SO_STRING },
    { B("DialInPrefix"), SO_STRING },
    { B("ZipPrefix"), SO_STRING },
    { B("DomainName"), SO_STRING },
    { B("AddressLayoutId"), SO_INT },
    { B("DomesticAddressLayoutId"), SO_INT },
    { B("ForeignAddressLayoutId"), SO_INT },
    { B("Rank"), SO_INT },
    { B("Tooltip"), SO_STRING, .display = true },
    { B("Deleted"), SO_BOOL },
    { B("TableRight"), SO_RIGHT },
    { B("FieldProperties"), SO_FIELDS },
};
static const struct so_carrier so_country = { B("Country"), country_members,
                                              COUNT(country_members) };

static const struct so_member person_members[] = {
    { B("Position"), SO_STRING },
    { B("PersonId"), SO_INT },
    { B("Mrmrs"), SO_STRING },
    { B("Firstname"), SO_STRING },
    { B("Lastname"), SO_STRING },
    { B("MiddleName"), SO_STRING },
    { B("Title"), SO_STRING },
    { B("Description"), SO_STRING, .display = true },
    { B("Email"), SO_STRING },
    { B("FullName"), SO_STRING },
    { B("DirectPhone"), SO_STRING },
    { B("FormalName"), SO_STRING },
    { B("CountryId"), SO_INT },
    { B("ContactId"), SO_INT },
    { B("ContactName"), SO_STRING },
    { B("Retired"), SO_INT },
    { B("Rank"), SO_INT },
    { B("ActiveInterests"), SO_INT },
    { B("ContactDepartment"), SO_STRING },
    { B("ContactCountryId"), SO_INT },
    { B("ContactOrgNr"), SO_STRING },
    { B("FaxPhone"), SO_STRING },
    { B("MobilePhone"), SO_STRING },
    { B("ContactPhone"), SO_STRING },
    { B("AssociateName"), SO_STRING },
    { B("AssociateId"), SO_INT },
    { B("UsePersonAddress"), SO_BOOL },
    { B("ContactFax"), SO_STRING },
    { B("Kanafname"), SO_STRING },
    { B("Kanalname"), SO_STRING },
    { B("Post1"), SO_STRING },
    { B("Post2"), SO_STRING },
    { B("Post3"), SO_STRING },
    { B("EmailName"), SO_STRING },
    { B("ContactFullName"), SO_STRING },
    { B("ActiveErpLinks"), SO_INT },
    { B("TicketPriorityId"), SO_INT },
    { B("SupportLanguageId"), SO_INT },
    { B("SupportAssociateId"), SO_INT },
    { B("CategoryName"), SO_STRING },
    { B("PersonNumber"), SO_STRING },
    { B("TableRight"), SO_RIGHT },
    { B("FieldProperties"), SO_FIELDS },
};
const struct so_carrier so_person = { B("Person"), person_members, COUNT(person_members) };

static const struct so_member ticket_priority_members[] = {
    { B("Id"), SO_INT },
    { B("Value"), SO_STRING, .display = true },
    { B("Tooltip"), SO_STRING, .display = true },
    { B("TableRight"), SO_RIGHT },
    { B("FieldProperties"), SO_FIELDS },
};
static const struct so_carrier so_ticket_priority = { B("TicketPriority"), ticket_priority_members,
                                                      COUNT(ticket_priority_members) };

static const struct so_member customer_language_members[] = {
    { B("Id"), SO_INT },
    { B("Value"), SO_STRING, .display = true },
    { B("Tooltip"), SO_STRING, .display = true },
    { B("TableRight"), SO_RIGHT },
    { B("FieldProperties"), SO_FIELDS },
};
static const struct so_carrier so_customer_language = { B("CustomerLanguage"),
                                                        customer_language_members,
                                                        COUNT(customer_language_members) };

static const struct so_member localized_field_members[] = {
    { B("Name"), SO_STRING },
    { B("Value"), SO_STRING },
    { B("Tooltip"), SO_STRING, .display = true },
    { B("Label"), SO_STRING, .display = true },
    { B("ValueLength"), SO_INT },
    { B("AddressType"), SO_STRING },
    { B("TableRight"), SO_RIGHT },
    { B("FieldProperties"), SO_FIELDS },
};
static const struct so_carrier so_localized_field = { B("LocalizedField"), localized_field_members,
                                                      COUNT(localized_field_members) };

static const struct so_member structured_address_members[] = {
    { B("AtypeIdx"), SO_ENUM, .names = atype_idx_names },
    { B("Address1"), SO_STRING },
    { B("Address2"), SO_STRING },
    { B("Address3"), SO_STRING },
    { B("City"), SO_STRING },
    { B("County"), SO_STRING },
    { B("State"), SO_STRING },
    { B("Zipcode"), SO_STRING },
    { B("Formatted"), SO_STRING },
};
static const struct so_carrier so_structured_address = { B("StructuredAddress"),
                                                         structured_address_members,
                                                         COUNT(structured_address_members) };

static const struct so_member address_members[] = {
    { B("Wgs84Latitude"), SO_DOUBLE },
    { B("Wgs84Longitude"), SO_DOUBLE },
    { B("LocalizedAddress"), SO_LISTS, &so_localized_field },
    { B("Street"), SO_OBJECT, &so_structured_address },
    { B("Postal"), SO_OBJECT, &so_structured_address },
    { B("Formatted"), SO_STRING },
    { B("TableRight"), SO_RIGHT },
    { B("FieldProperties"), SO_FIELDS },
};
static const struct so_carrier so_address = { B("Address"), address_members,
                                              COUNT(address_members) };

static const struct so_member saved_utm_parameters_members[] = {
    { B("FormName"), SO_STRING },
    { B("FirsttouchSource"), SO_STRING },
    { B("FirsttouchMedium"), SO_STRING },
    { B("FirsttouchCampaign"), SO_STRING },
    { B("FirsttouchTerm"), SO_STRING },
    { B("FirsttouchContent"), SO_STRING },
    { B("FirsttouchReferrerDomain"), SO_STRING },
    { B("Source"), SO_STRING },
    { B("Medium"), SO_STRING },
    { B("Campaign"), SO_STRING },
    { B("Term"), SO_STRING },
    { B("Content"), SO_STRING },
    { B("ReferrerDomain"), SO_STRING },
    { B("TableRight"), SO_RIGHT },
    { B("FieldProperties"), SO_FIELDS },
};
static const struct so_carrier so_saved_utm_parameters = { B("SavedUtmParameters"),
                                                           saved_utm_parameters_members,
                                                           COUNT(saved_utm_parameters_members) };

static const struct so_member contact_entity_members[] = {
    { B("ContactId"), SO_INT, .read_only = true },
    { B("Name"), SO_STRING, .required = true },
    { B("Department"), SO_STRING },
    { B("OrgNr"), SO_STRING },
    { B("Number1"), SO_STRING },
    { B("Number2"), SO_STRING },
    { B("UpdatedDate"), SO_UTC, .read_only = true },
    { B("CreatedDate"), SO_UTC, .read_only = true },
    { B("Emails"), SO_LIST, &so_entity_element },
    { B("Interests"), SO_LIST, &so_selectable_m_d_o_list_item },
    { B("Urls"), SO_LIST, &so_entity_element },
    { B("Phones"), SO_LIST, &so_entity_element },
    { B("Faxes"), SO_LIST, &so_entity_element },
    { B("Description"), SO_STRING, .display = true, .length_max = -1 },
    { B("UpdatedBy"), SO_OBJECT, &so_associate, .read_only = true },
    { B("CreatedBy"), SO_OBJECT, &so_associate, .read_only = true },
    { B("Associate"), SO_OBJECT, &so_associate },
    { B("Business"), SO_OBJECT, &so_business },
    { B("Category"), SO_OBJECT, &so_category },
    { B("Country"), SO_OBJECT, &so_country },
    { B("Persons"), SO_LIST, &so_person },
    { B("NoMailing"), SO_BOOL },
    { B("Kananame"), SO_STRING },
    { B("Xstop"), SO_BOOL },
    { B("ActiveInterests"), SO_INT },
    { B("GroupId"), SO_INT },
    { B("ActiveStatusMonitorId"), SO_INT },
    { B("SupportAssociate"), SO_OBJECT, &so_associate },
    { B("TicketPriority"), SO_OBJECT, &so_ticket_priority },
    { B("CustomerLanguage"), SO_OBJECT, &so_customer_language },
    { B("Deleted"), SO_INT, .read_only = true },
    { B("DbiAgentId"), SO_INT },
    { B("DbiLastSyncronized"), SO_DATE },
    { B("DbiKey"), SO_STRING },
    { B("DbiLastModified"), SO_DATE },
    { B("SupportPerson"), SO_OBJECT, &so_person },
    { B("Address"), SO_OBJECT, &so_address },
    { B("Source"), SO_INT },
    { B("ActiveErpLinks"), SO_INT },
    { B("BounceEmails"), SO_LIST },
    { B("Domains"), SO_LIST },
    { B("UtmParameters"), SO_OBJECT, &so_saved_utm_parameters },
    { B("UserDefinedFields"), SO_DICT },
    { B("ExtraFields"), SO_DICT },
    { B("CustomFields"), SO_DICT },
    { B("TableRight"), SO_RIGHT },
    { B("FieldProperties"), SO_FIELDS },
};
const struct so_carrier so_contact_entity = { B("ContactEntity"), contact_entity_members,
                                              COUNT(contact_entity_members), .linked = true };

static const struct so_member position_members[] = {
    { B("Id"), SO_INT },
    { B("Value"), SO_STRING, .display = true },
    { B("Tooltip"), SO_STRING, .display = true },
    { B("TableRight"), SO_RIGHT },
    { B("FieldProperties"), SO_FIELDS },
};
static const struct so_carrier so_position = { B("Position"), position_members,
                                               COUNT(position_members) };

static const struct so_member contact_members[] = {
    { B("ContactId"), SO_INT },
    { B("Name"), SO_STRING },
    { B("OrgNr"), SO_STRING },
    { B("Department"), SO_STRING },
    { B("URL"), SO_STRING },
    { B("City"), SO_STRING },
    { B("DirectPhone"), SO_STRING },
    { B("AssociateId"), SO_INT },
    { B("CountryId"), SO_INT },
    { B("EmailAddress"), SO_STRING },
    { B("Kananame"), SO_STRING },
    { B("EmailAddressName"), SO_STRING },
    { B("URLName"), SO_STRING },
    { B("AssociateFullName"), SO_STRING },
    { B("BusinessName"), SO_STRING },
    { B("CategoryName"), SO_STRING },
    { B("CountryName"), SO_STRING },
    { B("Address"), SO_OBJECT, &so_address },
    { B("FormattedAddress"), SO_STRING },
    { B("FullName"), SO_STRING },
    { B("IsOwnerContact"), SO_BOOL },
    { B("ActiveErpLinks"), SO_INT },
    { B("Number1"), SO_STRING },
    { B("Number2"), SO_STRING },
    { B("TableRight"), SO_RIGHT },
    { B("FieldProperties"), SO_FIELDS },
};
const struct so_carrier so_contact = { B("Contact"), contact_members, COUNT(contact_members) };

static const struct so_member user_info_members[] = {
    { B("Deleted"), SO_BOOL },
    { B("UserInfoId"), SO_INT },
    { B("UserName"), SO_STRING },
    { B("PersonId"), SO_INT },
    { B("Rank"), SO_INT },
    { B("Tooltip"), SO_STRING, .display = true },
    { B("UserGroupId"), SO_INT },
    { B("EjUserId"), SO_INT },
    { B("UserType"), SO_ENUM, .names = type_names },
    { B("GrantedLicenses"), SO_LIST },
    { B("CanLogon"), SO_BOOL },
    { B("RoleName"), SO_STRING },
    { B("RoleTooltip"), SO_STRING, .display = true },
    { B("UserGroupName"), SO_STRING },
    { B("UserGroupTooltip"), SO_STRING, .display = true },
    { B("TableRight"), SO_RIGHT },
    { B("FieldProperties"), SO_FIELDS },
};
static const struct so_carrier so_user_info = { B("UserInfo"), user_info_members,
                                                COUNT(user_info_members) };

static const struct so_member consent_info_members[] = {
    { B("ConsentPersonId"), SO_INT },
    { B("Comment"), SO_STRING },
    { B("Registered"), SO_DATE },
    { B("RegisteredAssociateId"), SO_INT },
    { B("Updated"), SO_DATE },
    { B("UpdatedAssociateId"), SO_INT },
    { B("LegalBaseId"), SO_INT },
    { B("LegalBaseKey"), SO_STRING },
    { B("LegalBaseName"), SO_STRING },
    { B("ConsentPurposeId"), SO_INT },
    { B("ConsentPurposeKey"), SO_STRING },
    { B("ConsentPurposeName"), SO_STRING },
    { B("ConsentSourceId"), SO_INT },
    { B("ConsentSourceKey"), SO_STRING },
    { B("ConsentSourceName"), SO_STRING },
    { B("TableRight"), SO_RIGHT },
    { B("FieldProperties"), SO_FIELDS },
};
static const struct so_carrier so_consent_info = { B("ConsentInfo"), consent_info_members,
                                                   COUNT(consent_info_members) };

static const struct so_member person_entity_members[] = {
    { B("PersonId"), SO_INT, .read_only = true },
    { B("Firstname"), SO_STRING, .required = true },
    { B("MiddleName"), SO_STRING },
    { B("Lastname"), SO_STRING, .required = true },
    { B("Mrmrs"), SO_STRING },
    { B("Title"), SO_STRING },
    { B("UpdatedDate"), SO_UTC, .read_only = true },
    { B("CreatedDate"), SO_UTC, .read_only = true },
    { B("BirthDate"), SO_DATE },
    { B("CreatedBy"), SO_OBJECT, &so_associate, .read_only = true },
    { B("Emails"), SO_LIST, &so_entity_element },
    { B("Description"), SO_STRING, .display = true, .length_max = -1 },
    { B("IsAssociate"), SO_BOOL },
    { B("PrivatePhones"), SO_LIST, &so_entity_element },
    { B("Faxes"), SO_LIST, &so_entity_element },
    { B("MobilePhones"), SO_LIST, &so_entity_element },
    { B("OfficePhones"), SO_LIST, &so_entity_element },
    { B("OtherPhones"), SO_LIST, &so_entity_element },
    { B("Position"), SO_OBJECT, &so_position },
    { B("UpdatedBy"), SO_OBJECT, &so_associate, .read_only = true },
    { B("Contact"), SO_OBJECT, &so_contact },
    { B("Country"), SO_OBJECT, &so_country },
    { B("Interests"), SO_LIST, &so_selectable_m_d_o_list_item },
    { B("PersonNumber"), SO_STRING },
    { B("FullName"), SO_STRING, .read_only = true },
    { B("NoMailing"), SO_BOOL },
    { B("UsePersonAddress"), SO_BOOL },
    { B("Retired"), SO_BOOL },
    { B("Urls"), SO_LIST, &so_entity_element },
    { B("FormalName"), SO_STRING, .read_only = true },
    { B("Address"), SO_OBJECT, &so_address },
    { B("Post3"), SO_STRING },
    { B("Post2"), SO_STRING },
    { B("Post1"), SO_STRING },
    { B("Kanalname"), SO_STRING },
    { B("Kanafname"), SO_STRING },
    { B("CorrespondingAssociate"), SO_OBJECT, &so_associate },
    { B("Category"), SO_OBJECT, &so_category },
    { B("Business"), SO_OBJECT, &so_business },
    { B("Associate"), SO_OBJECT, &so_associate },
    { B("Salutation"), SO_STRING },
    { B("ActiveInterests"), SO_INT },
    { B("SupportAssociate"), SO_OBJECT, &so_associate },
    { B("TicketPriority"), SO_OBJECT, &so_ticket_priority },
    { B("CustomerLanguage"), SO_OBJECT, &so_customer_language },
    { B("DbiAgentId"), SO_INT },
    { B("DbiKey"), SO_STRING },
    { B("DbiLastModified"), SO_DATE },
    { B("DbiLastSyncronized"), SO_DATE },
    { B("SentInfo"), SO_INT },
    { B("ShowContactTickets"), SO_INT },
    { B("UserInfo"), SO_OBJECT, &so_user_info },
    { B("ChatEmails"), SO_LIST, &so_entity_element },
    { B("InternetPhones"), SO_LIST, &so_entity_element },
    { B("Source"), SO_INT },
    { B("ActiveErpLinks"), SO_INT },
    { B("ShipmentTypes"), SO_LIST, &so_selectable_m_d_o_list_item },
    { B("Consents"), SO_LIST, &so_consent_info },
    { B("BounceEmails"), SO_LIST },
    { B("ActiveStatusMonitorId"), SO_INT },
    { B("CreatedByFormId"), SO_INT },
    { B("UtmParameters"), SO_OBJECT, &so_saved_utm_parameters },
    { B("LeadstatusId"), SO_INT },
    { B("Leadstatus"), SO_STRING },
    { B("UserDefinedFields"), SO_DICT },
    { B("ExtraFields"), SO_DICT },
    { B("CustomFields"), SO_DICT },
    { B("TableRight"), SO_RIGHT },
    { B("FieldProperties"), SO_FIELDS },
};
const struct so_carrier so_person_entity = { B("PersonEntity"), person_entity_members,
                                             COUNT(person_entity_members), .linked = true };

static const struct so_member product_extra_data_field_members[] = {
    { B("Name"), SO_STRING },
    { B("Value"), SO_STRING },
    { B("Type"), SO_ENUM, .names = more_type_names },
    { B("TableRight"), SO_RIGHT },
    { B("FieldProperties"), SO_FIELDS },
};
static const struct so_carrier so_product_extra_data_field = {
    B("ProductExtraDataField"), product_extra_data_field_members,
    COUNT(product_extra_data_field_members)
};

static const struct so_member product_members[] = {
    { B("ProductId"), SO_INT, .read_only = true },
    { B("ERPProductKey"), SO_STRING },
    { B("ERPPriceListKey"), SO_STRING },
    { B("Name"), SO_STRING, .required = true },
    { B("Description"), SO_STRING, .display = true, .length_max = -1 },
    { B("Code"), SO_STRING },
    { B("PriceUnit"), SO_STRING },
    { B("QuantityUnit"), SO_STRING },
    { B("IsSubscription"), SO_BOOL },
    { B("SubscriptionUnit"), SO_STRING },
    { B("DefaultSubscriptionQuantity"), SO_DOUBLE },
    { B("ItemNumber"), SO_STRING },
    { B("Url"), SO_STRING, .length_max = -1 },
    { B("ProductCategoryKey"), SO_STRING },
    { B("ProductFamilyKey"), SO_STRING },
    { B("ProductTypeKey"), SO_STRING },
    { B("VAT"), SO_DOUBLE },
    { B("VATInfo"), SO_STRING },
    { B("UnitCost"), SO_DOUBLE },
    { B("UnitMinimumPrice"), SO_DOUBLE },
    { B("UnitListPrice"), SO_DOUBLE },
    { B("InAssortment"), SO_BOOL },
    { B("Supplier"), SO_STRING },
    { B("SupplierCode"), SO_STRING },
    { B("Rights"), SO_STRING },
    { B("Rule"), SO_STRING },
    { B("ExtraInfo"), SO_LIST, &so_product_extra_data_field, .display = true },
    { B("RawExtraInfo"), SO_STRING, .length_max = -1 },
    { B("ExtraField1"), SO_STRING },
    { B("ExtraField2"), SO_STRING },
    { B("ExtraField3"), SO_STRING },
    { B("ExtraField4"), SO_STRING },
    { B("ExtraField5"), SO_STRING },
    { B("InStock"), SO_DOUBLE },
    { B("TableRight"), SO_RIGHT },
    { B("FieldProperties"), SO_FIELDS },
};
const struct so_carrier so_product = { B("Product"), product_members, COUNT(product_members) };

static const struct so_member project_member_members[] = {
    { B("ProjectmemberId"), SO_INT },
    { B("ContactId"), SO_INT },
    { B("ProjectId"), SO_INT },
    { B("ContactName"), SO_STRING },
    { B("ContactDepartment"), SO_STRING },
    { B("ProjectName"), SO_STRING },
    { B("EmailId"), SO_INT },
    { B("EmailAddress"), SO_STRING },
    { B("CountryId"), SO_INT },
    { B("Firstname"), SO_STRING },
    { B("MiddleName"), SO_STRING },
    { B("Lastname"), SO_STRING },
    { B("PersonId"), SO_INT },
    { B("Mrmrs"), SO_STRING },
    { B("ProjectMemberTypeName"), SO_STRING },
    { B("Phone"), SO_STRING },
    { B("PhoneId"), SO_INT },
    { B("ProjectMemberTypeId"), SO_INT },
    { B("EmailAddressName"), SO_STRING },
    { B("Comment"), SO_STRING },
    { B("FullName"), SO_STRING },
    { B("Registered"), SO_DATE },
    { B("Updated"), SO_DATE },
    { B("EventParticipantStatus"), SO_ENUM, .names = event_participant_status_names },
    { B("TableRight"), SO_RIGHT },
    { B("FieldProperties"), SO_FIELDS },
};
static const struct so_carrier so_project_member = { B("ProjectMember"), project_member_members,
                                                     COUNT(project_member_members) };

static const struct so_member project_status_members[] = {
    { B("Id"), SO_INT },
    { B("Value"), SO_STRING, .display = true },
    { B("Tooltip"), SO_STRING, .display = true },
    { B("TableRight"), SO_RIGHT },
    { B("FieldProperties"), SO_FIELDS },
};
static const struct so_carrier so_project_status = { B("ProjectStatus"), project_status_members,
                                                     COUNT(project_status_members) };

static const struct so_member project_type_members[] = {
    { B("Id"), SO_INT },
    { B("Value"), SO_STRING, .display = true },
    { B("Tooltip"), SO_STRING, .display = true },
    { B("TableRight"), SO_RIGHT },
    { B("FieldProperties"), SO_FIELDS },
};
static const struct so_carrier so_project_type = { B("ProjectType"), project_type_members,
                                                   COUNT(project_type_members) };

static const struct so_member link_members[] = {
    { B("EntityName"), SO_STRING },
    { B("Id"), SO_INT },
    { B("Description"), SO_STRING, .display = true },
    { B("ExtraInfo"), SO_STRING, .display = true },
    { B("LinkId"), SO_INT },
    { B("TableRight"), SO_RIGHT },
    { B("FieldProperties"), SO_FIELDS },
};
static const struct so_carrier so_link = { B("Link"), link_members, COUNT(link_members) };

static const struct so_member project_entity_members[] = {
    { B("ProjectId"), SO_INT, .read_only = true },
    { B("Name"), SO_STRING, .required = true },
    { B("ProjectNumber"), SO_STRING },
    { B("ProjectMembers"), SO_LIST, &so_project_member },
    { B("Urls"), SO_LIST, &so_entity_element },
    { B("CreatedDate"), SO_UTC, .read_only = true },
    { B("UpdatedDate"), SO_UTC, .read_only = true },
    { B("Description"), SO_STRING, .display = true, .length_max = -1 },
    { B("Postit"), SO_STRING, .length_max = -1 },
    { B("CreatedBy"), SO_OBJECT, &so_associate, .read_only = true },
    { B("UpdatedBy"), SO_OBJECT, &so_associate, .read_only = true },
    { B("Associate"), SO_OBJECT, &so_associate },
    { B("ProjectStatus"), SO_OBJECT, &so_project_status },
    { B("ProjectType"), SO_OBJECT, &so_project_type },
    { B("HasImage"), SO_BOOL, .read_only = true },
    { B("ImageDescription"), SO_STRING, .display = true, .read_only = true },
    { B("ActiveStatusMonitorId"), SO_INT },
    { B("Links"), SO_LIST, &so_link },
    { B("ActiveLinks"), SO_INT },
    { B("Completed"), SO_BOOL },
    { B("NextMilestoneDate"), SO_DATE },
    { B("NmdAppointmentId"), SO_INT },
    { B("EndDate"), SO_DATE },
    { B("ActiveErpLinks"), SO_INT },
    { B("EventId"), SO_INT },
    { B("StartDate"), SO_DATE },
    { B("UserDefinedFields"), SO_DICT },
    { B("ExtraFields"), SO_DICT },
    { B("CustomFields"), SO_DICT },
    { B("PublishEventDate"), SO_DATE },
    { B("PublishTo"), SO_DATE },
    { B("PublishFrom"), SO_DATE },
    { B("IsPublished"), SO_BOOL },
    { B("TableRight"), SO_RIGHT },
    { B("FieldProperties"), SO_FIELDS },
};
const struct so_carrier so_project_entity = { B("ProjectEntity"), project_entity_members,
                                              COUNT(project_entity_members), .linked = true };

static const struct so_member project_members[] = {
    { B("ProjectId"), SO_INT },
    { B("Name"), SO_STRING },
    { B("Description"), SO_STRING, .display = true },
    { B("URL"), SO_STRING },
    { B("Type"), SO_STRING },
    { B("AssociateId"), SO_INT },
    { B("AssociateFullName"), SO_STRING },
    { B("TypeId"), SO_INT },
    { B("Updated"), SO_DATE },
    { B("StatusId"), SO_INT },
    { B("Status"), SO_STRING },
    { B("TextId"), SO_INT },
    { B("PublishTo"), SO_DATE },
    { B("PublishFrom"), SO_DATE },
    { B("IsPublished"), SO_BOOL },
    { B("URLName"), SO_STRING },
    { B("ProjectNumber"), SO_STRING },
    { B("ActiveErpLinks"), SO_INT },
    { B("EventId"), SO_INT },
    { B("StartDate"), SO_DATE },
    { B("TableRight"), SO_RIGHT },
    { B("FieldProperties"), SO_FIELDS },
};
const struct so_carrier so_project = { B("Project"), project_members, COUNT(project_members) };

static const struct so_member blob_entity_members[] = {
    { B("BlobId"), SO_INT, .fixed = true },
    { B("BlobSize"), SO_INT, .read_only = true, .is_unsigned = true },
    { B("Description"), SO_STRING, .display = true },
    { B("ExtraInfo"), SO_STRING, .display = true },
    { B("IsEncrypted"), SO_BOOL, .read_only = true },
    { B("IsZipped"), SO_BOOL, .read_only = true },
    { B("MimeType"), SO_STRING, .fixed = true },
    { B("OriginalSize"), SO_INT, .read_only = true, .is_unsigned = true },
    { B("CreatedDate"), SO_UTC, .read_only = true },
    { B("UpdatedDate"), SO_UTC, .read_only = true },
    { B("CreatedBy"), SO_OBJECT, &so_associate, .read_only = true },
    { B("UpdatedBy"), SO_OBJECT, &so_associate, .read_only = true },
    { B("ConceptualType"), SO_STRING },
    { B("TableRight"), SO_RIGHT },
    { B("FieldProperties"), SO_FIELDS },
};
const struct so_carrier so_blob_entity = { B("BlobEntity"), blob_entity_members,
                                           COUNT(blob_entity_members) };

static const struct so_member granted_module_license_members[] = {
    { B("OwnerId"), SO_INT },
    { B("OwnerName"), SO_STRING },
    { B("OwnerDescription"), SO_STRING },
    { B("ModuleId"), SO_INT },
    { B("Name"), SO_STRING },
    { B("Description"), SO_STRING, .display = true },
    { B("Version"), SO_STRING },
    { B("LicenseType"), SO_ENUM, .names = license_type_names },
    { B("ExtraFlags"), SO_INT },
    { B("ExtraInfo"), SO_STRING, .display = true },
    { B("SortOrder"), SO_INT },
    { B("LicenseNumber"), SO_INT },
    { B("IsHidden"), SO_BOOL },
    { B("IsUnrestricted"), SO_BOOL },
    { B("ExpiryDate"), SO_DATE },
    { B("TableRight"), SO_RIGHT },
    { B("FieldProperties"), SO_FIELDS },
};
static const struct so_carrier so_granted_module_license = {
    B("GrantedModuleLicense"), granted_module_license_members, COUNT(granted_module_license_members)
};

static const struct so_member provided_credential_members[] = {
    { B("Type"), SO_STRING },
    { B("SearchName"), SO_STRING },
    { B("DisplayName"), SO_STRING },
    { B("CredentialId"), SO_INT },
};
static const struct so_carrier so_provided_credential = { B("ProvidedCredential"),
                                                          provided_credential_members,
                                                          COUNT(provided_credential_members) };

static const struct so_member principal_members[] = {
    { B("UserType"), SO_ENUM, .names = type_names },
    { B("Associate"), SO_STRING },
    { B("AssociateId"), SO_INT },
    { B("IsPerson"), SO_BOOL },
    { B("PersonId"), SO_INT },
    { B("CountryId"), SO_INT },
    { B("HomeCountryId"), SO_INT },
    { B("ContactId"), SO_INT },
    { B("GroupId"), SO_INT },
    { B("BusinessId"), SO_INT },
    { B("CategoryId"), SO_INT },
    { B("ContactOwner"), SO_INT },
    { B("RoleId"), SO_INT },
    { B("RoleName"), SO_STRING },
    { B("RoleDescription"), SO_STRING, .display = true },
    { B("RoleType"), SO_ENUM, .names = role_type_names },
    { B("Licenses"), SO_LIST, &so_granted_module_license },
    { B("FullName"), SO_STRING },
    { B("EMailAddress"), SO_STRING },
    { B("FunctionRights"), SO_LIST },
    { B("EjUserId"), SO_INT },
    { B("EjAccessLevel"), SO_INT },
    { B("EjUserStatus"), SO_ENUM, .names = ej_user_status_names },
    { B("ProvidedCredentials"), SO_LIST, &so_provided_credential },
    { B("SecondaryGroups"), SO_INTS },
    { B("DatabaseContextIdentifier"), SO_STRING },
    { B("UserName"), SO_STRING },
};
const struct so_carrier so_principal = { B("SoPrincipalCarrier"), principal_members,
                                         COUNT(principal_members) };

const struct so_carrier *const so_carriers[] = {
    &so_entity_element,
    &so_selectable_m_d_o_list_item,
    &so_associate,
    &so_business,
    &so_category,
    &so_country,
    &so_person,
    &so_ticket_priority,
    &so_customer_language,
    &so_localized_field,
    &so_structured_address,
    &so_address,
    &so_saved_utm_parameters,
    &so_contact_entity,
    &so_position,
    &so_contact,
    &so_user_info,
    &so_consent_info,
    &so_person_entity,
    &so_product_extra_data_field,
    &so_product,
    &so_project_member,
    &so_project_status,
    &so_project_type,
    &so_link,
    &so_project_entity,
    &so_project,
    &so_blob_entity,
    &so_granted_module_license,
    &so_provided_credential,
    &so_principal,
    &so_table_right,
    &so_field_right,
    &so_field_property,
    &so_person_image,
    &so_time_zone_rules,
    &so_time_zone_data,
    &so_preferred_time_zone,
};
const size_t so_carrier_count = COUNT(so_carriers);

const struct so_member *so_member_find(const struct so_carrier *carrier, struct bytes name)
{
    for (size_t i = 0; i < carrier->count; i++) {
        if (bytes_eq_nocase(carrier->members[i].name, name))
            return &carrier->members[i];
    }
    return NULL;
}
