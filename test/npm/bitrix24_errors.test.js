// What the package makes of our refusals (bitrix24 3, 4.2, 4.3, 6).
"use strict";

const assert = require("node:assert");
const { CATALOG, CLIENTS, UNKNOWN, add, call, images, oauth, product, refused, sdk, webhook, webhookOf } =
  require("./bitrix24.js");
const { png } = require("./pictures.js");

const IMAGE = "catalog.productImage";
const missing = (name) => `Could not find value for parameter {${name}}`;
const wrong = (value, name, type = "int") =>
  `Invalid value {${value}} to match with parameter {${name}}. Should be value of type ${type}.`;
const content = () => ["a.png", png().toString("base64")];

for (const [by, client] of Object.entries(CLIENTS)) {
  test(`${by}: ids that are not there`, async (server) => {
    const b24 = await client(server);
    const productId = product(server);
    const other = await add(b24, product(server), png());
    for (const method of ["get", "delete"]) {
      await refused(call(b24, `${IMAGE}.${method}`, { productId: UNKNOWN, id: 1 }),
        400, "0", "Product was not found");
      await refused(call(b24, `${IMAGE}.${method}`, { productId, id: UNKNOWN }),
        400, "0", "productImage does not exist.");
      // of another product: not told apart from one that is nowhere
      await refused(call(b24, `${IMAGE}.${method}`, { productId, id: other.id }),
        400, "0", "productImage does not exist.");
    }
    await refused(call(b24, `${IMAGE}.list`, { productId: UNKNOWN }), 400, "0", "Product was not found");
    for (const id of [0, -1]) await refused(call(b24, `${IMAGE}.list`, { productId: id }),
      400, "0", "Empty productID");
    await refused(call(b24, `${IMAGE}.add`, { fields: { productId: UNKNOWN }, fileContent: content() }), 400, "0",
      "Product was not found");
    await refused(call(b24, "catalog.product.get", { id: UNKNOWN }), 400, "0", "product does not exist.");
    assert.strictEqual((await images(b24, other.productId)).length, 1);
  });

  test(`${by}: parameters that are missing or of the wrong type`, async (server) => {
    const b24 = await client(server);
    const productId = product(server);
    for (const method of ["get", "delete"]) {
      await refused(call(b24, `${IMAGE}.${method}`), 400, "100", missing("id"));
      await refused(call(b24, `${IMAGE}.${method}`, { id: 1 }), 400, "100", missing("productId"));
      await refused(call(b24, `${IMAGE}.${method}`, { ID: 1, productId }), 400, "100", missing("id"));
      await refused(call(b24, `${IMAGE}.${method}`, { id: "one", productId }), 400, "100", wrong("one", "id"));
      await refused(call(b24, `${IMAGE}.${method}`, { id: "", productId }), 400, "100", wrong("", "id"));
      await refused(call(b24, `${IMAGE}.${method}`, { id: 1, productId: null }),
        400, "100", wrong("", "productId"));
    }
    await refused(call(b24, `${IMAGE}.list`), 400, "100", missing("productId"));
    await refused(call(b24, `${IMAGE}.add`), 400, "100", missing("fields"));
    await refused(call(b24, `${IMAGE}.add`, { fields: "x", fileContent: content() }),
      400, "100", wrong("x", "fields", "array"));
    await refused(call(b24, `${IMAGE}.add`, { fields: { productId } }), 400, "100", missing("fileContent"));
    await refused(call(b24, `${IMAGE}.add`, { fields: { type: "MORE_PHOTO" }, fileContent: content() }), 400, "0",
      "Required fields: productId");
    await refused(call(b24, "catalog.product.get"), 400, "100", missing("id"));
  });

  test(`${by}: what is no picture, or has no good name`, async (server) => {
    const b24 = await client(server);
    const productId = product(server);
    const [, base64] = content();
    for (const [fileContent, text] of [
      [["a.png", ""], "Could not save image."],
      [["a.png", Buffer.from("<svg xmlns='http://www.w3.org/2000/svg'/>").toString("base64")], "Invalid file type."],
      [["", base64], "File name is not specified."],
      [["a\u0001.png", base64], "File name contains invalid characters."],
      [[`${"x".repeat(300)}.png`, base64], "File name is too long."],
    ])
      await refused(call(b24, `${IMAGE}.add`, { fields: { productId }, fileContent }), 400, "0", text);
    assert.deepStrictEqual(await images(b24, productId), []);
  });

  test(`${by}: a method that is not there`, async (server) => {
    const b24 = await client(server);
    for (const method of [`${IMAGE}.update`, "catalog.nothing", "crm.item.list"])
      await refused(call(b24, method), 404, "ERROR_METHOD_NOT_FOUND", "Method not found!");
  });

  test(`${by}: REST 3.0 is told by the error it knows`, async (server) => {
    const { AjaxError } = await sdk;
    const b24 = await client(server);
    const answer = await b24.actions.v3.call.make({ method: `${IMAGE}.get`, params: { id: 1 } });
    assert.ok(!answer.isSuccess);
    const [error] = answer.getErrors();
    assert.ok(error instanceof AjaxError);
    assert.deepStrictEqual([error.status, error.code], [404, "BITRIX_REST_V3_EXCEPTION_METHODNOTFOUNDEXCEPTION"]);
  });

  test(`${by}: a refusal is sent once`, async (server) => {
    const b24 = await client(server);
    await refused(call(b24, `${IMAGE}.get`), 400, "100", missing("id"));
    const stats = b24.getHttpClient("v2").getStats();
    assert.deepStrictEqual([stats.totalRequests, stats.failedRequests, stats.retries], [1, 1, 0]);
  });
}

test("webhook: wrong credentials", async (server) => {
  for (const as of ["1/wrong", "99/demo-webhook", "1/reader-webhook", "1/demo-oauth"]) {
    const b24 = await webhook(server, { as });
    await refused(call(b24, `${IMAGE}.list`, { productId: 1 }),
      403, "INVALID_CREDENTIALS", "Invalid request credentials");
    assert.strictEqual(await b24.tools.healthCheck.make(), false);
  }
});

test("webhook: a scope that is missing", async (server) => {
  const b24 = await webhook(server, { as: webhookOf(server, "demo", "--scope", "user") });
  await refused(call(b24, `${IMAGE}.list`, { productId: 1 }), 403, "insufficient_scope",
    "The request requires higher privileges than provided by the webhook token");
  assert.strictEqual(await b24.tools.healthCheck.make(), true);
  const answer = await b24.actions.v2.batch.make({ calls: [[`${IMAGE}.list`, { productId: 1 }], ["server.time"]],
    options: { isHaltOnError: false } });
  assert.strictEqual(answer.getData().length, 1);
  assert.strictEqual(answer.getErrorsByKey()[0].code, "insufficient_scope");
});

test("webhook: an expired one", async (server) => {
  const as = webhookOf(server, "demo", "--expires", "1");
  await new Promise((resolve) => setTimeout(resolve, 1500));
  await refused(call(await webhook(server, { as }), "server.time"),
    403, "INVALID_CREDENTIALS", "Invalid request credentials");
});

for (const [name, as] of Object.entries({ "who reads only": () => "2/reader-webhook",
  "a key that reads only": (server) => webhookOf(server, "demo", "--read-only") })) {
  test(`webhook: ${name} writes nothing`, async (server) => {
    const b24 = await webhook(server, { as: as(server) });
    const productId = product(server);
    const image = await add(await webhook(server), productId, png());
    await refused(call(b24, `${IMAGE}.add`, { fields: { productId }, fileContent: content() }),
      400, "200040300020", "Access Denied");
    await refused(call(b24, `${IMAGE}.delete`, { productId, id: image.id }), 400, "200040300020", "Access Denied");
    for (const [method, params] of Object.entries({ add: { fields: { iblockId: CATALOG, name: "x" } },
      update: { id: productId, fields: { name: "x" } }, delete: { id: productId } }))
      await refused(call(b24, `catalog.product.${method}`, params), 400, "200040300040", "Access Denied");
    assert.deepStrictEqual((await images(b24, productId)).map((one) => one.id), [image.id]);
  });
}

test("oauth: a token that nobody gave, and an application that nobody knows", async (server) => {
  const { AjaxError, RefreshTokenError } = await sdk;
  const b24 = await oauth(server, { tokens: { access_token: "wrong", refresh_token: "wrong" },
    application: { client_id: "local.wrong", client_secret: "wrong" } });
  const error = await call(b24, "server.time").then(() => assert.fail("not refused"), (e) => e);
  assert.ok(error instanceof AjaxError && error.originalError instanceof RefreshTokenError, String(error));
  assert.deepStrictEqual([error.originalError.status, error.originalError.code], [401, "invalid_client"]);
});
