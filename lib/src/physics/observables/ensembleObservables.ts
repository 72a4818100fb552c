import { listOf, optional, record, tensorOf, word } from "../../core/arguments/kinds.js";
import { takes } from "../../core/arguments/takes.js";
import { scalarCouplings } from "../arguments.js";
import type { Estimate } from "../../core/statistics/estimate.js";
import { jackknife } from "../../core/statistics/jackknife.js";
import { ShapeError } from "../../core/errors.js";
import { oneOf } from "../../core/oneOf.js";
import { row, type Tensor } from "../../core/tensor.js";
import { lattice as latticeOf, type Lattice } from "../lattice/lattice.js";
import { actionDensity } from "./actionDensity.js";
import { ensembleAverage, measure } from "./ensembleAverage.js";
import { diagonalCorrelator, nearestNeighbourCorrelator } from "./fieldCorrelator.js";
import { quarticField, squaredField } from "./localMoments.js";
import { magnetisation, staggeredMagnetisation } from "./magnetisation.js";
import { paramagneticObservable } from "./paramagneticObservable.js";
import { binderCumulant, susceptibility } from "./susceptibility.js";
import { timeSlicedCorrelator } from "./timeSlicedCorrelator.js";

/** What observables need of an ensemble; `Ensemble` of `sampleEnsemble` is one. */
export interface MeasuredEnsemble {
  /** [configurations, …shape], in Monte Carlo order. */
  readonly fields: Tensor;
  readonly spec: {
    readonly parameters: { readonly hoppingParameter: number; readonly quarticCoupling: number };
  };
}

/**
 * Names of the scalar observables of an ensemble; those with three directions are absent in two
 * dimensions.
 */
export type ObservableName =
  | "magnetisation"
  | "absoluteMagnetisation"
  | "susceptibility"
  | "binderCumulant"
  | "staggeredMagnetisation"
  | "absoluteStaggeredMagnetisation"
  | "staggeredSusceptibility"
  | "staggeredBinderCumulant"
  | "squaredField"
  | "quarticField"
  | "actionDensity"
  | "nearestNeighbourCorrelator"
  | "diagonalCorrelator"
  | "paramagneticObservable"
  | "staggeredParamagneticObservable"
  | "isotropicParamagneticObservable";

/** The observables of an ensemble with their errors, each measured when it is asked for. */
const OBSERVABLES: Readonly<
  Record<ObservableName, (ensemble: MeasuredEnsemble, lattice: Lattice) => Estimate>
> = {
  magnetisation: ({ fields }) => ensembleAverage(fields, magnetisation),
  absoluteMagnetisation: ({ fields }) =>
    ensembleAverage(fields, (field) => Math.abs(magnetisation(field))),
  susceptibility: ({ fields }, lattice) =>
    susceptibility(measure(fields, magnetisation), lattice.sites),
  binderCumulant: ({ fields }) => binderCumulant(measure(fields, magnetisation)),
  staggeredMagnetisation: ({ fields }, lattice) =>
    ensembleAverage(fields, (field) => staggeredMagnetisation(field, lattice)),
  absoluteStaggeredMagnetisation: ({ fields }, lattice) =>
    ensembleAverage(fields, (field) => Math.abs(staggeredMagnetisation(field, lattice))),
  staggeredSusceptibility: ({ fields }, lattice) =>
    susceptibility(
      measure(fields, (field) => staggeredMagnetisation(field, lattice)),
      lattice.sites,
    ),
  staggeredBinderCumulant: ({ fields }, lattice) =>
    binderCumulant(measure(fields, (field) => staggeredMagnetisation(field, lattice))),
  squaredField: ({ fields }) => ensembleAverage(fields, squaredField),
  quarticField: ({ fields }) => ensembleAverage(fields, quarticField),
  actionDensity: ({ fields, spec }, lattice) =>
    ensembleAverage(fields, (field) => actionDensity(field, lattice, spec.parameters)),
  nearestNeighbourCorrelator: ({ fields }, lattice) =>
    ensembleAverage(fields, (field) => nearestNeighbourCorrelator(field, lattice)),
  diagonalCorrelator: ({ fields }, lattice) =>
    ensembleAverage(fields, (field) => diagonalCorrelator(field, lattice)),
  paramagneticObservable: ({ fields }, lattice) =>
    ensembleAverage(fields, (field) => paramagneticObservable(field, lattice)),
  staggeredParamagneticObservable: ({ fields }, lattice) =>
    ensembleAverage(fields, (field) => paramagneticObservable(field, lattice, { staggered: true })),
  isotropicParamagneticObservable: ({ fields }, lattice) =>
    ensembleAverage(fields, (field) =>
      paramagneticObservable(field, lattice, { direction: "all" }),
    ),
};

/** All names above, in that order. */
export const observableNames: readonly ObservableName[] = Object.keys(
  OBSERVABLES,
) as ObservableName[];

/** The lattice that the fields of an ensemble live on. */
function latticeUnder(fields: Tensor): Lattice {
  if (fields.shape.length < 3) {
    const { shape } = fields;
    throw new ShapeError(
      `observables: the fields have shape [${shape}]; they must be [configurations, …lattice].`,
      { shape },
    );
  }
  return latticeOf(fields.shape.slice(1));
}

/** One scalar observable of an ensemble. */
export function ensembleObservable(ensemble: MeasuredEnsemble, name: ObservableName): Estimate {
  return OBSERVABLES[oneOf(name, observableNames, "ensembleObservable: name")](
    ensemble,
    latticeUnder(ensemble.fields),
  );
}

/**
 * G_c(t) of Eq. (B3) averaged over an ensemble, one estimate a time t = 0 … N − 1; see
 * `timeSlicedCorrelator`.
 */
export function ensembleCorrelator(
  fields: Tensor,
  options: { readonly modulus?: boolean } = {},
): Estimate[] {
  const lattice = latticeUnder(fields);
  const all = Array.from({ length: fields.shape[0] }, (_, n) =>
    timeSlicedCorrelator(row(fields, n), lattice, options),
  );
  return Array.from({ length: lattice.shape[0] }, (_, t) =>
    jackknife(all.map((correlator) => correlator[t])),
  );
}

/** A point of a curve over κ, ready for `figures.line`. */
export interface ScanRow extends Estimate, Record<string, unknown> {
  readonly hoppingParameter: number;
  readonly observable: ObservableName;
}

/**
 * Observables of ensembles along κ, one row each: `{ hoppingParameter, observable, mean, error,
 * tauInt, n }`.
 * @param observables  all that the lattice has by default
 */
export function scanObservables(
  ensembles: readonly MeasuredEnsemble[],
  observables?: readonly ObservableName[],
): ScanRow[] {
  const aMeasuredEnsemble = record(
    { fields: tensorOf(["configurations", "…"]), spec: record({ parameters: scalarCouplings }) },
    "an ensemble { fields, spec } such as physics.sampleEnsemble makes",
  );
  takes("scanObservables", {
    ensembles: [ensembles, listOf(aMeasuredEnsemble)],
    observables: [observables, optional(listOf(word(observableNames)))],
  });
  return ensembles.flatMap((ensemble) => {
    const lattice = latticeUnder(ensemble.fields);
    const wanted =
      observables ??
      observableNames.filter((name) => lattice.dimensions > 2 || !/paramagnetic/i.test(name));
    const { hoppingParameter } = ensemble.spec.parameters;
    return wanted.map((observable) => ({
      hoppingParameter,
      observable,
      ...OBSERVABLES[observable](ensemble, lattice),
    }));
  });
}
