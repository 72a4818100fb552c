import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { tensor } from "phaselens/core";
import { readArray, readModel, saveNetwork } from "phaselens/interop";
import {
  conv1d,
  dense,
  flatten,
  meanSquaredError,
  predict,
  relu,
  sequential,
  softmaxCrossEntropy,
} from "phaselens/nn";
import { afterAll, describe, expect, it } from "vitest";
import { randomTensor } from "../support/models.js";
import { zip } from "./zip.js";
import { encodeNpy } from "phaselens/internal/core/files/npy";
import { openNpz } from "phaselens/internal/interop/tables/readNpz";
import { targetRows } from "phaselens/internal/interop/tables/targetRows";
import { readNetwork } from "phaselens/internal/interop/models/savedNetwork";

const folder = mkdtempSync(join(tmpdir(), "phaselens-arrays-"));
afterAll(() => rmSync(folder, { recursive: true }));
const written = (name: string, content: string | Uint8Array): string => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};
const numpy = spawnSync("python3", ["-c", "import numpy"], { stdio: "ignore" }).status === 0;

describe("a table", () => {
  it("is read with quotes, line ends and a byte order mark of any kind: what is written by RFC 4180 comes back", async () => {
    const name = fc
      .string({
        minLength: 1,
        maxLength: 8,
        unit: fc.constantFrom("a", "é", ",", ";", '"', "\n", " ", "<", "漢"),
      })
      .filter((text) => text.trim() === text && text !== "" && !/^\d/.test(text));
    const tables = fc.record({
      names: fc.uniqueArray(name, { minLength: 2, maxLength: 4 }),
      rows: fc.integer({ min: 1, max: 4 }),
      end: fc.constantFrom("\n", "\r\n"),
      mark: fc.constantFrom("", "\uFEFF"),
      last: fc.boolean(),
      numbers: fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), {
        minLength: 16,
        maxLength: 16,
      }),
    });
    await fc.assert(
      fc.asyncProperty(tables, async ({ names, rows, end, mark, last, numbers }) => {
        const lines = Array.from({ length: rows }, (_, n) =>
          numbers.slice(n * names.length, (n + 1) * names.length).join(","),
        );
        const head = names.map((one) => `"${one.replace(/"/g, '""')}"`).join(",");
        const { values, columns } = await readArray(
          written("any.csv", mark + [head, ...lines].join(end) + (last ? end : "")),
        );
        expect(columns).toEqual(names);
        expect(values.shape).toEqual([rows, names.length]);
        expect(Array.from(values.data)).toEqual(
          numbers.slice(0, rows * names.length).map((value) => value + 0),
        ); // text has no −0
      }),
      { numRuns: 100 },
    );
  });

  it("without names has its columns counted from 1; of several some can be taken, in any order", async () => {
    expect((await readArray(written("bare.tsv", "1\t2\t3\n4\t5\t6\n"))).columns).toEqual([
      "1",
      "2",
      "3",
    ]);
    const { values } = await readArray(written("named.csv", "a,b,c\n1,2,3\n4,5,6"), {
      columns: ["c", "a"],
    });
    expect(Array.from(values.data)).toEqual([3, 1, 6, 4]);
    expect((await readArray(join(folder, "named.csv"), { without: ["b"] })).columns).toEqual([
      "a",
      "c",
    ]);
  });

  it.each([
    ["a,b\n1,2\n\n3\n", "line 4: has 1 fields, the first line has 2"],
    ['a,b\n"1\n2,3\n', "line 2: a quote is opened and not closed"],
    ['a,b\n"1"x,2\n', "line 2: text follows a closing quote"],
    ["a,a\n1,2\n", 'line 1: two columns are named "a"'],
    ["a,b\n1,\n", 'line 2, column "b": "" is no finite number'],
    ["a,b\n1,Infinity\n", 'line 2, column "b": "Infinity" is no finite number'],
    ["a,b\n", "has names of columns but no rows"],
    ["", "is empty"],
  ])("%j is refused by line and column", async (text, sentence) => {
    await expect(readArray(written("bad.csv", text))).rejects.toThrow(sentence);
  });
});

describe("an .npz file", () => {
  it.skipIf(!numpy)("of numpy is read, packed or not", async () => {
    const script =
      "import numpy as n, sys; a = n.arange(24.0).reshape(2, 3, 4); n.savez(sys.argv[1] + '/plain.npz', a=a, b=n.asfortranarray(a[0])); n.savez_compressed(sys.argv[1] + '/packed.npz', x=a.astype('i4'))";
    expect(spawnSync("python3", ["-c", script, folder]).status).toBe(0);
    const { values } = await readArray(join(folder, "packed.npz"));
    expect([values.shape, Array.from(values.data)]).toEqual([
      [2, 3, 4],
      Array.from({ length: 24 }, (_, k) => k),
    ]);
    const plain = openNpz(join(folder, "plain.npz"));
    expect(plain.names).toEqual(["a", "b"]);
    expect(Array.from((await plain.read("b")).data)).toEqual(
      Array.from({ length: 12 }, (_, k) => k),
    );
    await expect(readArray(join(folder, "plain.npz"))).rejects.toThrow(
      "holds 2 arrays, a, b. Name the one that is meant (--dataset NAME).",
    );
  });

  it("larger unpacked than allowed is refused before it is unpacked, and so is one array of too many numbers", async () => {
    const big = Buffer.from(encodeNpy(tensor([1, 40_000]), { dtype: "u1" }));
    const path = written("big.npz", zip([{ name: "x.npy", data: big, deflate: true }]));
    await expect(readArray(path, { maximumBytes: 30_000 })).rejects.toThrow(
      `unpacked it is ${big.length} bytes or more, 30000 are allowed.`,
    );
    await expect(readArray(path, { maximumEntries: 30_000 })).rejects.toThrow(
      'big.npz, array "x": holds 40000 numbers, at most 30000 are read.',
    );
    await expect(readArray(written("big.npy", big), { maximumEntries: 30_000 })).rejects.toThrow(
      "holds 40000 numbers, at most 30000 are read.",
    );
    await expect(readArray(join(folder, "big.npy"), { maximumBytes: 10 })).rejects.toThrow(
      "bytes, at most 10 are read.",
    );
  });
});

it("a shape without entries is refused, however long its other axis is said to be", async () => {
  const head =
    "{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999999999999, 0), }".padEnd(117) +
    "\n";
  const path = written(
    "empty.npy",
    Buffer.concat([
      Buffer.from("\x93NUMPY\x01\x00\x76\x00", "latin1"),
      Buffer.from(head, "latin1"),
    ]),
  );
  await expect(readArray(path)).rejects.toThrow(
    "empty.npy: holds no numbers, its shape is [100000000000000000000,0].",
  );
});

describe("a saved network", () => {
  const network = sequential([conv1d(1, 2, 3), relu(), flatten(), dense(12, 3)], "saved");
  const theta = randomTensor([network.parameterCount], 4).data;

  it("comes back with the same outputs to the last bit", async () => {
    saveNetwork(join(folder, "net.json"), {
      network,
      theta,
      inputShape: [1, 8],
      output: "softmax",
    });
    const back = readNetwork(join(folder, "net.json"));
    const model = await readModel(join(folder, "net.json"));
    const x = randomTensor([5, 1, 8], 5);
    expect(predict(back.network, back.theta, x).data).toEqual(predict(network, theta, x).data);
    expect([back.inputShape, back.output, model.loss]).toEqual([
      [1, 8],
      "softmax",
      softmaxCrossEntropy,
    ]);
  });

  it.each([
    [{ parameters: "../net.theta.npy" }, "not a file of the same folder"],
    [{ parameters: "none.npy" }, "cannot be read (ENOENT)"],
    [{ nodes: [{ layer: "relu", inputs: [3] }] }, "node 0 reads a value that comes after it"],
    [{ nodes: [{ layer: "magic(3)", inputs: [0] }] }, '"magic(3)" is no layer of this library'],
    [
      { nodes: [{ layer: "dense(1000000→1000000)", inputs: [0] }] },
      "the network has 1000001000000 parameters",
    ],
    [{ version: 2 }, "version: Invalid input: expected 1"],
    [{ inputShape: [0] }, "inputShape.0: "],
  ])("with %j is refused", async (change, sentence) => {
    saveNetwork(join(folder, "net.json"), { network, theta, inputShape: [1, 8], output: "linear" });
    const path = written(
      "changed.json",
      JSON.stringify({
        ...(JSON.parse(readFileSync(join(folder, "net.json"), "utf8")) as object),
        ...change,
      }),
    );
    await expect(readModel(path)).rejects.toThrow(sentence);
  });
});

it("targets of a file are labels, rows or values, by the loss", () => {
  expect(Array.from(targetRows(tensor([2], [1, 0]), 2, 2, softmaxCrossEntropy, "y").data)).toEqual([
    0, 1, 1, 0,
  ]);
  expect(targetRows(tensor([2], [1.5, 0]), 2, 1, meanSquaredError, "y").shape).toEqual([2, 1]);
  expect(() => targetRows(tensor([2], [1, 2]), 2, 2, softmaxCrossEntropy, "y")).toThrow(
    "row 1 has the label 2",
  );
  expect(() => targetRows(tensor([2], [1, 2]), 2, 3, meanSquaredError, "y")).toThrow(
    "holds one value a point, but the model has 3 outputs",
  );
  expect(() => targetRows(tensor([3], [1, 2, 0]), 2, 3, softmaxCrossEntropy, "y")).toThrow(
    "has 3 targets for 2 points",
  );
});
