import { NumericalError } from "../../core/errors.js";
import { checkTensor, type Tensor } from "../../core/tensor.js";
import { checkInputs, checkTable } from "../regressionData.js";
import { isEnsemble, type TreeModel } from "./treeEnsemble.js";

/**
 * Refuses inputs that the trees cannot sort.
 * @throws ShapeError; NumericalError for NaN where no direction of missing values is known, and for
 *   ±∞ in forests grown here
 */
export function checkModelInputs(model: TreeModel, x: Tensor, what: string): void {
  checkTensor(x, `${what}: x`);
  if (!isEnsemble(model)) return checkInputs(x, what, model.features);
  checkTable(x, what, model.features);
  if (model.missing === "directed") return;
  const at = x.data.findIndex((value) => Number.isNaN(value));
  if (at < 0) return;
  const [sample, feature] = [Math.floor(at / model.features), at % model.features];
  const fact = `x of sample ${sample}, feature ${feature} is NaN, and these trees do not say where missing values go`;
  throw new NumericalError(`${what}: ${fact}. Leave such samples out, or fill in a number.`, {
    sample,
    feature,
  });
}
