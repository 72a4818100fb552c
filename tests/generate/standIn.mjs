// A sampler of the signature of sampleEnsemble that samples nothing: numbers of the spec's stream,
// at once.
import { ConfigError, makeRng, NotConvergedError, tensor } from "phaselens/core";

const report = (spec) => ({
  monitored: {},
  flags: [],
  effectiveConfigurations: spec.configurations,
});

export function standIn(spec) {
  const rng = makeRng(spec.seed, `${spec.set}/${spec.parameters.hoppingParameter}`);
  const fields = tensor([spec.configurations, ...spec.shape]);
  for (let k = 0; k < fields.data.length; k++) fields.data[k] = rng.uniform();
  return { fields, spec, report: report(spec) };
}

/** Gives up at κ = 0. */
export function failingAtZero(spec) {
  if (spec.parameters.hoppingParameter === 0)
    throw new NotConvergedError(
      "conjugate gradients: residual 1e-2 after 10 iterations. Raise the limit.",
    );
  return standIn(spec);
}

/** An error of the program itself. */
export function broken(spec) {
  throw new TypeError(`no such thing in ${spec.set}`);
}

/** Saves checkpoints that no sampler would go on from. */
export function complaining(spec, hooks) {
  if (hooks.checkpoint.load() !== undefined)
    throw new ConfigError("a checkpoint was loaded that should not have been.");
  return {
    ...standIn(spec),
    report: { ...report(spec), flags: ["stuck: chain 0. Use more steps."] },
  };
}
