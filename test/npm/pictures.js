// Pictures made on the spot, and what is needed to look at the answers.
"use strict";

const zlib = require("node:zlib");

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

function crc(bytes) {
  let value = ~0;
  for (const byte of bytes) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit++) value = (value >>> 1) ^ (value & 1 ? 0xedb88320 : 0);
  }
  return ~value >>> 0;
}

function chunk(name, data) {
  const body = Buffer.concat([Buffer.from(name), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc(body), body.length + 4);
  return out;
}

let colour = 0;

// A PNG of 8 bits; `kind` is PNG's own: 2 is RGB, 6 is RGBA. `pixel(x, y)` gives 3 or 4 numbers.
function pngOf(width, height, kind, pixel) {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, kind, 0, 0, 0], 8);
  const rows = [];
  for (let y = 0; y < height; y++) {
    rows.push(0);
    for (let x = 0; x < width; x++) rows.push(...pixel(x, y));
  }
  const data = zlib.deflateSync(Buffer.from(rows));
  return Buffer.concat([SIGNATURE, chunk("IHDR", head), chunk("IDAT", data), chunk("IEND", Buffer.alloc(0))]);
}

// A PNG of one colour that no other picture has.
function png(width = 32, height = 24) {
  colour += 1;
  const pixel = [colour & 255, (colour * 37) & 255, (colour * 101) & 255];
  return pngOf(width, height, 2, () => pixel);
}

// 60 x 40.
const jpeg = Buffer.from(
  `
/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABsSFBcUERsXFhceHBsgKEIrKCUlKFE6PTBCYFVlZF9VXVtqeJmBanGQc1tdhbWG
kJ6jq62rZ4C8ybqmx5moq6T/2wBDARweHigjKE4rK06kbl1upKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSk
pKSkpKSkpKSkpKSkpKT/wAARCAAoADwDASIAAhEBAxEB/8QAGAABAQEBAQAAAAAAAAAAAAAAAgMABAX/xAAXEAEBAQEAAAAA
AAAAAAAAAAAAAQIS/8QAGAEBAQEBAQAAAAAAAAAAAAAAAgQGAAP/xAAWEQEBAQAAAAAAAAAAAAAAAAACAAH/2gAMAwEAAhED
EQA/APCmDmFZg5hXqvMulMHMKzBzAaqkujMHMLTBzAaqkujMFwtMHwGqpLuSYOYVmDmHarMl0Zg5haYOYDVUl0Zg5hWYOYDV
Ul0pguFpguA1VJdyTBzDMW7Zo7s5g5hmDdqTuzmDmGYN2pO7KYOYZg3ak7t//9k=
`,
  "base64",
);

function jpegSize(bytes) {
  for (let at = 2; at + 9 < bytes.length; at += 2 + bytes.readUInt16BE(at + 2)) {
    const marker = bytes[at + 1];
    if (marker >= 0xc0 && marker <= 0xc2)
      return { type: "jpeg", width: bytes.readUInt16BE(at + 7), height: bytes.readUInt16BE(at + 5) };
  }
  throw new Error("a JPEG without a size");
}

// { type, width, height } of a PNG, JPEG or GIF.
function look(bytes) {
  bytes = Buffer.from(bytes);
  if (bytes.subarray(0, 8).equals(SIGNATURE))
    return { type: "png", width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return jpegSize(bytes);
  if (bytes.subarray(0, 4).toString() === "GIF8")
    return { type: "gif", width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) };
  throw new Error(`no picture: ${bytes.subarray(0, 16).toString("hex")}`);
}

module.exports = { png, pngOf, jpeg, look };
