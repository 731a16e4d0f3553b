// SuperOffice's own client, unmodified, on our server.
"use strict";

const assert = require("node:assert");
const api = require("@superoffice/webapi");
const { ReturnBlobType } = require("@superoffice/webapi/WebApiBase.js");
const { FromBase64ToString } = require("@superoffice/webapi/Base64.js");

const KINDS = ["Contact", "Person", "Project", "Product"];
const DAY_MS = 86400000;
const UNKNOWN = 987654321;

// What goes into every request of a client. Fresh each time: the package writes its headers into it, so
// that two clients with one object would share them (superoffice 10).
const SCHEMES = {
  Basic: () => ({ auth: { username: "demo", password: "demo" } }),
  SoTicket: () => ({ headers: { Authorization: "SoTicket 7T:demo" } }),
  Bearer: () => ({ headers: { Authorization: "Bearer 8A:demo" } }),
  reader: () => ({ auth: { username: "reader", password: "reader" } }),
  nobody: () => ({ auth: { username: "demo", password: "wrong" } }),
};

// A client of that class; `more` are options of the package, and `as` the way to say who one is.
function client(server, Class, { as = "SoTicket", prefix = "", ...more } = {}) {
  return new Class({ baseUrl: server.url + prefix, axiosConfig: SCHEMES[as](), ...more });
}

const RECORD = { Contact: "contact", Person: "person", Project: "project", Product: "product" };

// A record of this test alone.
function record(server, kind, name = "A record of a test") {
  return JSON.parse(server.command("record", "add", RECORD[kind], name, "--json")).id;
}

// Options of a call that keep its answer: what came over the wire is in `seen.response`.
function watched(options = {}) {
  const seen = { ...options };
  seen.responseCallback = (response) => (seen.response = response);
  return seen;
}

// The call must fail with that status, and say why as SuperOffice does (superoffice 8).
async function refused(status, promise, type) {
  const error = await promise.then(
    (result) => assert.fail(`not refused: ${JSON.stringify(result)}`),
    (e) => e,
  );
  if (!error.response) throw error;
  let body = error.response.data;
  if (Buffer.isBuffer(body)) body = JSON.parse(body.toString());
  assert.strictEqual(error.response.status, status, JSON.stringify(body));
  assert.strictEqual(body.Error, true);
  assert.ok(body.ErrorMessage && body.ErrorMessage === body.Message, JSON.stringify(body));
  if (type) assert.strictEqual(body.ErrorType, type);
  return body;
}

// Bytes against bytes, with a message that can be read.
function same(got, want, what = "bytes") {
  got = Buffer.from(got);
  assert.ok(got.equals(want), `${what}: ${got.length} bytes ${got.subarray(0, 8).toString("hex")}, ` +
    `not ${want.length} ${want.subarray(0, 8).toString("hex")}`);
}

function recent(date) {
  assert.ok(date instanceof Date && Math.abs(Date.now() - date.getTime()) < 120000, String(date));
}

module.exports = {
  DAY_MS, FromBase64ToString, KINDS, ReturnBlobType, SCHEMES, UNKNOWN, api, client, recent, record,
  refused, same, watched,
};
