#include "dialect/superoffice/agent.h"

/* ---- what the rows are about ---- */

static const struct so_agent_record on_contact = { KIND_CONTACT, B("ContactId"), false };
static const struct so_agent_record on_person = { KIND_PERSON, B("PersonId"), false };
static const struct so_agent_record on_project = { KIND_PROJECT, B("ProjectId"), false };
static const struct so_agent_record on_product = { KIND_PRODUCT, B("ProductId"), false };
/* Their own agents say 404 when there is no picture (superoffice 4.4). */
static const struct so_agent_record must_on_person = { KIND_PERSON, B("PersonId"), true };
static const struct so_agent_record must_on_project = { KIND_PROJECT, B("ProjectId"), true };

/* ---- arguments, for descriptions ---- */

#define INT(name)                                                                                  \
    {                                                                                              \
        B(name), SO_INT                                                                            \
    }
#define TEXT(name)                                                                                 \
    {                                                                                              \
        B(name), SO_STRING                                                                         \
    }
#define BYTES(name)                                                                                \
    {                                                                                              \
        B(name), SO_STRING, .length_max = -1                                                       \
    }
#define END                                                                                        \
    {                                                                                              \
        { NULL, 0 }, SO_INT                                                                        \
    }

#define ARGUMENTS_OF(kind, id)                                                                     \
    static const struct so_member of_##kind[] = { INT(id), END };                                  \
    static const struct so_member image_of_##kind[] = { INT(id), BYTES("Image"), END };            \
    static const struct so_member blob_of_##kind[] = { INT(id), INT("BlobId"), END };              \
    static const struct so_member sized_of_##kind[] = { INT(id), INT("Width"), INT("Height"), END }

ARGUMENTS_OF(contact, "ContactId");
ARGUMENTS_OF(person, "PersonId");
ARGUMENTS_OF(project, "ProjectId");
static const struct so_member of_product[] = { INT("ProductId"), END };
static const struct so_member image_of_product[] = { INT("ProductId"), BYTES("Image"), END };
static const struct so_member blob_of_product[] = { INT("ProductId"), INT("BlobId"), END };
static const struct so_member of_blob[] = { INT("BlobEntityId"), END };
static const struct so_member stream_of_blob[] = { INT("BlobEntityId"), BYTES("Stream"), END };
static const struct so_member typed_image[] = { TEXT("Type"), BYTES("Image"), TEXT("Description"),
                                                END };
static const struct so_member described_image[] = { TEXT("Description"), BYTES("Image"), END };
static const struct so_member of_country[] = { INT("CountryId"), END };
static const struct so_member of_quote_line[] = { INT("QuoteLineId"), END };
static const struct so_member of_batch_task[] = { INT("BatchTaskId"), END };
static const struct so_member sized_of_chat[] = { INT("ChatTopicId"), INT("Width"), INT("Height"),
                                                  END };
static const struct so_member of_persons[] = {
    { B("PersonIds"), SO_INTS }, INT("ScaledWidth"), INT("ScaledHeight"), END
};
static const struct so_member of_quote[] = { INT("QuoteConnectionId"), TEXT("ERPProductKey"),
                                             INT("Rank"), END };

/* ---- the shapes of methods ---- */

#define POST(plan, need, run) HTTP_POST, plan, need, run

#define IMAGE_GET(words, on, wants)                                                                \
    {                                                                                              \
        {                                                                                          \
            POST(PLAN_INLINE, SO_READER, so_agent_image_get), words,                               \
                .in = { SO_BODY_REQUEST, NULL, wants }, .out = { SO_BODY_BINARY }, .data = &(on)   \
        }                                                                                          \
    }
#define IMAGE_SET(words, on, wants)                                                                \
    {                                                                                              \
        {                                                                                          \
            POST(PLAN_THREAD, SO_WRITER, so_agent_image_set), words,                               \
                .in = { SO_BODY_REQUEST, NULL, wants }, .data = &(on)                              \
        }                                                                                          \
    }
#define IMAGE_CHANGE(words, on, wants)                                                             \
    {                                                                                              \
        {                                                                                          \
            POST(PLAN_THREAD, SO_WRITER, so_agent_image_change), words,                            \
                .in = { SO_BODY_REQUEST, NULL, wants }, .data = &(on)                              \
        }                                                                                          \
    }
#define IMAGE_SIZED(words, on, wants)                                                              \
    {                                                                                              \
        {                                                                                          \
            POST(PLAN_INLINE, SO_READER, so_agent_image_sized_get), words,                         \
                .in = { SO_BODY_REQUEST, NULL, wants }, .out = { SO_BODY_BINARY }, .data = &(on)   \
        }                                                                                          \
    }
#define ENTITY_ON(words, on, wants)                                                                \
    {                                                                                              \
        {                                                                                          \
            POST(PLAN_INLINE, SO_READER, so_agent_blob_entity_on), words,                          \
                .in = { SO_BODY_REQUEST, NULL, wants },                                            \
                .out = { SO_BODY_CARRIER, &so_blob_entity }, .parameters = SO_P_SELECT,            \
                .data = &(on)                                                                      \
        }                                                                                          \
    }

/* ---- Agents/BLOB (superoffice 4.2) ---- */

static const struct so_endpoint get_contact_image[] =
    IMAGE_GET("The contact's picture", on_contact, of_contact);
static const struct so_endpoint set_contact_image[] =
    IMAGE_SET("Sets the contact's picture", on_contact, image_of_contact);
static const struct so_endpoint change_contact_image[] = IMAGE_CHANGE(
    "Makes a stored picture the contact's; 0 takes it off", on_contact, blob_of_contact);
static const struct so_endpoint entity_on_contact[] =
    ENTITY_ON("What is known of the contact's picture", on_contact, of_contact);
static const struct so_endpoint get_contact_image_sized[] =
    IMAGE_SIZED("The contact's picture, at most that large", on_contact, sized_of_contact);
static const struct so_endpoint get_person_image[] =
    IMAGE_GET("The person's picture", on_person, of_person);
static const struct so_endpoint set_person_image[] =
    IMAGE_SET("Sets the person's picture", on_person, image_of_person);
static const struct so_endpoint change_person_image[] =
    IMAGE_CHANGE("Makes a stored picture the person's; 0 takes it off", on_person, blob_of_person);
static const struct so_endpoint entity_on_person[] =
    ENTITY_ON("What is known of the person's picture", on_person, of_person);
static const struct so_endpoint get_person_image_sized[] =
    IMAGE_SIZED("The person's picture, at most that large", on_person, sized_of_person);
static const struct so_endpoint get_project_image[] =
    IMAGE_GET("The project's picture", on_project, of_project);
static const struct so_endpoint set_project_image[] =
    IMAGE_SET("Sets the project's picture", on_project, image_of_project);
static const struct so_endpoint change_project_image[] = IMAGE_CHANGE(
    "Makes a stored picture the project's; 0 takes it off", on_project, blob_of_project);
static const struct so_endpoint entity_on_project[] =
    ENTITY_ON("What is known of the project's picture", on_project, of_project);
static const struct so_endpoint get_project_image_sized[] =
    IMAGE_SIZED("The project's picture, at most that large", on_project, sized_of_project);
static const struct so_endpoint get_product_image[] =
    IMAGE_GET("The product's picture", on_product, of_product);
static const struct so_endpoint set_product_image[] =
    IMAGE_SET("Sets the product's picture", on_product, image_of_product);
static const struct so_endpoint change_product_image[] = IMAGE_CHANGE(
    "Makes a stored picture the product's; 0 takes it off", on_product, blob_of_product);
static const struct so_endpoint entity_on_product[] =
    ENTITY_ON("What is known of the product's picture", on_product, of_product);

static const struct so_endpoint create_default[] = {
    { POST(PLAN_INLINE, SO_READER, so_agent_blob_entity_default),
      "A BlobEntity to begin with; nothing is stored", .out = { SO_BODY_CARRIER, &so_blob_entity },
      .parameters = SO_P_SELECT }
};
static const struct so_endpoint save_entity[] = {
    { POST(PLAN_THREAD, SO_WRITER, so_agent_blob_entity_save),
      "Changes a picture's texts, or makes one without bytes yet when the id is 0",
      .in = { SO_BODY_CARRIER, &so_blob_entity }, .out = { SO_BODY_CARRIER, &so_blob_entity },
      .parameters = SO_P_SELECT }
};
static const struct so_endpoint get_entity[] = {
    { POST(PLAN_INLINE, SO_READER, so_agent_blob_entity_get), "What is known of a picture",
      .out = { SO_BODY_CARRIER, &so_blob_entity }, .parameters = SO_P_SELECT | SO_P_ID,
      .id_name = "blobEntityId" }
};
static const struct so_endpoint delete_entity[] = {
    { POST(PLAN_THREAD, SO_WRITER, so_agent_blob_entity_delete),
      "Deletes a picture and takes it off everything", .parameters = SO_P_ID,
      .id_name = "blobEntityId" }
};
static const struct so_endpoint get_stream[] = {
    { POST(PLAN_INLINE, SO_READER, so_agent_blob_stream_get), "A picture's bytes",
      .in = { SO_BODY_REQUEST, NULL, of_blob }, .out = { SO_BODY_BINARY } }
};
static const struct so_endpoint set_stream[] = {
    { POST(PLAN_THREAD, SO_WRITER, so_agent_blob_stream_set),
      "Replaces a picture's bytes wherever it hangs",
      .in = { SO_BODY_REQUEST, NULL, stream_of_blob } }
};
static const struct so_endpoint save_image_stream[] = {
    { POST(PLAN_THREAD, SO_WRITER, so_agent_image_stream_save),
      "Stores a picture on nothing and says its id", .in = { SO_BODY_REQUEST, NULL, typed_image },
      .out = { SO_BODY_INT } }
};
static const struct so_endpoint save_project_image[] = {
    { POST(PLAN_THREAD, SO_WRITER, so_agent_project_gallery_save),
      "Stores a picture for projects to choose from",
      .in = { SO_BODY_REQUEST, NULL, described_image } }
};
static const struct so_endpoint get_thumbnail[] = {
    { POST(PLAN_INLINE, SO_READER, so_agent_thumbnail_get),
      "The product's thumbnail: its own, or its picture made small",
      .in = { SO_BODY_REQUEST, NULL, of_product }, .out = { SO_BODY_BINARY }, .data = &on_product }
};
static const struct so_endpoint set_thumbnail[] = {
    { POST(PLAN_THREAD, SO_WRITER, so_agent_thumbnail_set),
      "Gives the product a thumbnail of its own, at most 200 x 200",
      .in = { SO_BODY_REQUEST, NULL, image_of_product }, .data = &on_product }
};
static const struct so_endpoint entity_on_country[] = {
    { POST(PLAN_INLINE, SO_READER, so_agent_elsewhere_entity), "There are no flags here: null",
      .in = { SO_BODY_REQUEST, NULL, of_country }, .out = { SO_BODY_CARRIER, &so_blob_entity },
      .parameters = SO_P_SELECT, .data = "CountryId" }
};
static const struct so_endpoint get_chat_image_sized[] = {
    { POST(PLAN_INLINE, SO_READER, so_agent_elsewhere_image), "There is no chat here: empty",
      .in = { SO_BODY_REQUEST, NULL, sized_of_chat }, .out = { SO_BODY_BINARY },
      .data = "ChatTopicId" }
};
static const struct so_endpoint get_quote_line_image[] = {
    { POST(PLAN_INLINE, SO_READER, so_agent_elsewhere_image),
      "There are no quote lines here: empty", .in = { SO_BODY_REQUEST, NULL, of_quote_line },
      .out = { SO_BODY_BINARY }, .data = "QuoteLineId" }
};
static const struct so_endpoint get_output[] = {
    { POST(PLAN_INLINE, SO_READER, so_agent_elsewhere_image),
      "There are no batch tasks here: empty", .in = { SO_BODY_REQUEST, NULL, of_batch_task },
      .out = { SO_BODY_BINARY }, .data = "BatchTaskId" }
};
static const struct so_endpoint cleanup[] = {
    { POST(PLAN_INLINE, SO_WRITER, so_agent_elsewhere_void),
      "There are no batch tasks here: nothing happens",
      .in = { SO_BODY_REQUEST, NULL, of_batch_task }, .data = "BatchTaskId" }
};

/* ---- Agents/Person, Agents/Project, Agents/Quote (superoffice 4.3) ---- */

static const struct so_endpoint person_get[] =
    IMAGE_GET("The person's picture; 404 when there is none", must_on_person, of_person);
static const struct so_endpoint person_set[] =
    IMAGE_SET("Sets the person's picture", on_person, image_of_person);
static const struct so_endpoint person_images[] = {
    { POST(PLAN_THREAD, SO_READER, so_person_images_get),
      "Pictures of many persons as PNG, at most that large",
      .in = { SO_BODY_REQUEST, NULL, of_persons }, .out = { SO_BODY_LIST, &so_person_image } }
};
static const struct so_endpoint person_image_default[] = {
    { POST(PLAN_INLINE, SO_READER, so_person_image_default), "A PersonImage to begin with",
      .out = { SO_BODY_CARRIER, &so_person_image } }
};
static const struct so_endpoint project_get[] =
    IMAGE_GET("The project's picture; 404 when there is none", must_on_project, of_project);
static const struct so_endpoint project_set[] =
    IMAGE_SET("Sets the project's picture", on_project, image_of_project);
static const struct so_endpoint quote_product_image[] = {
    { POST(PLAN_THREAD, SO_READER, so_quote_image_get),
      "A picture of the product with that ERP key", .in = { SO_BODY_REQUEST, NULL, of_quote },
      .out = { SO_BODY_BINARY } }
};

#define METHOD(name, row)                                                                          \
    {                                                                                              \
        B("v1/Agents/" name), row, COUNT(row), B("GET, HEAD, POST, OPTIONS")                       \
    }

static const struct so_resource resources[] = {
    METHOD("BLOB/GetContactImage", get_contact_image),
    METHOD("BLOB/SetContactImage", set_contact_image),
    METHOD("BLOB/ChangeContactImage", change_contact_image),
    METHOD("BLOB/GetBlobEntityOnContact", entity_on_contact),
    METHOD("BLOB/GetContactImageWithSize", get_contact_image_sized),
    METHOD("BLOB/GetPersonImage", get_person_image),
    METHOD("BLOB/SetPersonImage", set_person_image),
    METHOD("BLOB/ChangePersonImage", change_person_image),
    METHOD("BLOB/GetBlobEntityOnPerson", entity_on_person),
    METHOD("BLOB/GetPersonImageWithSize", get_person_image_sized),
    METHOD("BLOB/GetProjectImage", get_project_image),
    METHOD("BLOB/SetProjectImage", set_project_image),
    METHOD("BLOB/ChangeProjectImage", change_project_image),
    METHOD("BLOB/GetBlobEntityOnProject", entity_on_project),
    METHOD("BLOB/GetProjectImageWithSize", get_project_image_sized),
    METHOD("BLOB/GetProductImage", get_product_image),
    METHOD("BLOB/SetProductImage", set_product_image),
    METHOD("BLOB/ChangeProductImage", change_product_image),
    METHOD("BLOB/GetBlobEntityOnProduct", entity_on_product),
    METHOD("BLOB/CreateDefaultBlobEntity", create_default),
    METHOD("BLOB/SaveBlobEntity", save_entity),
    METHOD("BLOB/GetBlobEntity", get_entity),
    METHOD("BLOB/DeleteBlobEntity", delete_entity),
    METHOD("BLOB/GetBlobStream", get_stream),
    METHOD("BLOB/SetBlobStream", set_stream),
    METHOD("BLOB/SaveImageStream", save_image_stream),
    METHOD("BLOB/SaveProjectImage", save_project_image),
    METHOD("BLOB/GetProductThumbnail", get_thumbnail),
    METHOD("BLOB/SetProductThumbnail", set_thumbnail),
    METHOD("BLOB/GetBlobEntityOnCountry", entity_on_country),
    METHOD("BLOB/GetChatImageWithSize", get_chat_image_sized),
    METHOD("BLOB/GetQuoteLineImage", get_quote_line_image),
    METHOD("BLOB/GetOutputFromBatch", get_output),
    METHOD("BLOB/CleanupBatchTask", cleanup),
    METHOD("Person/GetPersonImage", person_get),
    METHOD("Person/SetPersonImage", person_set),
    METHOD("Person/GetPersonImages", person_images),
    METHOD("Person/CreateDefaultPersonImage", person_image_default),
    METHOD("Project/GetProjectImage", project_get),
    METHOD("Project/SetProjectImage", project_set),
    METHOD("Quote/GetProductImage", quote_product_image),
};

const struct so_table so_blob_agent_table = { resources, COUNT(resources) };
