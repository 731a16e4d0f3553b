// Applications and how users let them in (bitrix24 12.1).
"use strict";

const assert = require("node:assert");
const { fetch, oauth } = require("./bitrix24.js");

const REDIRECT = "https://application.example/install?from=cameo";
const ENTITIES = { "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'" };
const unescaped = (text) => text.replace(/&(amp|lt|gt|quot|#39);/g, (entity) => ENTITIES[entity]);

// A new one, as the command prints it: id, client_id, client_secret, application_token.
function application(server, scopes = "catalog") {
  const words = ["--name", "A test's application", "--redirect", REDIRECT, "--scopes", scopes, "--json"];
  return JSON.parse(server.command("app", "add", ...words));
}

// A person opens the page in a browser and allows it: where he is sent to then.
async function allow(server, app, { user = "demo", password = "demo", state = "a b&c" } = {}) {
  const address = `/oauth/authorize/?${new URLSearchParams({ client_id: app.client_id, response_type: "code", state })}`;
  const page = await fetch(server, address);
  assert.strictEqual(page.status, 200, page.body.toString());
  const form = new URLSearchParams({ user, password, action: "allow" });
  for (const [, name, value] of page.body.toString().matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g))
    form.set(unescaped(name), unescaped(value));
  const cookie = page.headers["set-cookie"].map((line) => line.split(";")[0]).join("; ");
  const headers = { "Content-Type": "application/x-www-form-urlencoded", Cookie: cookie };
  const answer = await fetch(server, address, { method: "POST", headers, body: form.toString() });
  assert.strictEqual(answer.status, 302, answer.body.toString());
  return new URL(answer.headers.location);
}

// What the application gets for the code: the answer of the end point.
async function exchanged(server, app, code) {
  const query = new URLSearchParams({ grant_type: "authorization_code", client_id: app.client_id,
    client_secret: app.client_secret, code });
  const answer = await fetch(server, `/oauth/token/?${query}`);
  assert.strictEqual(answer.status, 200, answer.body.toString());
  return JSON.parse(answer.body);
}

const tokensOf = async (server, app, who) =>
  exchanged(server, app, (await allow(server, app, who)).searchParams.get("code"));

// The package's client of an application that a user has let in, with what it is told of new tokens. `later`
// is laid over what it knows of its own.
async function installed(server, { scopes, who, later, ...more } = {}) {
  const app = application(server, scopes);
  const tokens = await tokensOf(server, app, who);
  const b24 = await oauth(server, { tokens: { ...tokens, ...later }, application: app, ...more });
  const refreshed = [];
  b24.setCallbackRefreshAuth(async (told) => refreshed.push(structuredClone(told)));
  return { app, b24, refreshed, tokens };
}

module.exports = { REDIRECT, allow, application, exchanged, installed, tokensOf };
