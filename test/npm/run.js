// run.js FILE... - runs the tests of these files against one server of the program at CAMEO, one after
// the other, and ends with a line `N passed, N failed` for tools/sum-tests.
"use strict";

const path = require("node:path");
const { Server } = require("./server.js");

const tests = [];
const TIMEOUT_MS = 60000;

// What a test file calls: `body` gets the server; it fails when it throws.
global.test = (name, body) => tests.push({ name, body });

function limited(promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no end after ${TIMEOUT_MS} ms`)), TIMEOUT_MS);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

// axios puts request and response into its errors; what the server said is what one wants to know
function describe(error) {
  const answer = error.response;
  const said = answer && answer.data;
  const text = Buffer.isBuffer(said) ? said.toString() : JSON.stringify(said);
  const request = answer ? `${answer.config.method} ${answer.config.baseURL}${answer.config.url}` : "";
  return (answer ? `${request}: ${answer.status} ${text}\n` : "") + (error.stack || error);
}

async function run(files) {
  let passed = 0;
  let failed = 0;
  const server = await Server.start();
  const fail = (name, error) => {
    failed += 1;
    console.log(`FAILED ${name}\n  ${describe(error).split("\n").slice(0, 12).join("\n  ")}`);
  };
  for (const file of files) require(path.resolve(file));
  const only = process.env.ONLY ? new RegExp(process.env.ONLY) : null;
  for (const one of tests.filter((t) => !only || only.test(t.name))) {
    try {
      await limited(one.body(server));
      passed += 1;
    } catch (error) {
      fail(one.name, error);
    }
  }
  try {
    await server.stop();
    passed += 1;
  } catch (error) {
    fail("the server ends without a fault", error);
  }
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed ? 1 : 0;
}

run(process.argv.slice(2));
