import { DataError, NumericalError, PhaselensError } from "phaselens/core";
import { HUGE, type Bad } from "./badValues.js";

/** Words that say what was expected, or what to do. */
const EXPECTATION =
  /\b(must|in pairs|look for|drop|keep|both|say which|name|add|write|leave|is no|rescale|another unit|needs?|expect(s|ed)|give|pass|use|make|made|holds?|at least|at most|cannot|there (is|are) no|must agree|instead|choose|count|allow|repair|remove|one of|know[ns]?|are read|of shape|takes|try|raise|loosen|move|say|fetch)\b/i;

/** What is wrong with an error; undefined if it is one that helps. */
export function faultOfError(error: unknown, { value }: Bad): string | undefined {
  if (!(error instanceof PhaselensError)) {
    const { name, message } = error as Error;
    return `${name}: ${message}`;
  }
  const { message } = error;
  if (!EXPECTATION.test(message)) return `names no expectation: ${message}`;
  // a parser of whole files tells the place and what it expected there; a matrix that is indefinite
  // by one of its finite entries has an eigenvalue to tell
  if (error instanceof DataError) return undefined;
  if (error instanceof NumericalError && Number.isFinite(value)) return undefined;
  if (!namesValue(message, value)) return `does not name the value: ${message}`;
  return undefined;
}

function namesValue(message: string, value: unknown): boolean {
  // what overflows is a square or a sum of it, what no memory holds a product
  if (value === 1e308 || (value === HUGE && /memory/.test(message))) return true;
  // of what is left out it is enough to hear that it is needed
  if (value === undefined) return /undefined|missing|\bneeds?\b|serves? |must be/.test(message);
  if (value === null) return message.includes("null");
  if (typeof value === "string") return message.includes(value);
  if (typeof value !== "number") return true;
  const numbers = message.match(/NaN|[-−]?(Infinity|∞)|-?\d[\d,]*(\.\d+)?(e[+-]?\d+)?/gi) ?? [];
  return numbers.some((token) => {
    const told = Number(token.replace("∞", "Infinity").replace("−", "-").replace(/,/g, ""));
    return Object.is(told, value) || (Number.isFinite(value) && told === value);
  });
}

/** The place of the first number in a result that is NaN (or infinite); undefined if none is. */
export function notFinite(result: unknown, wanted: (value: number) => boolean): string | undefined {
  const seen = new Set<object>();
  const look = (value: unknown, path: string): string | undefined => {
    if (typeof value === "number")
      return wanted(value) ? undefined : `${path || "result"} is ${value}`;
    if (typeof value !== "object" || value === null || seen.has(value)) return undefined;
    seen.add(value);
    if (ArrayBuffer.isView(value)) {
      const at = Array.from(value as Float64Array).findIndex(
        (one) => typeof one === "number" && !wanted(one),
      );
      return at < 0 ? undefined : `${path}[${at}] is ${(value as Float64Array)[at]}`;
    }
    for (const [name, inner] of Object.entries(value)) {
      const found = look(inner, path ? `${path}.${name}` : name);
      if (found) return found;
    }
    return undefined;
  };
  return look(result, "");
}
