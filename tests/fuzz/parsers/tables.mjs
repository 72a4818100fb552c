// Arrays, tables and trees.
import { gzipSync } from "node:zlib";
import { parquetWriteBuffer } from "hyparquet-writer";
import { core, interop } from "phaselens";
import { encodeNpy, parseNpy } from "phaselens/internal/core/files/npy";
import { openNpz } from "phaselens/internal/interop/tables/readNpz";
import { loadJetsFromHdf5, loadJetsFromRoot } from "phaselens/internal/interop/jets/loadJets";
import { archive } from "./archive.mjs";
import { fixture, json, written } from "./files.mjs";
import { below, oneOf } from "./inputs.mjs";

const array = core.tensor([2, 3], [1, -2, 3, 0.5, 1e300, 6]);
const whole = core.tensor([2, 3], [1, 2, 3, 4, 5, 6]);
const npy = [
  encodeNpy(array),
  encodeNpy(array, { dtype: "f4" }),
  encodeNpy(whole, { dtype: "i8" }),
  encodeNpy(whole, { dtype: "u1" }),
].map((bytes) => Buffer.from(bytes));
const npz = [true, false].map((deflate) =>
  archive({ "x.npy": npy[0], "y.npy": npy[2] }, { deflate }),
);
const csv = [
  "a,b,c\n1,2,3\n4,5,6\n",
  "0,1,2\n0.5,0.25,1\n1,2,3\n",
  '"x y";"z"\n1,5;"2"\n',
  '\uFEFF,m\r\n0,1e-3\r\n1,"2\n"\r\n',
];
const csvPieces = [
  ",", ";", "\t", "\n", "\r\n", '"', '""', "1", "0.5", "-1e300", "1e999", "0x10", "NaN", "a", "2020",
  "9007199254740993", "1,5", "__proto__", "=1+1", "\uFEFF",
]; // prettier-ignore

const parquet = [
  [{ name: "a", data: [1, 2.5, -3], type: "DOUBLE" }],
  [
    { name: "a", data: [1, 0, 7], type: "INT32" },
    { name: "yes", data: [true, false, true], type: "BOOLEAN" },
  ],
  [{ name: "label", data: ["a", "b", "a"], type: "STRING" }],
].map((columnData) => Buffer.from(parquetWriteBuffer({ columnData })));

const { files } = json(fixture("hdf5.json"));
const hdf5Names = Object.fromEntries(
  Object.entries(files).map(([name, { numbers, refused }]) => [
    name,
    [...Object.keys(numbers), ...Object.keys(refused)],
  ]),
);
const hdf5 = ["numbers.h5", "filters.h5", "latest.h5"];
const ntupleFields = [
  "i16s", "i64s", "u64", "f16", "bit", "t13", "q20", "floats", "longs", "bits", "three", "points.px",
  "event.weight", "mask", "late", "late_list", "text", "deep",
]; // prettier-ignore
const trees = [
  ["lists.root", "lists", ["vector", "doubles", "fixed", "flag"]],
  ["jets.root", "deepntuplizer/tree", ["fj_pt", "track_ptrel"]],
  ["root/packed-lz4.root", "t", ["x", "y"]],
  ["root/packed-none.root", "t", ["x", "y", "n"]],
  ["root/objects.root", "split", ["one/weight[3]", "points.px", "two/big"]],
  ["root/ntuple-none.root", "r", ntupleFields],
  ["root/ntuple-zstd.root", "r", ntupleFields],
].map(([name, tree, branches]) => ({ bytes: fixture(name), tree, branches }));

export const tables = {
  parseNpy: { sound: npy, read: (bytes) => parseNpy(bytes, "array") },
  readNpy: { sound: npy, read: (bytes, folder) => core.readNpy(written(folder, "a.npy", bytes)) },
  openNpz: {
    sound: npz,
    async read(bytes, folder) {
      const opened = openNpz(written(folder, "a.npz", bytes));
      for (const name of opened.names) await opened.read(name);
    },
  },
  readArray: {
    sound: [...csv.map((text) => Buffer.from(text)), gzipSync(csv[0])],
    pieces: csvPieces,
    read: (bytes, folder, random) =>
      interop.readArray(written(folder, "a.csv", bytes), {
        header: oneOf(random, [undefined, undefined, true, false]),
        decimal: oneOf(random, [undefined, ","]),
        classes: oneOf(random, [undefined, ["a", "b"]]),
        without: oneOf(random, [undefined, ["a"]]),
      }),
  },
  readParquet: {
    sound: parquet,
    read: (bytes, folder, random) =>
      interop.readArray(written(folder, "a.parquet", bytes), {
        classes: oneOf(random, [undefined, ["a", "b"]]),
        without: oneOf(random, [undefined, ["a"]]),
      }),
  },
  readHdf5: {
    sound: hdf5.map((name) => fixture(`hdf5/${name}`)),
    read(bytes, folder, random, which) {
      const names = hdf5Names[hdf5[which]];
      return interop.readHdf5(written(folder, "a.h5", bytes), [oneOf(random, names)]);
    },
  },
  readRootTree: {
    sound: trees.map(({ bytes }) => bytes),
    read(bytes, folder, random, which) {
      const { tree, branches } = trees[which];
      const from = below(random, branches.length);
      const some = branches.slice(from, from + 1 + below(random, 3));
      return interop.readRootTree(written(folder, "a.root", bytes), { tree, branches: some });
    },
  },
  loadJetsFromRoot: {
    sound: [fixture("jets.root")],
    read: (bytes, folder) =>
      loadJetsFromRoot({ files: [written(folder, "j.root", bytes)], nonFinite: "drop" }),
  },
  loadJetsFromHdf5: {
    sound: [fixture("hdf5/numbers.h5")],
    read: (bytes, folder) => loadJetsFromHdf5({ files: [written(folder, "j.h5", bytes)] }),
  },
};
