// The time zone agent, and dates in the zones one asks for (superoffice 9.4).
"use strict";

const assert = require("node:assert");
const { api, client, recent, record, watched } = require("./superoffice.js");
const { png } = require("./pictures.js");

const agent = (server, more) => client(server, api.TimeZoneAgent, more);

test("TimeZone: the base and the caller's", async (server) => {
  assert.strictEqual(await agent(server).getBaseTimeZoneIdAsync(), 1);
  const base = await agent(server).getDefaultTimeZoneInformationAsync();
  assert.deepStrictEqual([base.tZLocationId, base.locationCode, base.bias], [1, "UTC", 0]);
  const norway = await agent(server).getDefaultTimeZoneInformationAsync({ timezone: "no" });
  assert.deepStrictEqual([norway.tZLocationId, norway.locationCode, norway.country, norway.bias],
    [261, "NO", "Norway", 60]);
});

test("TimeZone: one connection asks for offsets again and again", async (server) => {
  const connection = agent(server, { timezone: "NO", timezoneInclude: true });
  for (let i = 0; i < 5; i += 1) {
    const options = watched({ timezone: "NO", timezoneInclude: true });
    assert.strictEqual((await connection.getDefaultTimeZoneInformationAsync(options)).locationCode,
      "NO");
    assert.ok(options.response.headers["so-timezone"].startsWith("NO,includeTZOffset"));
  }
});

for (const timezone of ["utc", "NO", "US-HI", "AU-WA"]) {
  test(`TimeZone: a date with its offset is the same instant in ${timezone}`, async (server) => {
    const options = { timezone, timezoneInclude: true };
    const when = new Date("2026-07-01T10:00:00Z");
    const rest = client(server, api.ProjectRestApi, options);
    const made = await rest.postAsync({ name: "Dated", endDate: when });
    assert.strictEqual(made.endDate.getTime(), when.getTime());
    const seen = await rest.getByIdAsync(made.projectId, { timezone: "FR", timezoneInclude: true });
    assert.strictEqual(seen.endDate.getTime(), when.getTime());
  });

  test(`TimeZone: a picture's dates are UTC in ${timezone}`, async (server) => {
    const blob = client(server, api.BLOBAgent, { timezone, timezoneInclude: true });
    const id = record(server, "Person");
    await blob.setPersonImageAsync(id, png());
    const entity = await blob.getBlobEntityOnPersonAsync(id);
    recent(entity.createdDate);
    recent(entity.updatedDate);
  });
}
