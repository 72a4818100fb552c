import { takes, type ArgumentKind } from "../../core/arguments/takes.js";
import {
  count,
  listOf,
  nonNegative,
  numbers,
  real,
  record,
  text,
  word,
} from "../../core/arguments/kinds.js";
import { ShapeError } from "../../core/errors.js";
import { shippedStudy } from "../shared/shippedStudy.js";
import { median } from "../../core/statistics/statistics.js";
import { tensor } from "../../core/tensor.js";
import type { FilterFacts } from "./filterClasses.js";
import { filterPatterns, filterSet, similarity } from "./filterPatterns.js";
import type { PhaseErrors } from "./phaseErrors.js";

/** One network of a scan over LASSO, length of training and number of configurations. */
export interface ScannedNetwork {
  /** Its data: the manifest bluecher2020-<scale>. */
  readonly scale: string;
  readonly steps: number;
  /** λ_Lasso of Eq. (E1), for the targets of Eq. (B4). */
  readonly lasso: number;
  readonly seed: number;
  /** Time of the training on one core; null where the network was in the cache. */
  readonly seconds: number | null;
  readonly errors: PhaseErrors;
  /** Weights, 8 of each filter. */
  readonly filters: readonly number[];
  /** From the relevances, `filterClasses`. */
  readonly facts: readonly Pick<FilterFacts, "class" | "share" | "cosineM">[];
}

/** What became of the networks at one point of a scan. */
export interface ScanPoint {
  readonly scale: string;
  readonly steps: number;
  readonly lasso: number;
  /** Number of networks, one for each seed. */
  readonly seeds: number;
  /**
   * How many have the paper's set of filters by pattern, `filterSet`, and how many of these O_PM's
   * filter in it.
   */
  readonly paper: number;
  readonly withO: number;
  /** How many have filters ∝ M and ∝ −M. */
  readonly bothSigns: number;
  /** How many have a filter ∝ M_s. */
  readonly staggered: number;
  /**
   * How many would be the paper's set if filters were counted by the phase in which their relevance
   * peaks, whatever their weights.
   */
  readonly byClass: number;
  /** How many use four filters, as the paper's network does. */
  readonly four: number;
  /** Number of filters that are not dropped, median. */
  readonly used: number;
  /** |cos| of the FM filters with the uniform one, median over all. */
  readonly cosineM: number;
  /** rms error of κ in the PM phase, median. */
  readonly errorPM: number;
  /** Part of the relevance in the PM phase that the PM filters carry, median over networks. */
  readonly sharePM: number;
  /**
   * |cos| of the PM filters of different networks after the best of 48 symmetries, median over
   * pairs; 0.73 for random weights, NaN without a pair.
   */
  readonly similarPM: number;
  /** Median cost of a network. */
  readonly seconds: number;
}

const filterOf = ({ filters }: ScannedNetwork, f: number): readonly number[] =>
  filters.slice(8 * f, 8 * f + 8);
const known = (values: number[]): number => (values.length === 0 ? NaN : median(values));

const aFilter: ArgumentKind = record(
  {
    class: word(["AFM", "PM", "FM", "unused"]),
    share: record({ PM: real }, "a share of each phase"),
    cosineM: real,
  },
  "what is known of a filter",
);
const aScannedNetwork: ArgumentKind = record(
  {
    scale: text,
    steps: count(1),
    lasso: nonNegative,
    seconds: (value, name) => (value === null ? undefined : nonNegative(value, name)),
    errors: record({ PM: nonNegative }, "an error in each phase"),
    filters: numbers(8),
    facts: listOf(aFilter, 1),
  },
  "a network of a scan",
);

/** The points of a scan, in the order in which they first occur. */
export function filterScanPoints(networks: readonly ScannedNetwork[]): ScanPoint[] {
  takes("filterScanPoints", { networks: [networks, listOf(aScannedNetwork)] });
  for (const { filters, facts } of networks) {
    if (filters.length !== 8 * facts.length)
      throw new ShapeError(
        `filterScanPoints: ${filters.length} weights of ${facts.length} filters; each filter must have eight.`,
      );
  }
  const place = ({ scale, steps, lasso }: ScannedNetwork): string => `${scale} ${steps} ${lasso}`;
  return [...new Set(networks.map(place))].map((point) =>
    scanPoint(networks.filter((one) => place(one) === point)),
  );
}

function scanPoint(networks: readonly ScannedNetwork[]): ScanPoint {
  const sets = networks.map(({ filters }) =>
    filterSet(filterPatterns(tensor([filters.length / 8, 2, 2, 2], Float64Array.from(filters)))),
  );
  const count = (has: (set: (typeof sets)[number]) => boolean): number => sets.filter(has).length;
  const { scale, steps, lasso } = networks[0];
  return {
    scale,
    steps,
    lasso,
    seeds: networks.length,
    paper: count((set) => set.paper),
    withO: count((set) => set.withO),
    bothSigns: count((set) => set.bothSigns),
    staggered: count((set) => set.staggered),
    byClass: networks.filter(countsAsPaper).length,
    four: count((set) => set.used === 4),
    used: median(sets.map((set) => set.used)),
    cosineM: known(
      networks.flatMap(({ facts }) =>
        facts.filter((fact) => fact.class === "FM").map((fact) => Math.abs(fact.cosineM)),
      ),
    ),
    errorPM: median(networks.map(({ errors }) => errors.PM)),
    sharePM: median(
      networks.map(({ facts }) =>
        facts.filter((fact) => fact.class === "PM").reduce((sum, fact) => sum + fact.share.PM, 0),
      ),
    ),
    similarPM: known(similarities(networks)),
    seconds: known(networks.flatMap(({ seconds }) => (seconds === null ? [] : [seconds]))),
  };
}

/**
 * Two FM filters, one AFM, one PM, the rest unused: what a count of classes takes for the paper's
 * set.
 */
function countsAsPaper({ facts }: ScannedNetwork): boolean {
  const tally = (name: string): number => facts.filter((fact) => fact.class === name).length;
  return tally("FM") === 2 && tally("AFM") === 1 && tally("PM") === 1;
}

/** Pairs of PM filters of different networks. */
function similarities(networks: readonly ScannedNetwork[]): number[] {
  const own = networks.map((one) =>
    one.facts.flatMap((fact, f) => (fact.class === "PM" ? [filterOf(one, f)] : [])),
  );
  return own.flatMap((mine, k) =>
    own.slice(k + 1).flatMap((others) => mine.flatMap((a) => others.map((b) => similarity(a, b)))),
  );
}

/**
 * The networks of the scan that ships with the project; `npm run study:filters` makes it anew.
 * @throws ConfigError outside the project, DataError if the file is another
 */
export const shippedFilterScan = (): readonly ScannedNetwork[] =>
  shippedStudy<ScannedNetwork>("bluecher2020-filters.json").networks;
