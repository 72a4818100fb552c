import { aMethod, attributeOptions } from "../arguments.js";
import { takes } from "../../core/arguments/takes.js";
import { ConfigError, NumericalError, ShapeError } from "../../core/errors.js";
import {
  checkFinite,
  checkTensor,
  firstNotFinite,
  size,
  tensor,
  type Tensor,
} from "../../core/tensor.js";
import { checkParameters, shapes, type Network } from "../../nn/network/network.js";
import type { Reference } from "./baseline.js";
import { addRowSums, type ConservationRow } from "../propagation/conservation.js";
import { maskRanges, type MaskRange } from "../propagation/masks.js";
import type { AttributionMethod, Attributor } from "./method.js";
import { checkStart, type Start } from "../propagation/start.js";

/** Options of `attribute`. */
export interface AttributeOptions {
  /** What is explained (default "arg-max"). */
  readonly start?: Start;
  /**
   * Values whose relevance is returned: 0 is the input, v + 1 the output of node v (default [0]).
   */
  readonly at?: readonly number[];
  /**
   * Values [channels, …space] whose relevance is returned summed over space: one number for each
   * channel (default []).
   */
  readonly pooled?: readonly number[];
  /**
   * Names of inputs that say which objects there are (default: those that `readModel` was told of,
   * else those with "mask" in their name). They are without relevance: by rules what they weigh
   * takes all, and what reaches one in another way is in the books; methods with a baseline leave
   * them as they are.
   */
  readonly masks?: readonly string[];
  /**
   * Samples worked on at a time (default 64, fewer of large ones: at most 4 million values).
   * Results do not depend on it but for rounding.
   */
  readonly batch?: number;
}

/** Relevance of n samples. */
export interface Attribution {
  readonly method: string;
  /** What each sample was compared with; undefined for methods that compare with nothing. */
  readonly reference: Reference | undefined;
  /** [n, outputs] */
  readonly output: Tensor;
  /**
   * c of the scalar f = Σ_k c_k y_k that was explained, [n, outputs]: hand it on as `{ weights }`
   * to explain the same again.
   */
  readonly coefficients: Tensor;
  /** [n, …shape of the value] for each value asked for. */
  readonly at: Readonly<Record<number, Tensor>>;
  /** [n, channels] for each value asked for. */
  readonly pooled: Readonly<Record<number, Tensor>>;
  /**
   * `[n]`: what the method promises Σ R at the input to be, minus Σ R at the input. Undefined for
   * methods that promise nothing, and where the input was not asked for.
   */
  readonly missing: Float64Array | undefined;
  /**
   * From the output down, one row for each layer with a rule; empty for methods that do not hand
   * relevance from layer to layer.
   */
  readonly conservation: readonly ConservationRow[];
}

/**
 * Entries of all values of the samples that go together by default. More leave the cache, and their
 * buffers take longer to make than what is done in them.
 */
const MOST_ENTRIES = 2 ** 22;

/**
 * Relevance of each entry of each sample for the outputs of a network, by a method of choice. It is
 * of the values that the network reads: where inputs were scaled before, an entry of 0, to which
 * rules and products with the input give nothing, is 0 of the scaled ones, not of what was
 * measured.
 *
 * @param x  [n, …shape of a sample], finite
 * @throws ShapeError, ConfigError or NumericalError for input that does not fit, NumericalError for
 *   relevance that is NaN or infinite
 * @example
 * ```ts
 * import { core, lrp, nn } from "phaselens";
 * const network = nn.sequential([nn.dense(2, 2), nn.relu(), nn.dense(2, 1)]);
 * const theta = Float64Array.of(1, 0, 0, 1, 0, 0, 2, -1, 0); // 2 max(x₀, 0) − max(x₁, 0)
 * const x = core.tensor([1, 2], [3, 1]);
 * const { at } = lrp.attribute(network, theta, x, lrp.gradientTimesInput());
 * console.log(Array.from(at[0].data)); // → [ 6, -1 ]
 * ```
 */
export function attribute(
  network: Network,
  theta: Float64Array,
  x: Tensor,
  method: AttributionMethod,
  options: AttributeOptions = {},
): Attribution {
  takes("attribute", { method: [method, aMethod], options: [options, attributeOptions] });
  const { start = "arg-max", at = [0], pooled = [] } = options;
  checkParameters(network, theta);
  checkFinite(theta, `${network.name}, theta`);
  checkTensor(x, "attribute: x");
  checkFinite(x.data, "attribute, x");
  const [samples, ...input] = x.shape;
  const all = shapes(network, input);
  const outputs = size(all[all.length - 1]);
  checkStart(start, samples, outputs);
  const wanted = [...at, ...pooled];
  if (wanted.length === 0)
    throw new ConfigError(
      "attribute: no value was asked for. Name some in `at` or `pooled`; 0 is the input.",
    );
  for (const v of wanted) {
    if (!(Number.isInteger(v) && v >= 0 && v < all.length)) {
      throw new ConfigError(
        `attribute: there is no value ${v}; ${network.name} has 0 (its input) to ${all.length - 1} (its output).`,
        { value: v },
      );
    }
    if (method.inputOnly && v !== 0)
      throw new ConfigError(
        `attribute: ${method.name} explains the input alone, value ${v} was asked for. Ask for 0.`,
      );
  }
  for (const v of pooled) {
    if (all[v].length < 2)
      throw new ShapeError(
        `attribute: value ${v} has shape [${all[v]}] and no space to sum over. Ask for it in \`at\`.`,
        { value: v },
      );
  }
  const entries = all.reduce((sum, shape) => sum + size(shape), 0);
  const { batch = Math.min(64, Math.floor(MOST_ENTRIES / entries)) } = options;
  const capacity = Math.max(1, Math.min(batch, samples));
  const lowest = Math.min(...wanted);
  const masks = maskRanges(network, options.masks);
  const attributor = method.prepare({ network, theta, input, capacity, lowest, wanted, masks });
  const output = tensor([samples, outputs]);
  const coefficients = tensor([samples, outputs]);
  const whole = Object.fromEntries(at.map((v) => [v, tensor([samples, ...all[v]])]));
  const sums = Object.fromEntries(pooled.map((v) => [v, tensor([samples, all[v][0]])]));
  const missing = attributor.promised && lowest === 0 ? new Float64Array(samples) : undefined;
  const width = size(input);
  for (let from = 0; from < samples; from += capacity) {
    const count = Math.min(capacity, samples - from);
    const rows = x.data.subarray(from * width, (from + count) * width);
    attributor.run(rows, count, start, from);
    output.data.set(attributor.output.subarray(0, count * outputs), from * outputs);
    coefficients.data.set(
      attributor.selection.coefficients.subarray(0, count * outputs),
      from * outputs,
    );
    for (const v of at)
      whole[v].data.set(
        attributor.relevance[v].subarray(0, count * size(all[v])),
        from * size(all[v]),
      );
    for (const v of pooled)
      sumSpace(
        attributor.relevance[v],
        sums[v].data.subarray(from * all[v][0]),
        count * all[v][0],
        size(all[v].slice(1)),
      );
    if (at.includes(0)) withoutMasks(whole[0].data, masks, from, from + count, width);
    if (missing) remainders(attributor, missing.subarray(from), count, width);
  }
  for (const found of [...Object.values(whole), ...Object.values(sums)])
    checkRelevance(found, method.name);
  return {
    method: method.name,
    reference: method.reference,
    output,
    coefficients,
    at: whole,
    pooled: sums,
    missing,
    conservation: attributor.conservation?.() ?? [],
  };
}

/** @throws NumericalError for relevance that is NaN or infinite */
function checkRelevance({ shape: [samples], data }: Tensor, method: string): void {
  const at = firstNotFinite(data);
  if (at < 0) return;
  const width = data.length / samples;
  throw new NumericalError(
    `attribute: by ${method} entry ${at % width} of sample ${Math.floor(at / width)} has relevance ${data[at]}: a slope on the way is infinite, of a division by 0 or the logarithm of 0, at the sample or its baseline. Give the network's denominators and logarithms a small number, or the method another baseline.`,
    { index: at },
  );
}

/** Masks are without relevance, whatever the method. */
function withoutMasks(
  relevance: Float64Array,
  masks: readonly MaskRange[],
  from: number,
  to: number,
  width: number,
): void {
  for (let n = from; n < to; n++)
    for (const { start, end } of masks) relevance.fill(0, n * width + start, n * width + end);
}

/** out_r = Σ over space of row r. */
function sumSpace(relevance: Float64Array, out: Float64Array, rows: number, space: number): void {
  out.fill(0, 0, rows);
  addRowSums(relevance, rows, space, out);
}

function remainders(
  { promised, totals, relevance }: Attributor,
  missing: Float64Array,
  samples: number,
  width: number,
): void {
  if (totals) missing.set(totals[0].subarray(0, samples));
  else addRowSums(relevance[0], samples, width, missing);
  for (let n = 0; n < samples; n++) missing[n] = promised![n] - missing[n];
}
