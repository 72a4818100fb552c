import { curvatureNames } from "../hessian/curvature/choice.js";
import { lossTypes } from "../nn/losses/lossTypes.js";

/** What each loss of the table is called on the command line. */
const losses = Object.values(lossTypes).map(({ option }) => option);

/** Which model and which data: the same for every command that reads them. */
export const modelOptions = {
  model: {
    type: "string",
    value: "file",
    completes: "file",
    help: "model.json of TensorFlow.js, an .onnx file, what saveNetwork wrote, or trees (explain) of XGBoost, LightGBM, CatBoost, TMVA, skl2onnx or forestToJson",
  },
  data: {
    type: "string",
    value: "file",
    completes: "file",
    help: "the points, one a row: .npy, .npz, .csv, .tsv (also .csv.gz), .h5; of several inputs NAME=FILE,NAME=FILE or one file with arrays of their names",
  },
  output: {
    type: "string",
    value: "name",
    help: "of an ONNX model with several outputs: the one that is meant (default: the first)",
  },
  masks: {
    type: "string",
    value: "a,b",
    help: "inputs that say which objects there are, without relevance (default: those with mask in their name)",
  },
  target: {
    type: "string",
    value: "file",
    completes: "file",
    help: "their targets: labels 0, 1, …, one-hot rows, or values",
  },
  train: {
    type: "string",
    value: "file",
    completes: "file",
    help: "the training points that the model was trained with",
  },
  "train-target": { type: "string", value: "file", completes: "file", help: "their targets" },
  weights: {
    type: "string",
    value: "name",
    help: "of the training points in the risk: a column of their table, an array of their .npz or .h5, or a file of its own (default: all alike)",
  },
  columns: {
    type: "string",
    value: "a,b,c",
    help: "of tables: the columns that are the input, in order (default: all but the target)",
  },
  "target-column": {
    type: "string",
    value: "name",
    help: "of tables: the column that is the target",
  },
  header: {
    type: "string",
    value: "yes|no",
    choices: ["yes", "no"],
    help: "of tables: whether the first line names the columns, where numbers may be names or a sample",
  },
  decimal: {
    type: "string",
    value: "sign",
    choices: [".", ","],
    help: "of tables: the decimal sign (default: .)",
  },
  dataset: { type: "string", value: "name", help: "of .npz and .h5: the array that is the input" },
  "target-dataset": {
    type: "string",
    value: "name",
    help: "of .npz and .h5: the array that is the target",
  },
  classes: {
    type: "string",
    value: "a,b,c",
    help: "names of the classes, in the order of the outputs",
  },
  loss: {
    type: "string",
    value: "name",
    help: "what was minimised (default: by the model's last layer)",
    choices: losses as readonly string[],
  },
  "loss-parameters": {
    type: "string",
    value: "a=1,b=2",
    help: "numbers that the loss has, e.g. delta=0.5 for huber (default: delta=1)",
  },
  l2: { type: "string", value: "c", help: "coefficient of ½|θ|² in the risk (default: 0)" },
  convention: {
    type: "string",
    value: "name",
    help: "of gradients: of the loss alone, or with the penalty as published by Dawid et al. (default: loss)",
    choices: ["loss", "dawid2021"],
  },
  damping: {
    type: "string",
    value: "λ",
    help: "of H + λ1, in the units of the Hessian (default: a tenth of the mean curvature of each group of parameters above max(0, −E₀))",
  },
  curvature: {
    type: "string",
    value: "name",
    help: "how the Hessian is known: its matrix, that of the network's head, Kronecker factors, or conjugate gradients (default: by size)",
    choices: curvatureNames as readonly string[],
  },
  "head-after": {
    type: "string",
    value: "node",
    help: "of the curvature head: the number of a node, or the name of its layer, after which it begins (default: before the last layer with parameters)",
  },
  "train-limit": {
    type: "string",
    value: "n",
    help: "use so many training points, drawn by the seed (default: all)",
  },
  limit: {
    type: "string",
    value: "n",
    help: "use the first n points (default: 100, of trees 1000)",
  },
  seed: { type: "string", value: "n", help: "of everything random (default: 1)" },
  jobs: {
    type: "string",
    value: "n",
    help: "worker threads (default: PHASELENS_JOBS, or the number of cores)",
  },
  title: { type: "string", value: "text", help: "of the report" },
  out: { type: "string", value: "folder", help: "where the files go", completes: "folder" },
  json: { type: "boolean", help: "print the result as JSON on standard output" },
} as const;
