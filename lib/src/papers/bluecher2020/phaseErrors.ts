import { takes } from "../../core/arguments/takes.js";
import { numbers } from "../../core/arguments/kinds.js";
import { ConfigError, ShapeError } from "../../core/errors.js";

/** Root mean square errors of κ, by phase. */
export interface PhaseErrors {
  readonly AFM: number;
  readonly PM: number;
  readonly FM: number;
}

const phases: Readonly<Record<keyof PhaseErrors, (kappa: number) => boolean>> = {
  AFM: (kappa) => kappa < -0.2,
  PM: (kappa) => Math.abs(kappa) < 0.17,
  FM: (kappa) => kappa > 0.2,
};

/**
 * Root mean square of κ̂ − κ over the samples deep enough in each phase: κ < −0.2, |κ| < 0.17, κ >
 * 0.2.
 * @throws ShapeError if there are not as many predictions as labels, ConfigError if a phase has no
 *   sample
 */
export function phaseErrors(kappa: ArrayLike<number>, predicted: ArrayLike<number>): PhaseErrors {
  takes("phaseErrors", { kappa: [kappa, numbers()], predicted: [predicted, numbers()] });
  if (kappa.length !== predicted.length)
    throw new ShapeError(
      `phaseErrors: ${predicted.length} predictions for ${kappa.length} labels; they must come in pairs.`,
    );
  const of = (phase: keyof PhaseErrors): number => {
    let [sum, count] = [0, 0];
    for (let n = 0; n < kappa.length; n++) {
      if (!phases[phase](kappa[n])) continue;
      sum += (predicted[n] - kappa[n]) ** 2;
      count++;
    }
    if (count === 0)
      throw new ConfigError(
        `phaseErrors: no sample lies in the ${phase} phase. Give couplings on both sides and between.`,
      );
    return Math.sqrt(sum / count);
  };
  return { AFM: of("AFM"), PM: of("PM"), FM: of("FM") };
}
