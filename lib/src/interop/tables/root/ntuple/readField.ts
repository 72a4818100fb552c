import { integerReader, type IntegerReader } from "../../../../core/files/largeIntegers.js";
import { growingColumn, MOST_NUMBERS } from "../growingColumn.js";
import type { BranchRange } from "../readBranch.js";
import type { RootColumn } from "../rootColumn.js";
import { unpack } from "../unpack.js";
import { decodePage, pageBytes } from "./decodePage.js";
import type { Cluster, NtupleContents } from "./envelopes.js";
import type { FieldPlan } from "./fieldPlan.js";

type Read = (at: number, length: number) => DataView;

/**
 * The numbers of a field for some entries, cluster by cluster.
 * @throws RangeError where sizes in the file do not agree; DataError by the rule of integers
 */
export async function readField(
  contents: NtupleContents,
  plan: FieldPlan,
  what: string,
  range: BranchRange,
  read: Read,
): Promise<RootColumn> {
  const { first, count, integers } = range;
  const single = plan.list === undefined && plan.repeats === undefined;
  const column = growingColumn(count, single);
  const reader = integerReader(integers, () => `${what}: a number`);
  const source = { contents, read, reader };
  for (const cluster of contents.clusters) {
    const from = Math.max(first, cluster.first) - cluster.first;
    const to = Math.min(first + count, cluster.first + cluster.entries) - cluster.first;
    if (from >= to) continue;
    const ends = await endsOf(source, cluster, plan, from, to);
    const total = plan.list ? undefined : cluster.entries * (plan.repeats ?? 1);
    const numbers = await elements(source, cluster, plan.numbers, {
      from: ends[0],
      to: ends[ends.length - 1],
      total,
    });
    for (let k = 0; k + 1 < ends.length; k++) {
      const { values, at } = column.room(ends[k + 1] - ends[k]);
      for (let p = ends[k]; p < ends[k + 1]; p++) {
        const value = numbers[p - ends[0]];
        values[at + p - ends[k]] = plan.isSingle ? Math.fround(value) : value;
      }
      column.close();
    }
  }
  return column.end();
}

interface Source {
  readonly contents: NtupleContents;
  readonly read: Read;
  readonly reader: IntegerReader;
}

/** Where the numbers of the entries from … to − 1 begin and end, counted in the cluster. */
async function endsOf(
  source: Source,
  cluster: Cluster,
  { list, repeats = 1 }: FieldPlan,
  from: number,
  to: number,
): Promise<number[]> {
  if (!list) return Array.from({ length: to - from + 1 }, (_, k) => (from + k) * repeats);
  const found = await elements(source, cluster, list, {
    from: Math.max(0, from - 1),
    to,
    total: cluster.entries,
  });
  const ends = from === 0 ? [0, ...found] : [...found];
  if (
    ends.some((end, k) => k > 0 && !(end >= ends[k - 1])) ||
    ends[ends.length - 1] > MOST_NUMBERS
  ) {
    throw new RangeError("its lists do not end one after the other");
  }
  return ends;
}

interface ElementRange {
  readonly from: number;
  readonly to: number;
  /** How many there must be in the cluster, where that is known. */
  readonly total: number | undefined;
}

/** Elements from … to − 1 of a column in a cluster, in the encoding that is used there. */
async function elements(
  { contents: { schema }, read, reader }: Source,
  cluster: Cluster,
  columns: readonly number[],
  { from, to, total }: ElementRange,
): Promise<Float64Array> {
  const place = columns.find((k) => cluster.columns[k] !== undefined);
  const out = new Float64Array(to - from);
  if (to === from) return out;
  const isLate = columns.every((k) => schema.columns[k].first > 0);
  if (place === undefined) {
    // fields that were added later have zeros, and empty lists, before
    if (isLate) return out;
    throw new RangeError(`a column is missing in the cluster of entry ${cluster.first}`);
  }
  const column = schema.columns[place];
  const { pages, packed } = cluster.columns[place]!;
  const stored = pages.reduce((sum, page) => sum + page.elements, 0);
  // in the cluster in which a field was added its numbers stand at the end
  let at = isLate && total !== undefined ? Math.max(0, total - stored) : 0;
  for (const page of pages) {
    const end = at + page.elements;
    if (end > from && at < to) {
      const size = pageBytes(column, page.elements);
      const bytes = packed ? await unpack(read(page.at, page.size), size) : read(page.at, size);
      if (!bytes) throw new RangeError(`a page cannot be unpacked to ${size} bytes`);
      const numbers = decodePage(column, bytes, page.elements, reader);
      const [begin, stop] = [Math.max(0, from - at), Math.min(page.elements, to - at)];
      out.set(numbers.subarray(begin, stop), Math.max(0, at - from));
    }
    at = end;
  }
  if (at < to) throw new RangeError(`a column has ${at} numbers in a cluster, not ${to}`);
  return out;
}
