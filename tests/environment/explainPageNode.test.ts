import { createHash } from "node:crypto";
import * as zlib from "node:zlib";
import { core } from "phaselens";
import { describe, expect, it } from "vitest";
import { Buffer as Own } from "../../environment/explain-page/node/buffer.js";
import * as crypto from "../../environment/explain-page/node/crypto.js";
import * as paths from "../../environment/explain-page/node/path.js";
import * as own from "../../environment/explain-page/node/zlib.js";

const rng = core.makeRng(1, "bytes");
const bytes = (n: number): Uint8Array =>
  Uint8Array.from({ length: n }, () => Math.floor(8 * rng.uniform()));

describe("what stands for Node's modules in the page", () => {
  it("unpacks, sums up and hashes as Node does, and refuses what is longer or damaged", async () => {
    for (const n of [0, 1, 65, 70_000]) {
      const plain = bytes(n);
      const packed = zlib.deflateRawSync(plain);
      expect(own.inflateRawSync(packed, { maxOutputLength: n })).toHaveLength(n);
      expect(own.inflateRawSync(packed, { maxOutputLength: n }).equals(plain)).toBe(true);
      expect(own.crc32(plain)).toBe(zlib.crc32?.(plain) ?? own.crc32(plain));
      expect(crypto.createHash().update(plain).digest("hex")).toBe(
        createHash("sha256").update(plain).digest("hex"),
      );
    }
    const packed = zlib.deflateRawSync(bytes(1000));
    expect(() => own.inflateRawSync(packed, { maxOutputLength: 900 })).toThrow();
    expect(() => own.inflateRawSync(packed.subarray(0, 50), { maxOutputLength: 1000 })).toThrow();
    const text = "a,b\n".repeat(50_000);
    const begin = own.gunzipSync(zlib.gzipSync(text).subarray(0, 200)).toString();
    expect(text.startsWith(begin) && begin.length > 100).toBe(true);
    const stream = own.createGunzip();
    stream.takeFrom([zlib.gzipSync(text)]);
    let whole = "";
    for await (const piece of stream) whole += piece.toString();
    expect(whole).toBe(text);
  });

  it("reads numbers and texts from bytes as a Buffer does", () => {
    const node = Buffer.from(bytes(64).map((byte) => 31 * byte));
    const ours = Own.from(node);
    for (const coding of ["utf8", "latin1", "hex"] as const)
      expect(ours.toString(coding, 3, 40)).toBe(node.toString(coding, 3, 40));
    expect([
      ours.readUInt16LE(1),
      ours.readUInt32LE(3),
      ours.readInt32LE(5),
      ours.readBigUInt64LE(7),
      ours.readBigInt64LE(9),
      ours.readDoubleBE(11),
      ours.readUIntLE(13, 6),
    ]).toEqual([
      node.readUInt16LE(1),
      node.readUInt32LE(3),
      node.readInt32LE(5),
      node.readBigUInt64LE(7),
      node.readBigInt64LE(9),
      node.readDoubleBE(11),
      node.readUIntLE(13, 6),
    ]);
    expect(Own.concat([ours.subarray(0, 3), ours.subarray(3)]).equals(node)).toBe(true);
    expect(Own.from("é", "latin1")).toHaveLength(1);
  });

  it("takes paths apart as POSIX does", () => {
    expect([paths.join("a", "../b", "./c.npy"), paths.dirname("a"), paths.dirname("a/b")]).toEqual([
      "b/c.npy",
      ".",
      "a",
    ]);
    expect([
      paths.basename("a/b.csv", ".csv"),
      paths.extname("a.b/c.npz"),
      paths.extname("a"),
    ]).toEqual(["b", ".npz", ""]);
  });
});
