// Event handlers that an application binds with the package, and what they are told (bitrix24 13).
"use strict";

const assert = require("node:assert");
const http = require("node:http");
const { CATALOG, add, call, images, oauth, refused, result, webhook } = require("./bitrix24.js");
const { installed } = require("./bitrix24_application.js");
const { png } = require("./pictures.js");

const EVENTS = ["ADD", "UPDATE", "DELETE"].map((name) => `CATALOG.PRODUCT.ON.${name}`);
const ALLOWED = { CAMEO_EVENT_HOSTS: "127.0.0.1" };

// An application's server: `next` gives the form that came next.
async function listener() {
  const forms = [];
  const waiting = [];
  const server = http.createServer(async (request, answer) => {
    let text = "";
    for await (const piece of request) text += piece;
    answer.end("ok");
    const form = Object.fromEntries(new URLSearchParams(text));
    if (waiting.length) waiting.shift()(form);
    else forms.push(form);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}/handler?a=1`,
    next: () => (forms.length ? Promise.resolve(forms.shift()) : new Promise((resolve) => waiting.push(resolve))),
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

test("oauth: handlers are bound, listed and taken off", (main) =>
  main.with(ALLOWED, async (server) => {
    const { b24 } = await installed(server);
    const handler = "http://127.0.0.1:9/never";
    assert.deepStrictEqual(await result(b24, "events"), EVENTS);
    assert.deepStrictEqual(await result(b24, "event.get"), []);
    for (const event of EVENTS) assert.strictEqual(await result(b24, "event.bind", { event, handler }), true);
    const bound = await result(b24, "event.get");
    assert.deepStrictEqual(bound.map((one) => [one.event, one.handler]), EVENTS.map((event) => [event, handler]));
    const other = (await installed(server)).b24;
    assert.deepStrictEqual(await result(other, "event.get"), []);

    await refused(call(b24, "event.bind", { event: "ONCRMLEADADD", handler }),
      400, "ERROR_EVENT_NOT_FOUND", "Event not found");
    assert.deepStrictEqual(await result(b24, "event.unbind", { event: EVENTS[0], handler }), { count: 1 });
    assert.deepStrictEqual((await result(b24, "event.get")).map((one) => one.event), EVENTS.slice(1));
  }));

test("oauth: what changes is told, with tokens that work", (main) =>
  main.with(ALLOWED, async (server) => {
    const { app, b24 } = await installed(server);
    const heard = await listener();
    for (const event of EVENTS) await result(b24, "event.bind", { event, handler: heard.url });
    const told = async (event, id) => {
      const form = await heard.next();
      assert.deepStrictEqual([form.event, form["data[FIELDS][ID]"], form["auth[application_token]"], form["auth[user_id]"]],
        [`CATALOG.PRODUCT.ON.${event}`, String(id), app.application_token, "1"]);
      return form;
    };

    const { element } = await result(b24, "catalog.product.add", { fields: { iblockId: CATALOG, name: "Told of" } });
    await told("ADD", element.id);
    const image = await add(b24, element.id, png());
    const form = await told("UPDATE", element.id);
    const tokens = { access_token: form["auth[access_token]"], expires: Number(form["auth[expires]"]), scope: form["auth[scope]"],
      member_id: form["auth[member_id]"] };
    const handler = await oauth(server, { tokens, application: app });
    assert.deepStrictEqual((await images(handler, element.id)).map((one) => one.id), [image.id]);
    await result(b24, "catalog.product.delete", { id: element.id });
    await told("DELETE", element.id);
    await heard.close();
  }));

test("webhook: handlers are an application's", async (server) => {
  const b24 = await webhook(server);
  const text = "Access denied! Application context required";
  await refused(call(b24, "event.bind", { event: EVENTS[0], handler: "https://a.example/" }),
    400, "ACCESS_DENIED", text);
  for (const method of ["event.get", "event.unbind"])
    await refused(call(b24, method, { event: EVENTS[0] }), 400, "ACCESS_DENIED", text);
  assert.deepStrictEqual(await result(b24, "events"), EVENTS);
});
