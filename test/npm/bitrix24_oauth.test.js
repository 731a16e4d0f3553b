// Access tokens of applications, and the package's own refresh of them (bitrix24 12.1).
"use strict";

const assert = require("node:assert");
const { UNKNOWN, add, bytesOf, call, ids, images, oauth, product, refused, result, sdk } = require("./bitrix24.js");
const { REDIRECT, allow, application, exchanged, installed, tokensOf } = require("./bitrix24_application.js");
const { png } = require("./pictures.js");
const { same } = require("./superoffice.js");

const LIST = "catalog.productImage.list";
const now = () => Math.floor(Date.now() / 1000);
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// The package could not get new tokens: its own error within the one of the call.
async function notRefreshed(promise, status, code) {
  const { AjaxError, RefreshTokenError } = await sdk;
  const error = await promise.then(() => assert.fail("not refused"), (e) => e);
  assert.ok(error instanceof AjaxError && error.originalError instanceof RefreshTokenError, String(error));
  assert.deepStrictEqual([error.originalError.status, error.originalError.code], [status, code]);
}

test("oauth: from the question to the first picture", async (server) => {
  const app = application(server);
  const sent = await allow(server, app);
  assert.strictEqual(sent.href.split("&")[0], REDIRECT);
  assert.strictEqual(sent.searchParams.get("state"), "a b&c");

  const tokens = await exchanged(server, app, sent.searchParams.get("code"));
  const { host } = new URL(server.tlsUrl);
  for (const [name, value] of Object.entries({ client_endpoint: `${server.tlsUrl}/rest/`, domain: host, status: "L",
    server_endpoint: `${server.tlsUrl}/rest/`, expires_in: 3600, scope: "catalog", user_id: 1 }))
    assert.strictEqual(tokens[name], value, name);
  assert.ok(Number.isInteger(tokens.expires) && Math.abs(tokens.expires - now() - 3600) < 60);
  assert.ok(tokens.member_id && tokens.access_token && tokens.refresh_token);

  const b24 = await oauth(server, { tokens, application: app });
  const bytes = png();
  const image = await add(b24, product(server), bytes);
  same(await bytesOf(server, image.downloadUrl), bytes);
  assert.strictEqual((await result(b24, "profile")).ID, "1");
  assert.strictEqual(image.downloadUrl.includes(tokens.access_token), false);
});

test("oauth: tokens that the package knows to be old are made new before the call", async (server) => {
  const { b24, refreshed, tokens } = await installed(server, { later: { expires: now() - 10 } });
  assert.deepStrictEqual(await images(b24, product(server)), []);

  assert.strictEqual(refreshed.length, 1);
  const [{ authData, b24OAuthParams }] = refreshed;
  assert.notStrictEqual(authData.access_token, tokens.access_token);
  assert.notStrictEqual(authData.refresh_token, tokens.refresh_token);
  assert.ok(Math.abs(authData.expires - now() - 3600) < 60 && authData.expires_in === 3600);
  const { accessToken, clientEndpoint, serverEndpoint, scope, status } = b24OAuthParams;
  assert.deepStrictEqual({ accessToken, clientEndpoint, serverEndpoint, scope, status },
    { scope: "catalog", status: "L",
    accessToken: authData.access_token, clientEndpoint: `${server.tlsUrl}/rest/`, serverEndpoint: `${server.tlsUrl}/rest/` });

  await result(b24, "server.time");
  assert.strictEqual(refreshed.length, 1);
});

test("oauth: tokens that the server calls expired are made new", (main) =>
  main.with({ CAMEO_OAUTH_ACCESS_SECONDS: "3" }, async (server) => {
    const { b24, refreshed, tokens } = await installed(server, { later: { expires: now() + 3600 } });
    const productId = product(server);
    const image = await add(b24, productId, png());
    await wait(3100);
    const other = await oauth(server, { tokens: { ...tokens, expires: now() + 3600 } });
    await notRefreshed(call(other, LIST, { productId }), 401, "invalid_client");

    const lists = await Promise.all([1, 2, 3, 4, 5].map(() => images(b24, productId)));
    assert.deepStrictEqual(lists.map(ids), Array(5).fill([image.id]));
    const first = refreshed.length; // once for all, or again for one that came late
    assert.ok(first >= 1 && first <= 5, String(first));
    await wait(3100);
    assert.deepStrictEqual(ids(await images(b24, productId)), [image.id]);
    assert.strictEqual(refreshed.length, first + 1);
    const seen = new Set([tokens.refresh_token, ...refreshed.map((told) => told.authData.refresh_token)]);
    assert.strictEqual(seen.size, refreshed.length + 1);
  }));

test("oauth: a token that nobody knows is made new, too", async (server) => {
  const { b24, refreshed } = await installed(server, { later: { access_token: "lost" } });
  assert.match(await result(b24, "server.time"), /^\d{4}-/);
  assert.strictEqual(refreshed.length, 1);
});

test("oauth: a refresh token is good once, and again only for a moment", (main) =>
  main.with({ CAMEO_OAUTH_GRACE_SECONDS: "0" }, async (server) => {
    const { app, b24, refreshed, tokens } = await installed(server, { later: { expires: now() - 10 } });
    await result(b24, "server.time");
    assert.strictEqual(refreshed.length, 1);
    await wait(1100);
    const late = await oauth(server, { tokens: { ...tokens, expires: now() - 10 }, application: app });
    await notRefreshed(call(late, "server.time"), 400, "invalid_grant");
  }));

test("oauth: who is not the application gets no tokens", async (server) => {
  const app = application(server);
  const tokens = { ...(await tokensOf(server, app)), expires: now() - 10 };
  const as = async (secret, more) => oauth(server, { tokens: { ...tokens, ...more }, application: { ...app, ...secret } });
  await notRefreshed(call(await as({ client_secret: "wrong" }), "server.time"), 401, "invalid_client");
  await notRefreshed(call(await as({ client_id: "local.wrong" }), "server.time"), 401, "invalid_client");
  await notRefreshed(call(await as({}, { refresh_token: "wrong" }), "server.time"), 400, "invalid_grant");
  await notRefreshed(call(await as(application(server)), "server.time"), 400, "invalid_grant");
});

test("oauth: a code is good once", async (server) => {
  const app = application(server);
  const code = (await allow(server, app)).searchParams.get("code");
  await exchanged(server, app, code);
  await assert.rejects(exchanged(server, app, code), /invalid_grant/);
  await assert.rejects(exchanged(server, app, String(UNKNOWN)), /invalid_grant/);
});

test("oauth: an application may do what it was given", async (server) => {
  const { b24 } = await installed(server, { scopes: "user" });
  assert.deepStrictEqual(await result(b24, "scope"), ["user"]);
  assert.strictEqual((await result(b24, "user.current")).ID, "1");
  await refused(call(b24, LIST, { productId: 1 }), 403, "insufficient_scope",
    "The request requires higher privileges than provided by the access token");

  const both = (await installed(server, { scopes: "catalog,user" })).b24;
  assert.strictEqual((await images(both, 1)).length, 4);
  assert.strictEqual((await result(both, "user.current")).NAME, "Demo");
});

test("oauth: an application may no more than its user", async (server) => {
  const { b24 } = await installed(server, { who: { user: "reader", password: "reader" } });
  const fileContent = ["a.png", png().toString("base64")];
  await b24.initIsAdmin();
  assert.strictEqual(b24.auth.isAdmin, false);
  assert.strictEqual((await images(b24, 1)).length, 4);
  await refused(call(b24, "catalog.productImage.add", { fields: { productId: 1 }, fileContent }),
    400, "200040300020",
    "Access Denied");
});

test("oauth: the application is described, and the package's helper reads it", async (server) => {
  const { B24HelperManager, LoadDataType } = await sdk;
  const { app, b24 } = await installed(server);
  const info = await result(b24, "app.info");
  assert.deepStrictEqual([String(info.ID), info.CODE, info.STATUS, info.INSTALLED],
    [String(app.id), app.client_id, "L", true]);

  const helper = new B24HelperManager(b24);
  await helper.loadData([LoadDataType.App, LoadDataType.Profile]);
  assert.deepStrictEqual([helper.appInfo.data.id, helper.appInfo.data.code, helper.appInfo.statusCode, helper.appInfo.data.isInstalled],
    [app.id, app.client_id, "Local", true]);
  assert.deepStrictEqual([helper.profileInfo.data.id, helper.paymentInfo.data.isExpired], [1, false]);
});

test("oauth: a batch refreshes as a call does", async (server) => {
  const { b24, refreshed } = await installed(server, { later: { access_token: "lost" } });
  const answer = await b24.actions.v2.batch.make({ calls: [[LIST, { productId: 1 }], ["profile"]] });
  assert.deepStrictEqual([answer.getData()[0].productImages.length, answer.getData()[1].ID], [4, "1"]);
  assert.strictEqual(refreshed.length, 1);
});

test("oauth: tokens of an application that was removed are dead", async (server) => {
  const { app, b24 } = await installed(server);
  await result(b24, "server.time");
  server.command("app", "remove", app.id);
  await refused(call(b24, "server.time"), 401, "APPLICATION_NOT_FOUND", "Application not found");
});
