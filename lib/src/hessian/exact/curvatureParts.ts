import { ConfigError } from "../../core/errors.js";
import { size, type Shape } from "../../core/tensor.js";
import { specOf } from "../../nn/layers/specOf.js";
import type { AffineGeometry, AffineLayer } from "../../nn/layers/layer.js";
import type { Evaluator } from "../../nn/network/evaluator.js";
import { parametersOf, shapes, type Network } from "../../nn/network/network.js";
import { makeKroneckerBlock } from "./kroneckerBlock.js";

/** A part of θ that `kroneckerCurvature` treats by itself, with its two passes over the samples. */
export interface CurvaturePart {
  readonly place: number;
  readonly count: number;
  /**
   * After a walk back: what belongs to the factors.
   * @param roots  √w of the samples, which the gradients have already; undefined: 1 for all
   */
  first(
    evaluator: Evaluator,
    theta: Float64Array,
    batch: number,
    column: number,
    roots?: Float64Array,
  ): void;
  /** End of the first pass over n samples. */
  finish(n: number): void;
  /** The second pass, where there is one. */
  clear?(): void;
  second?(evaluator: Evaluator, theta: Float64Array, batch: number): void;
  divide?(n: number): void;
  /** Add the penalty to the eigenvalues. */
  addPenalty(l2: number): void;
  eigenvalues(): Float64Array;
  /** The eigenvector of eigenvalue k, of the part's own entries. */
  direction(k: number): Float64Array;
  /** v ← Q f(s) Qᵀ v on the part's own entries. */
  transform(v: Float64Array, f: (eigenvalue: number) => number): void;
  /** What `load` makes the same finished part of, in another thread. */
  state(): Float64Array[];
  load(state: readonly Float64Array[]): void;
}

/** Nodes that use the same parameters. */
interface Uses {
  readonly place: number;
  readonly count: number;
  readonly nodes: number[];
}

const CURE = "Use exactHessian, or conjugateGradientSolver with riskHessian";

/**
 * @param roots  √m of a frame √m θ, [P]
 * @throws ConfigError for layers made or changed by hand, parameters that overlap in part, and a
 *   frame that is none of columns
 */
export function curvatureParts(
  network: Network,
  input: Shape,
  roots?: Float64Array,
): CurvaturePart[] {
  const shape = shapes(network, input);
  return usesOf(network).map((uses) => {
    const [first] = uses.nodes.map((node) => network.nodes[node].layer);
    const inputs = uses.nodes.map((node) => shape[network.nodes[node].inputs[0]]?.join());
    const alike = inputs.every((one) => one === inputs[0]);
    return first.kind === "affine" && alike
      ? kroneckerPart(uses, first, shape[network.nodes[uses.nodes[0]].inputs[0]], roots)
      : diagonalPart(uses, roots);
  });
}

export function usesOf({ nodes }: Network): Uses[] {
  const found = new Map<number, Uses>();
  nodes.forEach(({ layer, offset }, node) => {
    if (offset === undefined) return;
    const refuse = (fact: string): never => {
      throw new ConfigError(`kroneckerCurvature: ${layer.name}, node ${node}, ${fact}. ${CURE}.`, {
        node,
      });
    };
    if (layer.kind === "own" || !specOf(layer))
      refuse("was made or changed by hand and has no factors");
    const count = parametersOf(layer).reduce((sum, own) => sum + size(own.shape), 0);
    const known = found.get(offset);
    const same = known?.count === count && nodes[known.nodes[0]].layer.kind === layer.kind;
    if (known && same) known.nodes.push(node);
    else if (
      [...found.values()].some(
        (own) => offset < own.place + own.count && offset + count > own.place,
      )
    )
      refuse("shares parameters in part with another");
    else found.set(offset, { place: offset, count, nodes: [node] });
  });
  return [...found.values()];
}

function kroneckerPart(
  uses: Uses,
  layer: AffineLayer,
  input: Shape,
  roots: Float64Array | undefined,
): CurvaturePart {
  const { place, count, nodes } = uses;
  const { geometry } = layer.map(input);
  const columns = roots && rootsOfColumns(roots.subarray(place, place + count), geometry);
  const block = makeKroneckerBlock(geometry, columns);
  const each = (
    { steps, values, gradients }: Evaluator,
    use: (x: Float64Array, g: Float64Array) => void,
  ): void => {
    for (const node of nodes) use(values[steps[node].inputs[0]], gradients[node + 1]);
  };
  const gradientOf = gradientsOf(uses);
  return {
    place,
    count,
    first(evaluator, _theta, batch, column, roots) {
      each(evaluator, (x, g) => {
        if (column === 0) block.addInputs(x, batch, roots);
        block.addGradients(g, batch);
      });
    },
    finish: (n) => block.decompose(n, nodes.length),
    clear: block.clear,
    second(evaluator, theta, batch) {
      if (nodes.length === 1) each(evaluator, (x, g) => block.addSquares(x, g, batch));
      else gradientOf(evaluator, theta, batch, block.addSquaresOf);
    },
    divide: block.divide,
    addPenalty: block.addPenalty,
    eigenvalues: () => block.eigenvalues,
    direction: block.direction,
    transform: block.transform,
    state: block.state,
    load: block.load,
  };
}

/** √m of each column of a layer's matrix, the bias last. @throws ConfigError if rows differ */
function rootsOfColumns(
  roots: Float64Array,
  { outChannels, inChannels, taps }: AffineGeometry,
): Float64Array {
  const depth = inChannels * taps;
  const columns = new Float64Array(depth + 1);
  columns.set(roots.subarray(0, depth));
  columns[depth] = roots[outChannels * depth];
  const alike = roots.every(
    (root, p) => root === columns[p < outChannels * depth ? p % depth : depth],
  );
  if (alike) return columns;
  throw new ConfigError(
    "kroneckerCurvature: the scale differs among outputs of one layer, and then there are no factors. Give one as hessian.dampings.relative makes it.",
  );
}

/** The diagonal E[(∇_p)²] alone, for parameters without two sides. */
function diagonalPart(uses: Uses, roots: Float64Array | undefined): CurvaturePart {
  const { place, count } = uses;
  const squares = new Float64Array(count);
  const gradientOf = gradientsOf(uses);
  const add = (gradient: Float64Array): void => {
    for (let p = 0; p < count; p++) squares[p] += gradient[p] ** 2;
  };
  return {
    place,
    count,
    first: (evaluator, theta, batch) => gradientOf(evaluator, theta, batch, add),
    finish(n) {
      for (let p = 0; p < count; p++) squares[p] /= n * (roots ? roots[place + p] ** 2 : 1);
    },
    addPenalty(l2) {
      for (let p = 0; p < count; p++) squares[p] += l2 / (roots ? roots[place + p] ** 2 : 1);
    },
    eigenvalues: () => squares,
    direction: (k) => Float64Array.from(squares, (_, p) => (p === k ? 1 : 0)),
    transform(v, f) {
      for (let p = 0; p < count; p++) v[p] *= f(squares[p]);
    },
    state: () => [squares.slice()],
    load: ([own]) => squares.set(own),
  };
}

/** The gradient of each sample by the parameters, from all nodes that use them. */
type EachGradient = (
  evaluator: Evaluator,
  theta: Float64Array,
  batch: number,
  use: (gradient: Float64Array) => void,
) => void;

function gradientsOf({ place, count, nodes }: Uses): EachGradient {
  const gradient = new Float64Array(count);
  return ({ steps, values, gradients }, theta, batch, use) => {
    const own = theta.subarray(place, place + count);
    const at = nodes.map((node) => ({
      x: steps[node].inputs.map((v) => values[v]),
      y: values[node + 1],
      theta: own,
    }));
    for (let s = 0; s < batch; s++) {
      gradient.fill(0);
      nodes.forEach((node, k) =>
        steps[node].step.parameters!.pull(at[k], gradients[node + 1], gradient, 0, s, 1),
      );
      use(gradient);
    }
  };
}
