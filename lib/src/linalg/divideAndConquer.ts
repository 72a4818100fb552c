import type { Arena } from "../kernels/arena.js";
import { implicitQl } from "./tridiagonal.js";

/** Rows that QL takes whole. */
const LEAF = 32;
/** New eigenvectors that are made together. */
const CHUNK = 128;
/** Old eigenvectors that are added at a time: so many stay near while all new ones pass. */
const DEPTH = 192;
/** Of the larger of |D| and ρ|z|: what is changed by less is left as it is (LAPACK's dlaed2). */
const NEGLIGIBLE = 8 * Number.EPSILON;

/** Row length for which columns of rows do not share few places of the first-level cache. */
export function rowLengthOf(n: number): number {
  const length = Math.ceil(n / 8) * 8;
  return length % 64 === 0 ? length + 8 : length;
}

/** What `divideAndConquer` takes from an arena beside the two matrices that it is given. */
export const divisionRoom = (n: number): { doubles: number; integers: number } => ({
  doubles: (CHUNK + 6) * n,
  integers: 3 * CHUNK + 2 * n,
});

/** Where rows of the eigenvectors lie, [n, step], and as much room again. */
interface Rows {
  readonly vectors: number;
  readonly spare: number;
  readonly step: number;
}

/** Whose entries are not zero: those of the first half, both, or the second half. */
type Kind = 0 | 1 | 2;

/**
 * Eigenvalues, ascending, and eigenvectors of a symmetric tridiagonal matrix by divide and conquer
 * (Cuppen 1981), row k of the vectors that of value k. Without the entry ρ that couples them the
 * halves T₁, T₂ are two problems, and
 *
 *   T = Q (D + |ρ| z zᵀ) Qᵀ,   z = Qᵀ (e_last, ±e_first)
 *
 * Where an entry of z, or the difference of two of D, is negligible, an eigenpair is left as it is;
 * the others are roots of a secular equation. Their vectors are those of a z that has these roots
 * exactly (Gu and Eisenstat 1995), so they are orthonormal to rounding whatever the gaps. Absolute
 * error a few ε‖T‖.
 * @param d  diagonal, on return the eigenvalues
 * @param e  e[i] = T_{i,i−1}, destroyed
 * @throws NotConvergedError as `implicitQl`
 */
export function divideAndConquer(
  arena: Arena,
  d: Float64Array,
  e: Float64Array,
  { vectors, spare, step }: Rows,
): void {
  const { f64, i32 } = arena;
  const n = d.length;
  const factors = arena.doubles(CHUNK * n);
  const [factorRows, newRows, newLater] = Array.from({ length: 3 }, () => arena.integers(CHUNK));
  const [poles, z, offsets, weights, polesInOrder, weightsInOrder] = Array.from({ length: 6 }, () =>
    arena.doubles(n),
  );
  const [origins, oldRows] = [arena.integers(n), arena.integers(n)];
  const row = (i: number): number => vectors + i * step;

  const leaf = (from: number, to: number): void => {
    for (let i = from; i < to; i++) {
      f64.fill(0, row(i) + from, row(i) + to);
      f64[row(i) + i] = 1;
    }
    const own = d.subarray(from, to);
    const couplings = e.slice(from, to);
    couplings[0] = 0;
    implicitQl(own, couplings, (i, c, s) => {
      const at = row(from + i) + from;
      rotate(f64, at, at + step, to - from, c, -s);
    });
    const order = Array.from(own.keys()).sort((i, j) => own[i] - own[j]);
    place(
      from,
      to,
      order.map((i) => ({ value: own[i], row: from + i })),
    );
  };

  /** Puts values and rows into their order; a row of −1 stands in its place of `spare` already. */
  const place = (
    from: number,
    to: number,
    pairs: readonly { readonly value: number; readonly row: number }[],
  ): void => {
    pairs.forEach(({ value, row: source }, k) => {
      d[from + k] = value;
      if (source < 0) return;
      const at = row(source);
      f64.copyWithin(spare + (from + k) * step + from, at + from, at + to);
    });
    for (let i = from; i < to; i++)
      f64.copyWithin(row(i) + from, spare + i * step + from, spare + i * step + to);
  };

  const solve = (from: number, to: number): void => {
    if (to - from <= LEAF) return leaf(from, to);
    const middle = (from + to) >> 1;
    const rho = e[middle];
    d[middle - 1] -= Math.abs(rho);
    d[middle] -= Math.abs(rho);
    solve(from, middle);
    solve(middle, to);
    join(from, middle, to, rho);
  };

  const join = (from: number, middle: number, to: number, rho: number): void => {
    // z of length one: the halves give √2
    const strength = 2 * Math.abs(rho);
    const update = new Float64Array(to);
    for (let j = from; j < middle; j++) update[j] = f64[row(j) + middle - 1] * Math.SQRT1_2;
    for (let j = middle; j < to; j++)
      update[j] = Math.sign(rho) * f64[row(j) + middle] * Math.SQRT1_2;
    const kinds = new Uint8Array(to) as Uint8Array & Kind[];
    kinds.fill(2, middle, to);
    const { kept, left } = deflate(from, middle, to, strength, update, kinds);
    const K = kept.length;
    kept.forEach((j, k) => {
      f64[poles + k] = d[j];
      f64[z + k] = update[j];
    });
    if (K > 0) arena.secularRoots(K, poles, z, strength, origins, offsets, weights);
    const base = (k: number): number => f64[poles + i32[origins + k]];
    const pairs = [
      ...left.map((j) => ({ value: d[j], row: j, root: -1 })),
      ...kept.map((_, k) => ({ value: base(k) + f64[offsets + k], row: -1, root: k })),
    ].sort((p, q) => p.value - q.value);
    const places = new Int32Array(K);
    pairs.forEach(({ root }, k) => {
      if (root >= 0) places[root] = from + k;
    });
    // rows in the order of their kinds, so that either half meets a run of them
    const columns = [0, 1, 2].flatMap((kind) =>
      Array.from(kept.keys()).filter((k) => kinds[kept[k]] === kind),
    );
    const first = kept.filter((j) => kinds[j] < 2).length;
    const second = kept.filter((j) => kinds[j] === 0).length;
    columns.forEach((k, c) => {
      i32[oldRows + c] = row(kept[k]) + from;
      f64[polesInOrder + c] = f64[poles + k];
      f64[weightsInOrder + c] = f64[weights + k];
    });
    for (let start = 0; start < K; start += CHUNK) {
      const count = Math.min(CHUNK, K - start);
      for (let r = 0; r < count; r++) {
        const [at, k] = [factors + r * n, start + r];
        arena.secularVector(K, polesInOrder, weightsInOrder, base(k), f64[offsets + k], at);
        const target = spare + places[start + r] * step + from;
        f64.fill(0, target, target + to - from);
        i32[newRows + r] = target;
        i32[newLater + r] = target + middle - from;
      }
      const half = middle - from;
      combine(count, 0, first, newRows, half, 0);
      combine(count, second, K, newLater, to - middle, half);
    }
    place(from, to, pairs);
  };

  /** Adds old rows start … end − 1 to new ones, `width` columns from `shift` on. */
  const combine = (
    count: number,
    start: number,
    end: number,
    targets: number,
    width: number,
    shift: number,
  ): void => {
    for (let at = start; at < end; at += DEPTH) {
      const depth = Math.min(DEPTH, end - at);
      for (let r = 0; r < count; r++) i32[factorRows + r] = factors + r * n + at;
      arena.rowProduct(count, width, depth, factorRows, 1, oldRows + at, targets, shift);
    }
  };

  /** Which rows the update changes, ascending by d, and which it leaves as they are. */
  const deflate = (
    from: number,
    middle: number,
    to: number,
    strength: number,
    z: Float64Array,
    kinds: Uint8Array,
  ): { kept: number[]; left: number[] } => {
    let largest = 0;
    for (let j = from; j < to; j++)
      largest = Math.max(largest, Math.abs(d[j]), strength * Math.abs(z[j]));
    const negligible = NEGLIGIBLE * largest;
    const [kept, left]: [number[], number[]] = [[], []];
    let latest = -1;
    for (const j of merged(d, from, middle, to)) {
      if (strength * Math.abs(z[j]) <= negligible) {
        left.push(j);
        continue;
      }
      if (latest >= 0) {
        const length = Math.sqrt(z[latest] * z[latest] + z[j] * z[j]);
        const [c, s] = [z[j] / length, -z[latest] / length];
        if (Math.abs((d[j] - d[latest]) * c * s) <= negligible) {
          // turned so that all of z is in the second of the two
          [z[latest], z[j]] = [0, length];
          rotate(f64, row(latest) + from, row(j) + from, to - from, c, s);
          if (kinds[latest] !== kinds[j]) kinds[j] = 1;
          const value = d[latest] * c * c + d[j] * s * s;
          d[j] = d[latest] * s * s + d[j] * c * c;
          d[latest] = value;
          left.push(latest);
        } else kept.push(latest);
      }
      latest = j;
    }
    if (latest >= 0) kept.push(latest);
    return { kept, left };
  };

  for (let i = 0; i < n; i++) f64.fill(0, row(i), row(i) + n);
  dropNoise(d, e);
  solve(0, n);
}

/**
 * Couplings that `implicitQl` takes for noise become zero. Squares in a block of such entries may
 * underflow, and its vectors would not be orthogonal.
 */
function dropNoise(d: Float64Array, e: Float64Array): void {
  let largest = 0;
  for (let i = 0; i < d.length; i++)
    largest = Math.max(largest, Math.abs(d[i]), i > 0 ? Math.abs(e[i]) : 0);
  const noise = 0.01 * Number.EPSILON * largest;
  for (let i = 1; i < d.length; i++) if (Math.abs(e[i]) <= noise) e[i] = 0;
}

/** Indices of two ascending runs in the order of their values. */
function merged(d: Float64Array, from: number, middle: number, to: number): number[] {
  const order: number[] = [];
  for (let i = from, j = middle; i < middle || j < to;)
    order.push(j === to || (i < middle && d[i] <= d[j]) ? i++ : j++);
  return order;
}

/** (x, y) ← (c x + s y, c y − s x) of two rows. */
function rotate(
  f64: Float64Array,
  x: number,
  y: number,
  count: number,
  c: number,
  s: number,
): void {
  for (let k = 0; k < count; k++) {
    const [own, other] = [f64[x + k], f64[y + k]];
    f64[x + k] = c * own + s * other;
    f64[y + k] = c * other - s * own;
  }
}
