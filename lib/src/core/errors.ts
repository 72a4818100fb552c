import { shownMessage } from "./printable.js";

/**
 * Every error this library throws on purpose. One sentence of fact (value and expectation), one of
 * cure;
 * `details` carries the offending values for programs. Names are written out, since bundlers
 * shorten those of classes. Messages quote files and calls: what in them would act on a terminal is
 * written as an escape sequence (see `printable`), and very long ones are cut in their middle.
 */
export class PhaselensError extends Error {
  override name: string = "PhaselensError";
  readonly details: Readonly<Record<string, unknown>>;

  constructor(message: string, details: Readonly<Record<string, unknown>> = {}) {
    super(shownMessage(message));
    this.details = details;
  }
}

/** Two tensors, or a tensor and a layer, disagree about shape. */
export class ShapeError extends PhaselensError {
  override name: string = "ShapeError";
}

/**
 * A value outside the domain of a setting: an odd chain, a label out of range, an unknown figure.
 */
export class ConfigError extends PhaselensError {
  override name: string = "ConfigError";
}

/** A matrix or a field left the domain the formula needs: singular, indefinite, NaN. */
export class NumericalError extends PhaselensError {
  override name: string = "NumericalError";
}

/** An iterative method stopped before reaching its tolerance. */
export class NotConvergedError extends PhaselensError {
  override name: string = "NotConvergedError";
}

/** A file does not hold what its name or its hash promises. */
export class DataError extends PhaselensError {
  override name: string = "DataError";
}

/** A long call was stopped by the interrupt of a notebook before it had a result. */
export class InterruptedError extends PhaselensError {
  override name: string = "InterruptedError";
}

/** An optional package is not installed; the message says how to install it. */
export class MissingPackageError extends PhaselensError {
  override name: string = "MissingPackageError";
}

/** What is asked for needs Node (files, threads), and this is a browser. */
export class EnvironmentError extends PhaselensError {
  override name: string = "EnvironmentError";
}

/** An identity or a claim of physics about a figure does not hold. */
export class ClaimError extends PhaselensError {
  override name: string = "ClaimError";
}
