import { dropout } from "../../../nn/layers/structure.js";
import { activated, activationLayer, activationNames, through } from "./activations.js";
import { importNormalization, importRescaling } from "./affineLayers.js";
import { addPart } from "./importer.js";
import type { Importing } from "./importing.js";
import { importAttention, importMultiHeadAttention } from "./attentionLayers.js";
import {
  importCropping,
  importEmbedding,
  importPrelu,
  importRepeat,
  importSoftmax,
  importUpSampling,
} from "./entryLayers.js";
import {
  importConcatenate,
  importDot,
  importMerge,
  importMultiply,
  type MergeName,
} from "./merging.js";
import { importGroupNormalisation, importLayerNormalisation } from "./normalisationLayers.js";
import { importGlobalPooling, importPooling } from "./poolingLayers.js";
import { importBidirectional, importRecurrent, type RecurrentName } from "./recurrentLayers.js";
import { importFlatten, importPermute, importReshape, importZeroPadding } from "./shapeLayers.js";
import { importBatchNormalisation, importConvolution, importDense } from "./weightedLayers.js";
import { importTimeDistributed } from "./wrappedLayers.js";

/** What is done with layers of some classes. */
interface Kind {
  readonly classes: readonly string[];
  /** What they become here, for a table. */
  readonly becomes: string;
  /** @param axes  of space, for a class that ends in "1D" to "3D" */
  readonly make: (className: string, axes: 1 | 2 | 3) => Importing;
  /** Whether it takes several values. */
  readonly several?: boolean;
}

const inSpace = (...names: readonly string[]): string[] =>
  names.flatMap((name) => ["1D", "2D", "3D"].map((axes) => name + axes));

const dropped: Importing = (importer, settings, [value]) => {
  const rate = settings.number("rate", 0);
  if (!(rate >= 0 && rate < 1)) {
    settings.fault(`rate must lie in [0, 1), got ${rate}`);
    return value;
  }
  const index = addPart(importer, { layer: dropout(rate), inputs: [value.index] });
  return { ...value, index, alone: false };
};

/** A layer that hands its input on outside of training. */
const inTraining =
  (what: string): Importing =>
  (_importer, settings, [value]) => {
    settings.note(what);
    return value;
  };

const kinds: readonly Kind[] = [
  {
    classes: ["Dense"],
    becomes: "dense, of flat samples or of the channels of every site",
    make: () => importDense,
  },
  {
    classes: inSpace("Conv"),
    becomes: "convolution with any stride, dilation and padding; causal in one dimension",
    make: (_, axes) => importConvolution(axes),
  },
  {
    classes: ["BatchNormalization"],
    becomes: "with its statistics as learnt, part of the weights of a layer beside it",
    make: () => importBatchNormalisation,
  },
  {
    classes: ["Rescaling", "Normalization"],
    becomes: "likewise part of the weights of a layer beside it",
    make: (name) => (name === "Rescaling" ? importRescaling : importNormalization),
  },
  {
    classes: inSpace("MaxPooling", "AveragePooling"),
    becomes: "pooling by windows of any extent and stride",
    make: (name, axes) => importPooling(name.startsWith("Max") ? "maximum" : "average", axes),
  },
  {
    classes: inSpace("GlobalMaxPooling", "GlobalAveragePooling"),
    becomes: "pooling of all space",
    make: (name, axes) =>
      importGlobalPooling(name.startsWith("GlobalMax") ? "maximum" : "average", axes),
  },
  {
    classes: ["LayerNormalization", "RMSNormalization"],
    becomes: "normalise along one axis, and scaling",
    make: (name) => importLayerNormalisation(name as "LayerNormalization" | "RMSNormalization"),
  },
  {
    classes: ["GroupNormalization"],
    becomes: "the same of channels in groups, with all of space",
    make: () => importGroupNormalisation,
  },
  {
    classes: ["SimpleRNN", "GRU", "LSTM"],
    becomes: "rnn, gru, lstm, unrolled over time; from zeros",
    make: (name) => importRecurrent(name as RecurrentName),
  },
  {
    classes: ["Bidirectional"],
    becomes: "the same from both ends",
    make: () => importBidirectional,
  },
  {
    classes: ["MultiHeadAttention"],
    becomes: "attention with objectDense before and behind, with attention_mask",
    make: () => importMultiHeadAttention,
    several: true,
  },
  {
    classes: ["Attention"],
    becomes: "softmax(q kᵀ) v, by matmul",
    make: () => importAttention,
    several: true,
  },
  {
    classes: ["Softmax"],
    becomes: "softmaxAlong; at the end it is taken off",
    make: () => importSoftmax,
  },
  {
    classes: ["PReLU"],
    becomes: "relu(x) − a relu(−x), a by scaling",
    make: () => importPrelu,
  },
  {
    classes: ["Embedding"],
    becomes: "gatherAt of a table; nothing is differentiated by places",
    make: () => importEmbedding,
  },
  {
    classes: ["Activation"],
    becomes: `${activationNames.join(", ")}`,
    make:
      () =>
      (importer, settings, [input]) =>
        activated(importer, settings, input),
  },
  {
    classes: ["ReLU", "LeakyReLU", "ELU"],
    becomes: "the activation with its slope",
    make:
      (name) =>
      (importer, settings, [input]) =>
        through(importer, activationLayer(name, settings)!, input),
  },
  {
    classes: ["Flatten", "Reshape", "Permute"],
    becomes: "the same entries; gather where they change their places",
    make: (name) =>
      name === "Flatten" ? importFlatten : name === "Reshape" ? importReshape : importPermute,
  },
  {
    classes: inSpace("ZeroPadding"),
    becomes: "padding of the convolution behind it, zeros before any other layer",
    make: (_, axes) => importZeroPadding(axes),
  },
  { classes: ["RepeatVector"], becomes: "expand", make: () => importRepeat },
  {
    classes: inSpace("Cropping"),
    becomes: "crop",
    make: (_, axes) => importCropping(axes),
  },
  {
    classes: inSpace("UpSampling"),
    becomes: "take, of the nearest entries",
    make: (_, axes) => importUpSampling(axes),
  },
  {
    classes: ["Add", "Subtract", "Average", "Maximum", "Minimum"],
    becomes: "of values of one shape, or with axes of extent 1",
    make: (name) => importMerge(name as MergeName),
    several: true,
  },
  {
    classes: ["Multiply"],
    becomes: "multiply; masks weigh the others",
    make: () => importMultiply,
    several: true,
  },
  {
    classes: ["Concatenate"],
    becomes: "concat along any axis",
    make: () => importConcatenate,
    several: true,
  },
  {
    classes: ["Dot"],
    becomes: "sum of multiply, or matmul",
    make: () => importDot,
    several: true,
  },
  {
    classes: ["TimeDistributed"],
    becomes: "the layer inside, if that treats each time on its own (Dense and the like)",
    make: () => importTimeDistributed((name) => importing.get(name)),
  },
  { classes: ["Dropout"], becomes: "dropout, off outside of training", make: () => dropped },
  {
    classes: [
      ...inSpace("SpatialDropout"),
      ...["GaussianNoise", "GaussianDropout", "AlphaDropout", "RandomFlip", "RandomRotation"],
      ...["RandomZoom", "RandomTranslation", "RandomContrast", "RandomBrightness"],
    ],
    becomes: "left out, since it is off outside of training",
    make: () => inTraining("is off outside of training, and was left out."),
  },
  {
    classes: ["ActivityRegularization"],
    becomes: "left out, since it adds to the risk in training alone",
    make: () => inTraining("adds to the risk in training alone, and was left out."),
  },
  {
    classes: ["Identity"],
    becomes: "left out",
    make:
      () =>
      (_importer, _settings, [value]) =>
        value,
  },
];

const axesOf = (className: string): 1 | 2 | 3 =>
  className.endsWith("2D") ? 2 : className.endsWith("3D") ? 3 : 1;

/** What is done with a layer of each class. */
export const importing: ReadonlyMap<string, Importing> = new Map(
  kinds.flatMap(({ classes, make }) => classes.map((name) => [name, make(name, axesOf(name))])),
);

/** Classes of layers that take several values. */
export const takingSeveral: ReadonlySet<string> = new Set(
  kinds.filter(({ several }) => several).flatMap(({ classes }) => classes),
);

/** The layers of Keras that are read, and what becomes of them here. */
export const kerasLayers: readonly Pick<Kind, "classes" | "becomes">[] = kinds.map(
  ({ classes, becomes }) => ({ classes, becomes }),
);

/** What would do in place of classes that are often met. */
const instead: Readonly<Record<string, string>> = {
  ThresholdedReLU: "ReLU",
  UnitNormalization: "LayerNormalization",
  Masking: "a mask as an input of its own",
  AdditiveAttention: "Attention",
  GroupedQueryAttention: "MultiHeadAttention",
  ConvLSTM2D: "Conv2D in a TimeDistributed, and LSTM",
  RNN: "SimpleRNN, GRU or LSTM",
  Resizing: "data of the size wanted",
  SeparableConv1D: "Conv1D",
  SeparableConv2D: "Conv2D",
  DepthwiseConv1D: "Conv1D",
  DepthwiseConv2D: "Conv2D",
  LocallyConnected1D: "Conv1D",
  Lambda: "layers of the list",
};

export const insteadOf = (className: string): string => {
  const other = Object.hasOwn(instead, className) ? instead[className] : undefined;
  return other ? ` (use ${other})` : "";
};
