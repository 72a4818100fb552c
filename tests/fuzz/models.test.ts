import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { interop, nn } from "phaselens";
import { afterAll, describe, expect, it } from "vitest";
import { zip } from "../interop/zip.js";
import { always, survives } from "../support/hostile.js";
import { networkFrom } from "phaselens/internal/nn/network/description";
import { readNetwork } from "phaselens/internal/interop/models/savedNetwork";
import { layerTypes } from "phaselens/internal/nn/layers/layerTypes";

const folder = mkdtempSync(join(tmpdir(), "phaselens-fuzz-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, content: string | Uint8Array): string => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};

describe("a PyTorch checkpoint", () => {
  const archive = (pickle: Buffer): string =>
    file(
      "b.pt",
      zip([
        { name: "a/data.pkl", data: pickle },
        { name: "a/data/0", data: Buffer.alloc(64, 1) },
      ]),
    );
  it("with instructions in any order is read or refused", async () => {
    const letters =
      "\x80\x95.(012}])tld\x8f\x91\x85\x86\x87N\x88\x89IJKLMGF\x8a\x8bSTUVX\x8c\x8dBC\x8e\x96pqr\x94ghjc\x93QR\x81\x92bsuae\x90\n";
    const codes = [...letters].map((letter) => letter.charCodeAt(0));
    const instructions = fc.array(
      fc.oneof(fc.constantFrom(...codes), fc.constantFrom(...codes), fc.nat(3)),
      { maxLength: 60 },
    );
    await always(instructions, (list) =>
      survives(() => interop.readTensors(archive(Buffer.from([...list, 0x2e])))),
    );
  });

  it("that doubles a list again and again, holds itself, or is deeper than a stack is refused", async () => {
    const doubling = Buffer.concat([
      Buffer.from("]q\0"),
      ...Array.from({ length: 60 }, () => Buffer.from("(h\0h\0e")),
      Buffer.from("."),
    ]);
    expect(await survives(() => interop.readTensors(archive(doubling)))).toBe("refused");
    const tower = Buffer.concat([
      Buffer.from("Nq\0"),
      ...Array.from({ length: 60 }, () => Buffer.from("h\0h\0\x86q\0", "latin1")),
      Buffer.from("."),
    ]);
    expect(await survives(() => interop.readTensors(archive(tower)))).toBe("refused");
    const itself = Buffer.from("}q\0X\x01\0\0\0ah\0s.", "latin1");
    expect(await survives(() => interop.readTensors(archive(itself)))).toBe("refused");
    const fan = Buffer.concat([
      Buffer.from("}q\0"),
      ...Array.from({ length: 40 }, () =>
        Buffer.from("}(X\x01\0\0\0ah\0X\x01\0\0\0bh\0uq\0", "latin1"),
      ),
      Buffer.from("."),
    ]);
    expect(await survives(() => interop.readTensors(archive(fan)))).toBe("refused");
    const deep = Buffer.concat([
      Buffer.alloc(100_000, "]"),
      Buffer.alloc(99_999, "a"),
      Buffer.from("."),
    ]);
    expect(await survives(() => interop.readTensors(archive(deep)))).toBe("refused");
  });
});

describe("a network", () => {
  const network = nn.graph((input, then) => {
    const conv = then(nn.relu(), then(nn.conv1d(1, 2, 3, { padding: 1 }), input));
    return then(
      nn.dense(4, 2),
      then(nn.flatten(), then(nn.maxPool([2]), then(nn.add(), conv, conv))),
    );
  }, "small");
  const description = nn.describeNetwork(network);

  it.each([
    "dense(1000000→1000000)",
    "dense(1e6→1e6)",
    "dense(-1→2)",
    "dense(NaN→2)",
    "dense(→)",
    "conv1d(1→1, kernel 99999999)",
    "conv3d(1→1, kernel 3×3)",
    "conv1d(0→0, kernel 0)",
    "reshape(0)",
    "reshape(99999×99999×99999)",
    "maxPool(0)",
    "maxPool(2, stride 0)",
    "dropout(2)",
    "edges(1×1, 1×1→0)",
    "__proto__",
    "constructor",
    "hasOwnProperty(1)",
    "toString",
    "segmentSum(1e9→1e9)",
    `dense(${"1".repeat(50_000)}→1)`,
    `${"(".repeat(100_000)}`,
    `conv1d(1→1, kernel ${"3×".repeat(50_000)})`,
  ])("whose layer is hostile (%#) is built or refused", async (layer) => {
    await survives(() =>
      networkFrom({ name: "n", nodes: [{ layer: layer as never, inputs: [0] }] }),
    );
  });

  it("whose layer has any settings is built or refused", async () => {
    const value = fc.oneof(
      fc.integer({ min: -2, max: 9 }),
      fc.double(),
      fc.array(fc.oneof(fc.nat(5), fc.array(fc.nat(2), { maxLength: 3 })), { maxLength: 4 }),
      fc.constantFrom(
        null,
        "3",
        { start: 0, features: 2, objects: 2 },
        {},
        [[1, 1]],
        1e300,
        undefined,
      ),
      fc.string(),
    );
    const spec = fc.constantFrom(...Object.keys(layerTypes)).chain((type) => {
      const settings = Object.keys(layerTypes[type as nn.LayerTypeName].settings);
      return fc
        .tuple(...[...settings, "other"].map(() => fc.option(value, { nil: undefined, freq: 8 })))
        .map(
          (values) =>
            Object.fromEntries([
              ["type", type],
              ...[...settings, "other"].map((key, k) => [key, values[k]]),
            ]) as nn.LayerSpec,
        );
    });
    await always(spec, (layer) =>
      survives(() => networkFrom({ name: "n", nodes: [{ layer, inputs: [0] }] })),
    );
  });

  it("does not read parameters from another folder", async () => {
    for (const parameters of [
      "../theta.npy",
      "/etc/passwd",
      ".theta.npy",
      "a/b.npy",
      "..",
      "",
      "C:\\x.npy",
    ]) {
      const text = JSON.stringify({
        format: "phaselens-network",
        version: 1,
        ...description,
        output: "softmax",
        parameters,
      });
      expect(await survives(() => readNetwork(file("elsewhere.json", text)))).toBe("refused");
    }
  });
});
