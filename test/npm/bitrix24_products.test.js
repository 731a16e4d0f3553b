// catalog.product.*, its sku, offer and service, and catalog.catalog.* (bitrix24 9, 10).
"use strict";

const assert = require("node:assert");
const { CATALOG, CLIENTS, DATE, OFFERS, add, bytesOf, call, fetch, ids, images, product, refused, result } =
  require("./bitrix24.js");
const { png } = require("./pictures.js");
const { same } = require("./superoffice.js");

// `one` is what get answers, `made` what add and update do; `photos` the gallery's property.
const KINDS = {
  product: { path: "catalog.product", one: "product", made: "element", many: "products", block: CATALOG, type: 1 },
  sku: { path: "catalog.product.sku", one: "sku", made: "sku", many: "units", block: CATALOG, type: 3 },
  offer: { path: "catalog.product.offer", one: "offer", made: "offer", many: "offers", block: OFFERS, type: 4 },
  service: { path: "catalog.product.service", one: "service", made: "service", many: "services", block: CATALOG, type: 7 },
};
const PHOTOS = { [CATALOG]: "property44", [OFFERS]: "property45" };
const NAME = "Кружка «Fjord» & Co";

const fileData = (bytes, name = "mug.png") => ({ fileData: [name, bytes.toString("base64")] });
let number = 0;

// The fields of a new one; an offer gets a product it is a variation of.
function fieldsOf(server, kind, more = {}) {
  number += 1;
  const parent = kind.one === "offer" ? { parentId: product(server, "parent") } : {};
  return { iblockId: kind.block, name: NAME, xmlId: `npm-${number}`, code: `npm-mug-${number}`, ...parent, ...more };
}

for (const [by, client] of Object.entries(CLIENTS)) {
  // A link of a product's object leads nowhere without a credential: clients put theirs in, and so do we.
  const linkOf = (link) => (by === "webhook" ? link.replace("/rest/", "/rest/1/demo-webhook/") : `${link}&auth=demo-oauth`);

  for (const [name, kind] of Object.entries(KINDS)) {
    const make = async (b24, server, more) =>
      (await result(b24, `${kind.path}.add`, { fields: fieldsOf(server, kind, more) }))[kind.made];
    const get = async (b24, id) => (await result(b24, `${kind.path}.get`, { id }))[kind.one];

    test(`${by}: ${name}: add, get, list, update, delete`, async (server) => {
      const b24 = await client(server);
      const fields = fieldsOf(server, kind, { active: "N", sort: 70 });
      const added = (await result(b24, `${kind.path}.add`, { fields }))[kind.made];
      assert.ok(Number.isInteger(added.id) && added.id > 0);

      const got = await get(b24, added.id);
      for (const [field, value] of Object.entries({ id: added.id, iblockId: kind.block, name: NAME, active: "N", sort: 70,
        code: fields.code, xmlId: fields.xmlId, type: kind.type, createdBy: 1, available: "Y", previewPicture: null,
        detailPicture: null, quantity: null }))
        assert.strictEqual(got[field], value, field);
      for (const field of ["dateCreate", "timestampX"]) assert.match(got[field], DATE);
      if (name === "offer") assert.strictEqual(got.parentId.value, String(fields.parentId));

      const select = ["id", "iblockId", "name"];
      const filter = { iblockId: kind.block, xmlId: fields.xmlId };
      const answer = await call(b24, `${kind.path}.list`, { select, filter });
      assert.deepStrictEqual(answer.getData().result, { [kind.many]: [{ iblockId: kind.block, id: added.id, name: NAME }] });
      assert.deepStrictEqual([answer.getTotal(), answer.isMore()], [1, false]);

      const params = { id: added.id, fields: { name: "Another name", active: "Y" } };
      const updated = (await result(b24, `${kind.path}.update`, params))[kind.made];
      assert.deepStrictEqual([updated.id, updated.name, updated.active], [added.id, "Another name", "Y"]);
      const again = await get(b24, added.id);
      assert.deepStrictEqual([again.name, again.active, again.xmlId, again.sort],
        ["Another name", "Y", fields.xmlId, 70]);

      const picture = await add(b24, added.id, png());
      assert.strictEqual(await result(b24, `${kind.path}.delete`, { id: added.id }), true);
      assert.strictEqual((await fetch(server, picture.detailUrl)).status, 404);
      await refused(call(b24, `${kind.path}.get`, { id: added.id }), 400, "0", `${kind.one} does not exist.`);
      await refused(call(b24, `${kind.path}.delete`, { id: added.id }), 400, "0", `${kind.one} does not exist.`);
    });

    test(`${by}: ${name}: its pictures are productImage's`, async (server) => {
      const b24 = await client(server);
      const [detail, preview, first, second] = [png(), png(), png(), png()];
      const photos = PHOTOS[kind.block];
      const added = await make(b24, server, { detailPicture: fileData(detail), previewPicture: fileData(preview),
        [photos]: [{ value: fileData(first, "1.png") }, { value: fileData(second, "2.png") }] });

      const listed = await images(b24, added.id);
      assert.deepStrictEqual(listed.map((image) => image.type).sort(),
        ["DETAIL_PICTURE", "MORE_PHOTO", "MORE_PHOTO", "PREVIEW_PICTURE"]);
      const of = (type) => listed.filter((image) => image.type === type);
      const got = await get(b24, added.id);
      assert.strictEqual(got.detailPicture.id, String(of("DETAIL_PICTURE")[0].id));
      assert.strictEqual(got.previewPicture.id, String(of("PREVIEW_PICTURE")[0].id));
      assert.deepStrictEqual(got[photos].map((value) => value.value.id), ids(of("MORE_PHOTO")).map(String));
      assert.deepStrictEqual(of("MORE_PHOTO").map((image) => image.name), ["1.png", "2.png"]);

      for (const [file, bytes] of [[got.detailPicture, detail], [got.previewPicture, preview],
        [got[photos][0].value, first], [got[photos][1].value, second]])
        for (const link of [file.url, file.urlMachine]) {
          same(await bytesOf(server, linkOf(link)), bytes, link);
          const path = linkOf(link).replace("catalog.product.download", `${kind.path}.download`);
          same(await bytesOf(server, path), bytes, path);
        }
      for (const image of listed)
        same(await bytesOf(server, image.detailUrl),
          { DETAIL_PICTURE: detail, PREVIEW_PICTURE: preview }[image.type] ||
          { "1.png": first, "2.png": second }[image.name]);
    });

    test(`${by}: ${name}: update removes and replaces pictures`, async (server) => {
      const b24 = await client(server);
      const photos = PHOTOS[kind.block];
      const added = await make(b24, server, { detailPicture: fileData(png()),
        [photos]: [{ value: fileData(png(), "1.png") },
        { value: fileData(png(), "2.png") }] });
      const before = await get(b24, added.id);
      const third = png();
      await result(b24, `${kind.path}.update`, { id: added.id, fields: { detailPicture: { remove: "Y" },
        [photos]: [{ valueId: before[photos][1].valueId, value: before[photos][1].value },
          { value: fileData(third, "3.png") }] } });

      const after = await get(b24, added.id);
      assert.strictEqual(after.detailPicture, null);
      const listed = await images(b24, added.id);
      assert.deepStrictEqual(listed.map((image) => [image.type, image.name]), [["MORE_PHOTO", "2.png"],
        ["MORE_PHOTO", "3.png"]]);
      assert.strictEqual(String(listed[0].id), before[photos][1].value.id);
      same(await bytesOf(server, listed[1].downloadUrl), third);
    });

    test(`${by}: ${name}: getFieldsByFilter`, async (server) => {
      const b24 = await client(server);
      const filter = { iblockId: kind.block, productType: kind.type };
      const fields = (await result(b24, `${kind.path}.getFieldsByFilter`, { filter }))[kind.one];
      for (const field of ["id", "iblockId", "name", "active", "detailPicture", "previewPicture", PHOTOS[kind.block]])
        assert.deepStrictEqual(["isImmutable", "isReadOnly", "isRequired"].map((flag) => typeof fields[field][flag]),
          ["boolean", "boolean", "boolean"], field);
      assert.deepStrictEqual([fields.id.isReadOnly, fields.name.isRequired, fields.iblockId.isRequired],
        [true, true, true]);
    });
  }

  test(`${by}: what a product must have is named`, async (server) => {
    const b24 = await client(server);
    await refused(call(b24, "catalog.product.add", { fields: {} }), 400, "0", "Required fields: iblockId, name");
    await refused(call(b24, "catalog.product.add", { fields: { iblockId: CATALOG } }),
      400, "0", "Required fields: name");
    await refused(call(b24, "catalog.product.add"), 400, "100", "Could not find value for parameter {fields}");
    await refused(call(b24, "catalog.product.list", { select: ["name"] }),
      400, "0", "Required select fields: id, iblockId");
    await refused(call(b24, "catalog.product.list"), 400, "0", "Required filter fields: iblockId");
    await refused(call(b24, "catalog.product.list", { filter: { iblockId: 999 } }),
      400, "200040300000", "Iblock Not Found");
  });

  test(`${by}: filter, order and pages`, async (server) => {
    const b24 = await client(server);
    const http = b24.getHttpClient("v2");
    const params = { select: ["id", "iblockId"], filter: { iblockId: CATALOG, "<=id": 60 }, order: { ID: "desc" } };
    const first = await call(b24, "catalog.product.list", params);
    assert.deepStrictEqual([first.getTotal(), first.isMore(), first.getData().result.products.length],
      [55, true, 50]);
    const second = await first.getNext(http);
    assert.deepStrictEqual([second.getTotal(), second.isMore(), await second.getNext(http)], [55, false, false]);
    const found = [...ids(first.getData().result.products), ...ids(second.getData().result.products)];
    assert.deepStrictEqual(found, [...Array(50).keys(), 55, 56, 57, 58, 59].map((at) => at + 1).reverse());

    for (const [filter, want] of [[{ id: [3, 1] }, [1, 3]], [{ ">=id": 59, "<id": 61 }, [59, 60]],
      [{ "@id": [5] }, [5]],
      [{ "<=id": 3, "!id": 2 }, [1, 3]]]) {
      const { products } = await result(b24, "catalog.product.list", { filter: { iblockId: CATALOG, ...filter } });
      assert.deepStrictEqual(ids(products), want, JSON.stringify(filter));
    }
  });

  test(`${by}: the catalogs`, async (server) => {
    const b24 = await client(server);
    const { catalogs } = await result(b24, "catalog.catalog.list");
    assert.deepStrictEqual(catalogs.map((one) => [one.iblockId, one.id, one.productIblockId]),
      [[CATALOG, CATALOG, null], [OFFERS, OFFERS, CATALOG]]);
    for (const one of catalogs) {
      assert.deepStrictEqual((await result(b24, "catalog.catalog.get", { id: one.iblockId })).catalog, one);
      assert.strictEqual(await result(b24, "catalog.catalog.isOffers", { id: one.iblockId }), one.iblockId === OFFERS);
    }
    const { catalog } = await result(b24, "catalog.catalog.getFields");
    assert.deepStrictEqual(Object.keys(catalog).sort(), Object.keys(catalogs[0]).sort());
    assert.strictEqual(typeof catalog.iblockId.isRequired, "boolean");
  });
}
