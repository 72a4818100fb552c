/**
 * Every error this library throws on purpose. One sentence of fact (value and expectation), one of cure;
 * `details` carries the offending values for programs.
 */
export class PhaselensError extends Error {
  readonly details: Readonly<Record<string, unknown>>;

  constructor(message: string, details: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.name = new.target.name;
    this.details = details;
  }
}

/** Two tensors, or a tensor and a layer, disagree about shape. */
export class ShapeError extends PhaselensError {}

/** A value outside the domain of a setting: an odd chain, a label out of range, an unknown figure. */
export class ConfigError extends PhaselensError {}

/** A matrix or a field left the domain the formula needs: singular, indefinite, NaN. */
export class NumericalError extends PhaselensError {}

/** An iterative method stopped before reaching its tolerance. */
export class NotConvergedError extends PhaselensError {}

/** A file does not hold what its name or its hash promises. */
export class DataError extends PhaselensError {}

/** An optional package is not installed; the message says how to install it. */
export class MissingPackageError extends PhaselensError {}

/** An asserted claim of a figure does not hold. */
export class ClaimError extends PhaselensError {}
