// Every method of the BLOB agent (superoffice 4.2, 4.4).
"use strict";

const assert = require("node:assert");
const { jpeg, look, png } = require("./pictures.js");
const { api, client, FromBase64ToString, KINDS, recent, record, refused, ReturnBlobType, same, SCHEMES,
  UNKNOWN } = require("./superoffice.js");

// The time zone of dates that carry none is UTC (superoffice 9.4); asked for, the package reads it.
const UTC = { timezone: "UTC", timezoneInclude: true };
const blob = (server, more) => client(server, api.BLOBAgent, more);
const idOf = (kind, id) => ({ [kind.toLowerCase() + "Id"]: id });
const CONCEPT = { Contact: "ContactImage", Person: "PERSONPHOTO", Project: "ProjectImage",
  Product: "ProductImage" };

for (const kind of KINDS) {
  test(`BLOB: set and get the picture of a ${kind}`, async (server) => {
    const agent = blob(server);
    const [id, picture] = [record(server, kind), png()];
    assert.strictEqual(await agent[`set${kind}ImageAsync`](id, picture), "");
    same(await agent[`get${kind}ImageAsync`](id), picture);
    const rest = await fetch(`${server.url}/api/v1/${kind}/${id}/Image`, SCHEMES.SoTicket());
    assert.strictEqual(rest.headers.get("Content-Type"), "image/png");
    same(await rest.arrayBuffer(), picture);
  });

  test(`BLOB: arguments in an object, for a ${kind}`, async (server) => {
    const agent = blob(server);
    const [id, picture] = [record(server, kind), png()];
    assert.strictEqual(await agent[`set${kind}ImageAsync`]({ ...idOf(kind, id), image: picture }), "");
    same(await agent[`get${kind}ImageAsync`](idOf(kind, id)), picture);
  });

  test(`BLOB: the picture of a ${kind} as text`, async (server) => {
    const [id, picture] = [record(server, kind), png()];
    await blob(server)[`set${kind}ImageAsync`](id, picture);
    const get = (returnBlobAs) => blob(server)[`get${kind}ImageAsync`](id, { returnBlobAs });
    const text = picture.toString("base64");
    assert.strictEqual(await get(ReturnBlobType.AsBase64), text);
    assert.strictEqual(await get(ReturnBlobType.AsString), FromBase64ToString(text));
    same(await get(ReturnBlobType.AsArrayBuffer), picture);
  });

  test(`BLOB: the description of the picture of a ${kind}`, async (server) => {
    const agent = blob(server, UTC);
    const [id, picture] = [record(server, kind), png()];
    await agent[`set${kind}ImageAsync`](id, picture);
    const entity = await agent[`getBlobEntityOn${kind}Async`](id);
    assert.ok(entity.blobId > 0);
    assert.strictEqual(entity.mimeType, "image/png");
    assert.deepStrictEqual([entity.blobSize, entity.originalSize], [picture.length, picture.length]);
    assert.deepStrictEqual([entity.isZipped, entity.isEncrypted], [false, false]);
    assert.strictEqual(entity.conceptualType, CONCEPT[kind]);
    assert.strictEqual(entity.createdBy.name, "demo");
    assert.strictEqual(entity.createdBy.type, "InternalAssociate");
    assert.strictEqual(entity.tableRight.mask, api.ETableRight.FULL);
    assert.strictEqual(entity.fieldProperties.Description.fieldLength, 254);
    recent(entity.createdDate);
    recent(entity.updatedDate);
  });

  test(`BLOB: the picture of a ${kind} is replaced under its id`, async (server) => {
    const agent = blob(server);
    const id = record(server, kind);
    await agent[`set${kind}ImageAsync`](id, png());
    const before = await agent[`getBlobEntityOn${kind}Async`](id);
    await agent[`set${kind}ImageAsync`](id, jpeg);
    const after = await agent[`getBlobEntityOn${kind}Async`](id);
    assert.deepStrictEqual([after.blobId, after.mimeType], [before.blobId, "image/jpeg"]);
    same(await agent[`get${kind}ImageAsync`](id), jpeg);
  });

  test(`BLOB: no picture of a ${kind}`, async (server) => {
    const agent = blob(server);
    const id = record(server, kind);
    assert.strictEqual((await agent[`get${kind}ImageAsync`](id)).length, 0);
    const base64 = { returnBlobAs: ReturnBlobType.AsBase64 };
    assert.strictEqual(await agent[`get${kind}ImageAsync`](id, base64), "");
    assert.strictEqual(await agent[`getBlobEntityOn${kind}Async`](id), null);
  });

  test(`BLOB: another picture of a ${kind}, and none`, async (server) => {
    const agent = blob(server);
    const [id, picture] = [record(server, kind), png()];
    await agent[`set${kind}ImageAsync`](id, png());
    const other = await agent.saveImageStreamAsync(api.BlobLinkType[`${kind}Image`], picture, "Other");
    assert.strictEqual(await agent[`change${kind}ImageAsync`](id, other), "");
    assert.strictEqual((await agent[`getBlobEntityOn${kind}Async`](id)).blobId, other);
    same(await agent[`get${kind}ImageAsync`](id), picture);
    assert.strictEqual(await agent[`change${kind}ImageAsync`]({ ...idOf(kind, id), blobId: 0 }), "");
    assert.strictEqual((await agent[`get${kind}ImageAsync`](id)).length, 0);
    await refused(400, agent[`change${kind}ImageAsync`](id, UNKNOWN));
  });

  test(`BLOB: what is no picture of a ${kind} is refused`, async (server) => {
    const agent = blob(server);
    await refused(400, agent[`set${kind}ImageAsync`](record(server, kind), "no picture"));
    await refused(400, agent[`set${kind}ImageAsync`](UNKNOWN, png()));
  });
}

for (const kind of ["Contact", "Person", "Project"]) {
  test(`BLOB: the picture of a ${kind} in a size`, async (server) => {
    const agent = blob(server);
    const id = record(server, kind);
    const sized = (w, h, options) => agent[`get${kind}ImageWithSizeAsync`](id, w, h, options);
    assert.strictEqual((await sized(30, 30)).length, 0); // there is none yet
    await agent[`set${kind}ImageAsync`](id, jpeg);
    const small = { type: "jpeg", width: 30, height: 20 };
    assert.deepStrictEqual(look(await sized(30, 30)), small);
    assert.deepStrictEqual(look(await sized(0, 20)), small);
    assert.deepStrictEqual(look(await sized(30, -1)), small);
    const base64 = await sized(30, 30, { returnBlobAs: ReturnBlobType.AsBase64 });
    assert.deepStrictEqual(look(Buffer.from(base64, "base64")), small);
    await agent[`set${kind}ImageAsync`](id, png(80, 40));
    assert.deepStrictEqual(look(await sized(20, 20)), { type: "jpeg", width: 20, height: 10 });
  });
}

test("BLOB: products are bounded and get a thumbnail", async (server) => {
  const agent = blob(server);
  const id = record(server, "Product");
  assert.strictEqual((await agent.getProductThumbnailAsync(id)).length, 0);
  await agent.setProductImageAsync(id, png(1200, 600));
  const picture = look(await agent.getProductImageAsync(id));
  assert.deepStrictEqual([picture.width, picture.height], [1000, 500]);
  const thumbnail = look(await agent.getProductThumbnailAsync(id));
  assert.strictEqual(Math.max(thumbnail.width, thumbnail.height), 75);
});

test("BLOB: a product's thumbnail of one's own", async (server) => {
  const agent = blob(server);
  const [id, own] = [record(server, "Product"), png(100, 80)];
  await agent.setProductImageAsync(id, png(300, 300));
  assert.strictEqual(await agent.setProductThumbnailAsync(id, own), "");
  same(await agent.getProductThumbnailAsync(id), own);
  assert.deepStrictEqual(look(await agent.getProductImageAsync(id)), { type: "png", width: 300, height: 300 });
});

test("BLOB: the default entity", async (server) => {
  const entity = await blob(server, UTC).createDefaultBlobEntityAsync();
  assert.strictEqual(entity.blobId, 0);
  assert.deepStrictEqual([entity.description, entity.extraInfo, entity.mimeType], ["", "", ""]);
  assert.strictEqual(entity.createdDate.toISOString(), "0001-01-01T00:00:00.000Z");
  assert.strictEqual(entity.createdBy, null);
});

test("BLOB: create, read, change and delete an entity", async (server) => {
  const agent = blob(server, UTC);
  const fresh = await agent.createDefaultBlobEntityAsync();
  const saved = await agent.saveBlobEntityAsync({ ...fresh, description: "First", extraInfo: "x",
    conceptualType: "PHOTO", mimeType: "image/png" });
  assert.ok(saved.blobId > 0);
  assert.deepStrictEqual([saved.description, saved.extraInfo, saved.conceptualType, saved.mimeType],
    ["First", "x", "PHOTO", "image/png"]);
  recent(saved.createdDate);
  assert.strictEqual(await agent.setBlobStreamAsync(saved.blobId, jpeg), "");
  same(await agent.getBlobStreamAsync(saved.blobId), jpeg);
  const read = await agent.getBlobEntityAsync(saved.blobId);
  assert.deepStrictEqual([read.description, read.mimeType, read.originalSize], ["First", "image/jpeg", jpeg.length]);
  const changed = await agent.saveBlobEntityAsync({ ...read, description: "Second", blobSize: 5 });
  assert.deepStrictEqual([changed.blobId, changed.description, changed.blobSize],
    [saved.blobId, "Second", jpeg.length]);
  assert.strictEqual(await agent.deleteBlobEntityAsync(saved.blobId), "");
  assert.strictEqual(await agent.getBlobEntityAsync(saved.blobId), null);
  assert.strictEqual((await agent.getBlobStreamAsync(saved.blobId)).length, 0);
});

test("BLOB: a deleted entity is nobody's picture any more", async (server) => {
  const agent = blob(server);
  const id = record(server, "Person");
  await agent.setPersonImageAsync(id, png());
  const { blobId } = await agent.getBlobEntityOnPersonAsync(id);
  await agent.deleteBlobEntityAsync(blobId);
  assert.strictEqual(await agent.getBlobEntityOnPersonAsync(id), null);
  assert.strictEqual((await agent.getPersonImageAsync(id)).length, 0);
});

test("BLOB: bytes for an entity that is not there", (server) =>
  refused(400, blob(server).setBlobStreamAsync(UNKNOWN, png())));

test("BLOB: an entity that is not there", async (server) => {
  assert.strictEqual(await blob(server).getBlobEntityAsync(UNKNOWN), null);
});

test("BLOB: a blob as text", async (server) => {
  const agent = blob(server);
  const picture = png();
  const id = await agent.saveImageStreamAsync(api.BlobLinkType.PersonImage, picture, "Text");
  const get = (returnBlobAs) => agent.getBlobStreamAsync(id, { returnBlobAs });
  assert.strictEqual(await get(ReturnBlobType.AsBase64), picture.toString("base64"));
  same(await get(ReturnBlobType.AsArrayBuffer), picture);
});

for (const type of ["PersonImage", "ProjectImage", "ContactImage", "ProductImage", "ProductThumbnail", 1, 17]) {
  test(`BLOB: an unlinked picture of type ${type}`, async (server) => {
    const agent = blob(server);
    const picture = png();
    const id = await agent.saveImageStreamAsync({ type, image: picture, description: `Of ${type}` });
    assert.ok(Number.isInteger(id) && id > 0, String(id));
    assert.strictEqual((await agent.getBlobEntityAsync(id)).description, `Of ${type}`);
    same(await agent.getBlobStreamAsync(id), picture);
  });
}

test("BLOB: one picture on two owners, changed on one of them", async (server) => {
  const agent = blob(server);
  const [one, two, shared, other] = [record(server, "Person"), record(server, "Contact"), png(), png()];
  const id = await agent.saveImageStreamAsync(api.BlobLinkType.PersonImage, shared, "Shared");
  await agent.changePersonImageAsync(one, id);
  await agent.changeContactImageAsync(two, id);
  await agent.setPersonImageAsync(one, other);
  same(await agent.getPersonImageAsync(one), other);
  same(await agent.getContactImageAsync(two), shared);
  assert.notStrictEqual((await agent.getBlobEntityOnPersonAsync(one)).blobId, id);
});

test("BLOB: a picture for the gallery of projects", async (server) => {
  assert.strictEqual(await blob(server).saveProjectImageAsync("gallery.png", png()), "");
});

test("BLOB: flags, quotes, chats and batches have no pictures here", async (server) => {
  const agent = blob(server);
  assert.strictEqual(await agent.getBlobEntityOnCountryAsync(1), null);
  assert.strictEqual((await agent.getQuoteLineImageAsync(1)).length, 0);
  assert.strictEqual((await agent.getChatImageWithSizeAsync(1, 10, 10)).length, 0);
  assert.strictEqual((await agent.getOutputFromBatchAsync(1)).length, 0);
  assert.strictEqual(await agent.cleanupBatchTaskAsync(1), "");
});

for (const as of ["Basic", "SoTicket", "Bearer"]) {
  test(`BLOB: every call goes by ${as}`, async (server) => {
    const agent = blob(server, { as, prefix: "/SuperOffice" });
    const [id, picture] = [record(server, "Person"), png()];
    await agent.setPersonImageAsync(id, picture);
    same(await agent.getPersonImageAsync(id), picture);
  });
}

test("BLOB: a reader reads and changes nothing", async (server) => {
  const [id, picture] = [record(server, "Person"), png()];
  await blob(server).setPersonImageAsync(id, picture);
  const agent = blob(server, { as: "reader" });
  same(await agent.getPersonImageAsync(id), picture);
  const entity = await agent.getBlobEntityOnPersonAsync(id);
  assert.strictEqual(entity.tableRight.mask, api.ETableRight.Select);
  assert.ok(entity.tableRight.reason);
  await refused(403, agent.setPersonImageAsync(id, png()), "SoSentryException");
  await refused(403, agent.changePersonImageAsync(id, 0), "SoSentryException");
  await refused(403, agent.deleteBlobEntityAsync(entity.blobId), "SoSentryException");
  same(await agent.getPersonImageAsync(id), picture);
});

test("BLOB: nobody without a password", (server) =>
  refused(401, blob(server, { as: "nobody" }).getPersonImageAsync(1)));
