import type { MonitoredChain } from "./monitoredChain.js";

// Standard deviations; error bars of short chains are themselves uncertain, so 3 would cry wolf
// (rates: tests/physics/ensemble.test.ts)
const DRIFT = 5;
// Vehtari et al. 2021. Chains that agree exceed it too as long as they are shorter than 200 τ_int …
const R_HAT = 1.01;
// … so their means have to differ by more than chains so short show by chance
const DISAGREEMENT = 10;
// Worth complaining about only where a longer stride would help: fewer than this and than half of
// those stored
const FEW = 10;

/** What is followed along chains, and what it is called in a sentence. */
type Monitored<Name extends string> = Readonly<Record<Name, MonitoredChain>>;
type Words<Name extends string> = Readonly<Record<Name, string>>;

/** Says what drifts; undefined if nothing does. */
export function driftFlag<Name extends string>(
  monitored: Monitored<Name>,
  words: Words<Name>,
): string | undefined {
  const names = Object.keys(words) as Name[];
  const drifting = names.filter((name) => Math.abs(monitored[name].drift) > DRIFT);
  if (drifting.length === 0) return undefined;
  const list = drifting
    .map((name) => `${words[name]} (${monitored[name].drift.toFixed(1)} σ)`)
    .join(", ");
  return `unthermalised: the beginning differs from the second half in ${list}. Thermalise longer.`;
}

/** Says in what chains disagree; undefined if they do not. */
export function disagreementFlag<Name extends string>(
  monitored: Monitored<Name>,
  words: Words<Name>,
  cures: readonly string[],
): string | undefined {
  const apart = (Object.keys(words) as Name[]).filter((name) => {
    const { rHat, disagreement } = monitored[name];
    return rHat > R_HAT && disagreement > DISAGREEMENT;
  });
  if (apart.length === 0) return undefined;
  const ratio = (value: number): string => (value < 100 ? `= ${value.toFixed(2)}` : "> 100");
  const list = apart.map((name) => `${words[name]} (R̂ ${ratio(monitored[name].rHat)})`).join(", ");
  return `chains disagree: ${list}. ${advice(cures)}`;
}

/** Says that configurations are worth few; undefined if they are worth enough. */
export function fewFlag(
  independent: number,
  configurations: number,
  what: string = "",
): string | undefined {
  if (!(independent < Math.min(FEW, configurations / 2))) return undefined;
  const fact = `${configurations} are worth ${independent.toFixed(1)}${what}`;
  return `few independent configurations: ${fact}. Use a larger stride or more of them.`;
}

/** A sentence of one or several cures. */
export function advice(ways: readonly string[]): string {
  const text = ways.join(", or ");
  return `${text[0].toUpperCase()}${text.slice(1)}.`;
}
