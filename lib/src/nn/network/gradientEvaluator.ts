import { size, type Shape } from "../../core/tensor.js";
import { checkBatch } from "./checkBatch.js";
import { edgeBlockMap } from "../layers/edgeBlock.js";
import { blockInputs } from "./blockInputs.js";
import { edgeBlocks } from "./edgeBlocks.js";
import { makeEvaluator } from "./evaluator.js";
import type { GradientEvaluator } from "./gradientPasses.js";
import type { Layer } from "../layers/layer.js";
import { shapes, type Network, type NetworkNode } from "./network.js";
import type { Precision } from "../layers/largestOf.js";
import { makeSingleEvaluator } from "../single/graph/evaluator.js";
import { isPerObject } from "../single/graph/planNodes.js";
import { slice } from "../layers/objects.js";
import { flatten } from "../layers/structure.js";

export type { GradientEvaluator } from "./gradientPasses.js";

/**
 * An evaluator for outputs and parameter gradients alone. Edge blocks, where most of an interaction
 * network's work is, are computed in one sweep, always in double precision. All other networks in
 * single precision, and in double those that multiply matrices of objects (sets, graphs,
 * sequences), go by the plan of `makeSingleEvaluator`, the rest layer by layer.
 */
export function makeGradientEvaluator(
  network: Network,
  inputShape: Shape,
  capacity: number,
  backend: "auto" | "typescript" = "auto",
  precision: Precision = "float64",
): GradientEvaluator {
  const blocks = edgeBlocks(network);
  if (blocks.length === 0 && (precision === "float32" || hasObjectProducts(network, inputShape)))
    return makeSingleEvaluator(network, inputShape, capacity, backend, undefined, precision);
  const shape = shapes(network, inputShape);
  const outputShape = shape[shape.length - 1];
  if (blocks.length === 0) {
    const { values, gradients, forward, backward, parameterGradient, parameterGradientRows } =
      makeEvaluator(network, inputShape, capacity);
    const last = network.nodes.length;
    return {
      capacity,
      outputShape,
      output: values[last],
      outputGradient: gradients[last],
      forward,
      backward,
      parameterGradient,
      parameterGradientRows,
    };
  }
  const width = size(inputShape);
  const maps = blocks.map((block) => edgeBlockMap(block, width, backend));
  // The rest reads the sample and, after it, the blocks' outputs
  let end = width;
  const places = blocks.map(({ last }) => {
    const [features, objects] = shape[last + 1];
    const group = { start: end, features, objects };
    end += features * objects;
    return group;
  });
  const rest = makeEvaluator(withoutBlocks(network, blocks, places), [end], capacity);
  const last = rest.values.length - 1;
  const joined = new Float64Array(capacity * end);
  const buffers = places.map(
    ({ features, objects }) => new Float64Array(capacity * features * objects),
  );
  // what the outputs in each buffer are of: of samples that are scored again with some features
  // masked, blocks that do not read these need not be computed again
  const readBefore = blocks.map((block) => blockInputs(block, width));
  const P = network.parameterCount;
  let samples: Float64Array = new Float64Array(0);
  let rows = new Float64Array(0); // θ of the latest `forward`
  return {
    capacity,
    outputShape,
    output: rest.values[last],
    outputGradient: rest.gradients[last],
    forward(theta, x, batch, training) {
      checkBatch(network.name, inputShape, x, batch, capacity);
      [samples, rows] = [x, theta as Float64Array<ArrayBuffer>];
      for (let n = 0; n < batch; n++) joined.set(x.subarray(n * width, (n + 1) * width), n * end);
      maps.forEach((map, b) => {
        const { start, features, objects } = places[b];
        const length = features * objects;
        if (!readBefore[b].isSame(theta, x, batch)) {
          map.forward(theta, x, buffers[b], batch);
          readBefore[b].keep(theta, x, batch);
        }
        for (let n = 0; n < batch; n++)
          joined.set(buffers[b].subarray(n * length, (n + 1) * length), n * end + start);
      });
      rest.forward(theta, joined, batch, training);
    },
    backward(theta, batch) {
      rest.backward(theta, batch, true);
      places.forEach(({ start, features, objects }, b) => {
        const length = features * objects;
        readBefore[b].forget();
        for (let n = 0; n < batch; n++)
          buffers[b].set(
            rest.gradients[0].subarray(n * end + start, n * end + start + length),
            n * length,
          );
      });
    },
    parameterGradient(batch, out) {
      rest.parameterGradient(batch, out);
      maps.forEach((map, b) => map.gradient(rows, samples, buffers[b], out, batch));
    },
    parameterGradientRows(batch, out, firstRow) {
      rest.parameterGradientRows(batch, out, firstRow);
      for (let n = 0; n < batch; n++) {
        const gradient = out.subarray((firstRow + n) * P, (firstRow + n + 1) * P);
        maps.forEach((map, b) => {
          const length = buffers[b].length / capacity;
          map.gradient(
            rows,
            samples.subarray(n * width, (n + 1) * width),
            buffers[b].subarray(n * length, (n + 1) * length),
            gradient,
            1,
          );
        });
      }
    },
  };
}

/** Whether it multiplies matrices of objects: sets, graphs and sequences do. */
function hasObjectProducts(network: Network, inputShape: Shape): boolean {
  const shape = shapes(network, inputShape);
  return network.nodes.some(
    ({ layer }, n) =>
      layer.kind === "product" ||
      (layer.kind === "affine" && isPerObject(layer) && size(shape[n + 1]) > shape[n + 1][0]),
  );
}

/**
 * The network with slices of its input in place of the blocks, and θ as it is. Layers that take the
 * sample whole get it from the longer input by a slice of their own.
 */
function withoutBlocks(
  network: Network,
  blocks: ReturnType<typeof edgeBlocks>,
  places: readonly Parameters<typeof slice>[0][],
): Network {
  const nodes: NetworkNode[] = [];
  const moved = new Map([[0, 0]]);
  const then = (layer: Layer, read: number): number =>
    nodes.push({ layer, inputs: [read], offset: undefined });
  const [{ start: width }] = places;
  const inBlock = (k: number): boolean => blocks.some(({ first, last }) => k >= first && k <= last);
  const takesWhole = ({ layer, inputs }: NetworkNode, k: number): boolean =>
    !inBlock(k) && inputs.includes(0) && !readsPlaces(layer);
  const sample = network.nodes.some(takesWhole)
    ? then(flatten(), then(slice({ start: 0, features: width, objects: 1 }), 0))
    : 0;
  network.nodes.forEach((node, k) => {
    const block = blocks.findIndex(({ first, last }) => k >= first && k <= last);
    const from = (v: number): number =>
      v === 0 && !readsPlaces(node.layer) ? sample : moved.get(v)!;
    if (block < 0) nodes.push({ ...node, inputs: node.inputs.map(from) });
    else if (k === blocks[block].last)
      nodes.push({ layer: slice(places[block]), inputs: [0], offset: undefined });
    else return;
    moved.set(k + 1, nodes.length);
  });
  return { ...network, nodes };
}

/** Layers that read some entries of a flat sample, however long it is. */
const readsPlaces = (layer: Layer): boolean =>
  layer.kind === "slice" || (layer.kind === "affine" && layer.pairs !== undefined);
