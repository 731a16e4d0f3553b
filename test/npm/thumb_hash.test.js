// ThumbHash: ours are the bytes that its own package makes of the same pixels.
"use strict";

const assert = require("node:assert");
const fs = require("node:fs");
const path = require("node:path");
const { pngOf } = require("./pictures.js");

const sizes = [[100, 100], [100, 75], [41, 100], [64, 64], [100, 9], [7, 90], [33, 20], [12, 13]];

// Waves of different length in every channel, and no two pictures alike.
function pattern(number, transparent) {
  const wave = (length, shift) => Math.round(127.5 + 127.5 * Math.sin(length + shift + number));
  return (x, y) => [wave(x / 9, y / 31), wave(x / 23 + 1, y / 7), wave((x * y) / 300, 2),
    transparent ? wave(x / 40, y / 50) : 255];
}

// As soon as somebody has looked.
async function shown(server, person) {
  for (;;) {
    const info = JSON.parse(server.command("picture", "info", "person", person, "--json"));
    if (info.colour) return info;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

for (const transparent of [false, true]) {
  test(`ThumbHash of ${transparent ? "transparent" : "opaque"} pictures is the package's`, async (server) => {
    const { rgbaToThumbHash } = await import("thumbhash");
    const file = path.join(server.top, "pattern.png");
    for (const [number, [width, height]] of sizes.entries()) {
      const pixel = pattern(number, transparent);
      const rgba = [];
      for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++) rgba.push(...pixel(x, y));
      fs.writeFileSync(file, pngOf(width, height, 6, pixel));
      const person = server.command("record", "add", "person", `Pattern ${number}`).trim();
      server.command("picture", "put", "person", person, file);
      const info = await shown(server, person);
      const want = Buffer.from(rgbaToThumbHash(width, height, rgba)).toString("base64");
      assert.strictEqual(info.thumb_hash, want, `${width} x ${height}`);
    }
  });

  test(`ThumbHash shows ${transparent ? "transparent" : "opaque"} pictures of one colour`, async (server) => {
    const { thumbHashToAverageRGBA } = await import("thumbhash");
    const file = path.join(server.top, "flat.png");
    const colour = [200, 30, 60, transparent ? 128 : 255];
    fs.writeFileSync(file, pngOf(50, 40, 6, () => colour));
    const person = server.command("record", "add", "person", "Flat").trim();
    server.command("picture", "put", "person", person, file);
    const info = await shown(server, person);
    assert.strictEqual(info.colour, "#c81e3c");
    const { r, g, b, a } = thumbHashToAverageRGBA(Buffer.from(info.thumb_hash, "base64"));
    [r, g, b, a].forEach((value, at) => assert.ok(Math.abs(value * 255 - colour[at]) < 12, `${at}: ${value}`));
  });
}
