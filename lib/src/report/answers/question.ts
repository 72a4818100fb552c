import type { CurvatureChoiceOptions } from "../../hessian/curvature/choice.js";
import type { ModelFile } from "../../interop/models/readModel.js";
import type { Loss } from "../../nn/losses/loss.js";
import type { GradientConvention } from "../../nn/network/gradientConvention.js";
import type { Shape, Tensor } from "../../core/tensor.js";
import type { TreeEnsemble } from "../../forest/ensemble/treeEnsemble.js";
import type { TreeTask } from "../trees/treeTask.js";
import type { TreeMethod } from "../trees/treeMethods.js";

/** Points with what belongs to them. */
export interface AskedPoints {
  /** As the network reads them, [n, …]. */
  readonly x: Tensor;
  /** Shape in the file, [n, …]. */
  readonly shape: Shape;
  readonly target: Tensor | undefined;
  readonly weights?: Float64Array | undefined;
  /** Of the entries of a flat sample. */
  readonly names?: readonly string[] | undefined;
  /** Rows of the file, where not all were taken. */
  readonly rows?: ArrayLike<number> | undefined;
}

/** What is asked of a network. What `readProblem` of the command line gives fits in. */
export interface NetworkQuestion extends CurvatureChoiceOptions {
  readonly title: string;
  readonly model: Pick<
    ModelFile,
    "network" | "theta" | "format" | "inputs" | "unpack" | "masks" | "output"
  >;
  readonly loss: Loss;
  readonly l2?: number;
  readonly convention?: GradientConvention;
  readonly points: AskedPoints;
  readonly training?: AskedPoints | undefined;
  readonly classes?: readonly string[] | undefined;
  /** A name of `report.methods` (default "lrp"). */
  readonly method?: string;
  /** The output that is explained, by number or name of a class (default the largest of each). */
  readonly output?: string | undefined;
  readonly damping?: number | undefined;
  /** m (default by the spectrum). */
  readonly directions?: number | undefined;
  readonly exactLimit?: number | undefined;
  /** Features masked together, by a name for the group (default: found by correlation). */
  readonly groups?: Readonly<Record<string, readonly string[]>> | undefined;
  readonly seed: number;
  /** Worker threads; 1 in a browser's worker. */
  readonly jobs?: number | undefined;
  readonly notes?: readonly string[];
}

/** What is asked of boosted trees or a forest. What `readTrees` gives fits in. */
export interface TreesQuestion {
  readonly title: string;
  readonly name: string;
  readonly format: string;
  readonly features: readonly string[];
  /** With the covers that the method needs. */
  readonly ensemble: TreeEnsemble;
  readonly task: TreeTask;
  readonly method: TreeMethod;
  /** [n, features] */
  readonly x: Tensor;
  /** [n, outputs] */
  readonly target: Tensor | undefined;
  readonly background?: Tensor | undefined;
  readonly classes?: readonly string[] | undefined;
  /** The number of the output that is explained, and what it is called. */
  readonly output: number;
  readonly outputName: string;
  readonly groups?: Readonly<Record<string, readonly string[]>> | undefined;
  readonly rows?: ArrayLike<number> | undefined;
  readonly seed: number;
  readonly jobs?: number | undefined;
  readonly notes?: readonly string[];
}

export type Question = NetworkQuestion | TreesQuestion;
