// The agents beside BLOB: entities (superoffice 14.1), pictures (4.3), tokens (6.2).
"use strict";

const assert = require("node:assert");
const { jpeg, look, png } = require("./pictures.js");
const { api, client, recent, record, refused, ReturnBlobType, same, UNKNOWN, watched } =
  require("./superoffice.js");

const KINDS = {
  Contact: { id: "contactId", name: "name" },
  Person: { id: "personId", name: "lastname" },
  Project: { id: "projectId", name: "name" },
};

for (const [kind, names] of Object.entries(KINDS)) {
  const agentOf = (server, more) => client(server, api[`${kind}Agent`], more);

  for (const as of ["Basic", "SoTicket", "Bearer"]) {
    test(`${kind} agent: create, read, change, delete by ${as}`, async (server) => {
      const agent = agentOf(server, { as });
      const blank = await agent[`createDefault${kind}EntityAsync`]();
      assert.strictEqual(blank[names.id], 0);
      const made = await agent[`save${kind}EntityAsync`]({ ...blank, [names.name]: "By an agent" });
      const id = made[names.id];
      assert.ok(id > 0);
      const read = await agent[`get${kind}EntityAsync`](id);
      assert.strictEqual(read[names.name], "By an agent");
      const changed = await agent[`save${kind}EntityAsync`]({ ...read, description: "Changed" });
      assert.deepStrictEqual([changed[names.id], changed.description], [id, "Changed"]);
      assert.strictEqual(await agent[`delete${kind}EntityAsync`](id), "");
      assert.strictEqual(await agent[`get${kind}EntityAsync`](id), null);
    });
  }

  test(`${kind} agent: one that is not there is null`, async (server) => {
    assert.strictEqual(await agentOf(server)[`get${kind}EntityAsync`](UNKNOWN), null);
  });

  test(`${kind} agent: REST sees the same`, async (server) => {
    const made = await agentOf(server)[`save${kind}EntityAsync`]({ [names.name]: "Both" });
    const rest = client(server, api[`${kind}RestApi`]);
    assert.strictEqual((await rest.getByIdAsync(made[names.id]))[names.name], "Both");
  });

  test(`${kind} agent: conditions do not count`, async (server) => {
    const made = await agentOf(server)[`save${kind}EntityAsync`]({ [names.name]: "Now" });
    const options = { ifModifiedSince: new Date(Date.now() + 86400000) };
    const read = await agentOf(server)[`get${kind}EntityAsync`](made[names.id], options);
    assert.strictEqual(read[names.name], "Now");
  });

  test(`${kind} agent: a malformed id is refused`, (server) =>
    refused(400, agentOf(server)[`get${kind}EntityAsync`]("x")));

  test(`${kind} agent: dates with their offset`, async (server) => {
    const options = { timezone: "UTC", timezoneInclude: true };
    const made = await agentOf(server)[`save${kind}EntityAsync`]({ [names.name]: "When" }, options);
    recent(made.createdDate);
    recent(made.updatedDate);
  });
}

const quote = (server, more) => client(server, api.QuoteAgent, more);

for (const as of ["Basic", "SoTicket", "Bearer"]) {
  test(`Quote agent: a product from nothing to nothing by ${as}`, async (server) => {
    const agent = quote(server, { as });
    const blank = await agent.createDefaultProductAsync();
    assert.strictEqual(blank.productId, 0);
    const made = await agent.saveProductAsync({ ...blank, name: "Lamp", erpProductKey: `key-${as}`,
      unitListPrice: 12.5, inAssortment: true, supplier: "Ours", extraField1: "one" });
    assert.ok(made.productId > 0);
    const read = await agent.getProductFromDbIdAsync(made.productId);
    // ERPProductKey: the package reads it as eRPProductKey or erpProductKey, by its own rules
    assert.deepStrictEqual([read.name, read.unitListPrice, read.inAssortment, read.supplier, read.extraField1],
      ["Lamp", 12.5, true, "Ours", "one"]);
    const changed = await agent.saveProductAsync({ ...read, code: "L-1" });
    assert.deepStrictEqual([changed.productId, changed.code, changed.name], [made.productId, "L-1", "Lamp"]);
    assert.strictEqual(await agent.deleteProductAsync(made.productId), "");
    assert.strictEqual(await agent.getProductFromDbIdAsync(made.productId), null);
  });
}

test("Quote agent: the key of a product under the name that the package sends", async (server) => {
  const agent = quote(server);
  const options = watched();
  await agent.saveProductAsync({ name: "Keyed", erpProductKey: "key-77", erpPriceListKey: "list-1" }, options);
  assert.deepStrictEqual([options.response.data.ERPProductKey, options.response.data.ERPPriceListKey],
    ["key-77", "list-1"]);
});

test("Quote agent: the picture of a product by its key", async (server) => {
  const agent = quote(server);
  const picture = png();
  const made = await agent.saveProductAsync({ name: "Pictured", erpProductKey: "key-of-a-picture" });
  await client(server, api.BLOBAgent).setProductImageAsync(made.productId, picture);
  const text = await agent.getProductImageAsync(1, "key-of-a-picture", 1);
  same(Buffer.from(text, "base64"), picture);
});

test("Person agent: set and get a picture", async (server) => {
  const agent = client(server, api.PersonAgent);
  const [id, picture] = [record(server, "Person"), png()];
  assert.strictEqual(await agent.setPersonImageAsync(id, picture), "");
  same(await agent.getPersonImageAsync(id), picture);
  const text = await agent.getPersonImageAsync(id, { returnBlobAs: ReturnBlobType.AsBase64 });
  same(Buffer.from(text, "base64"), picture);
});

test("Person agent: no picture is an error", async (server) => {
  const agent = client(server, api.PersonAgent);
  await refused(404, agent.getPersonImageAsync(record(server, "Person")), "SoNotFoundException");
});

test("Person agent: the default picture", async (server) => {
  const blank = await client(server, api.PersonAgent).createDefaultPersonImageAsync();
  assert.deepStrictEqual([blank.personId, blank.imageData], [0, null]);
});

test("Person agent: pictures of several people, as PNG", async (server) => {
  const agent = client(server, api.PersonAgent);
  const [with_, without, other] = [1, 2, 3].map(() => record(server, "Person"));
  await agent.setPersonImageAsync(with_, jpeg);
  await agent.setPersonImageAsync(other, png(40, 80));
  const list = await agent.getPersonImagesAsync([with_, without, other], 30, 30);
  assert.deepStrictEqual(list.map((one) => one.personId), [with_, without, other]);
  assert.deepStrictEqual(look(Buffer.from(list[0].imageData, "base64")), { type: "png", width: 30, height: 20 });
  assert.strictEqual(list[1].imageData, "");
  assert.deepStrictEqual(look(Buffer.from(list[2].imageData, "base64")), { type: "png", width: 15, height: 30 });
});

test("Project agent: set and get a picture, and the project says so", async (server) => {
  const agent = client(server, api.ProjectAgent);
  const made = await agent.saveProjectEntityAsync({ name: "Pictured" });
  assert.strictEqual(made.hasImage, false);
  const picture = png();
  await refused(404, agent.getProjectImageAsync(made.projectId), "SoNotFoundException");
  assert.strictEqual(await agent.setProjectImageAsync(made.projectId, picture), "");
  same(await agent.getProjectImageAsync(made.projectId), picture);
  const blobs = client(server, api.BLOBAgent);
  const entity = await blobs.getBlobEntityOnProjectAsync(made.projectId);
  await blobs.saveBlobEntityAsync({ ...entity, description: "front.png" });
  const read = await agent.getProjectEntityAsync(made.projectId);
  assert.deepStrictEqual([read.hasImage, read.imageDescription], [true, "front.png"]);
});

for (const as of ["Basic", "SoTicket", "Bearer"]) {
  test(`User agent: a token for whoever came by ${as}`, async (server) => {
    const token = await client(server, api.UserAgent, { as }).getAccessTokenAsync("", false);
    assert.match(token, /^8A:.{16,}$/);
    const axiosConfig = { headers: { Authorization: `Bearer ${token}` } };
    const agent = new api.PersonAgent({ baseUrl: server.url, axiosConfig });
    assert.strictEqual((await agent.createDefaultPersonEntityAsync()).personId, 0);
  });
}

test("User agent: no token for nobody", (server) =>
  refused(401, client(server, api.UserAgent, { as: "nobody" }).getAccessTokenAsync("", false)));

test("The package's own ways to say who one is", async (server) => {
  for (const say of [
    (all) => all.authenticateWithPassword("demo", "demo"),
    (all) => all.authenticateWithPassword("7T:demo", ""),
    (all) => all.authenticateWithTicket("7T:demo"),
    (all) => all.authenticateWithToken("8A:demo"),
  ]) {
    api.WebApi.configure(server.url);
    const all = new api.WebApi(server.url);
    say(all);
    try {
      assert.strictEqual((await all.getPersonAgent().createDefaultPersonEntityAsync()).personId, 0);
    } finally {
      api.WebApi.configure({}); // what it keeps for all clients would go into the other tests'
    }
  }
});
