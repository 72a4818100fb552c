// What the gallery says of the repository's own run at preset `standard`, beside the reader's.
import { escape } from "./escape.mjs";
import { pairClaims } from "../verdicts/pair-claims.mjs";
import { duration } from "../run/progress-lines.mjs";
import { claimsOf } from "../run/records.mjs";
import { codeHash } from "../verdicts/verdicts.mjs";

/**
 * @typedef {object} Beside  the shipped verdicts of a notebook beside an execution of it
 * @property {import("../verdicts/verdicts.mjs").Shipped} shipped
 * @property {(import("../run/records.mjs").Claim | null)[]} partners  of the claims of the execution
 * @property {import("../run/records.mjs").Claim[]} rest  shipped claims that this execution did not make
 * @property {string[]} caveats  what has changed since they were shipped
 */

/**
 * @param {object} notebook  the executed one  @param {import("../verdicts/verdicts.mjs").Shipped} shipped
 * @param {import("../run/shared-execution.mjs").Provenance} provenance  of the execution
 * @returns {Beside}
 */
export function besideShipped(notebook, shipped, provenance) {
  const caveats = [];
  const library = provenance.packages.phaselens;
  if (library && library !== shipped.versions.phaselens)
    caveats.push(`this run is of phaselens ${library}`);
  if (codeHash(notebook) !== shipped.code) caveats.push("the notebook's code has changed since");
  for (const [file, hash] of Object.entries(provenance.studies ?? {}))
    if ((shipped.studies[file] ?? hash) !== hash)
      caveats.push(`data/studies/${file} has changed since`);
  return { shipped, ...pairClaims(claimsOf(notebook), shipped.claims), caveats };
}

/** A line on where shipped verdicts come from. @param {Beside} beside  @returns {string} HTML */
export function shippedNote({ shipped, caveats }) {
  const { cost, versions } = shipped;
  const parts = [
    seedsText(shipped.seeds),
    `${duration(cost.seconds)}, ${duration(cost.cpuSeconds)} of CPU`,
    cacheText(cost.cache),
    `phaselens ${versions.phaselens}, Node ${versions.node}`,
    shipped.machine,
    shipped.date,
  ];
  const warning = caveats.length > 0 ? ` <strong>But ${escape(caveats.join("; "))}.</strong>` : "";
  return `<p class="meta">Standard, as shipped: ${escape(parts.join(" · "))}.${warning}</p>`;
}

/** @param {number[]} seeds */
function seedsText(seeds) {
  if (seeds.length === 0) return "no seed";
  if (seeds.length === 1) return `seed ${seeds[0]}`;
  return seeds.length <= 6
    ? `seeds ${seeds.join(", ")}`
    : `${seeds.length} seeds, ${seeds[0]} … ${seeds[seeds.length - 1]}`;
}

/**
 * How much of the cost was paid by others before.
 * @param {{ found: number, made: number }} cache
 */
function cacheText({ found, made }) {
  if (found === 0) return made === 0 ? "nothing from the cache" : "from an empty cache";
  return `${found} of ${found + made} kept results from the cache`;
}
