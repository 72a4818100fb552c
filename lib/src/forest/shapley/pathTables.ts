import type { DecisionTree } from "../ensemble/treeEnsemble.js";
import { parts, pathsOf, type Paths } from "./paths.js";
import { gaussLegendre } from "./quadrature.js";

/**
 * Tables for Shapley values of a tree. With q_j = 1 where a sample meets all conditions of feature
 * j on the way to a leaf (else 0), and p_j the part of the training samples that meets them, the
 * leaf's value v is reached, when the features of S are known, by the part Π_{j∈S} q_j Π_{j∉S} p_j.
 * The weight of S in a Shapley value is a Beta integral, so the sum over all S is one over t (the
 * multilinear extension of Owen 1972):
 *
 *   φ_i = Σ_leaves v (q_i − p_i) ∫₀¹ Π_{j≠i} f_j(t) dt,   f_j(t) = t q_j + (1 − t) p_j
 *
 * The integrand is a polynomial of degree below the number m of features on the path, so
 * Gauss-Legendre with ⌈m/2⌉ points is exact. The products Π f_j grow along the edges downwards, the
 * sums over leaves along them upwards: a tree of L leaves costs L ⌈m/2⌉ steps a sample, as Linear
 * TreeSHAP (Yu et al. 2022), whose polynomials these points stand for, and not L m² (Lundberg et
 * al. 2018).
 *
 * An edge is in one of three states, of which all factors are known in advance: 0, the sample has
 * failed an earlier edge of this feature; 1, it fails this one; 2, it meets all so far.
 */
export interface PathTables {
  readonly paths: Paths;
  /** Points of the quadrature. */
  readonly points: number;
  /** f of an edge over f of the earlier edge of its feature. [nodes, 3, points] */
  readonly step: Float64Array;
  /**
   * Weight of a point times (q − p)/f of an edge, less that of the earlier edge. [nodes, 3, points]
   */
  readonly gain: Float64Array;
  /** (q − p)/f of an edge by state, for pairs. [nodes, 3, points] */
  readonly ratio: Float64Array;
  readonly weights: Float64Array;
  /** p of each edge. [nodes] */
  readonly part: Float64Array;
}

/** f and (q − p)/f; 0 where neither sample nor training data come: nothing lies below. */
function factors(q: number, p: number, t: number): readonly [f: number, ratio: number] {
  const f = t * q + (1 - t) * p;
  return [f, f > 0 ? (q - p) / f : 0];
}

export function pathTables(tree: DecisionTree, caller: string): PathTables {
  const paths = pathsOf(tree);
  const share = parts(tree, caller);
  const nodes = share.length;
  const count = Math.max(1, Math.ceil(paths.most / 2));
  const { points, weights } = gaussLegendre(count);
  const part = new Float64Array(nodes).fill(1);
  const [step, gain, ratio] = [0, 1, 2].map(() => new Float64Array(nodes * 3 * count));
  for (let node = 1; node < nodes; node++) {
    const above = paths.before[node];
    part[node] = share[node] * part[above];
    for (let state = 0; state < 3; state++) {
      const [qAbove, q] = [state === 0 ? 0 : 1, state === 2 ? 1 : 0];
      for (let k = 0; k < count; k++) {
        const [f, own] = factors(q, part[node], points[k]);
        // no earlier edge is one that everything meets
        const [fAbove, earlier] = factors(qAbove, part[above], points[k]);
        const at = (node * 3 + state) * count + k;
        step[at] = fAbove > 0 ? f / fAbove : 0;
        ratio[at] = own;
        gain[at] = weights[k] * (own - earlier);
      }
    }
  }
  return { paths, points: count, step, gain, ratio, weights, part };
}
