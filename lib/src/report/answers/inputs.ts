import { size, tensor, type Shape, type Tensor } from "../../core/tensor.js";
import { isMask } from "../../nn/network/namedInputs.js";
import type { InputFacts } from "./document.js";
import type { NetworkQuestion } from "./question.js";

/** Samples of a network by input, in the order of axes that the model's user knows. */
export interface InputParts {
  readonly facts: readonly InputFacts[];
  /** Values of samples [n, …], masks too. */
  values(x: Tensor): Record<string, Tensor>;
  /** Relevance of samples [n, …]. */
  relevance(of: Tensor): Record<string, Tensor>;
  /** What an entry of an input is called. */
  entryName(input: string, index: number): string;
}

/** Channels that may be colours. */
const COLOURS = 4;
/** A plane whose sides differ by more than this factor is a table of objects. */
const LONGEST = 4;

export function inputParts({ model, points }: NetworkQuestion): InputParts {
  const { network, inputs, unpack } = model;
  const one = inputs.length === 1;
  const masks =
    model.masks ?? network.inputs?.filter(isMask).map(({ name }) => name) ?? ([] as string[]);
  const shapeOf = (shape: Shape | undefined): Shape => shape ?? points.x.shape.slice(1);
  const names = one && points.shape.length === 2 ? points.names : undefined;
  const facts = inputs.map(({ name, shape }): InputFacts => {
    const own = shapeOf(shape);
    return {
      name,
      shape: own,
      look: lookOf(own, one),
      ...(names && { names }),
      ...(!one && masks.includes(name) && { mask: true }),
    };
  });
  return {
    facts,
    relevance: (of) => unpack(of),
    values: (x) => ({ ...unpack(x), ...(one ? {} : rawMasks(x, model, masks)) }),
    entryName: (input, index) => {
      const own = facts.find(({ name }) => name === input)!;
      if (names) return names[index];
      const place = placeOf(own.shape, index).join(",");
      return one ? (own.shape.length < 2 ? `entry ${place}` : `(${place})`) : `${input} ${place}`;
    },
  };
}

/** Values of masks, which `unpack` takes for without relevance. */
function rawMasks(
  x: Tensor,
  { inputs }: NetworkQuestion["model"],
  masks: readonly string[],
): Record<string, Tensor> {
  const [n] = x.shape;
  const width = x.data.length / n;
  const found: Record<string, Tensor> = {};
  for (const { name, shape, start } of inputs) {
    if (!masks.includes(name) || !shape) continue;
    const count = size(shape);
    const own = tensor([n, ...shape]);
    for (let t = 0; t < n; t++)
      own.data.set(x.data.subarray(t * width + start, t * width + start + count), t * count);
    found[name] = own;
  }
  return found;
}

function lookOf(shape: Shape, one: boolean): InputFacts["look"] {
  const axes = shape.filter((extent) => extent !== 1);
  if (axes.length < 2) return "bars";
  if (axes.length > 3) return "volume";
  if (axes.length === 3)
    return shape[0] <= COLOURS || shape[shape.length - 1] <= COLOURS ? "image" : "volume";
  const [low, high] = [Math.min(...axes), Math.max(...axes)];
  return one && low > COLOURS && high <= LONGEST * low ? "field" : "objects";
}

/** Indices along each axis. */
export function placeOf(shape: readonly number[], index: number): number[] {
  let left = index;
  return [...shape]
    .reverse()
    .map((extent) => {
      const at = left % extent;
      left = Math.floor(left / extent);
      return at;
    })
    .reverse();
}
