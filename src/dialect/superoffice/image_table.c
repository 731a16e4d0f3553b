#include "dialect/superoffice/superoffice.h"

/* GET, PUT /api/v1/{Contact|Person|Product|Project}/{id}/ImageInfo */
static const struct so_endpoint image_info[] = {
    { HTTP_GET, PLAN_INLINE, SO_READER, so_image_info_get, "What is known of the picture",
      .out = { SO_BODY_CARRIER, &so_blob_entity } },
    { HTTP_PUT, PLAN_THREAD, SO_WRITER, so_image_info_put, "Changes the picture's texts",
      .in = { SO_BODY_CARRIER, &so_blob_entity }, .out = { SO_BODY_CARRIER, &so_blob_entity } },
};

/* GET, PUT, POST, DELETE /api/v1/{Contact|Person|Product|Project}/{id}/Image */
static const struct so_endpoint image[] = {
    { HTTP_GET, PLAN_INLINE, SO_READER, so_image_get, "The picture", .out = { SO_BODY_PICTURE },
      .parameters = SO_P_IMAGE },
    { HTTP_PUT, PLAN_THREAD, SO_WRITER, so_image_put, "Sets the picture", .in = { SO_BODY_PICTURE },
      .out = { SO_BODY_INT } },
    { HTTP_POST, PLAN_THREAD, SO_WRITER, so_image_put, "Sets the picture",
      .in = { SO_BODY_PICTURE }, .out = { SO_BODY_INT } },
    { HTTP_DELETE, PLAN_THREAD, SO_WRITER, so_image_delete, "Takes the picture away" },
};

#define ALLOW_INFO  B("GET, HEAD, PUT, OPTIONS")
#define ALLOW_IMAGE B("GET, HEAD, PUT, POST, DELETE, OPTIONS")

/* Most wanted first. */
static const struct so_resource resources[] = {
    { B("v1/{kind}/{id}/ImageInfo"), image_info, COUNT(image_info), ALLOW_INFO },
    { B("v1/{kind}/{id}/Image"), image, COUNT(image), ALLOW_IMAGE },
    { B("v1/{kind}/{id}/Image/Content"), image, COUNT(image), ALLOW_IMAGE, true },
    { B("{services}/{kind}/{id}/Image"), image, COUNT(image), ALLOW_IMAGE, true },
    { B("{services}/{kind}/{id}/Image/Content"), image, COUNT(image), ALLOW_IMAGE, true },
    { B("{services}/pricelist/{n}/{product}/{id}/Image"), image, COUNT(image), ALLOW_IMAGE, true },
    { B("{services}/pricelist/{n}/{product}/{id}/Image/Content"), image, COUNT(image), ALLOW_IMAGE,
      true },
};

const struct so_table so_image_table = { resources, COUNT(resources) };
