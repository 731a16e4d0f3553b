// Bitrix24's own client, unmodified, on our server, over TLS.
"use strict";

const assert = require("node:assert");
const https = require("node:https");

// A part of it is an ES module only, which Node.js 18 cannot `require`.
const sdk = import("@bitrix24/b24jssdk");

const CATALOG = 14;
const OFFERS = 15;
const UNKNOWN = 987654321;
const ROLES = ["DETAIL_PICTURE", "PREVIEW_PICTURE", "MORE_PHOTO"];
const DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d$/;

// The package makes its requests without an agent of its own, so it trusts what Node.js's does.
function trust(server) {
  https.globalAgent.options.ca = server.certificate;
}

// By webhook. `limits` replaces some of the package's own for its requests.
async function webhook(server, { as = "1/demo-webhook", limits } = {}) {
  const { B24Hook } = await sdk;
  trust(server);
  return B24Hook.fromWebhookUrl(`${server.tlsUrl}/rest/${as}`, { restrictionParams: limits });
}

// By an access token, of the demo store unless `tokens` are what an end point for them answered. Without
// `application` they cannot be refreshed.
async function oauth(server, { tokens = {}, application = {}, limits } = {}) {
  const { B24OAuth } = await sdk;
  trust(server);
  const hour = Math.floor(Date.now() / 1000) + 3600;
  const options = {
    applicationToken: "", userId: tokens.user_id || 1, memberId: tokens.member_id || "",
    accessToken: tokens.access_token || "demo-oauth", refreshToken: tokens.refresh_token || "",
    expires: tokens.expires || hour, expiresIn: tokens.expires_in || 3600, scope: tokens.scope || "catalog",
    domain: tokens.domain || new URL(server.tlsUrl).host, status: tokens.status || "L", issuer: "store",
    clientEndpoint: tokens.client_endpoint || `${server.tlsUrl}/rest/`,
    serverEndpoint: tokens.server_endpoint || `${server.tlsUrl}/rest/`,
  };
  const secret = { clientId: application.client_id || "", clientSecret: application.client_secret || "" };
  return new B24OAuth(options, secret, { restrictionParams: limits });
}

const CLIENTS = { webhook, oauth };

const call = (b24, method, params = {}) => b24.actions.v2.call.make({ method, params });

// The result of a call that must succeed, its times looked over.
async function result(b24, method, params) {
  const answer = await call(b24, method, params);
  assert.ok(answer.isSuccess, answer.getErrorMessages().join("; "));
  checkTime(answer.getData().time);
  return answer.getData().result;
}

function checkTime(time) {
  for (const name of ["start", "finish", "duration", "processing"])
    assert.strictEqual(typeof time[name], "number", name);
  assert.ok(time.finish >= time.start && Math.abs(time.start - Date.now() / 1000) < 120);
  for (const name of ["date_start", "date_finish"]) assert.match(time[name], DATE);
}

// The call must fail with the package's own error, and the answer must hold exactly code and text. Of code 0
// the package keeps the text only.
async function refused(promise, status, code, text) {
  const { AjaxError } = await sdk;
  const error = await promise.then(
    (answer) => assert.fail(`not refused: ${JSON.stringify(answer.getData())}`),
    (e) => e,
  );
  if (!(error instanceof AjaxError)) throw error;
  assert.deepStrictEqual(error.originalError.response.data, { error: code, error_description: text });
  assert.deepStrictEqual([error.status, error.code, error.message],
    [status, code === "0" ? "ERR_BAD_REQUEST" : code, text]);
  return error;
}

// One request as a browser makes it that knows nothing: without credential and cookie.
function fetch(server, link, { body, ...options } = {}) {
  trust(server);
  return new Promise((resolve, reject) => {
    const request = https.request(new URL(link, server.tlsUrl), options, (answer) => {
      const pieces = [];
      answer.on("data", (piece) => pieces.push(piece));
      answer.on("error", reject);
      answer.on("end", () =>
        resolve({ status: answer.statusCode, headers: answer.headers, body: Buffer.concat(pieces) }));
    });
    request.on("error", reject);
    request.end(body);
  });
}

async function bytesOf(server, link) {
  const answer = await fetch(server, link);
  assert.strictEqual(answer.status, 200, `${answer.status} ${answer.body.subarray(0, 200)}`);
  return answer.body;
}

// A product of this test alone; `subtype`: simple, parent, offer or service.
function product(server, subtype = "simple", ...more) {
  const words = ["product", "A product of a test", "--subtype", subtype, ...more, "--json"];
  return JSON.parse(server.command("record", "add", ...words)).id;
}

// An offer needs the product it is a variation of.
const productOf = (server, subtype) =>
  product(server, subtype, ...(subtype === "offer" ? ["--parent", product(server, "parent")] : []));

// A new webhook of that user: what stands behind /rest/.
function webhookOf(server, login, ...options) {
  const { path } = JSON.parse(server.command("key", "webhook", login, "--json", ...options));
  return path.replace("/rest/", "").slice(0, -1);
}

async function add(b24, productId, bytes, name = "mug.png", type = undefined) {
  const params = { fields: { productId, type }, fileContent: [name, bytes.toString("base64")] };
  return (await result(b24, "catalog.productImage.add", params)).productImage;
}

const images = async (b24, productId) =>
  (await result(b24, "catalog.productImage.list", { productId })).productImages;

const ids = (rows) => rows.map((row) => row.id);

module.exports = {
  CATALOG, CLIENTS, DATE, OFFERS, ROLES, UNKNOWN, add, bytesOf, call, checkTime, fetch, ids, images, oauth,
  product, productOf, refused, result, sdk, webhook, webhookOf,
};
