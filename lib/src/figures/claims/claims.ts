import { record, text } from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import { displayBundle, shownAlready } from "../../core/display.js";
import { ClaimError, ConfigError } from "../../core/errors.js";
import { oneOf } from "../../core/oneOf.js";
import { escapeHtml } from "../output/escapeHtml.js";
import { meets, parseExpectation, type Expectation } from "./expectation.js";
import { checkFigureId } from "../charts/figure.js";

/**
 * - "identity": has to hold by mathematics, whatever was sampled or trained: a test of the code. A
 *   failure stops the notebook.
 * - "physics": could fail, and holds; of the model, the data or the networks. A failure stops the
 *   notebook.
 * - "reported": written down beside what the paper says, whatever comes out.
 */
export type ClaimKind = "identity" | "physics" | "reported";

/** What a notebook says of a figure, and what would bear it out. */
export interface Claim {
  /** Id of the figure that the claim is about. */
  readonly figure: string;
  /** What is claimed, in words: "influence and retraining correlate". */
  readonly statement: string;
  /** What it would mean if it failed. */
  readonly kind: ClaimKind;
  readonly value: number | boolean;
  /**
   * Identity and physics: "> 0.99", "in [0.98, 1.02]", "= true", … (see `parseExpectation`).
   * Reported: the same, or any text.
   */
  readonly expected: string;
}

/** A claim with what came out. */
export interface ClaimResult extends Claim {
  /** null: a reported claim whose expectation is free text, so that there is nothing to decide. */
  readonly pass: boolean | null;
}

/**
 * Compares a number with what the paper says, shows the verdict in the notebook and returns it.
 * @throws ConfigError before anything is shown: an ill-formed id or kind, an empty statement, an
 *   expectation that cannot be read
 *   (that of a reported claim may be any text)
 * @throws ClaimError   after it is shown: an identity or a claim of physics that does not hold
 * @example
 * ```ts
 * import { figures } from "phaselens";
 * const { pass } = figures.claim({
 *   figure: "report-line", statement: "the order parameter at κ = 0.3", kind: "physics",
 *   value: 0.9, expected: "in [0.8, 1]",
 * });
 * console.log(pass); // → …
 * ```
 */
export function claim(options: Claim): ClaimResult {
  takes("claim", { options: [options, record({ statement: text, expected: text })] });
  const { figure, statement, kind, value, expected } = options;
  checkFigureId(figure);
  oneOf(kind, kinds, "claim: kind");
  if (typeof statement !== "string" || statement.trim() === "") {
    throw new ConfigError(`claim about ${figure}: the statement is empty. Say what is claimed.`);
  }
  if (typeof value !== "number" && typeof value !== "boolean") {
    throw new ConfigError(
      `claim "${statement}": the value is ${String(value)}, a ${typeof value}. Pass a number or a boolean.`,
      { value },
    );
  }
  const expectation = read(kind, expected);
  const pass =
    expectation === undefined ? (Number.isNaN(value) ? false : null) : meets(value, expectation);
  const result: ClaimResult = { figure, statement, kind, value, expected, pass };
  const line = describe(result);
  displayBundle({
    // JSON has no NaN or ∞: they travel as text.
    "application/vnd.phaselens.claim+json": {
      ...result,
      value: typeof value === "number" && !Number.isFinite(value) ? String(value) : value,
    },
    "text/plain": line,
    "text/html": `<div class="phaselens-claim">${escapeHtml(line)}</div>`,
  });
  if (kind !== "reported" && !pass) {
    const cure =
      kind === "identity"
        ? "It holds by mathematics: the code is wrong."
        : "Look for what changed; do not loosen the claim.";
    throw new ClaimError(
      `${figure}: "${statement}" does not hold: ${format(value)}, expected ${expected}. ${cure}`,
      { ...result },
    );
  }
  return shownAlready(result);
}

const kinds: readonly ClaimKind[] = ["identity", "physics", "reported"];

function read(kind: ClaimKind, expected: string): Expectation | undefined {
  if (typeof expected !== "string" || expected.trim() === "") {
    throw new ConfigError("claim: the expectation is empty. Write what the paper says.");
  }
  try {
    return parseExpectation(expected);
  } catch (error) {
    if (kind === "reported") return undefined;
    throw error;
  }
}

const words: Readonly<Record<ClaimKind, string>> = {
  identity: "identity; expected",
  physics: "expected",
  reported: "reported; expected",
};

function describe({ statement, kind, value, expected, pass }: ClaimResult): string {
  const sign = pass === null ? "·" : pass ? "✓" : "✗";
  return `${sign} ${statement}: ${format(value)} (${words[kind]} ${expected})`;
}

/** Four significant digits are enough to read; the MIME bundle carries the number in full. */
function format(value: number | boolean): string {
  if (typeof value === "boolean") return String(value);
  return Number.isInteger(value) && Math.abs(value) < 1e6
    ? String(value)
    : String(Number(value.toPrecision(4)));
}
