import type * as Tfjs from "@tensorflow/tfjs";
import fc from "fast-check";
import { channelsFirst, type ImportedModel } from "phaselens/interop";
import { makeRng, tensor, type Rng, type Tensor } from "phaselens/core";
import { predict } from "phaselens/nn";
import { tf } from "./tfjsModule.js";
import { softmax } from "phaselens/internal/nn/losses/softmax";

/** One step in the making of a model: what it is, and numbers that it takes its settings from. */
export interface Move {
  readonly kind: string;
  readonly numbers: readonly number[];
}

const kinds = [
  "convolution",
  "pooling",
  "activation",
  "normalisation",
  "dropout",
  "flatten",
  "dense",
  "global",
  "add",
  "concatenate",
  "pad",
  "fold",
  "zeros",
  "nested",
  "time",
  "noise",
];

export interface Recipe {
  readonly axes: number;
  readonly channels: number;
  readonly moves: readonly Move[];
  readonly end: "linear" | "softmax" | "sigmoid";
  readonly seed: number;
}

/** Small models of every layer that is known, Sequential where there are no branches. */
export const recipes: fc.Arbitrary<Recipe> = fc.record({
  axes: fc.integer({ min: 0, max: 3 }),
  channels: fc.integer({ min: 1, max: 3 }),
  moves: fc.array(
    fc.record({
      kind: fc.constantFrom(...kinds),
      numbers: fc.array(fc.nat(1000), { minLength: 8, maxLength: 8 }),
    }),
    { maxLength: 7 },
  ),
  end: fc.constantFrom("linear" as const, "softmax" as const, "sigmoid" as const),
  seed: fc.nat(1_000_000),
});

type Value = Tfjs.SymbolicTensor;
type Apply = { apply(x: Value | Value[]): unknown };
const activations = ["linear", "relu", "elu", "tanh", "sigmoid", "softplus"] as const;

/** The model of a recipe with random weights, its biases and statistics too. */
export function build({ axes, channels, moves, end, seed }: Recipe): Tfjs.LayersModel {
  const input = tf.input({
    shape:
      axes === 0
        ? [3 + channels]
        : [
            ...[7, 6, 5].slice(0, axes).map((extent) => (axes === 3 ? extent - 2 : extent)),
            channels,
          ],
  });
  let value = input;
  for (const move of moves) value = moved(value, move);
  if (value.shape.length > 2) value = tf.layers.flatten().apply(value) as Value;
  value = tf.layers.dense({ units: 3, activation: end }).apply(value) as Value;
  const model = tf.model({ inputs: input, outputs: value });
  const rng = makeRng(seed, "weights");
  for (const layer of model.layers) {
    layer.setWeights(
      layer.weights.map((weight) => {
        const shape = weight.shape as number[];
        const count = shape.reduce((product, extent) => product * extent, 1);
        const fan = shape.length > 1 ? count / shape[shape.length - 1] : 4;
        const draw = weight.name.includes("moving_variance")
          ? () => 0.3 + rng.uniform()
          : () => rng.normal() / Math.sqrt(fan);
        return tf.tensor(Float32Array.from({ length: count }, draw), shape);
      }),
    );
  }
  return model;
}

function moved(value: Value, { kind, numbers }: Move): Value {
  const [, ...shape] = value.shape as number[];
  const axes = shape.length - 1;
  const space = shape.slice(0, -1);
  const channels = shape[axes];
  const at = <T>(list: readonly T[], k: number): T => list[numbers[k] % list.length];
  const then = (layer: Apply, ...inputs: Value[]): Value =>
    layer.apply(inputs.length === 1 ? inputs[0] : inputs) as Value;
  const activation = at(activations, 0);
  const some = (k: number, most: number): number => 1 + (numbers[k] % most);
  const convolve = (from: Value, config: object): Value => {
    const layers = [tf.layers.conv1d, tf.layers.conv2d, tf.layers.conv3d] as readonly ((
      args: never,
    ) => Apply)[];
    return then(layers[axes - 1]({ kernelInitializer: "zeros", ...config } as never), from);
  };
  switch (kind) {
    case "convolution": {
      if (axes === 0) return value;
      const kernelSize = space.map((extent, a) => some(1 + a, Math.min(3, extent)));
      const padding = numbers[4] % 2 ? "same" : "valid";
      const dilated =
        axes < 3 &&
        numbers[5] % 3 === 0 &&
        space.every((extent, a) => padding === "same" || 2 * (kernelSize[a] - 1) < extent);
      // in three dimensions its own code misplaces "same" windows that leave out entries, as
      // TensorFlow does not
      const strides =
        dilated || numbers[6] % 2 || (axes === 3 && padding === "same" && kernelSize.includes(1))
          ? 1
          : 2;
      return convolve(value, {
        filters: some(7, 3),
        kernelSize,
        padding,
        strides,
        dilationRate: dilated ? 2 : 1,
        activation,
        useBias: numbers[0] % 7 > 0,
      });
    }
    case "pad":
      if (axes !== 2) return value;
      return convolve(
        then(
          tf.layers.zeroPadding2d({
            padding: [
              [numbers[1] % 3, numbers[2] % 2],
              [numbers[3] % 2, numbers[4] % 3],
            ],
          }),
          value,
        ),
        { filters: some(7, 2), kernelSize: [1, some(5, Math.min(2, space[1]))], activation },
      );
    case "pooling": {
      if (axes === 0) return value;
      const poolSize = space.map((extent, a) => some(1 + a, Math.min(3, extent)));
      const strides =
        numbers[4] % 3 === 0
          ? poolSize
          : poolSize.map((extent, a) => some(5 + a, Math.min(2, extent)));
      const config = { poolSize, strides, padding: numbers[0] % 2 ? "same" : "valid" };
      const average = [
        tf.layers.averagePooling1d,
        tf.layers.averagePooling2d,
        tf.layers.averagePooling3d,
      ] as readonly ((args: never) => Apply)[];
      const maximum = [
        tf.layers.maxPooling1d,
        tf.layers.maxPooling2d,
        tf.layers.maxPooling3d,
      ] as readonly ((args: never) => Apply)[];
      return then(
        (numbers[7] % 2 ? average : maximum)[axes - 1](
          (axes === 1
            ? { ...config, poolSize: poolSize[0], strides: strides[0] }
            : config) as never,
        ),
        value,
      );
    }
    case "activation":
      return then(
        at(
          [
            () => tf.layers.leakyReLU({ alpha: 0.2 }),
            () => tf.layers.elu({ alpha: 1 }),
            () => tf.layers.reLU(),
            () => tf.layers.activation({ activation }),
          ],
          1,
        )(),
        value,
      );
    case "normalisation":
      if (axes === 3) return value; // which TensorFlow.js does not have
      return then(
        tf.layers.batchNormalization({
          scale: numbers[1] % 4 > 0,
          center: numbers[2] % 4 > 0,
          epsilon: 0.01,
        }),
        value,
      );
    case "dropout":
      return then(tf.layers.dropout({ rate: 0.3 }), value);
    case "flatten":
      if (axes === 0) return value;
      return then(tf.layers.flatten(numbers[1] % 2 ? { dataFormat: "channelsFirst" } : {}), value);
    case "zeros":
      if (axes !== 2) return value;
      return then(
        tf.layers.zeroPadding2d({
          padding: [
            [numbers[1] % 3, numbers[2] % 2],
            [numbers[3] % 2, 1],
          ],
        }),
        value,
      );
    case "nested": {
      // both layers have the name of one in the other model
      const name = `inner_${numbers[1]}`;
      const dense = tf.layers.dense({ inputShape: shape, units: some(2, 3), activation, name });
      return then(
        tf.sequential({ layers: [dense, tf.layers.leakyReLU({ alpha: 0.3 })] }) as unknown as Apply,
        value,
      );
    }
    case "time": {
      if (axes === 0) return value;
      return then(
        tf.layers.timeDistributed({ layer: tf.layers.dense({ units: some(1, 3), activation }) }),
        value,
      );
    }
    case "noise":
      return then(
        at(
          [
            () => tf.layers.gaussianNoise({ stddev: 0.2 }),
            () => tf.layers.gaussianDropout({ rate: 0.2 }),
            () => tf.layers.alphaDropout({ rate: 0.2 }),
          ],
          1,
        )(),
        value,
      );
    case "dense":
      return then(
        tf.layers.dense({ units: some(1, 4), activation, useBias: numbers[2] % 5 > 0 }),
        value,
      );
    case "global": {
      if (axes === 0 || axes === 3) return value;
      if (axes === 1)
        return then(
          numbers[1] % 2 ? tf.layers.globalMaxPooling1d() : tf.layers.globalAveragePooling1d(),
          value,
        );
      return then(
        numbers[1] % 2 ? tf.layers.globalMaxPooling2d({}) : tf.layers.globalAveragePooling2d({}),
        value,
      );
    }
    case "add":
    case "concatenate": {
      // what was flattened from channels and space cannot be added to a dense layer's outputs
      if (axes === 0 && kind === "add") value = then(tf.layers.dense({ units: channels }), value);
      const side =
        axes === 0
          ? then(tf.layers.dense({ units: channels, activation }), value)
          : convolve(value, { filters: channels, kernelSize: 2, padding: "same", activation });
      return kind === "add"
        ? then(tf.layers.add(), value, side)
        : then(
            tf.layers.concatenate(),
            side,
            value,
            axes === 3 ? value : then(tf.layers.batchNormalization({}), value),
          );
    }
    case "fold":
      if (axes === 0)
        return then(
          tf.layers.reshape({ targetShape: [channels, 1] }),
          then(tf.layers.dense({ units: channels }), value),
        );
      return axes === 1
        ? then(tf.layers.reshape({ targetShape: [1, space[0], channels] }), value)
        : value;
    default:
      return value;
  }
}

/** Random inputs for a model, channels last. */
export function randomInputs(model: Tfjs.LayersModel, rng: Rng, n = 3): Tensor {
  const t = tensor([n, ...(model.inputs[0].shape.slice(1) as number[])]);
  return { shape: t.shape, data: t.data.map(() => Math.fround(rng.normal())) };
}

export const toTensor = ({ shape, data }: Tensor): Tfjs.Tensor =>
  tf.tensor(Float32Array.from(data), [...shape]);

export function outputsThere(model: Tfjs.LayersModel, x: Tensor): Float64Array {
  const outputs = tf.tidy(() => model.predict(toTensor(x)) as Tfjs.Tensor);
  const values = Float64Array.from(outputs.dataSync());
  outputs.dispose();
  return values;
}

/** The model's outputs as computed here, the function at its end applied. */
export function outputsHere(
  { network, theta, output }: Pick<ImportedModel, "network" | "theta" | "output">,
  x: Tensor,
): Float64Array {
  const z = predict(network, theta, x.shape.length > 2 ? channelsFirst(x) : x);
  if (output === "softmax") return softmax(z).data;
  return output === "sigmoid" ? z.data.map((value) => 1 / (1 + Math.exp(-value))) : z.data;
}
