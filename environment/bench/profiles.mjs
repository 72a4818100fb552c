// Rows that are behind their strongest peer, with where their time goes: for docs/speed.md.
import { conditionsOf } from "./summary.mjs";

/** Functions that took less, and those behind the first few, are summed up. */
const LEAST = 0.04;
const MOST = 6;

/**
 * A line for each side that is behind: its title, its ratio, and the functions that took most.
 * @param {any[]} rows  of bench.json
 */
export function profiles(rows) {
  const behind = rows.flatMap(({ title, ratio, nativeRatio, ours, native, conditions }) =>
    [
      { side: ours, ratio, library: "no" },
      { side: native, ratio: nativeRatio, library: "yes" },
    ].flatMap(({ side, ratio, library }) =>
      side?.profile
        ? [
            {
              text: `| ${title} | ${library} | ${ratio.toPrecision(2)} | ${text(side.profile)} |`,
              conditions,
            },
          ]
        : [],
    ),
  );
  const conditions = [...new Set(behind.map((one) => conditionsOf(one.conditions)))];
  return [
    "| row | BLAS | ratio | where the time goes |",
    "|---|---|---|---|",
    ...behind.map((one) => one.text),
    "",
    `Measured: ${conditions.join("; ")}.`,
  ].join("\n");
}

/** @param {{ name: string, share: number }[]} profile */
function text(profile) {
  const percent = (share) => `${Math.round(100 * share)} %`;
  const large = profile.filter(({ share }) => share >= LEAST).slice(0, MOST);
  const rest = 1 - large.reduce((sum, { share }) => sum + share, 0);
  return [
    ...large.map(({ name, share }) => `${name} ${percent(share)}`),
    `the rest ${percent(rest)}`,
  ].join(", ");
}
