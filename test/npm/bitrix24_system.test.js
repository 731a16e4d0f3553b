// The methods of section 11, and the package's own tools that live on them.
"use strict";

const assert = require("node:assert");
const { CLIENTS, DATE, call, oauth, refused, result, sdk, webhook, webhookOf } = require("./bitrix24.js");

const METHODS = ["add", "delete", "get", "getfields", "list"].map((name) => `catalog.productimage.${name}`);
for (const kind of ["", "sku.", "offer.", "service."])
  for (const name of ["add", "delete", "download", "get", "getfieldsbyfilter", "list", "update"])
    METHODS.push(`catalog.product.${kind}${name}`);
for (const name of ["get", "getfields", "isoffers", "list"]) METHODS.push(`catalog.catalog.${name}`);
const COMMON = ["app.info", "batch", "event.bind", "event.get", "event.unbind", "events", "feature.get", "method.get",
  "methods", "profile", "scope", "server.time", "user.admin"];

for (const [by, client] of Object.entries(CLIENTS)) {
  test(`${by}: server.time`, async (server) => {
    const time = await result(await client(server), "server.time");
    assert.match(time, DATE);
    assert.ok(Math.abs(Date.parse(time) - Date.now()) < 120000);
  });

  test(`${by}: scope`, async (server) => {
    const b24 = await client(server);
    const own = await result(b24, "scope");
    const full = await result(b24, "scope", { full: true });
    assert.ok(own.includes("catalog"), String(own));
    assert.deepStrictEqual(own.filter((name) => !full.includes(name)), []);
    for (const name of ["catalog", "user"]) assert.ok(full.includes(name), name);
  });

  test(`${by}: methods holds every one, in lower case`, async (server) => {
    const b24 = await client(server);
    const all = await result(b24, "methods");
    for (const name of [...METHODS, ...COMMON].filter((one) => one !== "batch")) assert.ok(all.includes(name), name);
    assert.ok(!all.includes("download") && !all.includes("upload"));
    const catalog = await result(b24, "methods", { scope: "catalog" });
    for (const name of METHODS) assert.ok(catalog.includes(name), name);
    assert.deepStrictEqual(catalog.filter((name) => !name.startsWith("catalog.")), []);
    assert.ok(!(await result(b24, "methods", { scope: "" })).some((name) => name.startsWith("catalog.")));
    for (const name of METHODS)
      assert.deepStrictEqual(await result(b24, "method.get", { name }),
        { isExisting: true, isAvailable: true }, name);
  });

  test(`${by}: method.get of what there is not`, async (server) => {
    const b24 = await client(server);
    assert.deepStrictEqual(await result(b24, "method.get", { name: "catalog.productimage.update" }),
      { isExisting: false, isAvailable: false });
  });

  test(`${by}: profile, user.admin`, async (server) => {
    const b24 = await client(server);
    const profile = await result(b24, "profile");
    assert.deepStrictEqual([profile.ID, profile.ADMIN, profile.NAME, profile.LAST_NAME],
      ["1", true, "Demo", "User"]);
    assert.deepStrictEqual([typeof profile.PERSONAL_GENDER, typeof profile.TIME_ZONE], ["string", "string"]);
    assert.strictEqual(await result(b24, "user.admin"), true);
  });

  test(`${by}: feature.get`, async (server) => {
    const b24 = await client(server);
    assert.match((await result(b24, "feature.get", { CODE: "rest_offline_extended" })).value, /^[YN]$/);
    const error = await call(b24, "feature.get").then(() => assert.fail("not refused"), (e) => e);
    assert.deepStrictEqual([error.status, error.code], [400, "CODE_EMPTY"]);
  });

  test(`${by}: the package's tools`, async (server) => {
    const b24 = await client(server);
    assert.strictEqual(await b24.tools.healthCheck.make(), true);
    const ms = await b24.tools.ping.make();
    assert.ok(ms >= 0 && ms < 60000, String(ms));
  });

  test(`${by}: the package's helper loads user, application and licence in one batch`, async (server) => {
    const { B24HelperManager, LoadDataType } = await sdk;
    const b24 = await client(server);
    const helper = new B24HelperManager(b24);
    await helper.loadData([LoadDataType.App, LoadDataType.Profile]);
    const { id, isAdmin, name, lastName } = helper.profileInfo.data;
    assert.deepStrictEqual({ id, isAdmin, name, lastName },
      { id: 1, isAdmin: true, name: "Demo", lastName: "User" });
    assert.strictEqual(helper.licenseInfo.data.isSelfHosted, true);
    assert.strictEqual(helper.isSelfHosted, true);
  });
}

test("webhook: app.info tells its scopes", async (server) => {
  const info = await result(await webhook(server), "app.info");
  assert.ok(info.SCOPE.includes("catalog"));
  assert.match(info.LICENSE, /^[a-z]{2}_selfhosted$/);
});

test("webhook: user.current wants a scope of its own", async (server) => {
  await refused(call(await webhook(server), "user.current"), 403, "insufficient_scope",
    "The request requires higher privileges than provided by the webhook token");
  for (const scope of ["user", "user_basic", "user_brief"]) {
    const b24 = await webhook(server, { as: webhookOf(server, "demo", "--scope", scope) });
    const user = await result(b24, "user.current");
    assert.deepStrictEqual([user.ID, user.ACTIVE, user.NAME, user.LAST_NAME], ["1", true, "Demo", "User"]);
  }
});

test("webhook: somebody else is no administrator", async (server) => {
  const b24 = await webhook(server, { as: "2/reader-webhook" });
  assert.strictEqual(await result(b24, "user.admin"), false);
  assert.deepStrictEqual([(await result(b24, "profile")).ID, (await result(b24, "profile")).ADMIN], ["2", false]);
});

test("oauth: the package learns that its user is an administrator", async (server) => {
  const b24 = await oauth(server);
  await b24.initIsAdmin();
  assert.strictEqual(b24.auth.isAdmin, true);
});
