import type { ExplanationReport } from "../report/explanationReport.js";
import type { ReadProblem } from "./readProblem.js";

/** What a report says of the model and of the data before anything is explained. */
export function described(
  { model, loss, l2, convention, points, training, classes, notes }: ReadProblem,
  title: string,
): Pick<
  ExplanationReport,
  | "title"
  | "model"
  | "loss"
  | "l2"
  | "convention"
  | "classes"
  | "names"
  | "target"
  | "trainingPoints"
  | "trainingRows"
  | "notes"
> {
  const { network, format } = model;
  const inputShape = points!.shape.slice(1);
  return {
    title,
    model: {
      name: network.name,
      format,
      parameters: network.parameterCount,
      inputShape,
      output: loss.output,
    },
    loss: loss.name,
    l2,
    convention,
    classes,
    // names belong to a flat sample alone
    names: points!.x.shape.length === 2 ? points!.names : undefined,
    target: points!.target,
    trainingPoints: training?.x.shape[0],
    trainingRows: training?.rows,
    notes,
  };
}
