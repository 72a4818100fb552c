import { neubauer2022 } from "phaselens/papers";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ConfigError, DataError, row } from "phaselens/core";
import { readTensors } from "phaselens/interop";
import { predict } from "phaselens/nn";
import { afterAll, describe, expect, it } from "vitest";
import { refusal } from "../../support/refusal.js";
import { publishedFile } from "phaselens/internal/papers/shared/publishedFile";
import { networkFromTensors } from "phaselens/internal/taggers/networkFromTensors";
import { openTensors } from "phaselens/internal/interop/models/tensors/readTensors";

const folder = mkdtempSync(join(tmpdir(), "torch-save-"));
afterAll(() => rmSync(folder, { recursive: true }));
const write = (bytes: Uint8Array): string => {
  writeFileSync(join(folder, "a.pt"), bytes);
  return join(folder, "a.pt");
};
const fixture = (name: string): string =>
  fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));

type Numbers = readonly (number | string)[];
interface Case {
  readonly file: string;
  readonly tensors: readonly (readonly [
    name: string,
    shape: readonly number[],
    numbers: Numbers,
  ])[];
}
/** What torch.load found, see make_checkpoints.py. */
const { cases } = JSON.parse(readFileSync(fixture("checkpoints.json"), "utf8")) as {
  readonly cases: Readonly<Record<string, Case>>;
};
const saved = (name: string): string => write(Buffer.from(cases[name].file, "base64"));
const infinities: Readonly<Record<string, number>> = { inf: Infinity, "-inf": -Infinity, nan: NaN };
const exactly = (numbers: Numbers): Float64Array =>
  Float64Array.from(numbers, (x) => (typeof x === "string" ? infinities[x] : x));

describe("a file of torch.save", () => {
  it.each(Object.keys(cases))("of %s has the names, shapes and numbers of torch.load", (name) => {
    const tensors = readTensors(saved(name));
    const wanted = cases[name].tensors;
    expect(Object.keys(tensors).sort()).toEqual(wanted.map(([own]) => own).sort());
    for (const [own, shape, numbers] of wanted) {
      expect(tensors[own].shape, own).toEqual(shape);
      // toEqual tells −0 from 0 in typed arrays
      expect(tensors[own].data, own).toEqual(exactly(numbers));
    }
  });

  it.each(["new", "old"])("reads what it can and refuses the rest by name (%s format)", (age) => {
    const path = saved(`strange tensors, ${age}`);
    const { tensors, leftOut } = openTensors(path);
    expect(Object.keys(tensors)).toEqual(["before", "after"]);
    const reasons = {
      complex: "is complex (complex64), and numbers here are real. Save what torch.view_as_real",
      quantised: "is quantised. Save what dequantize()",
      sparse: "is sparse. Save what to_dense()",
      rows: "is sparse",
      ...(age === "new" && { nested: "is a nested tensor. Save its parts, what unbind()" }),
      meta: "has a shape and no numbers",
      model: 'torch.load("model.pt", weights_only=False)["model"].state_dict(), "tensors.pt")',
      inside: "is an object of argparse.Namespace, a program of its own",
      large: "is 9007199254740993, beyond the integers a double holds exactly",
    };
    expect(Object.keys(leftOut)).toEqual(Object.keys(reasons));
    const read = readTensors(path);
    expect(Object.keys(read)).toEqual(["before", "after"]);
    for (const [name, reason] of Object.entries(reasons)) {
      expect(leftOut[name]).toContain(`"${name}"`);
      expect(leftOut[name]).toContain(reason);
      expect(refusal(DataError, () => read[name]).message).toBe(`${path}: ${leftOut[name]}`);
    }
    const rounded = readTensors(path, { integers: "rounded" });
    expect(Array.from(rounded.large.data)).toEqual([1, 2 ** 53]);
  });
});

describe("a part of a file", () => {
  it("is read by its key, and a key that is not there is refused with those that are", () => {
    const path = saved("a run, new");
    const tensors = readTensors(path, { inside: "state_dict" });
    expect(Object.keys(tensors)).toEqual([
      "0.weight",
      "0.bias",
      "1.weight",
      "1.bias",
      "1.running_mean",
      "1.running_var",
      "1.num_batches_tracked",
    ]);
    const { message } = refusal(ConfigError, () => readTensors(path, { inside: "model" }));
    expect(message).toContain(
      'has no "model" in it, but "epoch", "state_dict", "optimizer_states"',
    );
  });
});

describe("tensors in a file", () => {
  const numbers = (name: string): Record<string, number[]> => {
    const tensors = Object.entries(readTensors(fixture(name)));
    return Object.fromEntries(tensors.map(([own, { data }]) => [own, Array.from(data)]));
  };

  it("in lists are read, by their place", () => {
    expect(numbers("list.pt")).toEqual({ "layers.0": [1, 1], "layers.1": [0, 0], bias: [1] });
  });

  it("whose keys would make one name have a name each, and the one is refused", () => {
    expect(numbers("clash.pt")).toEqual({ '["a.b"]': [1], '["a"]["b"]': [0] });
    const { "a.b": reason } = openTensors(fixture("clash.pt")).leftOut;
    expect(reason).toBe('"a.b" is the name of 2 tensors. Ask for ["a.b"] or ["a"]["b"].');
    expect(refusal(DataError, () => readTensors(fixture("clash.pt"))["a.b"]).message).toContain(
      reason,
    );
  });

  it("seen with the negative bit have the other sign", () => {
    expect(numbers("negbit.pt")).toEqual({ im: [-2, 4] });
  });

  it("of half precision, bfloat16 and bytes are read", () => {
    expect(numbers("odd_half.pth")).toEqual({ w: [-0.53564453125, 1.251953125, -0.324951171875] });
    expect(numbers("odd_bf16.pth")).toEqual({ w: [-0.07470703125, -1.15625, -0.4609375] });
    expect(numbers("odd_uint8.pth")).toEqual({ w: [1, 2] });
  });

  it("of the format before PyTorch 1.6 are read", () => {
    const read = numbers("legacy.pth");
    expect(Object.keys(read).length).toBe(14);
    expect(read.long).toEqual([1, -2, 1099511627776]);
    expect(read.view).toEqual(read.tied_a.slice(3));
    expect(read.tied_b).toEqual(read.tied_a);
    expect(read.expanded.slice(0, 4)).toEqual(Array(4).fill(read.expanded[0]));
  });

  it("of the format before PyTorch 1.6, cut anywhere, are truncated", () => {
    const whole = readFileSync(fixture("legacy.pth"));
    for (let length = 16; length < whole.length; length += 7) {
      const path = write(whole.subarray(0, length));
      expect(refusal(DataError, () => readTensors(path)).message).toContain("truncated");
    }
  });

  it("a few bytes of which claim gigabytes are refused before memory is taken", () => {
    const before = process.memoryUsage().arrayBuffers;
    const { message } = refusal(DataError, () => readTensors(fixture("bomb.pt")));
    expect(message).toContain('"a" of shape [134217727] exceeds what may be read');
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 24);
  });
});

describe("a program in place of tensors", () => {
  it.each([
    [
      "script.pt",
      "a TorchScript program",
      'torch.jit.load("model.pt").state_dict(), "tensors.pt")',
    ],
    ["module.pt", "torch.nn.modules.container.Sequential", "weights_only=False).state_dict()"],
  ])("%s is named, with the line of Python that makes tensors of it", (name, what, cure) => {
    const { message } = refusal(DataError, () => readTensors(fixture(name)));
    expect(message).toContain(what);
    expect(message).toContain(cure);
    expect(message).not.toContain("fetch it again");
  });
});

describe("another kind of file", () => {
  interface Heads {
    readonly heads: Readonly<Record<string, { readonly format: string; readonly head: string }>>;
  }
  const { heads } = JSON.parse(readFileSync(fixture("heads.json"), "utf8")) as Heads;
  const others = Object.keys(heads).filter(
    (name) => !/^(?:pytorch|safetensors)/.test(heads[name].format),
  );

  it.each(others)("%s is named for what it is, not called damaged", (name) => {
    const path = write(Buffer.from(heads[name].head, "base64"));
    const { message } = refusal(DataError, () => readTensors(path));
    expect(message).toMatch(
      /is an? .*, not a file of torch\.save|is not a file of torch\.save but an? /,
    );
    expect(message).not.toMatch(/damaged|truncated|fetch it again/i);
  });
});

const checkpoints = publishedFile("neubauer2022/checkpoints");
const repository = "FAIR4HEP+hbb_interaction_network__legacy-torch__models~trained_models~gnn_";
const published =
  checkpoints === undefined
    ? []
    : [
        [`${repository}baseline_best.pth`, "baseline"],
        [
          `${repository}psvfeaturesdropped_001_noTrackQ_hidden16_De8_Do8_best.pth`,
          "psvfeaturesdropped_001_noTrackQ_hidden16_De8_Do8",
        ],
      ].filter(([file]) => existsSync(join(checkpoints, file)));

describe.skipIf(published.length === 0)("a published interaction network", () => {
  it.each(published)("%s is θ of the plain numbers", (file, name) => {
    const { network, theta } = networkFromTensors(readTensors(join(checkpoints!, file)));
    const wanted = neubauer2022.taggers()!.find((tagger) => tagger.name === name)!;
    expect(theta).toEqual(wanted.theta);
    expect(network.nodes.map(({ layer }) => layer.name)).toEqual(
      wanted.network.nodes.map(({ layer }) => layer.name),
    );
  });

  it("of CMS has a network and finite outputs", () => {
    const file = "cms-data+RecoBTag-Combined__legacy-torch__HiggsInteractionNet~V00~IN.pth";
    const { network, theta } = networkFromTensors(readTensors(join(checkpoints!, file)));
    expect(theta.length).toBe(18144);
    const x = { shape: [1, 30 * 60 + 14 * 5], data: new Float64Array(30 * 60 + 14 * 5).fill(0.1) };
    expect(row(predict(network, theta, x), 0).every(Number.isFinite)).toBe(true);
  });
});
