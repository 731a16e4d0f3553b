// ContactRestApi, PersonRestApi and ProjectRestApi (superoffice 5, 9, 10, 14).
"use strict";

const assert = require("node:assert");
const { api, client, DAY_MS, recent, refused, SCHEMES, UNKNOWN, watched } = require("./superoffice.js");

const YEAR_ONE = "0001-01-01T00:00:00";
const KINDS = {
  Contact: { id: "contactId", name: "name", date: "dbiLastSyncronized", text: "description" },
  Person: { id: "personId", name: "lastname", date: "dbiLastSyncronized", text: "description" },
  Project: { id: "projectId", name: "name", date: "endDate", text: "description" },
};
const raw = (name) => name[0].toUpperCase() + name.slice(1);
const tomorrow = () => new Date(Date.now() + DAY_MS);
const yesterday = () => new Date(Date.now() - DAY_MS);

for (const [kind, names] of Object.entries(KINDS)) {
  const rest = (server, more) => client(server, api[`${kind}RestApi`], more);
  const create = (server, more) => rest(server).postAsync({ [names.name]: "Someone", ...more });

  test(`${kind}: the default entity`, async (server) => {
    const options = watched();
    const entity = await rest(server).getDefaultAsync(options);
    assert.strictEqual(options.requestStatus, api.WebApiStatus.Completed);
    assert.strictEqual(entity[names.id], 0);
    assert.strictEqual(entity[names.name], "");
    assert.deepStrictEqual(entity.urls, []);
    assert.deepStrictEqual(entity.customFields, {});
    assert.strictEqual(options.response.data.CreatedDate, YEAR_ONE);
    assert.strictEqual(entity.tableRight.mask, api.ETableRight.FULL);
  });

  test(`${kind}: create, read, change, delete`, async (server) => {
    const agent = rest(server);
    const options = watched({ timezone: "UTC", timezoneInclude: true });
    const made = await agent.postAsync({ [names.name]: "Zoë 日本", description: "Über" }, options);
    assert.strictEqual(options.response.status, 200);
    assert.ok(options.response.data._Links.Self.startsWith(`${server.url}/`));
    const id = made[names.id];
    assert.ok(id > 0);
    recent(made.createdDate);
    assert.strictEqual(made.createdBy.name, "demo");

    const read = await rest(server).getByIdAsync(id);
    assert.deepStrictEqual([read[names.id], read[names.name], read.description], [id, "Zoë 日本", "Über"]);

    const changed = await rest(server).putByIdAsync(id, { ...read, [names.name]: "Other" });
    assert.deepStrictEqual([changed[names.id], changed[names.name], changed.description], [id, "Other", "Über"]);
    const partly = await rest(server).putByIdAsync(id, { description: "Only this" });
    assert.deepStrictEqual([partly[names.name], partly.description], ["Other", "Only this"]);

    assert.strictEqual(await rest(server).deleteByIdAsync(id), "");
  });

  test(`${kind}: whatever the default entity holds can be saved again`, async (server) => {
    const agent = rest(server);
    const entity = await agent.getDefaultAsync();
    const made = await agent.postAsync({ ...entity, [names.name]: "Echo" });
    const again = await agent.putByIdAsync(made[names.id], made);
    const options = watched();
    assert.strictEqual((await agent.getByIdAsync(made[names.id], options))[names.name], "Echo");
    assert.strictEqual(again[names.id], made[names.id]);
    assert.strictEqual(again.createdDate.getTime(), made.createdDate.getTime());
  });

  test(`${kind}: what every list and object holds comes back`, async (server) => {
    const element = (value) => ({ value, description: "main" });
    const made = await create(server, { emails: [element("a@b.test")], urls: [element("https://b.test/")],
      customFields: { "x_own:field": "kept" } });
    const read = await rest(server).getByIdAsync(made[names.id]);
    assert.strictEqual(read.urls.length, 1);
    assert.strictEqual(read.urls[0].value, "https://b.test/");
    assert.strictEqual(read.urls[0].description, "main");
    if (kind !== "Project") assert.strictEqual(read.emails[0].value, "a@b.test");
    assert.strictEqual(read.customFields["x_own:field"], "kept");
  });

  test(`${kind}: one that is not there`, async (server) => {
    const agent = rest(server);
    await refused(404, agent.getByIdAsync(UNKNOWN), "SoNotFoundException");
    await refused(404, agent.putByIdAsync(UNKNOWN, { description: "x" }), "SoNotFoundException");
    await refused(404, agent.patchByIdAsync(UNKNOWN, { description: "x" }), "SoNotFoundException");
    await refused(404, agent.deleteByIdAsync(UNKNOWN), "SoNotFoundException");
  });

  test(`${kind}: none without a name`, (server) =>
    refused(400, rest(server).postAsync({ description: "nameless" }), "SoValidationException"));

  test(`${kind}: a text that is too long is refused by name`, async (server) => {
    const body = await refused(400, create(server, { [names.name]: "x".repeat(300) }), "SoValidationException");
    assert.ok(Object.keys(body.Fields).includes(raw(names.name)), JSON.stringify(body));
  });

  test(`${kind}: patch by operations`, async (server) => {
    const made = await create(server, { description: "Before" });
    const patch = (operations) => rest(server).patchByIdAsync(made[names.id], operations);
    const done = await patch([
      { op: "test", path: "/Description", value: "Before" },
      { op: "replace", path: "/description", value: "After" },
      { op: "add", path: "/Urls/-", value: { Value: "https://c.test/", Description: "" } },
    ]);
    assert.deepStrictEqual([done.description, done.urls.length], ["After", 1]);
    const removed = await patch([{ op: "remove", path: "/Urls/0" }]);
    assert.deepStrictEqual(removed.urls, []);
  });

  test(`${kind}: a patch whose test fails changes nothing`, async (server) => {
    const made = await create(server, { description: "Kept" });
    await refused(409, rest(server).patchByIdAsync(made[names.id], [
      { op: "replace", path: "/Description", value: "Lost" },
      { op: "test", path: "/Description", value: "Other" },
    ]), "SoIllegalOperationException");
    assert.strictEqual((await rest(server).getByIdAsync(made[names.id])).description, "Kept");
  });

  test(`${kind}: patch by a part of the entity`, async (server) => {
    const made = await create(server, { description: "Before" });
    const done = await rest(server).patchByIdAsync(made[names.id], { description: "After" });
    assert.deepStrictEqual([done[names.name], done.description], ["Someone", "After"]);
  });

  test(`${kind}: patches that cannot be`, async (server) => {
    const made = await create(server);
    const patch = (body) => rest(server).patchByIdAsync(made[names.id], body);
    await refused(400, patch([{ op: "move", from: "/Description", path: "/Postit" }]));
    await refused(400, patch([{ op: "replace" }]));
    await refused(400, patch([{ op: "replace", path: "/Urls/7", value: {} }]));
  });

  test(`${kind}: unchanged since tomorrow`, async (server) => {
    const made = await create(server);
    const get = (options) => rest(server).getByIdAsync(made[names.id], options);
    assert.strictEqual(await get({ ifModifiedSince: tomorrow() }), null);
    assert.strictEqual((await get({ ifModifiedSince: yesterday() }))[names.id], made[names.id]);
    const error = await get({ ifModifiedSince: tomorrow(), ifNotModifiedThrowError: true }).catch((e) => e);
    assert.strictEqual(error.response.status, 304);
    // the package offers it on GET, where it changes nothing (superoffice 10)
    assert.strictEqual((await get({ ifUnmodifiedSince: yesterday() }))[names.id], made[names.id]);
  });

  test(`${kind}: changed since yesterday`, async (server) => {
    const made = await create(server);
    const id = made[names.id];
    const old = { ifUnmodifiedSince: yesterday() };
    await refused(412, rest(server).putByIdAsync(id, { description: "x" }, { ...old }), "PreconditionFailed");
    await refused(412, rest(server).patchByIdAsync(id, { description: "x" }, { ...old }), "PreconditionFailed");
    await refused(412, rest(server).deleteByIdAsync(id, { ...old }), "PreconditionFailed");
    const put = await rest(server).putByIdAsync(id, { description: "y" }, { ifUnmodifiedSince: tomorrow() });
    assert.strictEqual(put.description, "y");
    assert.strictEqual(await rest(server).deleteByIdAsync(id, { ifUnmodifiedSince: tomorrow() }), "");
  });

  test(`${kind}: dates in the time zone that was asked for`, async (server) => {
    const summer = new Date("2026-07-01T10:00:00Z");
    const made = await create(server, { [names.date]: summer });
    const member = raw(names.date);
    const get = async (options) => {
      const seen = watched(options);
      const entity = await rest(server).getByIdAsync(made[names.id], seen);
      return { entity, data: seen.response.data, headers: seen.response.headers };
    };
    assert.strictEqual((await get({})).data[member], "2026-07-01T10:00:00");
    assert.strictEqual((await get({ timezone: "NO" })).data[member], "2026-07-01T12:00:00");
    assert.strictEqual((await get({ timezone: "261" })).data[member], "2026-07-01T12:00:00");
    assert.strictEqual((await get({ timezone: "no", timezoneInclude: true })).data[member],
      "2026-07-01T12:00:00+02:00");
    const utc = await get({ timezoneInclude: true });
    assert.strictEqual(utc.data[member], "2026-07-01T10:00:00Z");
    assert.strictEqual(utc.entity[names.date].getTime(), summer.getTime());
    const york = await get({ timezone: "US-NY", timezoneInclude: true });
    assert.strictEqual(york.data[member], "2026-07-01T06:00:00-04:00");
    assert.strictEqual(york.entity[names.date].getTime(), summer.getTime());
    assert.match(york.data.UpdatedDate, /^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$/); // UTC whatever the zone
    assert.match(york.headers["so-timezone"], /US-NY/);
    assert.strictEqual((await get({})).headers["so-timezone"], undefined);
  });

  test(`${kind}: the year one is in no zone`, async (server) => {
    const seen = watched({ timezone: "NO", timezoneInclude: true });
    await rest(server).getDefaultAsync(seen);
    assert.strictEqual(seen.response.data[raw(names.date)], `${YEAR_ONE}Z`);
  });

  test(`${kind}: a time zone that does not exist`, (server) =>
    refused(400, rest(server).getDefaultAsync({ timezone: "XX-NOWHERE" })));

  test(`${kind}: texts in the caller's language`, async (server) => {
    const many = 'US:"Supplier";NO:"Leverandør";GE:"Lieferant"';
    const made = await create(server, { description: many });
    const get = async (options, more) =>
      (await rest(server, more).getByIdAsync(made[names.id], options)).description;
    assert.strictEqual(await get({ languageCode: "en" }), "Supplier");
    assert.strictEqual(await get({ languageCode: "nb-NO" }), "Leverandør");
    assert.strictEqual(await get({ languageCode: "de", cultureCode: "de-AT" }), "Lieferant");
    assert.strictEqual(await get({ languageCode: "sv" }), "Supplier");
    assert.strictEqual(await get({ languageCode: "" }), many);
    assert.strictEqual(await get({ languageCode: "*" }), many);
    assert.strictEqual(await get({}), many);
    assert.strictEqual(await get({}, { languageCode: "no" }), "Leverandør");
    assert.strictEqual(await get({}, { resourceParsing: api.ResourceParsing.DoNotParse }), many);
  });

  test(`${kind}: what was read translated is not written back translated`, async (server) => {
    const many = 'US:"Supplier";NO:"Leverandør"';
    const made = await create(server, { description: many });
    const seen = await rest(server).getByIdAsync(made[names.id], { languageCode: "no" });
    await rest(server).putByIdAsync(made[names.id], seen, { languageCode: "no" });
    assert.strictEqual((await rest(server).getByIdAsync(made[names.id])).description, many);
  });

  for (const as of ["Basic", "SoTicket", "Bearer"]) {
    test(`${kind}: by ${as}, behind a prefix`, async (server) => {
      const agent = rest(server, { as, prefix: "/Cust12345" });
      const made = await agent.postAsync({ [names.name]: as });
      assert.strictEqual((await agent.getByIdAsync(made[names.id]))[names.name], as);
      assert.strictEqual(await agent.deleteByIdAsync(made[names.id]), "");
      await refused(404, agent.getByIdAsync(made[names.id]));
    });
  }

  test(`${kind}: nobody, and a reader who writes`, async (server) => {
    await refused(401, rest(server, { as: "nobody" }).getByIdAsync(1), "SoInvalidPasswordException");
    const made = await create(server);
    const reader = rest(server, { as: "reader" });
    const seen = await reader.getByIdAsync(made[names.id]);
    assert.strictEqual(seen.tableRight.mask, api.ETableRight.Select);
    await refused(403, reader.putByIdAsync(made[names.id], seen), "SoSentryException");
    await refused(403, reader.patchByIdAsync(made[names.id], { description: "x" }), "SoSentryException");
    await refused(403, reader.deleteByIdAsync(made[names.id]), "SoSentryException");
    await refused(403, reader.postAsync({ [names.name]: "x" }), "SoSentryException");
  });

  test(`${kind}: headers of one call stick to the connection and do no harm`, async (server) => {
    const agent = rest(server); // superoffice 10: verified leak of the package
    const made = await agent.postAsync({ [names.name]: "Sticky" });
    const id = made[names.id];
    const leak = { ifModifiedSince: tomorrow(), languageCode: "", timezone: "NO" };
    assert.strictEqual(await agent.getByIdAsync(id, leak), null);
    assert.strictEqual((await agent.getDefaultAsync())[names.id], 0);
    assert.strictEqual((await agent.putByIdAsync(id, { description: "a" })).description, "a");
    assert.strictEqual((await agent.patchByIdAsync(id, { description: "b" })).description, "b");
    assert.ok((await agent.postAsync({ [names.name]: "Second" }))[names.id] > id);
    assert.strictEqual(await agent.deleteByIdAsync(id), "");
  });
}

test("REST: one connection object gives every client", async (server) => {
  const all = new api.WebApi({ baseUrl: server.url, axiosConfig: SCHEMES.SoTicket() });
  for (const kind of Object.keys(KINDS))
    assert.strictEqual((await all[`get${kind}RestApi`]().getDefaultAsync())[KINDS[kind].id], 0);
  assert.strictEqual((await all.getBLOBAgent().createDefaultBlobEntityAsync()).blobId, 0);
});

test("REST: a prefix of one's own, with /api already there", async (server) => {
  const rest = new api.ContactRestApi(`${server.url}/SuperOffice/api`, SCHEMES.SoTicket());
  assert.strictEqual((await rest.getDefaultAsync()).contactId, 0);
});
