import { DataError } from "../../core/errors.js";
import { ASKS, type DecisionTree } from "./treeEnsemble.js";

/** A tree with its nodes in any order, as a file has it. Lists have one entry a node. */
export interface NodeLists {
  readonly root: number;
  readonly output: number;
  readonly width: number;
  /** −1 at a leaf. */
  readonly left: ArrayLike<number>;
  readonly right: ArrayLike<number>;
  readonly feature: ArrayLike<number>;
  readonly threshold: ArrayLike<number>;
  readonly missingLeft: ArrayLike<number | boolean>;
  /** [nodes, width] */
  readonly value: ArrayLike<number>;
  readonly asks?: ArrayLike<number>;
  readonly cover?: ArrayLike<number>;
  readonly sets?: readonly Int32Array[];
}

/**
 * The nodes below the root, parents first; those that no walk reaches are left out.
 * @param features  of the inputs
 * @param where     what messages name: "model.json: tree 3"
 * @throws DataError for a child that there is not, a node with two parents (a circle is such), a
 *   feature, threshold, value or cover out of range
 */
export function orderedTree(lists: NodeLists, features: number, where: string): DecisionTree {
  const order = reached(lists, where);
  const nodes = order.length;
  const place = new Map(order.map((node, at) => [node, at]));
  const { width, sets = [] } = lists;
  const leaf = (node: number): boolean => lists.left[node] < 0;
  for (const node of order) checkNode(lists, node, features, where);
  const pick = (list: ArrayLike<number | boolean>, atLeaf?: number) => (_: unknown, at: number) =>
    atLeaf !== undefined && leaf(order[at]) ? atLeaf : Number(list[order[at]]);
  const made = { length: nodes };
  const child = (list: ArrayLike<number>): Int32Array =>
    Int32Array.from(made, (_, at) => (leaf(order[at]) ? -1 : place.get(list[order[at]])!));
  const value = new Float64Array(nodes * width);
  order.forEach((node, at) => {
    for (let k = 0; leaf(node) && k < width; k++)
      value[at * width + k] = lists.value[node * width + k];
  });
  return {
    output: lists.output,
    width,
    feature: Int32Array.from(made, pick(lists.feature, -1)),
    threshold: Float64Array.from(made, pick(lists.threshold, 0)),
    asks: Uint8Array.from(made, lists.asks ? pick(lists.asks, 0) : () => ASKS.threshold),
    left: child(lists.left),
    right: child(lists.right),
    missingLeft: Uint8Array.from(made, pick(lists.missingLeft, 0)),
    value,
    cover: lists.cover && Float64Array.from(made, pick(lists.cover)),
    sets,
  };
}

const cure = "The file is damaged or cut off; save the model again";

function refuse(where: string, fact: string): never {
  throw new DataError(`${where}: ${fact}. ${cure}.`, { where });
}

/** Nodes in the order in which they are found, level by level. */
function reached({ left, right, root }: NodeLists, where: string): number[] {
  const nodes = left.length;
  if (!(Number.isInteger(root) && root >= 0 && root < nodes))
    refuse(where, `its root is node ${root} of ${nodes}`);
  const seen = new Uint8Array(nodes);
  const order = [root];
  seen[root] = 1;
  for (let at = 0; at < order.length; at++) {
    const node = order[at];
    if (left[node] < 0) continue;
    for (const child of [left[node], right[node]]) {
      if (!(Number.isInteger(child) && child >= 0 && child < nodes))
        refuse(where, `node ${node} has the child ${child}, there are ${nodes} nodes`);
      if (seen[child] === 1)
        refuse(where, `node ${child} is a child for the second time, so the tree is none`);
      seen[child] = 1;
      order.push(child);
    }
  }
  return order;
}

function checkNode(lists: NodeLists, node: number, features: number, where: string): void {
  const { left, feature, threshold, value, width, cover, asks, sets = [] } = lists;
  const weight = cover?.[node] ?? 0;
  if (!(weight >= 0 && weight < Infinity)) refuse(where, `node ${node} has the cover ${weight}`);
  if (left[node] < 0) {
    for (let k = 0; k < width; k++)
      if (!Number.isFinite(value[node * width + k]))
        refuse(where, `leaf ${node} has the value ${value[node * width + k]}`);
    return;
  }
  const asked = feature[node];
  if (!(Number.isInteger(asked) && asked >= 0 && asked < features))
    refuse(where, `node ${node} asks for feature ${asked}, there are ${features}`);
  const bound = threshold[node];
  if (typeof bound !== "number" || Number.isNaN(bound))
    refuse(where, `node ${node} has the threshold ${bound}`);
  if (asks?.[node] === ASKS.category && sets[bound] === undefined)
    refuse(where, `node ${node} asks for the set ${bound} of ${sets.length}`);
}
