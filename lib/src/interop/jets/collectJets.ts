import { ConfigError, DataError } from "../../core/errors.js";
import { oneOf } from "../../core/oneOf.js";
import type { JetFeatures } from "../../taggers/jetInputs.js";
import { jetKinds } from "../../taggers/jetInputs.js";
import type { JetFile, JetBatch } from "./jetFile.js";

/** What of the files is taken. */
export interface JetSelection {
  /** Entry to begin with, counted through all files in order; 0 by default. */
  readonly first?: number;
  /** Jets at most; all by default. */
  readonly count?: number;
  /** Jets with NaN or ±∞ in a feature are an error by default, or left out and counted. */
  readonly nonFinite?: "refuse" | "drop";
}

/** How the files are gone through, besides. */
export interface JetPassage extends JetSelection {
  /**
   * As many jets of each file, as far as it has them, and not one file after the other; `first` is
   * 0 then.
   */
  readonly turns?: boolean;
  /** Whether an entry of a file is wanted. */
  belongs?(entry: number): boolean;
}

/** Numbers of the jets that were taken, [jets, …], and how many there were. */
export interface CollectedJets {
  readonly labels: Int32Array;
  readonly tracks: Float32Array;
  readonly vertices: Float32Array;
  readonly measured: Readonly<Record<string, Float32Array>>;
  /** Entries looked at. */
  readonly entries: number;
  /** Of these neither QCD nor H → bb̄. */
  readonly unlabelled: number;
  /** Of these left out for a NaN or ±∞. */
  readonly nonFinite: number;
}

const LARGEST = 1000; // entries that are held uncompressed at a time, about 8 MB
const SMALLEST = 50;

/**
 * Goes through files until there are enough jets. No more than a batch of entries and the jets
 * taken (7.5 kB each) are held.
 * @throws ConfigError for a first or count out of range, DataError for a jet with NaN or ±∞, naming
 *   file, branch and entry
 */
export async function collectJets(
  paths: readonly string[],
  open: (path: string) => Promise<JetFile>,
  passage: JetPassage,
): Promise<CollectedJets> {
  const { first = 0, count = Infinity, nonFinite = "refuse", turns = false, belongs } = passage;
  oneOf(nonFinite, ["refuse", "drop"], "collectJets: nonFinite");
  if (paths.length === 0)
    throw new ConfigError("collectJets: no file is named. Name at least one.");
  if (
    !(count === Infinity || (Number.isInteger(count) && count >= 1)) ||
    !(Number.isInteger(first) && first >= 0)
  ) {
    const fact = `collectJets: first is ${first} and count ${count}`;
    throw new ConfigError(
      `${fact}; give whole numbers, the first from 0 on, the count from 1 on.`,
      { first, count },
    );
  }
  const kept: {
    labels: number[];
    tracks: Float32Array[];
    vertices: Float32Array[];
    measured: Record<string, number[]>;
  } = { labels: [], tracks: [], vertices: [], measured: {} };
  const passed = { entries: 0, unlabelled: 0, nonFinite: 0 };
  /** @returns how many entries were looked at until there were `enough` jets */
  const take = (file: JetFile, start: number, batch: JetBatch, enough: number): number => {
    const n = batch.labels.length;
    const [trackWidth, vertexWidth] = [batch.tracks.length / n, batch.vertices.length / n];
    let i = 0;
    for (; i < n && kept.labels.length < enough; i++) {
      if (belongs && !belongs(start + i)) continue;
      passed.entries++;
      if (batch.labels[i] < 0) {
        passed.unlabelled++;
        continue;
      }
      const jet = {
        tracks: batch.tracks.slice(i * trackWidth, (i + 1) * trackWidth),
        vertices: batch.vertices.slice(i * vertexWidth, (i + 1) * vertexWidth),
      };
      if (!isFinite(jet, file, start + i, nonFinite)) {
        passed.nonFinite++;
        continue;
      }
      kept.labels.push(batch.labels[i]);
      kept.tracks.push(jet.tracks);
      kept.vertices.push(jet.vertices);
      for (const [name, values] of Object.entries(batch.measured))
        (kept.measured[name] ??= []).push(values[i]);
    }
    return i;
  };
  let skip = first;
  // files still to come in this round, and how many jets each of them gives
  let [left, quota] = [0, 0];
  const queue: { path: string; file?: JetFile; next: number }[] = paths.map((path) => ({
    path,
    next: 0,
  }));
  const opened: JetFile[] = [];
  try {
    while (queue.length > 0 && kept.labels.length < count) {
      const one = queue[0];
      if (!one.file) {
        opened.push((one.file = await open(one.path)));
        one.next = Math.min(skip, one.file.entries);
        skip -= one.next;
      }
      if (left === 0) {
        left = turns ? queue.length : 1;
        quota = Math.ceil((count - kept.labels.length) / left);
      }
      left--;
      const enough = Math.min(count, kept.labels.length + quota);
      while (kept.labels.length < enough && one.next < one.file.entries) {
        const entries = Math.max(SMALLEST, Math.ceil(1.5 * (enough - kept.labels.length)));
        const batch = await one.file.read(
          one.next,
          Math.min(LARGEST, entries, one.file.entries - one.next),
        );
        one.next += take(one.file, one.next, batch, enough);
      }
      const finished = one.next >= one.file.entries;
      if (finished) one.file.close();
      if (finished || turns) queue.shift();
      if (!finished && turns) queue.push(one);
    }
  } finally {
    for (const file of opened) file.close();
  }
  if (skip > 0) {
    const entries = opened.reduce((sum, file) => sum + file.entries, 0);
    throw new ConfigError(
      `collectJets: the first entry is ${first}, the files have ${entries}. Give an earlier one.`,
      { first },
    );
  }
  return {
    labels: Int32Array.from(kept.labels),
    tracks: joined(kept.tracks),
    vertices: joined(kept.vertices),
    measured: Object.fromEntries(
      Object.entries(kept.measured).map(([name, values]) => [name, Float32Array.from(values)]),
    ),
    ...passed,
  };
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const width = parts[0]?.length ?? 0;
  const all = new Float32Array(width * parts.length);
  parts.forEach((part, k) => all.set(part, k * width));
  return all;
}

function isFinite(
  jet: Readonly<Record<keyof JetFeatures, Float32Array>>,
  file: JetFile,
  entry: number,
  otherwise: JetSelection["nonFinite"],
): boolean {
  for (const kind of jetKinds) {
    const p = jet[kind].findIndex((value) => !Number.isFinite(value));
    if (p < 0) continue;
    if (otherwise === "drop") return false;
    const name = file.nameOf(kind, p);
    const fact = `${file.path}: "${name}" of entry ${entry} is ${jet[kind][p]}`;
    throw new DataError(
      `${fact}. Repair the file, or leave such jets out with nonFinite: "drop".`,
      { path: file.path, name, entry },
    );
  }
  return true;
}
