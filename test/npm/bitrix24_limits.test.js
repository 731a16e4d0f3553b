// The server's limits and how the package lives with them (bitrix24 7).
"use strict";

const assert = require("node:assert");
const { spawn } = require("node:child_process");
const path = require("node:path");
const { CLIENTS, add, call, product, refused, result, webhook } = require("./bitrix24.js");
const { png } = require("./pictures.js");

const ADD = "catalog.productImage.add";
const BUCKET = { CAMEO_RATE_REQUESTS: "5", CAMEO_RATE_PER_SECOND: "1" };
const CLOUD = { CAMEO_RATE_REQUESTS: "50", CAMEO_RATE_PER_SECOND: "2" };
const OPERATING = { CAMEO_OPERATING_SECONDS: "1" };
const ONCE = { maxRetries: 1 };

const statsOf = (b24) => b24.getHttpClient("v2").getStats();

// As many calls at once as the bucket cannot hold; gives what became of each.
const flood = (b24) => Promise.allSettled(Array.from({ length: 25 }, () => call(b24, "server.time")));

// Runs `body` while a write waits for the store's lock at least that long.
async function slowly(server, seconds, body) {
  const lock = path.join(server.directory, "write.lock");
  const holder = spawn("flock", [lock, "sh", "-c", `echo held; sleep ${seconds}`],
    { stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise((resolve) => holder.once("exit", resolve));
  await new Promise((resolve) => holder.stdout.once("data", resolve));
  const value = await body();
  await ended;
  return value;
}

for (const [by, client] of Object.entries(CLIENTS)) {
  test(`${by}: a bucket that runs over is the package's 503`, (main) =>
    main.with(BUCKET, async (server) => {
      const b24 = await client(server, { limits: ONCE });
      const outcomes = await flood(b24);
      assert.ok(outcomes.filter((one) => one.status === "fulfilled").length >= 5);
      const over = outcomes.filter((one) => one.status === "rejected");
      assert.ok(over.length > 0);
      for (const { reason } of over) {
        await refused(Promise.reject(reason), 503, "QUERY_LIMIT_EXCEEDED", "Too many requests");
        assert.ok(Number(reason.originalError.response.headers["retry-after"]) >= 1);
      }
    }));

  test(`${by}: the package waits, and comes through`, (main) =>
    main.with(BUCKET, async (server) => {
      await flood(await client(server, { limits: ONCE }));
      const b24 = await client(server);
      assert.match(await result(b24, "server.time"), /^\d{4}-/);
      const { retries, successfulRequests } = statsOf(b24);
      assert.ok(retries >= 1 && successfulRequests === 1, String(retries));
    }));

  test(`${by}: what blocks a method is the package's 429`, (main) =>
    main.with(OPERATING, async (server) => {
      const b24 = await client(server, { limits: ONCE });
      const productId = product(server);
      await add(b24, productId, png());
      assert.strictEqual(statsOf(b24).operatingStats[ADD], 0);
      await slowly(server, 1.1, () => add(b24, productId, png()));
      assert.ok(statsOf(b24).operatingStats[ADD] >= 1, JSON.stringify(statsOf(b24).operatingStats));

      const params = { fields: { productId }, fileContent: ["a.png", png().toString("base64")] };
      // the package would wait itself; one that does not know yet is told
      const other = await client(server, { limits: ONCE });
      await refused(call(other, ADD, params),
        429, "OPERATION_TIME_LIMIT", "Method is blocked due to operation time limit.");

      const batch = await other.actions.v2.batch.make({ calls: [[ADD, params],
        ["catalog.productImage.list", { productId }]],
        options: { isHaltOnError: false } });
      assert.deepStrictEqual(batch.getData()[0].productImages.length, 2);
      const [error] = batch.getErrors();
      assert.deepStrictEqual([error.code, error.message],
        ["OPERATION_TIME_LIMIT", "Method is blocked due to operation time limit."]);
      assert.strictEqual(statsOf(other).operatingStats["batch::catalog.productImage.list"], 0);
    }));
}

// its bucket and ours do not start at the same moment, so one may come too early and is sent again
test("webhook: all calls of the package come through at the pace of the cloud", (main) =>
  main.with(CLOUD, async (server) => {
    const b24 = await webhook(server);
    const times = await Promise.all(Array.from({ length: 54 }, () => result(b24, "server.time")));
    const { retries, successfulRequests } = statsOf(b24);
    assert.deepStrictEqual([times.length, successfulRequests], [54, 54]);
    assert.ok(retries <= 4, String(retries));
  }));

test("webhook: a batch counts once, whatever is in it", (main) =>
  main.with(BUCKET, async (server) => {
    const b24 = await webhook(server, { limits: ONCE });
    const calls = Array.from({ length: 50 }, () => ["server.time"]);
    const answer = await b24.actions.v2.batch.make({ calls });
    assert.deepStrictEqual([answer.isSuccess, answer.getData().length], [true, 50]);
    assert.match(await result(b24, "server.time"), /^\d{4}-/);
  }));

test("webhook: others are not held up", (main) =>
  main.with(BUCKET, async (server) => {
    await flood(await webhook(server, { limits: ONCE }));
    const other = await webhook(server, { as: "2/reader-webhook", limits: ONCE });
    assert.strictEqual((await result(other, "profile")).ID, "2");
  }));
