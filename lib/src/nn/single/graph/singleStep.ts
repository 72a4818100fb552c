import type { LayerStep, ParameterStep } from "../../layers/layerStep.js";
import type { Numbers } from "./numbers.js";

/** What values and gradients need of a step: no directions. */
export type SingleStep = Pick<LayerStep, "forward" | "pull" | "pullInto"> & {
  readonly parameters?: Pick<ParameterStep, "pull">;
};

/** What a step is made with. */
export interface StepRoom {
  readonly numbers: Numbers;
  readonly capacity: number;
  /** Whether any of its inputs gets a gradient: then `pull` is called before `parameters.pull`. */
  readonly moved: boolean;
}

/** Where an array lies in the arena, in numbers of its own precision. */
export const placeOf = (array: Float64Array): number => array.byteOffset / array.BYTES_PER_ELEMENT;

/** Whole vectors. Every array has room behind it. */
export const fours = (count: number): number => (count + 3) & ~3;
