import { parseParticleJets } from "phaselens/internal/physics/jets/parseParticleJets";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { core, interop } from "phaselens";
import { afterAll, describe, expect, it } from "vitest";
import { zip } from "../interop/zip.js";
import { always, damaged, randomBytes, survives } from "../support/hostile.js";
import { encodeNpy, parseNpy } from "phaselens/internal/core/files/npy";
import { glyphWidths } from "phaselens/internal/figures/marks/glyphWidths";
import { openNpz } from "phaselens/internal/interop/tables/readNpz";

const folder = mkdtempSync(join(tmpdir(), "phaselens-fuzz-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, content: string | Uint8Array): string => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};

const array = core.tensor([2, 3], [1, -2, 3, 0.5, 1e300, 6]);
const whole = core.tensor([2, 3], [1, 2, 3, 4, 5, 6]);
const sound = [
  encodeNpy(array),
  encodeNpy(array, { dtype: "f4" }),
  encodeNpy(whole, { dtype: "i8" }),
  encodeNpy(whole, { dtype: "u1" }),
];
const header = (text: string): Buffer => {
  const head = Buffer.from(`\x93NUMPY\x01\x00..${text}\n`, "latin1");
  head.writeUInt16LE(text.length + 1, 8);
  return head;
};

describe("a .npy file", () => {
  it.each([
    "(1000000000000,)",
    "(1000000, 1000000, 1000000)",
    "(99999999999999999999999,)",
    "(0, 1000000000000)",
    `(${"9".repeat(40)},)`,
    "(,,)",
    "(1 2,)",
  ])(
    "that claims the shape %s without the bytes is refused before memory is taken",
    async (shape) => {
      const bytes = header(`{'descr': '<f8', 'fortran_order': True, 'shape': ${shape}, }`);
      expect(await survives(() => parseNpy(bytes, "array"))).toEqual(
        shape.startsWith("(0") || shape === "(,,)" ? expect.anything() : "refused",
      );
    },
  );

  it("with a header of blanks takes no longer than its length", async () => {
    const long = " ".repeat(60_000);
    for (const text of [
      `{'descr':${long}`,
      `'shape':${long}(${"1,".repeat(20_000)}`,
      `'descr':${"'descr':".repeat(8000)}`,
    ]) {
      expect(await survives(() => parseNpy(header(text.slice(0, 65_000)), "array"))).toBe(
        "refused",
      );
    }
  });
});

describe("an .npz archive", () => {
  const readAll = async (path: string): Promise<void> => {
    const opened = openNpz(path);
    for (const name of opened.names) await opened.read(name);
  };

  it("that would unpack to more than it says, or more than is allowed, is refused while little is unpacked", async () => {
    const zeros = Buffer.alloc(300 * 2 ** 20);
    const lying = file(
      "lying.npz",
      zip([{ name: "x.npy", data: zeros, deflate: true, claimed: 1000 }]),
    );
    const honest = file("honest.npz", zip([{ name: "x.npy", data: zeros, deflate: true }]));
    expect(await survives(() => readAll(lying))).toBe("refused");
    expect(await survives(() => openNpz(honest, { maximumBytes: 2 ** 20 }))).toBe("refused");
    const many = zip(
      Array.from({ length: 4000 }, (_, k) => ({
        name: `${k}.npy`,
        data: Buffer.alloc(0),
        claimed: 2 ** 30,
      })),
    );
    expect(await survives(() => readAll(file("many.npz", many)))).toBe("refused");
  }, 30_000);

  it("gives names that lead elsewhere as names, and reads nothing elsewhere", async () => {
    const path = file(
      "names.npz",
      zip([
        { name: "../../etc/passwd.npy", data: Buffer.from(sound[0]) },
        { name: "__proto__.npy", data: Buffer.from(sound[0]) },
      ]),
    );
    const opened = openNpz(path);
    expect(opened.names).toEqual(["../../etc/passwd", "__proto__"]);
    expect([...(await opened.read("__proto__")).data]).toEqual([...array.data]);
  });
});

describe("a table", () => {
  it("with an open quote, or with very many separators, is refused or read in time that grows with its length", async () => {
    expect(await survives(() => interop.readArray(file("q.csv", `"${"a,".repeat(500_000)}`)))).toBe(
      "refused",
    );
    await survives(() =>
      interop.readArray(file("c.csv", `a${",".repeat(3000)}\n${",".repeat(3000)}`)),
    );
    await survives(() => interop.readArray(file("d.csv", '"'.repeat(200_001))));
  });
});

describe("other bytes", () => {
  it("of a font are read or refused, in the measuring too", async () => {
    const font = Buffer.alloc(300);
    font.writeUInt16BE(4, 4);
    ["head", "hhea", "hmtx", "cmap"].forEach((name, k) => {
      font.write(name, 12 + 16 * k, "latin1");
      font.writeUInt32BE(80 + 50 * k, 12 + 16 * k + 8);
    });
    font.writeUInt16BE(1000, 98);
    font.writeUInt16BE(1, 164);
    font.writeUInt16BE(1, 232);
    font.writeUInt32BE(12, 238);
    font.writeUInt16BE(4, 242);
    await always(fc.tuple(damaged(font), fc.nat(0x10ffff)), ([bytes, character]) =>
      survives(() => glyphWidths(bytes)(character)),
    );
  });

  it("of particles from Pythia are read or refused, and nothing is unpacked beyond what their JSON says", async () => {
    const packed = gzipSync(Buffer.alloc(64));
    await always(fc.oneof(damaged(packed), randomBytes(packed.subarray(0, 10))), (bytes) =>
      survives(() => parseParticleJets("{}", bytes, "jets")),
    );
  });
});
