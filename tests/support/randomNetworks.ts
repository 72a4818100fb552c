import fc from "fast-check";
import { makeRng, size, tensor, type Rng, type Shape, type Tensor } from "phaselens/core";
import { shapes, type L1, type Network, type RiskOptions, type Samples } from "phaselens/nn";
import { builder, type Builder } from "./random/builder.js";
import { drawFrom, type Draw } from "./random/draw.js";
import { randomLosses, type LossType, type RandomLoss } from "./random/losses.js";
import { head, move, type MoveKind } from "./random/moves.js";
import type { Naive } from "./random/naive.js";
import { furtherTypes, layerTypes } from "./random/randomLayers.js";

/**
 * Random networks of every layer, in chains and with branches, with reshapes in between, every
 * loss, penalties, and a slow twin of each layer. A recipe is plain data that fast-check makes
 * smaller.
 */
export interface Recipe {
  /** Axes of space of the input, and the extents along them after the channels. */
  readonly space: number;
  readonly extents: readonly number[];
  /**
   * "head": a convolution, a ReLU and a maximum pooling that the rest sees nothing behind, which
   * some ways treat as one.
   */
  readonly begin: "anyhow" | "head";
  readonly moves: readonly Move[];
  readonly end: readonly number[];
  readonly loss: LossType;
  readonly samples: number;
  readonly data: "normal" | "with zeros" | "padded";
  readonly l2: number;
  readonly l1: "none" | "all" | "each" | "first layer";
  readonly seed: number;
}

export interface Move {
  readonly kind: MoveKind;
  /** How many values back it reads. */
  readonly back: number;
  readonly numbers: readonly number[];
}

export interface RandomProblem {
  readonly network: Network;
  /** The slow twin of each node. */
  readonly naive: readonly Naive[];
  readonly theta: Float64Array;
  readonly samples: Samples;
  readonly loss: RandomLoss;
  readonly options: RiskOptions;
}

const numbers = fc.array(fc.nat(999), { minLength: 12, maxLength: 12 });
const kinds: readonly MoveKind[] = [
  ...layerTypes,
  "conv1d",
  "conv2d",
  "dense",
  "dropout",
  "edgeBlock",
];

/** The layers of plain networks, which have ways of their own that further kinds would bar. */
const plainKinds = kinds.filter((kind) => !furtherTypes.has(kind));
const further = kinds.filter((kind) => furtherTypes.has(kind));

const movesOf = (among: readonly MoveKind[]): fc.Arbitrary<Move[]> =>
  fc.array(
    fc.record({
      kind: fc.constantFrom(...among),
      back: fc.oneof(
        { weight: 3, arbitrary: fc.constant(0) },
        { weight: 1, arbitrary: fc.nat(20) },
      ),
      numbers,
    }),
    { minLength: 1, maxLength: 9, size: "max" },
  );

export const recipes: fc.Arbitrary<Recipe> = fc.record({
  space: fc.nat(3),
  extents: fc.array(fc.nat(99), { minLength: 4, maxLength: 4 }),
  begin: fc.constantFrom("anyhow" as const, "anyhow" as const, "anyhow" as const, "head" as const),
  moves: fc.oneof(movesOf(plainKinds), movesOf([...kinds, ...further])),
  end: numbers,
  loss: fc.constantFrom(...(Object.keys(randomLosses) as LossType[])),
  samples: fc.oneof(
    { weight: 20, arbitrary: fc.integer({ min: 1, max: 5 }) },
    { weight: 1, arbitrary: fc.constant(35) },
  ),
  data: fc.constantFrom(
    "normal" as const,
    "normal" as const,
    "with zeros" as const,
    "padded" as const,
  ),
  l2: fc.constantFrom(0, 0.3),
  l1: fc.constantFrom("none" as const, "all" as const, "each" as const, "first layer" as const),
  seed: fc.nat(1_000_000),
});

/** The network of a recipe with everything that is needed to compute with it. */
export function build(recipe: Recipe): RandomProblem {
  const { network, naive, input } = networkOf(recipe);
  const loss: RandomLoss = randomLosses[recipe.loss];
  const outputs = size(shapes(network, input)[network.nodes.length]);
  const rng = makeRng(recipe.seed, "random network");
  const theta = parametersFor(network, naive, rng.fork("theta"));
  const x = inputs([recipe.samples, ...input], recipe.data, rng.fork("inputs"));
  const draw = rng.fork("targets");
  const rows = Array.from({ length: recipe.samples }, () => loss.target(draw, outputs));
  const target = tensor([recipe.samples, outputs], rows.flat());
  const l1 = penaltyOf(recipe.l1, network, rng.fork("l1"));
  return {
    network,
    naive,
    theta,
    samples: { x, target },
    loss,
    options: { loss: loss.loss, l2: recipe.l2, l1 },
  };
}

function networkOf({ space, extents, begin, moves, end, loss }: Recipe): {
  network: Network;
  naive: readonly Naive[];
  input: Shape;
} {
  const most = [6, 3, 2][Math.max(0, space - 1)];
  const input =
    space === 0
      ? [1 + (extents[0] % 9)]
      : [1 + (extents[0] % 3), ...extents.slice(1, 1 + space).map((n) => 1 + (n % most))];
  const made = builder(input);
  let value = begin === "head" ? head(made, drawFrom(end)) : 0;
  const lowest = value;
  for (const { kind, back, numbers: own } of moves) {
    value = move(
      made,
      kind,
      Math.max(lowest, made.shapes.length - 1 - back),
      drawFrom(own),
      lowest,
    );
  }
  finish(made, value, drawFrom(end), randomLosses[loss].leastOutputs, lowest);
  return { ...made.finish(), input };
}

/**
 * A vector of outputs, through a dense layer or not: of the last value alone, so that branches may
 * end nowhere; of it and others; or of everything that nobody reads.
 */
function finish(made: Builder, value: number, draw: Draw, least: number, lowest: number): void {
  const any = (): number => lowest + draw.below(made.shapes.length - lowest);
  const others = draw.among([[], made.unread(), made.unread(), [any(), any()]]);
  const joined = made.joined([...others.filter((v) => v !== value), value]) ?? value;
  const entries = size(made.shapes[joined]);
  const plain = entries >= least && entries <= 4 && made.parameters > 0 && draw.below(2) === 0;
  const outputs = plain ? entries : least + draw.below(3);
  const flat = made.flat(joined);
  const ended =
    plain && flat > 0 && flat === made.shapes.length - 1 ? flat : made.densely(flat, outputs);
  if (draw.below(3) === 0)
    move(made, draw.among(["sigmoid", "leakyRelu", "tanh", "relu"]), ended, draw, lowest);
}

/**
 * Weights of size 1/√(products in a sum); biases are drawn too, so that nothing vanishes by
 * accident.
 */
function parametersFor(network: Network, naive: readonly Naive[], rng: Rng): Float64Array {
  const theta = new Float64Array(network.parameterCount);
  network.nodes.forEach(({ layer, offset }, node) => {
    const own = naive[node];
    let place = offset ?? 0;
    for (const { shape, start = 0 } of layer.kind === "affine" ? [] : (layer.parameters ?? []))
      for (const end = place + size(shape); place < end; place++)
        theta[place] = start + 0.4 * rng.normal();
    if (layer.kind !== "affine" || own.kind !== "sums") return;
    const weights = size(layer.weightShape);
    const spread = 1 / Math.sqrt(Math.max(1, own.terms.length / own.outputs));
    for (let p = 0; p < weights + size(layer.biasShape); p++) {
      theta[offset! + p] = (p < weights ? spread : 0.3) * rng.normal();
    }
  });
  return theta;
}

/**
 * Normal deviates; some of them 0; or a row of equal ones at the end, as of slots that nothing
 * fills.
 */
function inputs(shape: Shape, data: Recipe["data"], rng: Rng): Tensor {
  const x = tensor(shape);
  const width = size(shape.slice(1));
  for (let p = 0; p < x.data.length; p++) {
    x.data[p] = rng.normal();
    if (data === "with zeros" && rng.uniform() < 0.3) x.data[p] = 0;
    if (data === "padded" && p % width >= width / 2) x.data[p] = 0;
  }
  return x;
}

function penaltyOf(kind: Recipe["l1"], network: Network, rng: Rng): L1 {
  if (kind === "none") return 0;
  if (kind === "all") return 0.2;
  if (kind === "first layer")
    return network.nodes.some(({ layer }) => layer.kind === "affine") ? { firstLayer: 0.1 } : 0;
  return new Float64Array(network.parameterCount).map(() => rng.uniform());
}
