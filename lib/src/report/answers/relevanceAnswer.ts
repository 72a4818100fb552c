import { row, type Tensor } from "../../core/tensor.js";
import { attribute, type Attribution } from "../../lrp/methods/attribute.js";
import type { InputValues, RelevanceAnswer, RelevantEntry, RestOfRelevance } from "./document.js";
import type { NetworkContext } from "./networkContext.js";
import { sampleOf } from "./plain.js";

/** Entries that are listed. */
const LISTED = 12;

/** Relevance of one point, with what of f it does not account for. */
export function relevanceAnswer(
  { question, makeMethod, chosen, parts, method }: NetworkContext,
  x: Tensor,
  coefficients: Float64Array,
): RelevanceAnswer {
  const { network, theta } = question.model;
  const start = { weights: { shape: [1, coefficients.length], data: coefficients } };
  const found = attribute(network, theta, x, makeMethod(), { start });
  const byInput = sampleOf(parts.relevance(found.at[0]), 0);
  const explained = row(found.output, 0).reduce((sum, y, k) => sum + coefficients[k] * y, 0);
  const sum = found.at[0].data.reduce((own, value) => own + value, 0);
  return {
    explained,
    explainedWords: chosen.words,
    byInput,
    sum,
    rest: restOf(found, method.key, explained, sum),
    conservation: found.conservation,
    top: topEntries(byInput, sampleOf(parts.values(x), 0), parts.entryName),
  };
}

/** Below this part of f what is left is rounding. */
const ROUNDING = 1e-9;

/** f − Σ R, taken apart as far as the method keeps books. */
function restOf(
  { conservation, missing, reference }: Attribution,
  method: string,
  explained: number,
  sum: number,
): RestOfRelevance[] {
  const total = (of: "toBiasAndStabiliser" | "toZeroDenominators"): number =>
    conservation.reduce((own, layer) => own + layer[of], 0);
  const [bias, zeros] = [total("toBiasAndStabiliser"), total("toZeroDenominators")];
  const baseline = reference !== undefined && missing ? explained - sum - missing[0] : 0;
  const other = explained - sum - bias - zeros - baseline;
  const rows: RestOfRelevance[] = [
    { name: "bias", words: "to biases and the stabiliser ε", value: bias },
    { name: "zeros", words: "lost where a denominator was 0", value: zeros },
    { name: "baseline", words: "the output at the baseline", value: baseline },
    { name: "other", words: otherWords(method, missing !== undefined), value: other },
  ];
  const size = Math.abs(explained) + Math.abs(sum) || 1;
  return rows.filter(({ value }) => Math.abs(value) > ROUNDING * size);
}

const otherWords = (method: string, promised: boolean): string =>
  promised ? "left over by the method's steps" : `not shared out: ${method} promises no sum`;

/** The entries of the largest modulus, over all inputs. */
function topEntries(
  relevance: readonly InputValues[],
  values: readonly InputValues[],
  entryName: (input: string, index: number) => string,
): RelevantEntry[] {
  const all = relevance.flatMap(({ name, values: own }, k) =>
    own.map((value, index) => ({
      input: name,
      index,
      relevance: value,
      value: values[k].values[index],
    })),
  );
  return all
    .filter(({ relevance: own }) => own !== 0)
    .sort((a, b) => Math.abs(b.relevance) - Math.abs(a.relevance))
    .slice(0, LISTED)
    .map((own) => ({ name: entryName(own.input, own.index), ...own }));
}
