// Networks, forests and checkpoints.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { core, forest, interop, nn } from "phaselens";
import { readFloat32Folder } from "phaselens/internal/interop/models/float32Folder";
import { readNetwork } from "phaselens/internal/interop/models/savedNetwork";
import { readOnnxFile } from "phaselens/internal/interop/models/onnx/onnxFile";
import { readTfjsModel } from "phaselens/internal/interop/models/tfjs/readTfjsModel";
import { readKerasArchive } from "phaselens/internal/interop/models/keras/readKerasArchive";
import { readKerasH5 } from "phaselens/internal/interop/models/keras/readKerasH5";
import { openTensors } from "phaselens/internal/interop/models/tensors/readTensors";
import { networkFrom } from "phaselens/internal/nn/network/description";
import { readUbjson } from "phaselens/internal/interop/trees/ubjson";
import { readXml } from "phaselens/internal/interop/trees/xml";
import { tmvaWeights } from "../../support/tmvaWeights.mjs";
import { archive } from "./archive.mjs";
import { fixture, json, reference, written } from "./files.mjs";
import { damagedBytes, oneOf } from "./inputs.mjs";

const network = nn.graph((input, then) => {
  const conv = then(nn.relu(), then(nn.conv1d(1, 2, 3, { padding: 1 }), input));
  const joined = then(nn.maxPool([2]), then(nn.add(), conv, conv));
  return then(nn.dense(4, 2), then(nn.flatten(), joined));
}, "small");
const theta = Float64Array.from({ length: network.parameterCount }, (_, k) => Math.sin(k));

/** A saved network: its JSON, and its parameters. */
function saved() {
  const folder = mkdtempSync(join(tmpdir(), "phaselens-fuzz-"));
  const path = join(folder, "saved.json");
  interop.saveNetwork(path, { network, theta, inputShape: [1, 4], output: "softmax" });
  const files = [json(readFileSync(path)), readFileSync(join(folder, "saved.theta.npy"))];
  rmSync(folder, { recursive: true });
  return files;
}
const [description, parameters] = saved();

const keras = ["field", "image", "series"];
const topologies = keras.map((name) => json(fixture(`keras2/${name}.json`)));
const weights = keras.map((name) => fixture(`keras2/${name}.bin`));

/** The other file beside a JSON, sound four times of five. */
const beside = (random, sound) => (random() < 0.2 ? damagedBytes(random, sound) : sound);

const checkpoints = [
  "tensors.pt", "training.pt", "module.pt", "script.pt", "list.pt", "negbit.pt", "legacy.pth",
].map(fixture); // prettier-ignore
const safetensors = Object.values(json(fixture("safetensors.json")).cases).map(({ file }) =>
  Buffer.from(file, "base64"),
);
const kerasFiles = (ending) =>
  ["heads", "words2", "recurrent"].map((name) => fixture(`keras_files/${name}.${ending}`));
/** Small models, of each of which most bytes matter. */
const onnx = Object.values(json(reference("onnx/operators.json")).cases)
  .filter((_, k) => k % 12 === 0)
  .map(({ model }) => Buffer.from(model, "base64"));
const pickled = (() => {
  const bytes = fixture("tensors.pt");
  const begin = bytes.indexOf(Buffer.from([0x80, 2]));
  return bytes.subarray(begin, bytes.indexOf("PK", begin, "latin1"));
})();
const storages = Object.fromEntries(
  Array.from({ length: 8 }, (_, k) => [`a/data/${k}`, Buffer.alloc(4096, 1)]),
);
const float32 = {
  kept: ["pt"],
  tensors: [
    { name: "w", shape: [2, 3], offset: 0 },
    { name: "b", shape: [2], offset: 6 },
  ],
};
const numbers = Buffer.from(Float32Array.from({ length: 8 }, (_, k) => k).buffer);
const x = core.tensor(
  [20, 2],
  Array.from({ length: 40 }, (_, k) => Math.sin(k)),
);
const grown = await forest.randomForest(
  { x, target: Array.from({ length: 20 }, (_, k) => k) },
  { seed: 1, trees: 2, jobs: 1, maximumDepth: 2 },
);

/** Small models of trees. @param {string} library */
function treeFiles(library) {
  const { cases } = json(reference(`trees/${library}.json`));
  return Object.values(cases)
    .map(({ model }) => Buffer.from(model, "base64"))
    .filter((_, k) => k % 2 === 0);
}
const tmva = Buffer.from(tmvaWeights({ boost: "Grad" }));

export const models = {
  openTensors: {
    sound: [...checkpoints, ...safetensors],
    read: (bytes, folder) => openTensors(written(folder, "a.pt", bytes)),
  },
  readPickle: {
    sound: [pickled],
    read(bytes, folder) {
      const files = { "a/data.pkl": bytes, ...storages };
      return openTensors(written(folder, "b.pt", archive(files)));
    },
  },
  readNetwork: {
    json: [description],
    read(bytes, folder, random) {
      written(folder, "saved.theta.npy", beside(random, parameters));
      return readNetwork(written(folder, "saved.json", bytes));
    },
  },
  readModel: {
    json: [description, ...topologies],
    read(bytes, folder, random) {
      written(folder, "saved.theta.npy", beside(random, parameters));
      keras.forEach((name, k) => written(folder, `${name}.bin`, beside(random, weights[k])));
      return interop.readModel(written(folder, "model.json", bytes));
    },
  },
  readKerasArchive: {
    sound: kerasFiles("keras"),
    read: (bytes, folder) => readKerasArchive(written(folder, "m.keras", bytes)),
  },
  readKerasH5: {
    sound: kerasFiles("h5"),
    read: (bytes, folder) => readKerasH5(written(folder, "m.h5", bytes)),
  },
  readOnnxFile: {
    sound: onnx,
    read: (bytes, folder) => readOnnxFile(written(folder, "m.onnx", bytes), {}),
  },
  readTfjsModel: {
    json: topologies,
    read(bytes, folder, random) {
      keras.forEach((name, k) => written(folder, `${name}.bin`, beside(random, weights[k])));
      return readTfjsModel(written(folder, "model.json", bytes));
    },
  },
  readFloat32Folder: {
    json: [float32],
    read(bytes, folder, random) {
      written(folder, "m.json", bytes);
      written(folder, "m.f32", beside(random, numbers));
      return readFloat32Folder(folder, "m");
    },
  },
  networkFrom: {
    json: [nn.describeNetwork(network)],
    read: (bytes) => networkFrom(parsed(bytes)),
  },
  readForest: {
    sound: [...treeFiles("lightgbm"), ...treeFiles("sklearn"), ...treeFiles("xgboost"), tmva],
    read: (bytes, folder) => used(interop.readForest(written(folder, "trees", bytes))),
  },
  // places of JSON, which bytes seldom hit
  readXgboost: {
    json: treeFiles("xgboost")
      .filter((bytes) => bytes[1] !== 0x4c)
      .map(json),
    read: (bytes, folder) => used(interop.readForest(written(folder, "x.json", bytes))),
  },
  ensembleFromJson: {
    json: [forest.forestToJson(forest.withCover(grown, x))],
    read: (bytes, folder) => used(interop.readForest(written(folder, "o.json", bytes))),
  },
  readCatboost: {
    json: treeFiles("catboost").map(json),
    read: (bytes, folder) => used(interop.readForest(written(folder, "c.json", bytes))),
  },
  readUbjson: {
    sound: treeFiles("xgboost").filter((bytes) => bytes[1] === 0x4c),
    read: (bytes) => readUbjson(bytes, "a.ubj"),
  },
  readXml: {
    sound: [tmva],
    pieces: [
      "<a",
      " b='",
      "'",
      ">",
      "</a>",
      "<!--",
      "-->",
      "<?x",
      "?>",
      "&lt;",
      "&#65;",
      "/>",
      "&",
    ],
    read: (bytes) => readXml(bytes.toString(), "a.xml"),
  },
  forestFromJson: {
    json: [forest.forestToJson(grown)],
    read: (bytes) =>
      forest.predict(
        forest.forestFromJson(parsed(bytes)),
        oneOf(() => 0, [x]),
      ),
  },
};

/** Samples for trees of up to 1000 features: what is read can be walked through. */
function used({ forest: model }) {
  if (model.features > 1000) return model;
  const n = model.missing === "directed" ? 3 : 1;
  const values = Array.from({ length: n * model.features }, (_, k) =>
    n > 1 && k % 5 === 4 ? NaN : Math.sin(k),
  );
  return forest.predict(model, core.tensor([n, model.features], values));
}

/** What JSON has of it, if it still is some. */
function parsed(bytes) {
  try {
    return json(bytes);
  } catch {
    return undefined;
  }
}
