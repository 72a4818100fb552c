import { afterAll, describe, expect, it } from "vitest";
import { RECORDS } from "../../support/publicRecords.js";
import { leavesOf, type Leaf } from "./leaves.js";
import { count, real, untouched, type Kind } from "./kinds.js";
import type { Bad } from "./badValues.js";
import { faultOfError, notFinite } from "./verdict.js";
import { PATIENCE, watchdog, type Watchdog } from "./watchdog.js";

/** A public function: a call of it that is right, and what its arguments are. */
export interface Entry {
  /** Arguments of a small, fast call, fresh each time. */
  readonly valid: () => readonly unknown[];
  /**
   * Kinds of arguments by their places: "1.l2", "0.data[]", "2". Entries of arrays are real numbers
   * unless it is said otherwise here; all other numbers are counts.
   */
  readonly kinds?: Readonly<Record<string, Kind>>;
  /** What is done with the result, e.g. a few draws from a stream (default: it is looked at). */
  readonly use?: (result: never) => unknown;
}

/** Calls so far, for the line at the end. */
let calls = 0;

/**
 * A test for each public function of a room: the valid call succeeds; with one argument exchanged
 * it refuses by an error of the library that names value and expectation, or gives a result where
 * the kind of the argument says that one is right. A public function without an entry fails by its
 * name, an entry without a public function too.
 * @param members    of them what is no function is left out, and the errors' classes
 * @param uncovered  functions whose entry is still to be written
 */
export function sweepRoom(
  room: string,
  members: object,
  entries: Readonly<Record<string, Entry>>,
  uncovered: readonly string[] = [],
): void {
  const functions = functionsOf(members);
  const dog = watchdog();
  afterAll(() => {
    console.log(`${room}: ${functions.size} functions, ${calls} calls`);
    return dog.stop();
  });
  describe(`${room}, arguments that are none`, () => {
    it("has an entry for each public function, and for nothing else", () => {
      const names = [...Object.keys(entries), ...uncovered].sort();
      expect(names).toEqual([...functions.keys()].sort());
    });
    for (const [name, entry] of Object.entries(entries)) {
      it(name, async () => {
        const call = functions.get(name);
        if (!call) throw new Error(`${room}.${name} is not public. Delete its entry.`);
        expect(await faultsOf(`${room}.${name}`, call, entry, dog)).toEqual([]);
      });
    }
  });
}

type Call = (...args: readonly unknown[]) => unknown;

function functionsOf(members: object): Map<string, Call> {
  const all = Object.entries(members).flatMap(([name, value]: [string, unknown]) =>
    RECORDS.includes(name)
      ? Object.entries(value as object).map(([inner, own]) => [`${name}.${inner}`, own] as const)
      : [[name, value] as const],
  );
  return new Map(
    all.flatMap(([name, value]) =>
      typeof value === "function" && !((value as Call).prototype instanceof Error)
        ? [[name, value as Call] as const]
        : [],
    ),
  );
}

async function faultsOf(name: string, call: Call, entry: Entry, dog: Watchdog): Promise<string[]> {
  const outcome = async (args: readonly unknown[]): Promise<unknown> => {
    const result: unknown = await call(...args);
    return entry.use ? entry.use(result as never) : result;
  };
  const sound = notFinite(await outcome(entry.valid()), Number.isFinite);
  const leaves = leavesOf(entry.valid());
  const known = new Set(leaves.map(({ path }) => path));
  const faults = Object.keys(entry.kinds ?? {})
    .filter((path) => !known.has(path))
    .map((path) => `there is no argument ${path}: ${[...known].join(" ")}`);
  for (const leaf of leaves) {
    const kind = isUntouched(leaf, entry)
      ? untouched
      : (entry.kinds?.[leaf.path] ?? defaultKind(leaf));
    for (const bad of leaf.bad) {
      if (kind.leavesOut?.(bad)) continue;
      const words = `${name}, ${leaf.path} = ${bad.name}`;
      dog.begin(words);
      calls++;
      const fault = await faultOf(() => outcome(leaf.exchange([...entry.valid()], bad.value)), {
        bad,
        taken: kind.takes(bad) || mayBeLeftOut(leaf, bad),
        finiteAtBest: sound === undefined,
      });
      dog.end();
      if (fault !== undefined) faults.push(`${leaf.path} = ${bad.name}: ${fault}`);
    }
  }
  return faults;
}

const defaultKind = ({ path }: Leaf): Kind => (path.endsWith("[]") ? real : count);

const isUntouched = ({ path }: Leaf, { kinds = {} }: Entry): boolean =>
  Object.keys(kinds).some((own) => kinds[own] === untouched && path.startsWith(own));

/** Options have defaults, and so have last arguments: a finite result shows that it is so. */
const mayBeLeftOut = ({ path }: Leaf, { name }: Bad): boolean =>
  (name === "undefined" && path !== "0") || (name === "{}" && path !== "0");

async function faultOf(
  call: () => Promise<unknown>,
  {
    bad,
    taken,
    finiteAtBest,
  }: { readonly bad: Bad; readonly taken: boolean; readonly finiteAtBest: boolean },
): Promise<string | undefined> {
  let result: unknown;
  try {
    result = await inTime(call());
  } catch (error) {
    return faultOfError(error, bad);
  }
  if (!taken) return `is taken: ${notFinite(result, Number.isFinite) ?? "a finite result"}`;
  const meant = typeof bad.value === "number" && !Number.isFinite(bad.value);
  if (!finiteAtBest || meant) return undefined;
  // What is beyond the largest double is rightly infinite; what is not a number never is right
  const wanted = (value: number): boolean =>
    bad.value === 1e308 ? !Number.isNaN(value) : Number.isFinite(value);
  return notFinite(result, wanted);
}

function inTime<T>(promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no result after ${PATIENCE} ms`)), PATIENCE);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
