import { ConfigError } from "../../core/errors.js";
import { oneOf } from "../../core/oneOf.js";

/** What a claim expects of its value, parsed. */
export type Expectation =
  | {
      readonly kind: "compare";
      readonly operator: ">" | ">=" | "<" | "<=" | "=";
      readonly bound: number;
    }
  | { readonly kind: "interval"; readonly low: number; readonly high: number }
  | { readonly kind: "truth"; readonly is: boolean };

const number = String.raw`[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?`;
const comparison = new RegExp(`^(>=|<=|>|<|=) (${number})$`);
const interval = new RegExp(String.raw`^in \[(${number}), (${number})\]$`);

/**
 * Parses "> 0.99", ">= 7", "< 1e-3", "<= 5", "= 501", "in [0.98, 1.02]", "= true", "= false"; one
 * blank after the sign and after the comma.
 * @throws ConfigError  on anything else, and on an empty interval
 */
export function parseExpectation(text: string): Expectation {
  if (text === "= true" || text === "= false") return { kind: "truth", is: text === "= true" };
  const compared = comparison.exec(text);
  if (compared)
    return { kind: "compare", operator: compared[1] as ">", bound: finite(compared[2], text) };
  const ends = interval.exec(text);
  if (!ends) {
    const examples = '"> 0.99", ">= 7", "< 1e-3", "= 501", "in [0.98, 1.02]" or "= true"';
    throw new ConfigError(
      `claim: cannot read the expectation "${text.slice(0, 80)}". Write ${examples}.`,
      { text },
    );
  }
  const [low, high] = [finite(ends[1], text), finite(ends[2], text)];
  if (low > high)
    throw new ConfigError(
      `claim: the interval "${text.slice(0, 80)}" is empty. Write the smaller end first.`,
      { text },
    );
  return { kind: "interval", low, high };
}

function finite(digits: string, text: string): number {
  const value = Number(digits);
  if (!Number.isFinite(value)) {
    throw new ConfigError(
      `claim: ${digits.slice(0, 80)} in "${text.slice(0, 80)}" is beyond the range of a double. Write a smaller number.`,
      { text },
    );
  }
  return value;
}

/**
 * Whether a value meets an expectation. NaN never does; the ends of an interval do.
 * @throws ConfigError  if a number is compared with true or false, or the other way round
 */
export function meets(value: number | boolean, expected: Expectation): boolean {
  oneOf(expected.kind, ["compare", "interval", "truth"], "meets: kind of the expectation");
  if ((typeof value === "boolean") !== (expected.kind === "truth")) {
    const wanted = expected.kind === "truth" ? "boolean" : "number";
    throw new ConfigError(
      `claim: the value ${value} is a ${typeof value}, the expectation is about a ${wanted}. Make them agree.`,
    );
  }
  if (typeof value === "boolean") return expected.kind === "truth" && value === expected.is;
  if (expected.kind === "interval") return value >= expected.low && value <= expected.high;
  if (expected.kind !== "compare") return false;
  switch (oneOf(expected.operator, [">", ">=", "<", "<=", "="], "meets: operator")) {
    case ">":
      return value > expected.bound;
    case ">=":
      return value >= expected.bound;
    case "<":
      return value < expected.bound;
    case "<=":
      return value <= expected.bound;
    case "=":
      return value === expected.bound;
  }
}
