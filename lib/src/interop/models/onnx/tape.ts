import { ConfigError } from "../../../core/errors.js";
import { size, type Shape } from "../../../core/tensor.js";
import type { Layer } from "../../../nn/layers/layer.js";

/** Numbers of θ that a layer comes with, and the initialiser that they are. */
export interface Given {
  readonly name: string;
  readonly values: Float64Array;
}

/** A layer as it is put down: numbers of steps that it reads, shape of its samples. */
export interface Step {
  /** Undefined for an input of the network. */
  readonly layer: Layer | undefined;
  readonly inputs: readonly number[];
  readonly shape: Shape;
  /** Whether it depends on masks at most. */
  readonly ofMasks: boolean;
  /** Parameters in the order of the layer's own. */
  readonly given?: readonly Given[];
  /** Number of the step whose parameters it has too. */
  readonly sharedWith?: number;
}

/** Layers in order while a graph is read; what nothing needs in the end is left out later. */
export interface Tape {
  readonly steps: Step[];
  /** Numbers that may still be made while the graph is read, beyond those of the file. */
  left: number;
}

/** Numbers for which a file of so many bytes is good: 64 MiB of them, and 64 times the file. */
export const roomFor = (bytes: number): number => 2 ** 23 + 8 * bytes;

/** Takes room for numbers before they are made. @throws ConfigError if there is none */
export function spend(tape: Tape, count: number, what: string): void {
  tape.left -= count;
  if (tape.left >= 0) return;
  throw new ConfigError(
    `${what}: asks for ${count} numbers, more than a file of this size is good for. Give smaller extents; if they are small, the file is damaged.`,
    { count },
  );
}

/** Adds a layer. @throws ShapeError | ConfigError if it does not take such inputs */
export function put(
  tape: Tape,
  layer: Layer,
  inputs: readonly number[],
  more: Partial<Step> = {},
): number {
  const shape = layer.outputShape(inputs.map((step) => tape.steps[step].shape));
  if (tape.steps.length >= MOST_STEPS)
    throw new ConfigError(
      `the network would have more than ${MOST_STEPS} layers. Give shorter sequences.`,
    );
  if (size(shape) > LARGEST)
    throw new ConfigError(
      `${layer.name}: a sample would have ${size(shape)} entries, at most ${LARGEST} are possible. Give smaller extents.`,
      { shape },
    );
  const ofMasks = inputs.every((step) => tape.steps[step].ofMasks);
  tape.steps.push({ layer, inputs, shape, ofMasks, ...more });
  return tape.steps.length - 1;
}

/** Entries of a sample of one value, at most. */
const LARGEST = 2 ** 24;

/** Layers of a network: what is unrolled over time has some for each step. */
const MOST_STEPS = 100_000;

/** Steps that `end` needs, in order, without the inputs. */
export function neededSteps({ steps }: Tape, end: number): number[] {
  const needed = new Set<number>();
  const open = [end];
  while (open.length > 0) {
    const step = open.pop()!;
    if (needed.has(step)) continue;
    needed.add(step);
    const { inputs, sharedWith } = steps[step];
    open.push(...inputs, ...(sharedWith === undefined ? [] : [sharedWith]));
  }
  return [...needed].filter((step) => steps[step].layer).sort((a, b) => a - b);
}
