// Our own description (superoffice 12.3) is Swagger 2.0: by its schema, and by what no schema can say
// (references, path parameters, unique operation ids).
"use strict";

const assert = require("node:assert");
const SwaggerParser = require("@apidevtools/swagger-parser");

async function description(server, prefix = "") {
  const answer = await fetch(`${server.url}${prefix}/api/swagger/v1.json`);
  assert.strictEqual(answer.status, 200);
  return answer.json();
}

test("the description is valid Swagger 2.0", async (server) => {
  await SwaggerParser.validate(await description(server));
});

test("the description is the same whenever it is asked for", async (server) => {
  const [one, two] = [await description(server), await description(server)];
  assert.strictEqual(JSON.stringify(one), JSON.stringify(two));
});

test("behind a prefix only the base path differs", async (server) => {
  const [plain, other] = [await description(server), await description(server, "/Cust1/x")];
  assert.strictEqual(other.basePath, "/Cust1/x");
  await SwaggerParser.validate(structuredClone(other));
  assert.deepStrictEqual({ ...other, basePath: "/" }, plain);
});

test("every operation that is described is there", async (server) => {
  const { paths } = await description(server);
  for (const [path, item] of Object.entries(paths)) {
    const url = server.url + path.replace(/\{\w+\}/g, "1");
    const answer = await fetch(url, { method: "OPTIONS" });
    assert.strictEqual(answer.status, 204, path);
    const allowed = answer.headers.get("Allow").split(", ");
    for (const method of Object.keys(item)) assert.ok(allowed.includes(method.toUpperCase()), path);
  }
});
