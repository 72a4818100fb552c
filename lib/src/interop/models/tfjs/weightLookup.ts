import { DataError } from "../../../core/errors.js";
import { quoted } from "../../../core/printable.js";
import type { Shape } from "../../../core/tensor.js";
import type { WeightLookup } from "./importModel.js";

/** Numbers of a weight. */
export interface HeldWeight {
  readonly shape: Shape;
  readonly data: ArrayLike<number>;
}

/** "kernel" of "dense_1/kernel" or "dense_1/kernel:0". */
export const roleOf = (name: string): string =>
  name.slice(name.lastIndexOf("/") + 1).replace(/:\d+$/, "");

/**
 * Whether a name is that of a role: "forward/kernel" is "…/forward_lstm/lstm_cell/kernel", and
 * "query/bias" is "…/query/bias:0".
 */
export function hasRole(name: string, role: string): boolean {
  const [last, part] = role.split("/").reverse();
  if (roleOf(name) !== last) return false;
  const between = name.split("/").slice(0, -1);
  return part === undefined || between.some((own) => own === part || own.startsWith(`${part}_`));
}

/**
 * Weights are named "layer/role"; converters and Keras put names of models and scopes before and
 * between. Of several that may be meant, those of another shape and those in a model that the layer
 * is not in are none; then the one in most of the layer's models is taken.
 */
export function weightLookup(
  weights: ReadonlyMap<string, HeldWeight>,
  models: ReadonlySet<string>,
  path: string,
): WeightLookup {
  const byOwner = new Map<string, string[]>();
  for (const name of weights.keys()) {
    for (const owner of new Set(name.split("/").slice(0, -1))) {
      const key = JSON.stringify([owner, roleOf(name)]);
      byOwner.set(key, [...(byOwner.get(key) ?? []), name]);
    }
  }
  return ({ name: layer, scope }, role, shape) => {
    const owned = byOwner.get(JSON.stringify([layer, role.slice(role.lastIndexOf("/") + 1)])) ?? [];
    const all = owned.filter((name) => hasRole(name, role));
    if (all.length < 2) return weights.get(all[0]);
    const plain = all.find((name) => name.replace(/:0$/, "") === `${layer}/${role}`);
    if (models.size === 0 && plain !== undefined) return weights.get(plain);
    const modelsOf = (name: string): string[] => name.split("/").filter((one) => models.has(one));
    const fitting = all.filter((name) => weights.get(name)!.shape.join() === shape.join());
    const own = fitting.filter((name) => modelsOf(name).every((model) => scope.includes(model)));
    const most = Math.max(...own.map((name) => modelsOf(name).length));
    const names = own.filter((name) => modelsOf(name).length === most);
    if (names.length === 1) return weights.get(names[0]);
    const several = all.map((name) => quoted(name)).join(" and ");
    const fact = `${several} may both be "${role}" of ${layer}`;
    throw new DataError(`${path}: ${fact}. Rename one.`, { names: all });
  };
}
