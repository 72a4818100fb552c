import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { core, generate, interop, nn } from "phaselens";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { zip } from "../interop/zip.js";
import { always } from "../support/hostile.js";
import { tmvaWeights } from "../support/tmvaWeights.mjs";
import { field, initialiser, message, modelOf, node, value } from "../support/onnx.js";
import { encodeNpy, parseNpy } from "phaselens/internal/core/files/npy";
import { parseExpectation } from "phaselens/internal/figures/claims/expectation";
import { parseAnyManifest, readAnyManifest } from "phaselens/internal/generate/anyManifest";
import { parseManifest } from "phaselens/internal/generate/manifest";
import { readFloat32Folder } from "phaselens/internal/interop/models/float32Folder";
import { openNpz } from "phaselens/internal/interop/tables/readNpz";
import { readParticleJets } from "phaselens/internal/papers/neubauer2022/pythiaData";
import { parseParticleJets } from "phaselens/internal/physics/jets/parseParticleJets";
import { openTensors } from "phaselens/internal/interop/models/tensors/readTensors";
import { readOnnxFile } from "phaselens/internal/interop/models/onnx/onnxFile";
import { readNetwork } from "phaselens/internal/interop/models/savedNetwork";
import { readTfjsModel } from "phaselens/internal/interop/models/tfjs/readTfjsModel";
import { loadJetsFromHdf5, loadJetsFromRoot } from "phaselens/internal/interop/jets/loadJets";
import { openGeneratedJets } from "phaselens/internal/generate/openGeneratedJets";

const folder = mkdtempSync(join(tmpdir(), "phaselens-messages-"));
afterAll(() => rmSync(folder, { recursive: true }));
const written = (name: string, bytes: Uint8Array | string): string => {
  writeFileSync(join(folder, name), bytes);
  return join(folder, name);
};
const fixture = (name: string): Buffer =>
  readFileSync(fileURLToPath(new URL(`../interop/fixtures/${name}`, import.meta.url)));

/**
 * What acts on a terminal: escape sequences, bells, returns, C1 controls, directions of writing.
 */
const EVIL = [
  "\x1b[2J",
  "\x1b]0;owned\x07",
  "\r\n",
  "\b\b\b",
  "\u009b31m",
  "\u202etxt",
  "\0",
  "\u2028",
];
// eslint-disable-next-line no-control-regex
const ACTS = /[\0-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/;

const evil = EVIL.join("");
/** The list of tensors of a file without numbers. */
function safetensors(header: string): Buffer {
  const length = Buffer.alloc(8);
  length.writeUInt32LE(Buffer.byteLength(header));
  return Buffer.concat([length, Buffer.from(header)]);
}
/** Numbers 1 of a shape. */
const weights = (name: string, shape: readonly number[]): Uint8Array => {
  const ones = new Float32Array(shape.reduce((n, extent) => n * extent, 1)).fill(1);
  return initialiser(name, shape, 1, field(9, new Uint8Array(ones.buffer)));
};
const hostileText = JSON.stringify(evil);
const npy = Buffer.from(encodeNpy(core.tensor([1], [1])));
const network =
  '{"format":"phaselens-network","version":1,"name":"n","nodes":[],"output":"linear","parameters":"x"}';

/**
 * A parser that takes bytes of a file, a file that it reads, and others in which a text of the
 * file is hostile.
 */
interface Parser {
  readonly sound: readonly Uint8Array[];
  readonly hostile: readonly (Uint8Array | string)[];
  read(bytes: Uint8Array | string): unknown;
}

/** The bytes with an escape sequence in place of some text in it that is as long. */
const inPlace = (bytes: Buffer, ...texts: readonly string[]): Buffer[] =>
  texts.map((text) => {
    const at = bytes.indexOf(text);
    expect(at, text).toBeGreaterThan(0);
    const changed = Buffer.from(bytes);
    changed.write(
      "\x1b[2J\x07\u009b".slice(0, text.length).padEnd(text.length, "\x1b"),
      at,
      "latin1",
    );
    return changed;
  });

/** ONNX files of x [N, 3] with hostile words wherever a file has words. */
const three = (role: 11 | 12, name: string): Uint8Array => value(role, name, ["N", 3]);
const graphOf = (...parts: readonly Uint8Array[]): Uint8Array =>
  modelOf([three(11, "x"), three(12, "y"), ...parts], 20);
const words = (name: string, text: string): Uint8Array =>
  field(5, message(field(1, name), field(4, text)));
const reluOfThree = graphOf(node("Relu", ["x"], ["y"]));
const hostileOnnx: readonly Uint8Array[] = [
  graphOf(node(evil, ["x"], ["y"])),
  graphOf(node("Foo", ["x"], ["y"], field(7, evil))),
  graphOf(node("Relu", [evil], ["y"])),
  graphOf(node("Relu", ["x"], [evil]), node("Tanh", ["x"], [evil]), node("Neg", [evil], ["y"])),
  graphOf(node("Add", ["x", evil], [evil]), node("Relu", [evil], ["y"])),
  graphOf(node("Einsum", ["x"], ["y"], words("equation", evil))),
  graphOf(node("Resize", ["x", "", "s"], ["y"], words("mode", evil)), weights("s", [2])),
  graphOf(node("Pad", ["x", "p"], ["y"], words("mode", evil)), weights("p", [4])),
  graphOf(node("Gelu", ["x"], ["y"], words("approximate", evil))),
  graphOf(node("Conv", ["x", evil], ["y"], words("auto_pad", evil)), weights(evil, [1, 1, 1])),
  graphOf(
    node("ScatterElements", ["x", "i", "x"], ["y"], words("reduction", evil)),
    weights("i", [1, 3]),
  ),
  graphOf(node("Mul", ["x", evil], ["y"]), weights(evil, [5])),
  graphOf(node("Mul", ["x", evil], ["y"]), initialiser(evil, [3], 8)),
  graphOf(
    node("Mul", ["x", evil], ["y"]),
    initialiser(
      evil,
      [3],
      1,
      field(13, message(field(1, "location"), field(2, evil))),
      field(14, 1),
    ),
  ),
  modelOf([value(11, evil, ["N", evil]), three(12, "y"), node("Relu", [evil], ["y"])]),
  modelOf([field(11, field(1, evil)), three(12, "y"), node("Relu", [evil], ["y"])]),
  modelOf([three(11, "x"), three(12, evil), node("Relu", ["x"], ["y"])]),
  message(
    graphOf(node(evil, ["x"], ["y"], field(7, "mine"))),
    field(25, message(field(1, evil), field(10, "mine"), node(evil, ["x"], ["y"]))),
    field(25, message(field(1, evil), field(9, message(field(2, 3))))),
  ),
];

const parsers: Readonly<Record<string, Parser>> = {
  "core.parseNpy": {
    sound: [npy],
    hostile: [
      npy.toString("latin1").replace("<f8", `<${evil}`),
      npy.toString("latin1").replace("fortran", evil),
      npy.toString("latin1").replace("(1,)", `(${evil},)`),
    ].map((text) => Buffer.from(text, "latin1")),
    read: (bytes) => parseNpy(Buffer.from(bytes as Uint8Array), "array"),
  },
  "core.readNpy": {
    sound: [npy],
    hostile: [evil],
    read: (bytes) => core.readNpy(written("a.npy", bytes)),
  },
  "interop.openNpz": {
    sound: [zip([{ name: "x.npy", data: npy }])],
    hostile: [
      zip([{ name: `${evil}.npy`, data: npy.subarray(0, 20) }]),
      zip([{ name: `${evil}.npy`, data: npy, method: 9 }]),
      zip([{ name: evil, data: npy }]),
    ],
    read: async (bytes) => {
      const path = written("a.npz", bytes);
      const file = openNpz(path);
      for (const name of file.names) await file.read(name);
      return file.read("none");
    },
  },
  "interop.readOnnxFile": {
    sound: [reluOfThree],
    hostile: hostileOnnx,
    read: (bytes) => readOnnxFile(written("a.onnx", bytes), {}),
  },
  "interop.readArray": {
    sound: [Buffer.from("a,b\n1,2\n")],
    hostile: [
      `a,${evil.replace(/[\r\n]/g, "")}\n1,x${EVIL[0]}\n`,
      `"${evil}","${evil}"\n1,2\n`,
      `a,b\n1,"${evil}"\n`,
      `${EVIL[0]}\n1\n`,
      `0,1\n5,"${evil}"\n`,
      Buffer.from(`a\n${EVIL[1]}`),
      gzipSync(`a\n"${evil}"\n`),
    ],
    read: async (bytes) => {
      const path = written("a.csv", bytes);
      await interop.readArray(path);
      await interop.readArray(path, { columns: ["none"] });
    },
  },
  "interop.readHdf5": {
    sound: [fixture("hdf5/numbers.h5")],
    hostile: inPlace(fixture("hdf5/numbers.h5"), "standard", "records", "/nowhere", "other.h5"),
    read: async (bytes) => {
      const path = written("a.h5", bytes);
      for (const name of ["none", "lost", "outside", "records"])
        await failing(interop.readHdf5(path, [name]));
      await interop.readHdf5(path, ["none"]);
    },
  },
  "interop.readRootTree": {
    sound: [fixture("root/objects.root"), fixture("root/ntuple-none.root")],
    hostile: [
      ...inPlace(fixture("root/packed-none.root"), "TLeafL", "TBranch"),
      ...inPlace(fixture("root/ntuple-none.root"), "points", "std::string", "weight"),
    ],
    read: async (bytes) => {
      const path = written("a.root", bytes);
      for (const [tree, name] of [
        ["r", "none"],
        ["r", "text"],
        ["t", "none"],
        ["none", "x"],
        ["split", "none"],
      ])
        await failing(interop.readRootTree(path, { tree, branches: [name] }));
      await interop.readRootTree(path, { tree: "none", branches: ["x"] });
    },
  },
  "interop.readTensors": {
    sound: [
      fixture("tensors.pt"),
      safetensors('{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}'),
    ],
    hostile: [
      safetensors(`{${hostileText}:{"dtype":"U8","shape":[2],"data_offsets":[0,0]}}`),
      safetensors(`{"a":{"dtype":${hostileText},"shape":[2],"data_offsets":[0,0]}}`),
      safetensors(`{"a":{"dtype":"U8"${evil}`),
      ...inPlace(fixture("tensors.pt"), "FloatStorage", "_rebuild_tensor_v2", "OrderedDict"),
    ],
    read: (bytes) => interop.readTensors(written("a.pt", bytes)),
  },
  "interop.loadParameters": {
    sound: [Buffer.from("w")],
    hostile: [evil],
    read(name) {
      const tensors = { [String(name)]: core.tensor([1, 1], [1]), b: core.tensor([1], [1]) };
      const network_ = nn.sequential([nn.dense(1, 1)]);
      if (String(name) === "w") return interop.loadParameters(network_, tensors);
      return interop.loadParameters(network_, { ...tensors, c: core.tensor([2]) });
    },
  },
  "interop.openTensors": {
    sound: [fixture("tensors.pt")],
    hostile: inPlace(fixture("tensors.pt"), "FloatStorage", "collections"),
    read: (bytes) => openTensors(written("a.pt", bytes)),
  },
  "interop.readNetwork": {
    sound: [Buffer.from(network)],
    hostile: [
      network.replace('"x"', JSON.stringify(evil)),
      network.replace("linear", `x${JSON.stringify(evil).slice(1, -1)}`),
      `{${evil}`,
      network.replace('"nodes":[]', `"nodes":[{"layer":${JSON.stringify(evil)},"inputs":[0]}]`),
    ],
    read: (bytes) => readNetwork(written("a.json", bytes)),
  },
  "interop.readModel": {
    sound: [Buffer.from(network)],
    hostile: [
      `{"modelTopology":{"class_name":${JSON.stringify(evil)},"config":{}},"weightsManifest":[]}`,
      `${evil}{`,
      `{"format":${JSON.stringify(evil)}}`,
    ],
    read: (bytes) => interop.readModel(written("b.json", bytes)),
  },
  "interop.readForest": {
    sound: [Buffer.from(tmvaWeights({ boost: "Grad" }))],
    hostile: [
      `{"learner":${JSON.stringify(evil)}}`,
      `{"learner":{"gradient_booster":{"name":${JSON.stringify(evil)}}}}`,
      `{"features_info":{"float_features":[{"flat_feature_index":0,"nan_value_treatment":${JSON.stringify(evil)}}]}}`,
      `tree\nobjective=${evil}\nmax_feature_idx=1\nnum_tree_per_iteration=1\n\nTree=0\n\nend of trees`,
      `<?xml version="1.0"?><MethodSetup Method="${evil}"/>`,
      `<?xml version="1.0"?><a>${evil}`,
      Buffer.concat([Buffer.from("{L"), Buffer.alloc(7), Buffer.from("\x01\x1b\x1b")]),
    ],
    read: (bytes) => interop.readForest(written("forest", bytes)),
  },
  "interop.readTfjsModel": {
    sound: [Buffer.from('{"modelTopology":{},"weightsManifest":[]}')],
    hostile: [
      `{"format":${JSON.stringify(evil)},"modelTopology":{},"weightsManifest":[]}`,
      `{"modelTopology":{"class_name":"Sequential","config":{"layers":[{"class_name":${JSON.stringify(evil)},"config":{"name":${JSON.stringify(evil)}}}]}},"weightsManifest":[]}`,
      `{"modelTopology":{},"weightsManifest":[{"paths":[${JSON.stringify(evil)}],"weights":[{"name":${JSON.stringify(evil)},"shape":[1],"dtype":${JSON.stringify(evil)}}]}]}`,
    ],
    read: (bytes) => readTfjsModel(written("c.json", bytes)),
  },
  "interop.readFloat32Folder": {
    sound: [Buffer.from('{"tensors":[]}')],
    hostile: [
      `{"tensors":[{"name":${JSON.stringify(evil)},"shape":[1e9]}]}`,
      `{${evil}`,
      `{"tensors":[{"name":${JSON.stringify(evil)},"shape":[${JSON.stringify(evil)}]}]}`,
    ],
    read: (bytes) => {
      mkdirSync(join(folder, "f32"), { recursive: true });
      writeFileSync(join(folder, "f32", "m.json"), bytes);
      writeFileSync(join(folder, "f32", "m.f32"), "");
      return readFloat32Folder(join(folder, "f32"), "m");
    },
  },
  "interop.loadJets": {
    sound: [fixture("jets.root")],
    hostile: inPlace(fixture("root/packed-none.root"), "TBranch"),
    read: (bytes) => interop.loadJets({ files: [written("j.root", bytes)] }),
  },
  "interop.loadJetsFromHdf5": {
    sound: [fixture("hdf5/numbers.h5")],
    hostile: inPlace(fixture("hdf5/numbers.h5"), "standard"),
    read: (bytes) => loadJetsFromHdf5({ files: [written("j.h5", bytes)] }),
  },
  "interop.loadJetsFromRoot": {
    sound: [fixture("jets.root")],
    hostile: inPlace(fixture("root/packed-none.root"), "TBranch"),
    read: (bytes) => loadJetsFromRoot({ files: [written("j.root", bytes)] }),
  },
  "generate.parseAnyManifest": {
    sound: [Buffer.from("{}")],
    hostile: [
      `{"name":${JSON.stringify(evil)}}`,
      `{"name":"x","kind":${JSON.stringify(evil)}}`,
      `{${JSON.stringify(evil)}:1}`,
    ],
    read: (bytes) => parseAnyManifest(parsed(bytes), "m"),
  },
  "generate.parseManifest": {
    sound: [Buffer.from("{}")],
    hostile: [`{"name":${JSON.stringify(evil)},"sets":{${JSON.stringify(evil)}:1}}`],
    read: (bytes) => parseManifest(parsed(bytes), "m"),
  },
  "generate.readAnyManifest": {
    sound: [Buffer.from("{}")],
    hostile: [evil, `{"name":${JSON.stringify(evil)}}`],
    read: (bytes) => readAnyManifest(written("m.json", bytes)),
  },
  "generate.readManifest": {
    sound: [Buffer.from("{}")],
    hostile: [evil, `{"name":${JSON.stringify(evil)}}`],
    read: (bytes) => generate.readManifest(written("m.json", bytes)),
  },
  "generate.openGenerated": {
    sound: [Buffer.from("{}")],
    hostile: [evil, `{"manifest":${JSON.stringify(evil)}}`],
    read: (bytes) => generate.openGenerated(made(bytes)),
  },
  "generate.openGeneratedJets": {
    sound: [Buffer.from("{}")],
    hostile: [evil, `{"manifest":${JSON.stringify(evil)}}`],
    read: (bytes) => openGeneratedJets(made(bytes)),
  },
  "physics.parseParticleJets": {
    sound: [Buffer.from("{}")],
    hostile: [evil, `{"columns":[{"name":${JSON.stringify(evil)}}]}`],
    read: (bytes) => parseParticleJets(bytes.toString(), gzipSync("x"), "jets"),
  },
  "physics.readParticleJets": {
    sound: [Buffer.from("{}")],
    hostile: [evil],
    read: (bytes) => {
      written("p.json", bytes);
      written("p.bin.gz", gzipSync("x"));
      return (readParticleJets as (path: string) => unknown)(join(folder, "p.json"));
    },
  },
  "figures.parseExpectation": {
    sound: [Buffer.from("> 1")],
    hostile: [evil, `> ${evil}`, `in [${evil}]`],
    read: (bytes) => parseExpectation(bytes.toString()),
  },
};

/** What JSON has of it, if it still is some. */
function parsed(bytes: Uint8Array | string): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
}

function made(index: Uint8Array | string): string {
  mkdirSync(join(folder, "made"), { recursive: true });
  writeFileSync(join(folder, "made", "index.json"), index);
  writeFileSync(join(folder, "made", "manifest.json"), index);
  return join(folder, "made");
}

const messages: string[] = [];
/** Whatever a call throws, as one that is written down. */
async function failing(call: Promise<unknown>): Promise<void> {
  await call.catch((error: Error) => {
    if (!(error instanceof core.PhaselensError)) throw error;
    messages.push(error.message);
  });
}

const printed: string[] = [];
beforeAll(() => {
  for (const level of ["log", "info", "warn", "error"] as const)
    vi.spyOn(console, level).mockImplementation(
      (...values: unknown[]) => void printed.push(values.map(String).join(" ")),
    );
});
afterAll(() => void vi.restoreAllMocks());

describe("no message carries what acts on a terminal", () => {
  it("every parser of the library is among those tried here", async () => {
    const library = (await import("phaselens")) as unknown as Record<
      string,
      Record<string, unknown>
    >;
    const all = Object.entries(library)
      .filter(([, value]) => typeof value === "object")
      .flatMap(([space, exports]) =>
        Object.keys(exports)
          .filter((name) => /^(?:read|open|load|parse)[A-Z]/.test(name))
          .map((name) => `${space}.${name}`),
      );
    expect(all.filter((name) => !(name in parsers))).toEqual([]);
  });

  it.each(Object.keys(parsers))(
    "%s refuses hostile texts in words that are safe to print",
    async (name) => {
      const { sound, hostile, read } = parsers[name];
      messages.length = printed.length = 0;
      for (const bytes of hostile) await failing((async () => read(bytes))());
      expect(messages.length, "refusals").toBeGreaterThan(0);
      const place = fc.record({
        at: fc.double({ min: 0, max: 1, noNaN: true }),
        text: fc.constantFrom(...EVIL),
      });
      await always(
        fc.tuple(fc.constantFrom(...sound), fc.array(place, { minLength: 1, maxLength: 3 })),
        async ([bytes, places]) => {
          const changed = Buffer.from(bytes);
          for (const { at, text } of places)
            Buffer.from(text).copy(changed, Math.floor(at * changed.length));
          await failing((async () => read(changed))());
        },
        40,
      );
      for (const message of [...messages, ...printed.flatMap((text) => text.split("\n"))]) {
        expect(message).not.toMatch(ACTS);
        expect(message.length).toBeLessThan(4200);
      }
    },
    60_000,
  );
});

it("a message that a file made long keeps its begin and its cure", () => {
  const { message } = new core.DataError(`x: ${"y".repeat(1e6)} is none. Do this.`);
  expect(message.length).toBeLessThan(4000);
  expect(message).toMatch(/^x: y+ … \(\d+ characters left out\) … y+ is none\. Do this\.$/);
});
