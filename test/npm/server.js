// The program in a directory of its own: started with the demo store on a free port, stopped and looked
// over at the end.
"use strict";

const assert = require("node:assert");
const { execFileSync, spawn } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");

const CAMEO = process.env.CAMEO || path.resolve(__dirname, "../../build/cameo");
const PATIENCE_MS = 60000;
const BAD = /\[(error|crit|alert|emerg)\]|Sanitizer|runtime error:/;

class Server {
  // `environment`: settings of this server alone (CAMEO_…). `like`: has the certificate of that server, for
  // of two certificates of one name OpenSSL trusts only one.
  static async start(environment = {}, like = null) {
    const server = new Server();
    server.top = fs.mkdtempSync(path.join(os.tmpdir(), "cameo-npm-"));
    server.directory = path.join(server.top, "store");
    server.errors = path.join(server.top, "stderr");
    const pair = like ? ["--cert", like.tls("cert.pem"), "--key", like.tls("key.pem")] : ["--self-signed"];
    const listeners = ["--listen", "127.0.0.1:0", "--listen-tls", "127.0.0.1:0", ...pair];
    server.process = spawn(CAMEO, ["serve", server.directory, "--demo", ...listeners], {
      stdio: ["ignore", "pipe", fs.openSync(server.errors, "a")],
      env: { ...process.env, ...environment },
    });
    server.kill = () => server.process.kill("SIGKILL");
    process.once("exit", server.kill);
    [server.url, server.tlsUrl] = await server.ready();
    server.certificate = fs.readFileSync((like || server).tls("cert.pem"), "utf8");
    return server;
  }

  tls(file) {
    return path.join(this.directory, "tls", file);
  }

  // Runs `body` with a server of these settings.
  async with(environment, body) {
    const other = await Server.start(environment, this);
    try {
      await body(other);
    } catch (error) {
      other.process.kill("SIGTERM");
      throw error;
    }
    await other.stop();
  }

  // The addresses in the lines `cameo: ready http://127.0.0.1:8080` and `cameo: ready https://…`.
  ready() {
    return new Promise((resolve, reject) => {
      let said = "";
      const fail = () => reject(new Error(`not ready: ${said}${fs.readFileSync(this.errors)}`));
      const timer = setTimeout(fail, PATIENCE_MS);
      this.process.once("exit", fail);
      this.process.stdout.on("data", (piece) => {
        said += piece;
        const found = [...said.matchAll(/^cameo: ready (\S+)\n/gm)].map((line) => line[1]);
        if (found.length < 2) return;
        clearTimeout(timer);
        this.process.removeListener("exit", fail);
        resolve(found.sort());
      });
    });
  }

  // Runs `cameo COMMAND VERB DIRECTORY …` and gives what it printed.
  command(command, verb, ...more) {
    return execFileSync(CAMEO, [command, verb, this.directory, ...more.map(String)], {
      encoding: "utf8",
    });
  }

  logs() {
    const files = [this.errors];
    const walk = (folder) => {
      for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
        const full = path.join(folder, entry.name);
        if (entry.isDirectory()) walk(full);
        else if (entry.name.endsWith(".log")) files.push(full);
      }
    };
    walk(this.directory);
    return files;
  }

  async stop() {
    const ended = new Promise((resolve) => this.process.once("exit", (code) => resolve(code)));
    process.removeListener("exit", this.kill);
    this.process.kill("SIGTERM");
    assert.strictEqual(await ended, 0, fs.readFileSync(this.errors, "utf8"));
    for (const log of this.logs())
      for (const line of fs.readFileSync(log, "utf8").split("\n"))
        assert.ok(!BAD.test(line), `${path.basename(log)}: ${line}`);
    execFileSync(CAMEO, ["check", this.directory]);
    fs.rmSync(this.top, { recursive: true });
  }
}

module.exports = { Server };
