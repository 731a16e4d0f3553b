// catalog.productImage.* by webhook and by access token (bitrix24 4, 5).
"use strict";

const assert = require("node:assert");
const { CLIENTS, DATE, ROLES, add, bytesOf, call, fetch, ids, images, product, productOf, result, sdk } =
  require("./bitrix24.js");
const { jpeg, png } = require("./pictures.js");
const { same } = require("./superoffice.js");

const NAMES = ["createTime", "detailUrl", "downloadUrl", "id", "name", "productId", "type"];
const FIELDS = {
  createTime: { isImmutable: false, isReadOnly: true, isRequired: false, type: "datetime" },
  detailUrl: { isImmutable: false, isReadOnly: true, isRequired: false, type: "string" },
  downloadUrl: { isImmutable: false, isReadOnly: true, isRequired: false, type: "string" },
  id: { isImmutable: false, isReadOnly: true, isRequired: false, type: "integer" },
  name: { isImmutable: false, isReadOnly: true, isRequired: false, type: "string" },
  productId: { isImmutable: false, isReadOnly: false, isRequired: true, type: "string" },
  type: { isImmutable: false, isReadOnly: false, isRequired: false, type: "string" },
};

// The picture as an object, and its bytes by both links.
async function checkImage(server, image, want, bytes) {
  assert.deepStrictEqual(Object.keys(image), NAMES);
  const { id, name, productId, type } = image;
  assert.deepStrictEqual({ id, name, productId, type }, { id, ...want });
  assert.ok(Number.isInteger(id) && id > 0);
  assert.match(image.createTime, DATE);
  assert.ok(Math.abs(Date.parse(image.createTime) - Date.now()) < 120000, image.createTime);
  assert.match(image.detailUrl, new RegExp(`^/upload/.*/${name}$`));
  assert.ok(image.downloadUrl.startsWith(`${server.tlsUrl}/rest/download.json?token=`), image.downloadUrl);
  for (const secret of ["demo-webhook", "demo-oauth"]) assert.ok(!image.downloadUrl.includes(secret));
  same(await bytesOf(server, image.detailUrl), bytes, "detailUrl");
  same(await bytesOf(server, image.downloadUrl), bytes, "downloadUrl");
}

for (const [by, client] of Object.entries(CLIENTS)) {
  for (const role of ROLES) {
    test(`${by}: ${role} is added, read, listed, deleted`, async (server) => {
      const b24 = await client(server);
      const productId = product(server);
      const bytes = png();
      const want = { name: "mug.png", productId, type: role };

      const added = await add(b24, productId, bytes, "mug.png", role);
      await checkImage(server, added, want, bytes);

      const got = (await result(b24, "catalog.productImage.get", { productId, id: added.id })).productImage;
      await checkImage(server, got, want, bytes);
      assert.strictEqual(got.id, added.id);
      assert.deepStrictEqual(await images(b24, productId), [got]);

      assert.strictEqual(await result(b24, "catalog.productImage.delete", { productId, id: added.id }), true);
      assert.deepStrictEqual(await images(b24, productId), []);
      assert.deepStrictEqual([(await fetch(server, got.detailUrl)).status, (await fetch(server, got.downloadUrl)).status],
        [404, 404]);
    });
  }

  for (const subtype of ["simple", "parent", "offer", "service"]) {
    test(`${by}: a ${subtype} product has pictures of every type`, async (server) => {
      const b24 = await client(server);
      const productId = productOf(server, subtype);
      const made = [];
      for (const role of ROLES) made.push(await add(b24, productId, png(), "a.png", role));
      const listed = await images(b24, productId);
      assert.deepStrictEqual(listed.map(({ id, type }) => [id, type]), made.map(({ id }, at) => [id, ROLES[at]]));
    });
  }

  for (const role of ["DETAIL_PICTURE", "PREVIEW_PICTURE"]) {
    test(`${by}: a second ${role} takes the place of the first under a new id`, async (server) => {
      const b24 = await client(server);
      const productId = product(server);
      const first = await add(b24, productId, png(), "a.png", role);
      const bytes = png();
      const second = await add(b24, productId, bytes, "b.png", role);
      assert.ok(second.id > first.id);
      assert.deepStrictEqual(ids(await images(b24, productId)), [second.id]);
      same(await bytesOf(server, second.detailUrl), bytes);
    });
  }

  test(`${by}: without a type, and of one nobody knows, it is one of the gallery`, async (server) => {
    const b24 = await client(server);
    const productId = product(server);
    for (const type of [undefined, "more_photo", "", "OTHER"])
      assert.strictEqual((await add(b24, productId, png(), "a.png", type)).type, "MORE_PHOTO");
    assert.strictEqual((await images(b24, productId)).length, 4);
  });

  test(`${by}: what the package calls the types is what we do`, async (server) => {
    const { CatalogProductImageType: types } = await sdk;
    const b24 = await client(server);
    const productId = product(server);
    for (const name of ["detail", "preview", "morePhoto"])
      assert.strictEqual((await add(b24, productId, png(), "a.png", types[name])).type, types[name]);
  });

  test(`${by}: a big picture, names in every script, base64 as people send it`, async (server) => {
    const b24 = await client(server);
    const productId = product(server);
    const big = Buffer.concat([jpeg, Buffer.alloc(3 << 20, 7)]);
    same(await bytesOf(server, (await add(b24, productId, big, "big.jpg")).downloadUrl), big);

    const text = jpeg.toString("base64");
    const forms = [text, text.replace(/(.{60})/g, "$1\r\n"), text.replace(/(.{60})/g, "$1\u00ad"),
      text.replace(/=+$/, ""), `data:image/jpeg;base64,${text}`];
    for (const form of forms) {
      const params = { fields: { productId }, fileContent: ["Кружка фьорд.jpg", form] };
      const { productImage } = await result(b24, "catalog.productImage.add", params);
      assert.strictEqual(productImage.name, "Кружка фьорд.jpg");
      same(await bytesOf(server, productImage.detailUrl), jpeg);
    }
  });

  test(`${by}: a list tells its length, has no pages, and gives what was selected`, async (server) => {
    const b24 = await client(server);
    const productId = product(server);
    const first = await add(b24, productId, png());
    const second = await add(b24, productId, png());

    const answer = await call(b24, "catalog.productImage.list", { productId });
    assert.deepStrictEqual([answer.getTotal(), answer.isMore(), await answer.getNext(b24.getHttpClient("v2"))],
      [2, false, false]);
    for (const select of [["id", "type"], ["id", "type", "nothing"]])
      assert.deepStrictEqual((await result(b24, "catalog.productImage.list", { productId, select })).productImages,
        [{ id: first.id, type: "MORE_PHOTO" }, { id: second.id, type: "MORE_PHOTO" }]);
    for (const select of [[], ["*"], ["nothing"]]) {
      const rows = (await result(b24, "catalog.productImage.list", { productId, select })).productImages;
      assert.deepStrictEqual(rows.map(Object.keys), [NAMES, NAMES]);
    }
  });

  test(`${by}: getFields`, async (server) => {
    const b24 = await client(server);
    assert.deepStrictEqual(await result(b24, "catalog.productImage.getFields"), { productImage: FIELDS });
  });
}
