// The formula of a network: what its output answers to at fixed κ, in lattice operators.
import { core } from "phaselens";
import { partial, raw, within } from "./estimates.mjs";
import { bootstrapped, centred, products, selected, slopes, steeper } from "./regression.mjs";
import { library } from "./operators.mjs";

/**
 * Regresses outputs on the library where κ does not vary, so that no operator is chosen because it
 * follows κ, as the output does.
 * @param {Float64Array} output  κ̂ of configurations, or a feature
 * @param {Record<string, Float64Array>} operators  of the same
 */
export function formulaOf(output, operators, runs, rng) {
  const names = library.map(({ name }) => name);
  const columns = [...names.map((name) => operators[name]), output];
  const flat = products(
    columns.map((column) => centred(column, runs)),
    runs,
  );
  const kappa = runs.map((run) => run.kappa);
  const slope = slopes(flat, kappa);
  const sums = steeper(flat, slope);
  const { order, count, left } = selected(sums);
  const chosen = order.slice(0, count);
  const { coefficients, errors, explained } = bootstrapped(sums, chosen, { rng });
  return {
    terms: chosen.map((a, p) => ({
      name: names[a],
      coefficient: coefficients[p],
      error: errors[p],
    })),
    explained,
    /** Of the output against the operator, at the first and the last coupling; 1 in the mean. */
    slopes: [slope[0], slope[slope.length - 1]],
    /** Every operator in its turn, and the share of the variance that is explained with it. */
    path: order.map((a, k) => ({ name: names[a], explained: 1 - left[k] })),
  };
}

/** The operator that a formula names, for configurations: Σ c O. */
export function operatorOf(terms, operators) {
  const n = operators[terms[0].name].length;
  const sum = new Float64Array(n);
  for (const { name, coefficient } of terms)
    operators[name].forEach((value, k) => (sum[k] += coefficient * value));
  return sum;
}

/** κ̂ = p(O) as one reads it; O in units of its first term. */
export function printed(terms, polynomial) {
  const [first, ...others] = terms;
  const signed = (value) => `${value < 0 ? "−" : "+"} ${Math.abs(value).toPrecision(3)}`;
  const operator = [
    first.name,
    ...others.map(({ name, coefficient }) => `${signed(coefficient / first.coefficient)} ${name}`),
  ].join(" ");
  const powers = ["", " O", " O²", " O³", " O⁴", " O⁵"];
  const series = polynomial.map((c, p) => `${signed(c)}${powers[p]}`).join(" ");
  return `κ̂ = ${series.replace(/^\+ /, "")},  O = ${operator}`;
}

/** What a column is compared with. */
export const physical = ["φφ′", "M", "|M|", "M_s", "|M_s|"];

/** Its correlations with these, at fixed κ (mean, and pooled) and over the phase as a whole. */
export function compared(column, operators, runs) {
  const constant = ({ from, to }) => column.subarray(from, to).every((v) => v === column[from]);
  // a rectified filter that never answers measures nothing
  const none = { fixed: 0, pooled: 0, scan: 0 };
  if (runs.some(constant)) return Object.fromEntries(physical.map((name) => [name, none]));
  return Object.fromEntries(
    physical.map((name) => [
      name,
      {
        fixed: within(column, operators[name], runs),
        pooled: partial(column, operators[name], runs),
        scan: raw(column, operators[name], runs),
      },
    ]),
  );
}

/** The one of them that is largest in size at fixed κ. */
export function closest(comparison) {
  const [name, found] = Object.entries(comparison).reduce((a, b) =>
    Math.abs(b[1].fixed) > Math.abs(a[1].fixed) ? b : a,
  );
  return { name, ...found };
}

/**
 * Columns of a table.
 * @param {import("phaselens").core.Tensor} table  [n, columns]
 */
export const columnsOf = ({ shape: [n, columns], data }) =>
  Array.from({ length: columns }, (_, c) =>
    Float64Array.from({ length: n }, (_k, row) => data[row * columns + c]),
  );

export const stream = (seed, label) => core.makeRng(seed, "formula").fork(label);
