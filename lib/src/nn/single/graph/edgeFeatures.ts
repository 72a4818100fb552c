import { size } from "../../../core/tensor.js";
import { specOf } from "../../layers/specOf.js";
import type { NodeView } from "./nodeView.js";
import type { PlannedNode } from "./plannedNode.js";

/**
 * The objects and the places of neighbours of which a value is the edge features (x_i, x_j − x_i),
 * [2 features, objects · neighbours], however it was put together: x_i repeated, x_j gathered, the
 * difference by an addition of −x_i, both joined.
 */
export function edgeFeatures(
  view: NodeView,
  value: number,
): Pick<PlannedNode, "inputs" | "shapes" | "edges"> | undefined {
  const joined = view.maker(value);
  if (joined?.layer.kind !== "merge" || joined.layer.mode !== "concat") return undefined;
  if (joined.layer.axis || joined.inputs.length !== 2) return undefined;
  const [self, difference] = joined.inputs;
  const others = minuend(view, difference, self);
  const gathered = others === undefined ? undefined : view.maker(others);
  const spec = gathered && specOf(gathered.layer);
  if (!gathered || spec?.type !== "gatherAt" || spec.axis !== 1 || spec.elements) return undefined;
  const [x, places] = gathered.inputs;
  const [features, objects] = view.shape[x];
  const edges = size(view.shape[places]);
  const neighbours = edges / objects;
  if (view.shape[x].length !== 2 || !Number.isInteger(neighbours)) return undefined;
  if (!repeatsObjects(view, self, x, neighbours)) return undefined;
  const inputs = [view.same(x), view.same(places)];
  return {
    inputs,
    shapes: [view.shape[x], view.shape[places]],
    edges: { features, objects, neighbours },
  };
}

/** a of a value a + (−1) b. */
function minuend(view: NodeView, value: number, b: number): number | undefined {
  const sum = view.maker(value);
  if (sum?.layer.kind !== "merge" || sum.layer.mode !== "add" || sum.inputs.length !== 2)
    return undefined;
  const negative = sum.inputs.findIndex((v) => {
    const maker = view.maker(v);
    const spec = maker && specOf(maker.layer);
    const minus = spec?.type === "rescale" && spec.factor === -1 && !spec.shift;
    return minus && view.same(maker!.inputs[0]) === view.same(b);
  });
  return negative < 0 ? undefined : sum.inputs[1 - negative];
}

/** Whether a value is each object of x, `neighbours` times one after the other. */
function repeatsObjects(view: NodeView, value: number, x: number, neighbours: number): boolean {
  const maker = view.maker(value);
  const type = maker && specOf(maker.layer)?.type;
  if (!maker || (type !== "expandLike" && type !== "expand")) return false;
  if (view.same(maker.inputs[0]) !== view.same(x)) return false;
  const [features, objects] = view.shape[x];
  const from = view.shape[maker.inputs[0]].join();
  const to = view.shape[value].join();
  return from === [features, objects, 1].join() && to === [features, objects, neighbours].join();
}
