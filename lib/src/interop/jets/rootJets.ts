import { DataError } from "../../core/errors.js";
import { jetKinds, type JetFeatures } from "../../taggers/jetInputs.js";
import { jetLabel, type JetBatch, type JetFile } from "./jetFile.js";
import type { JetSlots } from "./jets.js";
import { isJagged, type JaggedColumn, type RootColumn } from "../tables/root/rootColumn.js";
import { openRootTree } from "../tables/root/openRootTree.js";

/** Branches whose product tells whether a jet is of a class. */
export interface JetLabels {
  readonly background: readonly string[];
  readonly signal: readonly string[];
}

/**
 * Of the CMS open-data sample: QCD samples may hold jets matched to a boson, and these are no
 * background.
 */
export const cmsJetLabels: JetLabels = {
  background: ["sample_isQCD", "fj_isQCD"],
  signal: ["fj_isH"],
};

/** What of an ntuple is what. */
export interface RootJetsLayout {
  readonly tree: string;
  readonly features: JetFeatures;
  /** Names in the file of features that are called otherwise there. */
  readonly branches: Readonly<Record<string, string>>;
  readonly labels: JetLabels;
  /** Branches of one number a jet. */
  readonly measured: readonly string[];
  readonly slots: JetSlots;
}

/**
 * Opens an ntuple of one jet an entry.
 * @throws DataError as `openRootTree`, and for a branch that there is not
 */
export async function openRootJets(path: string, layout: RootJetsLayout): Promise<JetFile> {
  const { tree, features, labels, measured, slots } = layout;
  const opened = await openRootTree(path, tree);
  const branch = (name: string): string =>
    Object.hasOwn(layout.branches, name) ? layout.branches[name] : name;
  const flags = [...labels.background, ...labels.signal].map(branch);
  const wanted = [
    ...flags,
    ...measured.map(branch),
    ...jetKinds.flatMap((kind) => features[kind].map(branch)),
  ];
  return {
    path,
    entries: opened.entries,
    close: opened.close,
    nameOf: (kind, p) => branch(features[kind][Math.floor(p / slots[kind])]),
    async read(first, count): Promise<JetBatch> {
      const columns = await opened.read(wanted, first, count);
      const flat = (name: string): Float64Array => oneNumber(path, branch(name), columns);
      const product = (names: readonly string[], entry: number): boolean =>
        names.every((name) => flat(name)[entry] > 0);
      const objects = (kind: keyof JetFeatures): Float32Array => {
        const lists = features[kind].map((name) => listOf(path, branch(name), columns));
        sameLengths(path, features[kind].map(branch), lists, first);
        return padded(lists, count, slots[kind]);
      };
      return {
        labels: Int8Array.from({ length: count }, (_, n) =>
          jetLabel(product(labels.background, n), product(labels.signal, n)),
        ),
        tracks: objects("tracks"),
        vertices: objects("vertices"),
        measured: Object.fromEntries(measured.map((name) => [name, Float32Array.from(flat(name))])),
      };
    },
  };
}

function oneNumber(
  path: string,
  name: string,
  columns: Readonly<Record<string, RootColumn>>,
): Float64Array {
  const column = columns[name];
  if (!isJagged(column)) return column;
  throw new DataError(
    `${path}: the branch "${name}" has a list for each jet, not one number. Name another branch.`,
    { path, name },
  );
}

function listOf(
  path: string,
  name: string,
  columns: Readonly<Record<string, RootColumn>>,
): JaggedColumn {
  const column = columns[name];
  if (isJagged(column)) return column;
  const fact = `${path}: the branch "${name}" has one number a jet, not one for each track or vertex`;
  throw new DataError(`${fact}. Name another branch.`, { path, name });
}

function sameLengths(
  path: string,
  names: readonly string[],
  lists: readonly JaggedColumn[],
  first: number,
): void {
  lists.forEach(({ offsets }, f) => {
    const n = offsets.findIndex((offset, k) => offset !== lists[0].offsets[k]);
    if (n < 0) return;
    const [own, other] = [offsets, lists[0].offsets].map((all) => all[n] - all[n - 1]);
    const fact = `${path}: entry ${first + n - 1} has ${own} values of "${names[f]}", but ${other} of "${names[0]}"`;
    throw new DataError(
      `${fact}. Features of one kind of objects must come from the same objects.`,
      { path, entry: first + n - 1 },
    );
  });
}

/** [entries, features, slots]: the first objects of each, then zeros. */
function padded(lists: readonly JaggedColumn[], entries: number, slots: number): Float32Array {
  const out = new Float32Array(entries * lists.length * slots);
  lists.forEach(({ values, offsets }, f) => {
    for (let n = 0; n < entries; n++) {
      const end = Math.min(offsets[n + 1], offsets[n] + slots);
      out.set(values.subarray(offsets[n], end), (n * lists.length + f) * slots);
    }
  });
  return out;
}
