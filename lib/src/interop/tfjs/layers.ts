import { dropout } from "../../nn/structure.js";
import { activated, activationLayer, through } from "./activations.js";
import { addPart } from "./importer.js";
import { importAdd, importConcatenate } from "./merging.js";
import { importGlobalPooling, importPooling } from "./poolingLayers.js";
import { importFlatten, importPermute, importReshape, importZeroPadding } from "./shapeLayers.js";
import { importBatchNormalisation, importConvolution, importDense, type Importing } from "./weightedLayers.js";

const axes = [1, 2, 3] as const;
const forAxes = (name: string, make: (axes: 1 | 2 | 3) => Importing): [string, Importing][] => axes.map((count) => [`${name}${count}D`, make(count)]);
const activation = (className: string): [string, Importing] =>
  [className, (importer, settings, [input]) => through(importer, activationLayer(className, settings)!, input)];

/** What is done with a layer of each class. */
export const importing: ReadonlyMap<string, Importing> = new Map<string, Importing>([
  ["Dense", importDense],
  ...forAxes("Conv", importConvolution),
  ["BatchNormalization", importBatchNormalisation],
  ...forAxes("MaxPooling", (count) => importPooling("maximum", count)),
  ...forAxes("AveragePooling", (count) => importPooling("average", count)),
  ...forAxes("GlobalMaxPooling", (count) => importGlobalPooling("maximum", count)),
  ...forAxes("GlobalAveragePooling", (count) => importGlobalPooling("average", count)),
  ["Activation", (importer, settings, [input]) => activated(importer, settings, input)],
  ...["ReLU", "LeakyReLU", "ELU"].map(activation),
  ["Flatten", importFlatten],
  ["Reshape", importReshape],
  ["Permute", importPermute],
  ...forAxes("ZeroPadding", importZeroPadding),
  ["Add", importAdd],
  ["Concatenate", importConcatenate],
  ["Dropout", (importer, settings, [value]) => {
    const rate = settings.number("rate", 0);
    if (!(rate >= 0 && rate < 1)) {
      settings.fault(`rate must lie in [0, 1), got ${rate}`);
      return value;
    }
    return { ...value, index: addPart(importer, { layer: dropout(rate), inputs: [value.index] }), alone: false };
  }],
]);

/** What would do in place of classes that are often met. */
const instead: Readonly<Record<string, string>> = {
  PReLU: "LeakyReLU", ThresholdedReLU: "ReLU", Softmax: "Softmax as the last layer",
  SpatialDropout1D: "Dropout", SpatialDropout2D: "Dropout", SpatialDropout3D: "Dropout", GaussianDropout: "Dropout", AlphaDropout: "Dropout",
  GaussianNoise: "no layer", LayerNormalization: "BatchNormalization", Rescaling: "BatchNormalization, or scaled data",
  SeparableConv1D: "Conv1D", SeparableConv2D: "Conv2D", DepthwiseConv2D: "Conv2D", LocallyConnected1D: "Conv1D",
  Average: "Add, its halves in the next weights", Subtract: "Add, the sign in the next weights",
  Sequential: "its layers themselves", Functional: "its layers themselves", Model: "its layers themselves",
  Lambda: "layers of the list", TimeDistributed: "Dense, which takes sequences as it is",
};

export const insteadOf = (className: string): string => {
  const other = Object.hasOwn(instead, className) ? instead[className] : undefined;
  return other ? ` (use ${other})` : "";
};
