import { dependOnParameters, type EvaluatorNode } from "../nn/evaluatorNodes.js";

/** What a change of one node's parameters does to the nodes after it: which of them have to be visited, and what for. */
export interface ParameterWalk {
  /** The node whose parameters change. */
  readonly from: number;
  /** Nodes whose outputs move and are asked for by what follows, in order. */
  readonly pushed: readonly number[];
  /** Values that those read, or `from` itself, and that do not move. */
  readonly still: readonly number[];
  /** Nodes with parameters whose inputs move: the gradient by these parameters changes even at fixed δ. */
  readonly coupled: readonly number[];
  /**
   * Nodes through which a change of δ goes back, last first, as far as `from`: it begins at those whose Jacobian moves (`bent`). Empty where
   * everything is linear in its inputs.
   */
  readonly back: readonly { readonly node: number; readonly bent: boolean; readonly reached: boolean }[];
  /** Nodes with parameters, `from` and later, whose outputs such a change of δ reaches. */
  readonly pulled: readonly number[];
}

/** A walk for every node with parameters. Pairs of nodes are met once, at the earlier of the two. */
export function parameterWalks(nodes: readonly EvaluatorNode[]): ParameterWalk[] {
  const depends = dependOnParameters(nodes);
  return nodes.flatMap(({ count }, from) => (count > 0 ? [walkFrom(nodes, depends, from)] : []));
}

function walkFrom(nodes: readonly EvaluatorNode[], depends: readonly boolean[], from: number): ParameterWalk {
  const later = nodes.map((_, n) => n).slice(from + 1);
  const moves = new Set([nodes[from].output]);
  for (const n of later) if (nodes[n].inputs.some((v) => moves.has(v))) moves.add(nodes[n].output);
  const moved = (n: number): boolean => n > from && nodes[n].inputs.some((v) => moves.has(v));
  const coupled = later.filter((n) => moved(n) && nodes[n].count > 0);
  // an affine layer's Jacobian moves with its own weights alone
  const bends = (n: number): boolean => moved(n) && nodes[n].step.bend !== undefined && nodes[n].affine === undefined;

  const asked = new Set<number>();
  const pushed: number[] = [];
  for (const n of [...later].reverse()) {
    const wanted = asked.has(nodes[n].output) && moves.has(nodes[n].output);
    if (wanted) pushed.unshift(n);
    if (wanted || coupled.includes(n) || bends(n)) for (const v of nodes[n].inputs) asked.add(v);
  }
  const read = [from, ...later].flatMap((n) => nodes[n].inputs);
  const still = [...new Set(read)].filter((v) => !moves.has(v));

  const reaches = new Set<number>();
  const back: { node: number; bent: boolean; reached: boolean }[] = [];
  for (const node of [...later].reverse()) {
    const [bent, reached] = [bends(node), reaches.has(nodes[node].output)];
    if (!bent && !reached) continue;
    back.push({ node, bent, reached });
    for (const v of nodes[node].inputs) if (v > from && depends[v]) reaches.add(v);
  }
  const pulled = [from, ...later].filter((n) => nodes[n].count > 0 && reaches.has(nodes[n].output));
  return { from, pushed, still, coupled, back, pulled };
}
