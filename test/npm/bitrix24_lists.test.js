// The package's list helpers, old and new, over more rows than a page holds (bitrix24 4.5, 9).
"use strict";

const assert = require("node:assert");
const { CATALOG, CLIENTS, call, ids, product, sdk } = require("./bitrix24.js");
const { png } = require("./pictures.js");

const LIST = { method: "catalog.productImage.list", customKeyForResult: "productImages" };
const BY_ID = { ...LIST, idKey: "id" };
const BY_UPPER_ID = { ...BY_ID, cursorIdKey: "ID" };

// A product with so many pictures, and their ids; no two requests of ours are needed for a picture.
async function gallery(b24, server, count) {
  const productId = product(server);
  const calls = [...Array(count).keys()].map((at) =>
    ["catalog.productImage.add", { fields: { productId }, fileContent: [`${at}.png`, png().toString("base64")] }]);
  const made = await b24.actions.v2.batchByChunk.make({ calls });
  assert.ok(made.isSuccess, made.getErrorMessages().join("; "));
  const found = ids(made.getData().map((data) => data.productImage));
  assert.strictEqual(new Set(found).size, count);
  return { productId, found };
}

// Notes of old methods go there and not to the terminal.
async function silent(b24) {
  const { Logger, MemoryHandler } = await sdk;
  b24.setLogger(new Logger("test", [new MemoryHandler()]));
  return b24;
}

for (const [by, client] of Object.entries(CLIENTS)) {
  for (const [name, options] of Object.entries({ id: BY_ID, ID: BY_UPPER_ID })) {
    test(`${by}: callList and fetchList by ${name} over 120 pictures give each once, and end`, async (server) => {
      const b24 = await client(server);
      const { productId, found } = await gallery(b24, server, 120);

      const all = await b24.actions.v2.callList.make({ ...options, params: { productId } });
      assert.ok(all.isSuccess);
      assert.deepStrictEqual(ids(all.getData()), found);

      const pages = [];
      for await (const page of b24.actions.v2.fetchList.make({ ...options, params: { productId } })) pages.push(ids(page));
      assert.deepStrictEqual(pages, [found.slice(0, 50), found.slice(50, 100), found.slice(100)]);

      const plain = await call(b24, LIST.method, { productId });
      assert.deepStrictEqual([ids(plain.getData().result.productImages), plain.getTotal(), plain.isMore()],
        [found, 120, false]);
    });
  }

  test(`${by}: the old list helpers over 120 pictures, too`, async (server) => {
    const b24 = await silent(await client(server));
    const { productId, found } = await gallery(b24, server, 120);

    const progress = [];
    const all = await b24.callListMethod(LIST.method, { productId }, (done) => progress.push(done), LIST.customKeyForResult);
    assert.deepStrictEqual([ids(all.getData()), progress], [found, [0, 100]]);

    const fetched = [];
    for await (const page of b24.fetchListMethod(LIST.method, { productId }, "id", LIST.customKeyForResult))
      fetched.push(...ids(page));
    assert.deepStrictEqual(fetched, found);
  });

  for (const count of [0, 1, 50, 51, 100]) {
    test(`${by}: the list helpers end after ${count} pictures`, async (server) => {
      const b24 = await client(server);
      const { productId, found } = count ? await gallery(b24, server, count) : { productId: product(server), found: [] };
      const all = await b24.actions.v2.callList.make({ ...BY_ID, params: { productId } });
      assert.deepStrictEqual(ids(all.getData()), found);
    });
  }

  test(`${by}: all products, by helpers and page by page`, async (server) => {
    const b24 = await silent(await client(server));
    const params = { select: ["id", "iblockId"], filter: { iblockId: CATALOG, "<=id": 60 } };
    const want = [...Array(50).keys(), 55, 56, 57, 58, 59].map((at) => at + 1);
    const options = { method: "catalog.product.list", params, customKeyForResult: "products" };
    for (const more of [{ idKey: "id" }, { idKey: "id", cursorIdKey: "ID" }])
      assert.deepStrictEqual(ids((await b24.actions.v2.callList.make({ ...options, ...more })).getData()), want);

    const fetched = [];
    for await (const page of b24.actions.v2.fetchList.make({ ...options, idKey: "id" })) fetched.push(ids(page));
    assert.deepStrictEqual(fetched, [want.slice(0, 50), want.slice(50)]);
    const old = await b24.callListMethod("catalog.product.list", params, null, "products");
    assert.deepStrictEqual(ids(old.getData()), want);
  });

  test(`${by}: a list helper says what is wrong`, async (server) => {
    const { AjaxError } = await sdk;
    const b24 = await client(server);
    const failed = (promise) => promise.then(() => assert.fail("not refused"), (error) => error);
    for (const make of [(o) => b24.actions.v2.callList.make(o), (o) => b24.actions.v2.fetchList.make(o).next()]) {
      const error = await failed(make({ ...BY_ID, params: { productId: 0 } }));
      assert.ok(error instanceof AjaxError, String(error));
      assert.deepStrictEqual([error.status, error.message], [400, "Empty productID"]);
    }
  });
}
