// Batches by the package: lists, objects, chunks, references, failures (bitrix24 8).
"use strict";

const assert = require("node:assert");
const { CATALOG, CLIENTS, UNKNOWN, add, bytesOf, checkTime, ids, images, product, result, sdk, webhook } =
  require("./bitrix24.js");
const { jpeg, png } = require("./pictures.js");
const { same } = require("./superoffice.js");

const LIST = "catalog.productImage.list";
const GET = "catalog.productImage.get";
const ADD = "catalog.productImage.add";

const batch = (b24, calls, options) => b24.actions.v2.batch.make({ calls, options });
const adding = (productId, bytes, name = "a.png") =>
  [ADD, { fields: { productId }, fileContent: [name, bytes.toString("base64")] }];

// The failure of one command of a batch: the package's own error. Of code 0 it keeps the text only.
async function checkFailure(error, code, text) {
  const { AjaxError } = await sdk;
  assert.ok(error instanceof AjaxError, String(error));
  assert.deepStrictEqual([error.status, error.code, error.message],
    [200, code === "0" ? "JSSDK_RESPONSE_ERROR" : code, text]);
}

for (const [by, client] of Object.entries(CLIENTS)) {
  test(`${by}: by list, of pairs and of objects`, async (server) => {
    const b24 = await client(server);
    const productId = product(server);
    const image = await add(b24, productId, png());
    const calls = [[GET, { productId, id: image.id }], { method: LIST, params: { productId } }, ["server.time"],
      [LIST, { productId: product(server) }]];

    const plain = (await batch(b24, calls)).getData();
    assert.strictEqual(plain.length, 4);
    assert.strictEqual(plain[0].productImage.id, image.id);
    assert.deepStrictEqual([ids(plain[1].productImages), plain[3].productImages], [[image.id], []]);
    assert.ok(Math.abs(Date.parse(plain[2]) - Date.now()) < 120000);

    const answers = (await batch(b24, calls, { returnAjaxResult: true })).getData();
    assert.deepStrictEqual(answers.map((answer) => [answer.isSuccess, answer.getTotal()]),
      [[true, 0], [true, 1], [true, 0], [true, 0]]);
    for (const answer of answers) checkTime(answer.getData().time);
    assert.deepStrictEqual(answers[0].getData().result.productImage, plain[0].productImage);
  });

  test(`${by}: by object, and by list with names`, async (server) => {
    const b24 = await client(server);
    const productId = product(server);
    const image = await add(b24, productId, png());
    const calls = { 'one "ü" & [2]': { method: GET, params: { productId, id: image.id } }, 7: [LIST, { productId, select: ["id"] }] };

    const data = (await batch(b24, calls)).getData();
    assert.deepStrictEqual(Object.keys(data).sort(), Object.keys(calls).sort());
    assert.strictEqual(data['one "ü" & [2]'].productImage.id, image.id);
    assert.deepStrictEqual(data[7].productImages, [{ id: image.id }]);

    const named = await batch(b24, [{ method: LIST, params: { productId }, as: "mine" }],
      { returnAjaxResult: true });
    assert.deepStrictEqual(ids(named.getData()[0].getData().result.productImages), [image.id]);
  });

  test(`${by}: without halt each failure is told under its own key`, async (server) => {
    const b24 = await client(server);
    const productId = product(server);
    const calls = [[LIST, { productId }], [GET, { productId, id: UNKNOWN }], [GET, { productId }],
      ["catalog.nothing"],
      [GET, { productId: UNKNOWN, id: 1 }], [LIST, { productId: "x" }], ["batch", { cmd: [] }], ["server.time"]];
    const answer = await batch(b24, calls, { isHaltOnError: false });
    assert.ok(!answer.isSuccess);
    assert.strictEqual(answer.getData().length, 2);
    const errors = answer.getErrorsByKey();
    assert.deepStrictEqual(Object.keys(errors), ["1", "2", "3", "4", "5", "6"]);
    await checkFailure(errors[1], "0", "productImage does not exist.");
    await checkFailure(errors[2], "100", "Could not find value for parameter {id}");
    await checkFailure(errors[3], "ERROR_METHOD_NOT_FOUND", "Method not found!");
    await checkFailure(errors[4], "0", "Product was not found");
    await checkFailure(errors[5], "100", "Invalid value {x} to match with parameter {productId}. Should be value of type int.");
    await checkFailure(errors[6], "ERROR_BATCH_METHOD_NOT_ALLOWED", "Method is not allowed for batch usage");

    const byName = await batch(b24, { good: [LIST, { productId }], bad: [GET, { productId, id: UNKNOWN }] },
      { isHaltOnError: false, returnAjaxResult: true });
    assert.deepStrictEqual(byName.getErrorMessagesByKey(), { bad: "productImage does not exist." });
    const { good, bad } = byName.getData();
    assert.deepStrictEqual([good.isSuccess, bad.isSuccess, bad.getData()], [true, false, undefined]);
  });

  test(`${by}: with halt nothing runs behind the first failure`, async (server) => {
    const b24 = await client(server);
    const productId = product(server);
    const calls = [adding(productId, png()), [GET, { productId, id: UNKNOWN }], adding(productId, png())];
    const halted = await batch(b24, calls);
    assert.deepStrictEqual([halted.isSuccess, halted.getData().length], [false, 1]);
    assert.deepStrictEqual(halted.getErrorMessagesByKey(), { 1: "productImage does not exist." });
    assert.strictEqual((await images(b24, productId)).length, 1);

    const going = await batch(b24, calls, { isHaltOnError: false });
    assert.deepStrictEqual([going.isSuccess, going.getData().length], [false, 2]);
    assert.strictEqual((await images(b24, productId)).length, 3);
  });

  test(`${by}: a picture for a product that the same batch makes`, async (server) => {
    const b24 = await client(server);
    const bytes = png();
    const calls = {
      p: ["catalog.product.add", { fields: { iblockId: CATALOG, name: "Made in a batch" } }],
      i: adding("$result[p][element][id]", bytes, "first.png"),
      l: [LIST, { productId: "$result[p][element][id]" }],
      g: [GET, { productId: "$result[p][element][id]", id: "$result[l][productImages][0][id]" }],
    };
    const { p, i, l, g } = (await batch(b24, calls)).getData();
    assert.strictEqual(i.productImage.productId, p.element.id);
    assert.deepStrictEqual([ids(l.productImages), g.productImage.id], [[i.productImage.id], i.productImage.id]);
    same(await bytesOf(server, g.productImage.detailUrl), bytes);

    const byNumber = [calls.p, adding("$result[0][element][id]", bytes),
      [LIST, { productId: "$result[1][productImage][productId]" }]];
    const data = (await batch(b24, byNumber)).getData();
    assert.deepStrictEqual(ids(data[2].productImages), [data[1].productImage.id]);
  });

  test(`${by}: fifty commands at once, 120 in chunks, in their order`, async (server) => {
    const b24 = await client(server);
    const { AjaxError } = await sdk;
    const productId = product(server);
    const pictures = [...Array(120).keys()].map(() => png());
    const calls = pictures.map((bytes, at) => adding(productId, bytes, `${at}.png`));

    const fifty = await batch(b24, calls.slice(0, 50));
    assert.deepStrictEqual([fifty.isSuccess, fifty.getData().map((data) => data.productImage.name)],
      [true, [...Array(50).keys()].map((at) => `${at}.png`)]);
    await assert.rejects(batch(b24, calls.slice(0, 51)),
      (error) => error instanceof AjaxError && error.code === "JSSDK_BATCH_TOO_LARGE");

    const rest = await b24.actions.v2.batchByChunk.make({ calls: calls.slice(50),
      options: { isHaltOnError: false } });
    assert.deepStrictEqual([rest.isSuccess, rest.getData().length], [true, 70]);
    const listed = await images(b24, productId);
    assert.deepStrictEqual(listed.map((image) => image.name), pictures.map((_, at) => `${at}.png`));
    for (const at of [0, 49, 50, 119]) same(await bytesOf(server, listed[at].downloadUrl), pictures[at]);
  });

  test(`${by}: pictures of megabytes within commands`, async (server) => {
    const b24 = await client(server);
    const productId = product(server);
    const big = [1, 2, 3].map((value) => Buffer.concat([jpeg, Buffer.alloc(1500000, value)]));
    const data = (await batch(b24, big.map((bytes, at) => adding(productId, bytes, `${at}.jpg`)))).getData();
    assert.strictEqual(data.length, 3);
    for (const [at, { productImage }] of data.entries()) same(await bytesOf(server, productImage.detailUrl), big[at]);
  });

  test(`${by}: the old names of batches`, async (server) => {
    const { Logger, MemoryHandler } = await sdk;
    const b24 = await client(server);
    b24.setLogger(new Logger("test", [new MemoryHandler()]));
    const productId = product(server);
    const made = await b24.callBatchByChunk([...Array(60).keys()].map(() => adding(productId, png())), true);
    assert.deepStrictEqual([made.isSuccess, made.getData().length], [true, 60]);
    const data = (await b24.callBatch({ list: { method: LIST, params: { productId } } })).getData();
    assert.strictEqual(data.list.productImages.length, 60);
  });

  test(`${by}: a gallery is replaced in one batch`, async (server) => {
    const b24 = await client(server);
    const productId = product(server);
    for (let i = 0; i < 3; i++) await add(b24, productId, png());
    const old = ids(await images(b24, productId));
    const pictures = [png(), png()];
    const calls = [...old.map((id) => ["catalog.productImage.delete", { productId, id }]),
      ...pictures.map((bytes) => adding(productId, bytes))];
    const data = (await batch(b24, calls, { isHaltOnError: false })).getData();
    assert.deepStrictEqual(data.slice(0, 3), [true, true, true]);
    assert.deepStrictEqual(ids(await images(b24, productId)), ids(data.slice(3).map((made) => made.productImage)));
  });
}

test("codes within a batch are texts even where single calls have numbers", (main) =>
  main.with({ CAMEO_NUMERIC_ERROR_CODES: "yes" }, async (server) => {
    const b24 = await webhook(server);
    const answer = await batch(b24, [[GET, { productId: 1, id: UNKNOWN }],
      [GET, { productId: 1 }]], { isHaltOnError: false });
    assert.deepStrictEqual(answer.getErrorMessages(),
      ["productImage does not exist.", "Could not find value for parameter {id}"]);
    const error = await result(b24, GET, { productId: 1, id: UNKNOWN }).then(() => assert.fail("not refused"), (e) => e);
    assert.deepStrictEqual(error.originalError.response.data, { error: 0, error_description: "productImage does not exist." });
  }));
