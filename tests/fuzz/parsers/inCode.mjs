// The parsers that there are in the code: functions that are called as such.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const PARSER =
  /^export (?:(?:async )?function\*?|const) ((?:read|parse|load|open|decode)[A-Z]\w*|\w+(?:FromJson|ToHtml)|networkFrom)\b/gm;

/** Those that are no parsers of files or texts from elsewhere, with the reason. */
export const others = {
  parseSignature: "of the table of kernels, which is ours",
  readArguments: "the command line",
  loadParameters: "tensors that readTensors has read, see openTensors",
  readOptions: "the command line",
  readFiles: "what the command line names, through readArray",
  readProblem: "calls the readers that the command line names",
  openReportFolder: "makes a folder",
  openDraft: "makes a folder",
  loadTask: "imports a module",
  readTrees: "calls readForest, for the command line",
  readShard: "the command line",
  readWeights: "calls readArray, for the command line",
  loadBlas: "the system's loader opens it, see tests/native",
  openBrowser: "starts a program",
  openResults: "makes a folder",
  readCounts: "a report that vitest has just written",
  readJsonIfSound: "takes anything for nothing that is not sound",
  openInThread: "calls an opener in a thread",
  readNotebooks: "readNotebook for each file of a folder",
  readKept: "a text of our own cache, as it is",
  openSync: "stands for node:fs in the page: hands bytes on",
  readSync: "stands for node:fs in the page: hands bytes on",
  readFileSync: "stands for node:fs in the page: hands bytes on",
  parseArgs: "stands for node:util in the page: the command line of its form",
};

/** Parts of a parser, tried through it. */
export const partsOf = {
  loadJets: "loadJetsFromRoot",
  readTable: "readArray",
  openParquet: "readParquet",
  openParquetHere: "readParquet",
  readTensors: "openTensors",
  openPytorchCheckpoint: "openTensors",
  openSafetensors: "openTensors",
  readWhole: "openTensors",
  readModelJson: "readModel",
  readModelMessage: "readOnnxFile",
  readWeightFiles: "readTfjsModel",
  readManifestJson: "readManifest",
  parseWith: "parseManifest",
  openHdf5: "readHdf5",
  openHdf5Here: "readHdf5",
  decodeNumbers: "readHdf5",
  openHdf5Jets: "loadJetsFromHdf5",
  openRootJets: "loadJetsFromRoot",
  openRootTree: "readRootTree",
  openRootTreeHere: "readRootTree",
  openRootFile: "readRootTree",
  readObjects: "readRootTree",
  readBranch: "readRootTree",
  readBasket: "readRootTree",
  openNtuple: "readRootTree",
  readAnchor: "readRootTree",
  readContents: "readRootTree",
  readSchema: "readRootTree",
  readField: "readRootTree",
  decodePage: "readRootTree",
};

/** Names of the functions, with their files, that read what may be damaged. */
export function parsersInCode() {
  const root = fileURLToPath(new URL("../../../", import.meta.url));
  const found = new Map();
  for (const folder of ["lib/src", "environment"]) {
    const files = readdirSync(join(root, folder), { recursive: true, encoding: "utf8" });
    for (const file of files.filter((name) => /\.(?:ts|mjs)$/.test(name))) {
      if (file.includes("node_modules")) continue;
      const text = readFileSync(join(root, folder, file), "utf8");
      for (const [, name] of text.matchAll(PARSER)) found.set(name, `${folder}/${file}`);
    }
  }
  return found;
}
