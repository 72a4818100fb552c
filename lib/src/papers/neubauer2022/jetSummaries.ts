import { tensor, type Tensor } from "../../core/tensor.js";
import { checkJetInputs } from "../../taggers/arguments.js";
import { jetKinds, type JetInputs, type JetKind } from "../../taggers/jetInputs.js";
import { isEmpty } from "../../taggers/standardise.js";

/** High-level features of jets: what a tree reads in place of tracks and vertices. */
export interface JetSummaries {
  /** [n, columns]; NaN where a jet has too few objects. */
  readonly x: Tensor;
  /** Of the columns: "largest track_ptrel", … */
  readonly names: readonly string[];
  /** The columns of each feature, then "number of tracks" and "number of vertices". */
  readonly columns: Readonly<Record<string, readonly number[]>>;
}

/** Which of the ordered values stands in the third column: what a second b hadron still has. */
const RANK: Readonly<Record<JetKind, readonly [number, string]>> = {
  tracks: [2, "third"],
  vertices: [1, "second"],
};
const COLUMNS = 3;

/**
 * Summaries of each feature over the objects of a jet, in place of the high-level features of the
 * experiments' boosted taggers (CMS 2018, arXiv:1712.07158, Sec. 7: the double-b tagger): the mean
 * of the moduli, the largest value, and the third largest of tracks or the second of vertices; then
 * the numbers of tracks and of vertices.
 *
 * An object is what has a feature other than 0. Mask features of `inputs` and summarise again to
 * mask them for trees as for networks.
 * @param inputs  in raw units, or scaled
 */
export function jetSummaries(inputs: JetInputs): JetSummaries {
  checkJetInputs(inputs, "jetSummaries");
  const { features } = inputs.layout;
  const named = jetKinds.flatMap((kind) =>
    features[kind].map((name) => ({ name, ordinal: RANK[kind][1] })),
  );
  const count = COLUMNS * named.length;
  const numbers = jetKinds.map((kind) => `number of ${kind}`);
  const x = tensor([inputs.x.shape[0], count + numbers.length]);
  let first = 0;
  jetKinds.forEach((kind, k) => {
    summarise(inputs, kind, x, { first, number: count + k });
    first += COLUMNS * features[kind].length;
  });
  const own = named.map(({ name }, k) => [name, [0, 1, 2].map((c) => COLUMNS * k + c)] as const);
  return {
    x,
    names: [
      ...named.flatMap(({ name, ordinal }) => [
        `mean |${name}|`,
        `largest ${name}`,
        `${ordinal} ${name}`,
      ]),
      ...numbers,
    ],
    columns: Object.fromEntries([
      ...own,
      ...numbers.map((name, k) => [name, [count + k]] as const),
    ]),
  };
}

/** The columns of one kind of objects, from `first` on, and their number. */
function summarise(
  { x, layout }: JetInputs,
  kind: JetKind,
  out: Tensor,
  { first, number }: { readonly first: number; readonly number: number },
): void {
  const { start, objects, features } = layout[kind];
  const [rank] = RANK[kind];
  const top = new Float64Array(rank + 1);
  for (let jet = 0; jet < x.shape[0]; jet++) {
    const from = jet * x.shape[1] + start;
    const places: number[] = [];
    for (let at = from; at < from + objects; at++)
      if (!isEmpty(x.data, at, layout, kind)) places.push(at);
    const into = jet * out.shape[1];
    for (let k = 0; k < features; k++) {
      let sum = 0;
      top.fill(-Infinity);
      for (const at of places) {
        const value = x.data[at + k * objects];
        sum += Math.abs(value);
        insert(top, value);
      }
      const columns = [sum / places.length, top[0], top[rank]]; // 0 / 0 without any: missing
      columns.forEach((value, c) => {
        out.data[into + first + COLUMNS * k + c] = Number.isFinite(value) ? value : NaN;
      });
    }
    out.data[into + number] = places.length;
  }
}

/** Puts a value where it belongs among the largest so far, in falling order. */
function insert(top: Float64Array, value: number): void {
  let at = top.length;
  while (at > 0 && value > top[at - 1]) at--;
  if (at === top.length) return;
  top.copyWithin(at + 1, at);
  top[at] = value;
}
