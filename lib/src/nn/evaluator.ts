import type { Rng } from "../core/rng.js";
import { size, type Shape } from "../core/tensor.js";
import { isCurved } from "./builtLayer.js";
import type { AffineMap, Layer, PoolingMap } from "./layer.js";
import { shapes, type Network } from "./network.js";

/** What a node needs at a fixed input shape. */
interface Step {
  readonly layer: Layer;
  /** Values read, and the value written. */
  readonly inputs: readonly number[];
  readonly output: number;
  readonly affine: AffineMap | undefined;
  readonly pooling: PoolingMap | undefined;
  readonly weight: readonly [number, number];
  readonly bias: readonly [number, number];
}

/**
 * A network at one input shape with room for `capacity` samples: the only place that walks over layers for values,
 * gradients and their tangents. It owns its buffers and allocates nothing while it works, so results are valid
 * until the next call.
 */
export interface Evaluator {
  readonly network: Network;
  readonly capacity: number;
  /** Shape of one sample of each value; 0 is the input, the last the output. */
  readonly shapes: readonly Shape[];
  readonly steps: readonly Step[];
  /** Values [capacity, …shape] after `forward`, and ∂/∂value after `backward`. */
  readonly values: readonly Float64Array[];
  readonly gradients: readonly Float64Array[];
  /** Tangents of values and gradients after `tangentForward` and `tangentBackward`. */
  readonly valueTangents: readonly Float64Array[];
  /** `[capacity, features out]`: arg-max positions of maximum poolings, by step. */
  readonly sources: readonly Int32Array[];
  /** Evaluate `batch` samples; a `training` stream turns dropout on. */
  forward(theta: Float64Array, x: Float64Array, batch: number, training?: Rng): void;
  /** Propagate `gradients` of the output back to every value (to the network's input only if `toInput`). */
  backward(theta: Float64Array, batch: number, toInput?: boolean): void;
  /** out += Σ_n ∂⟨gradient_n, output_n⟩/∂θ, after `backward`. */
  parameterGradient(batch: number, out: Float64Array): void;
  /** The same for each sample, written to rows of `out` [rows, P] from `firstRow` on. */
  parameterGradientRows(batch: number, out: Float64Array, firstRow: number): void;
  /** Derivative of all values along dθ = `direction`, after `forward`. */
  tangentForward(theta: Float64Array, direction: Float64Array, batch: number): void;
  /** Derivative of `parameterGradient` along `direction`, given the tangent of the output's gradient; out += . */
  tangentBackward(theta: Float64Array, direction: Float64Array, batch: number, outputTangent: Float64Array, out: Float64Array): void;
}

export function makeEvaluator(network: Network, inputShape: Shape, capacity: number): Evaluator {
  const shape = shapes(network, inputShape);
  const sizes = shape.map(size);
  const last = network.nodes.length;
  const steps: Step[] = network.nodes.map(({ layer, inputs, offset }, node) => {
    const start = offset ?? 0;
    const middle = start + (layer.kind === "affine" ? size(layer.weightShape) : 0);
    const end = middle + (layer.kind === "affine" ? size(layer.biasShape) : 0);
    return {
      layer,
      inputs,
      output: node + 1,
      affine: layer.kind === "affine" ? layer.prepare(shape[inputs[0]]) : undefined,
      pooling: layer.kind === "pooling" ? layer.prepare(shape[inputs[0]]) : undefined,
      weight: [start, middle],
      bias: [middle, end],
    };
  });
  const buffers = (): Float64Array[] => sizes.map((count) => new Float64Array(capacity * count));
  const [values, gradients] = [buffers(), buffers()];
  const sources = steps.map((step) => (step.pooling?.selects ? new Int32Array(capacity * sizes[step.output]) : new Int32Array(0)));
  const masks = steps.map((step) => (step.layer.kind === "dropout" ? new Float64Array(capacity * sizes[step.output]) : new Float64Array(0)));
  const scratch = new Float64Array(capacity * Math.max(...sizes));
  const slope = new Float64Array(capacity * Math.max(...sizes));
  let dropping = false;
  let [valueTangents, gradientTangents]: [Float64Array[], Float64Array[]] = [[], []];

  /** The linear part of a step at the current activations: y = M x, for tangents. */
  const linear = (theta: Float64Array, step: Step, from: readonly Float64Array[], y: Float64Array, batch: number): void => {
    const { layer, inputs, output } = step;
    const x = from[inputs[0]];
    const count = batch * sizes[output];
    switch (layer.kind) {
      case "affine":
        return step.affine!.apply(theta.subarray(...step.weight), undefined, x, y, batch);
      case "elementwise":
        layer.derivative(values[inputs[0]], values[output], slope, count);
        for (let p = 0; p < count; p++) y[p] = slope[p] * x[p];
        return;
      case "pooling":
        return pull(step.pooling!, sources[output - 1], sizes[inputs[0]], sizes[output], x, y, batch);
      case "dropout":
        for (let p = 0; p < count; p++) y[p] = dropping ? masks[output - 1][p] * x[p] : x[p];
        return;
      case "reshape":
        for (let p = 0; p < count; p++) y[p] = x[p];
        return;
      case "slice":
        for (let n = 0; n < batch; n++) y.set(x.subarray(n * sizes[inputs[0]] + layer.start, n * sizes[inputs[0]] + layer.start + sizes[output]), n * sizes[output]);
        return;
      case "merge":
        return merge(layer.mode, inputs, from, sizes, y, sizes[output], batch);
    }
  };

  /** gx = Mᵀ g for input number `which` of a step. */
  const transposed = (theta: Float64Array, step: Step, which: number, g: Float64Array, gx: Float64Array, batch: number): void => {
    const { layer, inputs, output } = step;
    const count = batch * sizes[output];
    switch (layer.kind) {
      case "affine":
        return step.affine!.applyTransposed(theta.subarray(...step.weight), g, gx, batch);
      case "elementwise":
        layer.derivative(values[inputs[0]], values[output], slope, count);
        for (let p = 0; p < count; p++) gx[p] = slope[p] * g[p];
        return;
      case "pooling":
        return push(step.pooling!, sources[output - 1], sizes[inputs[0]], sizes[output], g, gx, batch);
      case "dropout":
        for (let p = 0; p < count; p++) gx[p] = dropping ? masks[output - 1][p] * g[p] : g[p];
        return;
      case "reshape":
        for (let p = 0; p < count; p++) gx[p] = g[p];
        return;
      case "slice":
        gx.fill(0, 0, batch * sizes[inputs[0]]);
        for (let n = 0; n < batch; n++) gx.set(g.subarray(n * sizes[output], (n + 1) * sizes[output]), n * sizes[inputs[0]] + layer.start);
        return;
      case "merge":
        return split(layer.mode, which, inputs, sizes, g, sizes[output], gx, batch);
    }
  };

  /** Walk back; several readers of one value add up. `toInput` false spares the first layer's transposed product. */
  const sweepBack = (
    theta: Float64Array, from: readonly Float64Array[], batch: number, toInput: boolean,
    extra?: (step: Step, gx: Float64Array) => void,
  ): void => {
    const written = new Uint8Array(last + 1);
    for (let node = last - 1; node >= 0; node--) {
      const step = steps[node];
      if (node < last - 1 && !written[step.output]) from[step.output].fill(0, 0, batch * sizes[step.output]);
      step.inputs.forEach((v, which) => {
        if (v === 0 && !toInput) return;
        if (step.layer.kind === "slice" && written[v]) return addSlice(step.layer.start, from[step.output], from[v], sizes[step.output], sizes[v], batch);
        const target = written[v] ? scratch : from[v];
        transposed(theta, step, which, from[step.output], target, batch);
        extra?.(step, target);
        if (written[v]) for (let p = 0; p < batch * sizes[v]; p++) from[v][p] += scratch[p];
        written[v] = 1;
      });
    }
  };

  const weightGradients = (xs: readonly Float64Array[], gs: readonly Float64Array[], batch: number, out: Float64Array, withBias: boolean): void => {
    for (const step of steps) {
      if (!step.affine) continue;
      const bias = withBias ? out.subarray(...step.bias) : new Float64Array(step.bias[1] - step.bias[0]);
      step.affine.weightGradient(xs[step.inputs[0]], gs[step.output], out.subarray(...step.weight), bias, batch);
    }
  };

  return {
    network,
    capacity,
    shapes: shape,
    steps,
    values,
    gradients,
    get valueTangents() {
      return valueTangents;
    },
    sources,
    forward(theta, x, batch, training) {
      values[0].set(x.length === batch * sizes[0] ? x : x.subarray(0, batch * sizes[0]));
      dropping = training !== undefined;
      for (const step of steps) {
        const { layer, inputs, output } = step;
        const y = values[output];
        if (layer.kind === "affine") {
          step.affine!.apply(theta.subarray(...step.weight), theta.subarray(...step.bias), values[inputs[0]], y, batch);
        } else if (layer.kind === "elementwise") {
          layer.value(values[inputs[0]], y, batch * sizes[output]);
        } else if (layer.kind === "pooling") {
          step.pooling!.forward(values[inputs[0]], y, sources[output - 1], batch);
        } else {
          if (layer.kind === "dropout" && training) {
            const mask = masks[output - 1];
            for (let p = 0; p < batch * sizes[output]; p++) mask[p] = training.uniform() < layer.rate ? 0 : 1 / (1 - layer.rate);
          }
          linear(theta, step, values, y, batch);
        }
      }
    },
    backward(theta, batch, toInput = false) {
      sweepBack(theta, gradients, batch, toInput);
    },
    parameterGradient(batch, out) {
      weightGradients(values, gradients, batch, out, true);
    },
    parameterGradientRows(batch, out, firstRow) {
      const P = network.parameterCount;
      for (const step of steps) {
        if (!step.affine) continue;
        const [x, g, width, height] = [values[step.inputs[0]], gradients[step.output], sizes[step.inputs[0]], sizes[step.output]];
        for (let n = 0; n < batch; n++) {
          const gradient = out.subarray((firstRow + n) * P, (firstRow + n + 1) * P);
          step.affine.weightGradient(
            x.subarray(n * width, (n + 1) * width), g.subarray(n * height, (n + 1) * height),
            gradient.subarray(...step.weight), gradient.subarray(...step.bias), 1,
          );
        }
      }
    },
    tangentForward(theta, direction, batch) {
      if (valueTangents.length === 0) [valueTangents, gradientTangents] = [buffers(), buffers()];
      valueTangents[0].fill(0);
      for (const step of steps) {
        const y = valueTangents[step.output];
        linear(theta, step, valueTangents, y, batch);
        if (!step.affine) continue;
        step.affine.apply(direction.subarray(...step.weight), direction.subarray(...step.bias), values[step.inputs[0]], scratch, batch);
        for (let p = 0; p < batch * sizes[step.output]; p++) y[p] += scratch[p];
      }
    },
    tangentBackward(theta, direction, batch, outputTangent, out) {
      gradientTangents[last].set(outputTangent.subarray(0, batch * sizes[last]));
      const second = new Float64Array(scratch.length);
      // d(Mᵀg) = Mᵀ dg + dMᵀ g, and M depends on θ (affine) or on the activations (smooth elementwise layers)
      sweepBack(theta, gradientTangents, batch, false, (step, target) => {
        const { layer, inputs, output } = step;
        const count = batch * sizes[inputs[0]];
        if (layer.kind === "affine") {
          step.affine!.applyTransposed(direction.subarray(...step.weight), gradients[output], second, batch);
          for (let p = 0; p < count; p++) target[p] += second[p];
        } else if (isCurved(layer)) {
          layer.secondDerivative(values[inputs[0]], values[output], second, count);
          for (let p = 0; p < count; p++) target[p] += second[p] * valueTangents[inputs[0]][p] * gradients[output][p];
        }
      });
      weightGradients(valueTangents, gradients, batch, out, false);
      weightGradients(values, gradientTangents, batch, out, true);
    },
  };
}

/** y_f = coefficient · Σ x_source; what lies in the padding counts nothing. */
function pull(map: PoolingMap, chosen: Int32Array, width: number, height: number, x: Float64Array, y: Float64Array, batch: number): void {
  const table = map.selects ? chosen : map.sources;
  for (let n = 0; n < batch; n++) {
    let p = map.selects ? n * height : 0;
    for (let f = 0; f < height; f++) {
      let sum = 0;
      for (let e = 0; e < map.window; e++, p++) if (table[p] >= 0) sum += x[n * width + table[p]];
      y[n * height + f] = (map.coefficients ? map.coefficients[f] : map.coefficient) * sum;
    }
  }
}

/** The transpose of `pull`. */
function push(map: PoolingMap, chosen: Int32Array, width: number, height: number, g: Float64Array, gx: Float64Array, batch: number): void {
  const table = map.selects ? chosen : map.sources;
  gx.fill(0, 0, batch * width);
  for (let n = 0; n < batch; n++) {
    let p = map.selects ? n * height : 0;
    for (let f = 0; f < height; f++) {
      const share = (map.coefficients ? map.coefficients[f] : map.coefficient) * g[n * height + f];
      for (let e = 0; e < map.window; e++, p++) if (table[p] >= 0) gx[n * width + table[p]] += share;
    }
  }
}

function merge(
  mode: "add" | "concat", inputs: readonly number[], from: readonly Float64Array[], sizes: readonly number[],
  y: Float64Array, height: number, batch: number,
): void {
  if (mode === "add") {
    y.fill(0, 0, batch * height);
    for (const v of inputs) for (let p = 0; p < batch * height; p++) y[p] += from[v][p];
    return;
  }
  let start = 0;
  for (const v of inputs) {
    for (let n = 0; n < batch; n++) y.set(from[v].subarray(n * sizes[v], (n + 1) * sizes[v]), n * height + start);
    start += sizes[v];
  }
}

/** gx += Mᵀ g for a slice: most of gx is not touched. */
function addSlice(start: number, g: Float64Array, gx: Float64Array, height: number, width: number, batch: number): void {
  for (let n = 0, p = 0; n < batch; n++) for (let f = n * width + start; f < n * width + start + height; f++) gx[f] += g[p++];
}

/** The transpose of `merge` for one of its inputs. */
function split(
  mode: "add" | "concat", which: number, inputs: readonly number[], sizes: readonly number[],
  g: Float64Array, height: number, gx: Float64Array, batch: number,
): void {
  if (mode === "add") {
    for (let p = 0; p < batch * height; p++) gx[p] = g[p];
    return;
  }
  let start = 0;
  for (let k = 0; k < which; k++) start += sizes[inputs[k]];
  const width = sizes[inputs[which]];
  for (let n = 0; n < batch; n++) gx.set(g.subarray(n * height + start, n * height + start + width), n * width);
}
