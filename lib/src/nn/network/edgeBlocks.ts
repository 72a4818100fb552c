import type { EdgeBlock } from "../layers/edgeBlockRoom.js";
import { isSameGroup } from "../layers/edges.js";
import type { LayerSpec, LayerTypeName } from "../layers/layerTypes.js";
import { specOf } from "../layers/specOf.js";
import type { Network, NetworkNode } from "./network.js";

/** A stretch of a network that is an edge block. */
export interface EdgeStretch extends EdgeBlock {
  /** Its first and last node. */
  readonly first: number;
  readonly last: number;
}

type Spec<T extends LayerTypeName> = Extract<LayerSpec, { type: T }>;

/** The layers of an edge block. */
const pattern = [
  "edges",
  "relu",
  "objectDense",
  "relu",
  "objectDense",
  "relu",
  "segmentSum",
] as const satisfies readonly LayerTypeName[];
type SpecsOf<P extends readonly LayerTypeName[]> = { readonly [K in keyof P]: Spec<P[K]> };
type PatternSpecs = SpecsOf<typeof pattern>;

/** The edge blocks of a network that read its input. */
export function edgeBlocks({ nodes }: Network): EdgeStretch[] {
  return nodes.flatMap(({ inputs, offset }, first): EdgeStretch[] => {
    if (inputs[0] !== 0 || offset === undefined) return [];
    const stretch = nodes.slice(first, first + pattern.length);
    const specs = patternIn(stretch);
    if (!specs || !isAlone(nodes, first) || !parametersFollow(stretch, specs, offset)) return [];
    const [{ receivers, senders, outputs }, , second, , third, , { length }] = specs;
    if (length !== senders.objects - (isSameGroup(receivers, senders) ? 1 : 0)) return [];
    const widths = [outputs, second.outputs, third.outputs] as const;
    return [{ first, last: first + pattern.length - 1, receivers, senders, widths, offset }];
  });
}

/** What the layers of a stretch are, if they are those of an edge block. */
function patternIn(stretch: readonly NetworkNode[]): PatternSpecs | undefined {
  const specs = stretch.map(({ layer }) => specOf(layer));
  const fits = pattern.every((type, k) => specs[k]?.type === type);
  return fits ? (specs as unknown as PatternSpecs) : undefined;
}

/** Whether each node reads the one before, and nodes outside read nothing but the last. */
function isAlone(nodes: readonly NetworkNode[], first: number): boolean {
  const last = first + pattern.length - 1;
  return nodes.every(({ inputs }, node) =>
    node > first && node <= last
      ? inputs.length === 1 && inputs[0] === node
      : !inputs.some((v) => v > first && v <= last),
  );
}

/** Whether the parameters of the three layers follow each other in θ from `offset` on. */
function parametersFollow(
  stretch: readonly NetworkNode[],
  [{ receivers, senders, outputs }, , second, , third]: PatternSpecs,
  offset: number,
): boolean {
  const counts = [
    outputs * (receivers.features + senders.features + 1),
    ...[second, third].map((dense) => dense.outputs * (dense.inputs + 1)),
  ];
  const starts = [offset, offset + counts[0], offset + counts[0] + counts[1]];
  return starts.every((start, l) => stretch[2 * l].offset === start);
}
