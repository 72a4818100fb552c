import type { ModelFile } from "../interop/models/readModel.js";
import type { Loss, LossSpec } from "../nn/losses/loss.js";
import { lossFrom, lossTypes } from "../nn/losses/lossTypes.js";
import { UsageError } from "./command.js";

/**
 * The loss that `--loss` and `--loss-parameters` name, or that of the model's last function. A loss
 * of probabilities belongs to the function that makes them, before which the network here ends.
 * @throws UsageError if parameters or the model's last function do not fit, ConfigError for a
 *          parameter outside its domain
 */
export function chosenLoss(
  option: string | undefined,
  parameters: string | undefined,
  { loss, output }: ModelFile,
): Loss {
  if (option === undefined) {
    if (parameters === undefined) return loss;
    throw new UsageError(
      `--loss-parameters is "${parameters}" without --loss. Name the loss that has them.`,
    );
  }
  const [type] = Object.entries(lossTypes).find(([, one]) => one.option === option)!;
  const wanted = lossFrom(specOf(type, parameters));
  if (output === "linear" || wanted.output === output) return wanted;
  const fact = `the model ends in ${output}, to which the loss ${loss.name} belongs`;
  const cure = "Save the model without its last function, or leave --loss out";
  throw new UsageError(`--loss is ${option}, but ${fact}. ${cure}.`);
}

/** `delta=0.5,…` with the type. */
function specOf(type: string, parameters: string | undefined): LossSpec {
  const spec: { type: string; [parameter: string]: string | number } = { type };
  for (const part of parameters?.split(",") ?? []) {
    const [, name, value] = /^\s*(\w+)\s*=\s*(\S+)\s*$/.exec(part) ?? [];
    if (name === undefined || name === "type" || Number.isNaN(Number(value))) {
      throw new UsageError(
        `--loss-parameters holds "${part}"; it must be name=number, e.g. delta=0.5.`,
      );
    }
    spec[name] = Number(value);
  }
  return spec;
}
