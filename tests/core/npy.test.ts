import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import {
  ConfigError,
  DataError,
  readNpy,
  size,
  tensor,
  writeNpy,
  type NpyDtype,
} from "phaselens/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encodeNpy, parseNpy } from "phaselens/internal/core/files/npy";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "phaselens-npy-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/**
 * A file written by hand from numpy's format description (numpy.lib.format): magic, version, header
 * length, header, data.
 */
function file(
  descr: string,
  shape: string,
  data: readonly number[],
  options: { version?: 1 | 2; fortran?: boolean } = {},
): Uint8Array {
  const header = `{'descr': '${descr}', 'fortran_order': ${options.fortran ? "True" : "False"}, 'shape': ${shape}, }\n`;
  const length =
    options.version === 2
      ? [header.length & 255, header.length >> 8, 0, 0]
      : [header.length & 255, header.length >> 8];
  return Uint8Array.from([
    0x93,
    ...Buffer.from("NUMPY"),
    options.version ?? 1,
    0,
    ...length,
    ...Buffer.from(header),
    ...data,
  ]);
}

describe("parseNpy", () => {
  it("reads bytes written by hand from the format description", () => {
    const oneAndMinusTwo = [0, 0, 0, 0, 0, 0, 0xf0, 0x3f, 0, 0, 0, 0, 0, 0, 0, 0xc0];
    expect(parseNpy(file("<f8", "(2,)", oneAndMinusTwo), "x")).toEqual(tensor([2], [1, -2]));
    expect(parseNpy(file("<f8", "(2,)", oneAndMinusTwo, { version: 2 }), "x")).toEqual(
      tensor([2], [1, -2]),
    );
    expect(parseNpy(file("<f4", "(1, 1)", [0, 0, 0x80, 0x3e]), "x")).toEqual(
      tensor([1, 1], [0.25]),
    );
    expect(parseNpy(file("<i2", "(2,)", [0xff, 0xff, 1, 2]), "x")).toEqual(tensor([2], [-1, 513]));
    expect(parseNpy(file("<i4", "()", [0xfe, 0xff, 0xff, 0xff]), "x")).toEqual(tensor([], [-2]));
    expect(parseNpy(file(">i4", "(1,)", [0, 0, 1, 2]), "x")).toEqual(tensor([1], [258]));
    expect(
      parseNpy(file("<i8", "(1,)", [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]), "x"),
    ).toEqual(tensor([1], [-1]));
    expect(parseNpy(file("|u1", "(3,)", [0, 7, 255]), "x")).toEqual(tensor([3], [0, 7, 255]));
    expect(parseNpy(file("|b1", "(2,)", [1, 0]), "x")).toEqual(tensor([2], [1, 0]));
    expect(parseNpy(file("|u1", "(0, 3)", []), "x")).toEqual(tensor([0, 3]));
  });

  it("brings Fortran order into rows", () => {
    // columns of [[1, 2, 3], [4, 5, 6]] one after the other
    expect(parseNpy(file("|u1", "(2, 3)", [1, 4, 2, 5, 3, 6], { fortran: true }), "x")).toEqual(
      tensor([2, 3], [1, 2, 3, 4, 5, 6]),
    );
  });

  it("does not depend on where in its buffer the file begins", () => {
    const bytes = file("|u1", "(2,)", [3, 4]);
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    expect(parseNpy(shifted.subarray(3), "x")).toEqual(tensor([2], [3, 4]));
  });

  it.each([
    [
      "no magic",
      Uint8Array.from(Buffer.from("PK\x03\x04 a zip archive")),
      "is not a .npy file but a ZIP archive. Unpack it first.",
    ],
    [
      "a magic alone",
      Uint8Array.from([0x93, ...Buffer.from("NUMPY")]),
      "is cut off inside its header",
    ],
    ["an empty file", new Uint8Array(0), "is not a .npy file (0 bytes"],
    ["a cut header", file("<f8", "(2,)", []).subarray(0, 30), "cut off inside its header"],
    [
      "cut data",
      file("<f8", "(2,)", [1, 2, 3]),
      /cut off; shape \[2\] of f8 needs \d+ bytes, found \d+/,
    ],
    ["too much data", file("|u1", "(1,)", [1, 2]), "too long; shape [1] of u1"],
    [
      "a future version",
      file("|u1", "(1,)", [1]).map((byte, i) => (i === 6 ? 4 : byte)),
      "is of .npy version 4",
    ],
    [
      "complex numbers",
      file("<c16", "(1,)", [1]),
      "are complex numbers. Save real and imaginary part",
    ],
    [
      "an extent without a number",
      file("<f8", "(2LL,)", []),
      'the extent "2LL" in its shape is no number',
    ],
    ["texts", file("<U3", "(1,)", [1]), 'holds elements of type "<U3"; read are f8, f4'],
    ["a header without shape", file("|u1", "None", [1]), "lacks descr, fortran_order or shape"],
    [
      "an integer that no double holds",
      file("<i8", "(1,)", [1, 0, 0, 0, 0, 0, 0x20, 0]),
      "entry 0 is 9007199254740993, beyond the integers a double holds exactly",
    ],
    [
      "the like in the other order",
      file(">u8", "(2,)", [...new Array<number>(8).fill(0), ...new Array<number>(8).fill(0xff)]),
      "entry 1 is 18446744073709551615, beyond",
    ],
  ])("refuses %s, naming the file and what was expected", (_, bytes, message) => {
    expect(() => parseNpy(bytes, "data/broken.npy")).toThrow(DataError);
    expect(() => parseNpy(bytes, "data/broken.npy")).toThrow(message);
    expect(() => parseNpy(bytes, "data/broken.npy")).toThrow("data/broken.npy");
  });

  it("reads a shape as Python 2 wrote it, with long numbers", () => {
    expect(parseNpy(file("|u1", "(2L, 3L)", [1, 2, 3, 4, 5, 6]), "x")).toEqual(
      tensor([2, 3], [1, 2, 3, 4, 5, 6]),
    );
    expect(parseNpy(file("|u1", "(2L,)", [1, 2]), "x").shape).toEqual([2]);
  });

  it("reads integers of eight bytes exactly where a double equals them, else refuses or rounds", () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }),
        fc.nat({ max: 63 }),
        fc.boolean(),
        (large, shift, little) => {
          const exact = large >> BigInt(shift); // numbers of any length
          const unsigned = exact >= 2n ** 63n;
          const bytes = Buffer.alloc(8);
          if (unsigned) bytes.writeBigUInt64BE(exact);
          else bytes.writeBigInt64BE(exact);
          if (little) bytes.reverse();
          const whole = file(`${little ? "<" : ">"}${unsigned ? "u8" : "i8"}`, "(1,)", [...bytes]);
          expect(parseNpy(whole, "x", { integers: "rounded" }).data[0]).toBe(Number(exact));
          if (BigInt(Number(exact)) === exact)
            expect(parseNpy(whole, "x").data[0]).toBe(Number(exact));
          else
            expect(() => parseNpy(whole, "x")).toThrow(`entry 0 is ${exact}, beyond the integers`);
        },
      ),
      { seed: 3, numRuns: 1000 },
    );
  });

  it("refuses a structured array", () => {
    const text = "{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (1,), }\n";
    const bytes = Uint8Array.from([
      0x93,
      ...Buffer.from("NUMPY"),
      1,
      0,
      text.length,
      0,
      ...Buffer.from(text),
      ...new Array<number>(8).fill(0),
    ]);
    expect(() => parseNpy(bytes, "x.npy")).toThrow("x.npy: holds records");
  });

  it("never takes a damaged file of any kind for anything but an array or a DataError", () => {
    const whole = encodeNpy(tensor([2, 3], [1, 2, 3, 4, 5, 6]));
    fc.assert(
      fc.property(
        fc.nat({ max: whole.length - 1 }),
        fc.nat({ max: 255 }),
        fc.nat({ max: whole.length }),
        (at, byte, length) => {
          const damaged = whole.slice(0, length).map((value, i) => (i === at ? byte : value));
          try {
            const { shape, data } = parseNpy(damaged, "x");
            expect(data.length).toBe(size(shape));
          } catch (error) {
            expect(error).toBeInstanceOf(DataError);
          }
        },
      ),
      { seed: 1, numRuns: 2_000 },
    );
  });
});

describe("encodeNpy", () => {
  it("is undone by parseNpy, bit for bit for doubles with NaN, ±∞ and −0", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double(), { minLength: 6, maxLength: 6 }),
        fc.constantFrom([6], [2, 3], [1, 6, 1]),
        (values, shape) => {
          expect(parseNpy(encodeNpy(tensor(shape, values)), "x")).toEqual(tensor(shape, values));
        },
      ),
      { seed: 2 },
    );
  });

  it("rounds for f4 and refuses what an integer type cannot hold, naming the entry", () => {
    expect(parseNpy(encodeNpy(tensor([1], [0.1]), { dtype: "f4" }), "x").data[0]).toBe(
      Math.fround(0.1),
    );
    expect(() => encodeNpy(tensor([2], [0, 0.5]), { dtype: "i4" })).toThrow(
      /entry 1 is 0.5; i4 holds whole numbers/,
    );
    expect(() => encodeNpy(tensor([1], [256]), { dtype: "u1" })).toThrow(ConfigError);
    expect(() => encodeNpy(tensor([1], [2]), { dtype: "b1" })).toThrow(ConfigError);
    expect(() => encodeNpy(tensor([1], [2]), { dtype: "c16" as NpyDtype })).toThrow(
      /dtype is "c16"; it must be one of f8/,
    );
  });
});

describe("readNpy and writeNpy", () => {
  it("write whole files and leave nothing else behind", () => {
    const path = join(folder, "made/here/x.npy");
    writeNpy(path, tensor([2], [1, 2]));
    writeNpy(path, tensor([3], [1, 2, 3]), { dtype: "i2" });
    expect(readNpy(path)).toEqual(tensor([3], [1, 2, 3]));
    expect(readdirSync(join(folder, "made/here"))).toEqual(["x.npy"]);
  });

  it("keep the old file if the new one cannot be encoded", () => {
    const path = join(folder, "kept.npy");
    writeNpy(path, tensor([1], [7]));
    expect(() => writeNpy(path, tensor([1], [0.5]), { dtype: "i4" })).toThrow(ConfigError);
    expect(readNpy(path).data[0]).toBe(7);
  });

  it("name a file that is missing", () => {
    expect(() => readNpy(join(folder, "absent.npy"))).toThrow(
      /absent\.npy: cannot be read \(ENOENT\)/,
    );
    expect(() => readNpy(join(folder, "absent.npy"))).toThrow(DataError);
  });
});

const hasNumpy = spawnSync("python3", ["-c", "import numpy"]).status === 0;
if (!hasNumpy)
  console.log("npy: python3 with numpy is absent, so the comparison with numpy is skipped");

describe.skipIf(!hasNumpy)("beside numpy", () => {
  const python = (code: string): string =>
    execFileSync("python3", ["-c", code], { cwd: folder, encoding: "utf8" });
  const dtypes: NpyDtype[] = ["f8", "f4", "i8", "i4", "i2", "i1", "u8", "u4", "u2", "u1", "b1"];

  it("reads what numpy writes, in both orders", () => {
    python(`
import numpy as np
for t in "${dtypes.join(" ")}".split():
    a = (np.arange(24) % (2 if t == "b1" else 99)).reshape(2, 3, 4).astype(t)
    np.save("c-" + t, a); np.save("f-" + t, np.asfortranarray(a)); np.save("s-" + t, a[1, 1, 1])`);
    for (const dtype of dtypes) {
      const expected = tensor(
        [2, 3, 4],
        Float64Array.from({ length: 24 }, (_, k) => (dtype === "b1" ? k % 2 : k)),
      );
      expect(readNpy(join(folder, `c-${dtype}.npy`))).toEqual(expected);
      expect(readNpy(join(folder, `f-${dtype}.npy`))).toEqual(expected);
      expect(readNpy(join(folder, `s-${dtype}.npy`))).toEqual(
        tensor([], [dtype === "b1" ? 1 : 17]),
      );
    }
  });

  it("reads random numbers of every type in either order of bytes as numpy does", () => {
    const types = ["f8", "f4", "f2", "i8", "i4", "i2", "i1", "u8", "u4", "u2", "u1", "b1"];
    python(`
import numpy as np, json; np.seterr(all="ignore")
r = np.random.default_rng(5); out = {}
for t in "${types.join(" ")}".split():
    for order in "<>":
        d = np.dtype(order + t)
        a = np.frombuffer(r.bytes(200 * d.itemsize), d).reshape(4, 50).copy() if t != "b1" else r.random((4, 50)) < .5
        if t in ("i8", "u8"): a = a >> d.type(12) # what a double holds
        np.save(f"r{order}{t}", a.astype(d)); np.save(f"r{order}{t}-f8", a.astype("f8"))`);
    for (const name of types.flatMap((type) => [`r<${type}`, `r>${type}`])) {
      expect(readNpy(join(folder, `${name}.npy`)), name).toEqual(
        readNpy(join(folder, `${name}-f8.npy`)),
      );
    }
  });

  it("writes the very bytes that numpy writes", () => {
    for (const dtype of dtypes)
      writeNpy(join(folder, `ours-${dtype}.npy`), tensor([2, 3], [0, 1, 1, 0, 1, 0]), { dtype });
    python(`
import numpy as np
for t in "${dtypes.join(" ")}".split():
    a = np.load("ours-" + t + ".npy")
    assert a.dtype == np.dtype(t) and a.shape == (2, 3) and a.tolist() == [[0, 1, 1], [0, 1, 0]]
    np.save("theirs-" + t, a)`);
    for (const dtype of dtypes) {
      expect(
        readFileSync(join(folder, `ours-${dtype}.npy`)).equals(
          readFileSync(join(folder, `theirs-${dtype}.npy`)),
        ),
      ).toBe(true);
    }
  });

  it("reads version 2.0 files", () => {
    python(`
import numpy as np
with open("v2.npy", "wb") as f: np.lib.format.write_array(f, np.array([1.5, 2.5]), version=(2, 0))`);
    expect(readNpy(join(folder, "v2.npy"))).toEqual(tensor([2], [1.5, 2.5]));
  });
});
