import type { Rng } from "../../core/random/rng.js";
import type { Tensor } from "../../core/tensor.js";
import { contributions } from "../../forest/contributions.js";
import type { TreeContributions } from "../../forest/shapley/attribution.js";
import { shapley } from "../../forest/shapley/shapley.js";
import type { TreeEnsemble } from "../../forest/ensemble/treeEnsemble.js";
import { featureGroups, type FeatureGroup } from "./featureGroups.js";
import { partners, type Partner } from "./partners.js";
import { permutedGroups, type ScoreLoss } from "./permutedGroups.js";
import type { TreeMethod } from "./treeMethods.js";
import type { TreeScore } from "./treeScore.js";
import { outputsOf, treeLosses, type TreeOutputs, type TreeTask } from "./treeTask.js";

/** Features that are grouped at most: those with the largest contributions. */
export const GROUPED = 60;

/** What is explained of trees, and how. */
export interface TreeQuestion {
  /** With covers where the method needs them. */
  readonly ensemble: TreeEnsemble;
  readonly task: TreeTask;
  readonly method: TreeMethod;
  /** [n, features] */
  readonly x: Tensor;
  /** [n, outputs] */
  readonly target: Tensor | undefined;
  /** [m, features], of interventional values. */
  readonly background: Tensor | undefined;
  /** The output that is explained. */
  readonly output: number;
  readonly rng: Rng;
  readonly jobs: number | undefined;
  readonly onStep: (words: string) => void;
  readonly onDone: (done: number, total: number) => void;
}

/** A group of features with what it carries. */
export interface ExplainedGroup extends FeatureGroup {
  /** Mean |Σ_i φ_i| over points. */
  readonly contribution: number;
  /** With targets: what it costs to permute it. */
  readonly loss: ScoreLoss | undefined;
}

/** What trees say of points, in units of the margin. */
export interface TreeExplanation {
  readonly outputs: TreeOutputs;
  /** Of all outputs, as `shapley` and `contributions` give them. */
  readonly parts: TreeContributions;
  readonly bias: number;
  /** Of the explained output. [n, features] row by row */
  readonly phi: Float64Array;
  /** Mean |φ| of the explained output. [features] */
  readonly importance: Float64Array;
  /** Features from the largest mean |φ| down. */
  readonly order: readonly number[];
  /** By feature; undefined where they were not looked for. */
  readonly partners: readonly (Partner | undefined)[] | undefined;
  readonly groups: readonly ExplainedGroup[];
  readonly score: TreeScore | undefined;
  /** [n] */
  readonly losses: Float64Array | undefined;
}

/** Takes predictions apart, and asks the data which features go together. */
export async function explainTrees(question: TreeQuestion): Promise<TreeExplanation> {
  const { ensemble, task, x, target, output, method, background, onStep } = question;
  onStep("contributions");
  const parts = await partsOf(question);
  const [n] = x.shape;
  const outputs = outputsOf(ensemble, parts.prediction);
  const phi = phiOf(parts, n, ensemble, output);
  const importance = meanModulus(phi, ensemble.features);
  const order = Array.from(importance.keys()).sort(
    (a, b) => importance[b] - importance[a] || a - b,
  );
  onStep("interactions and groups of features");
  const covered = ensemble.members.every(({ cover }) => cover);
  const found = { outputs, parts, bias: parts.bias[output], phi, importance, order };
  return {
    ...found,
    ...groupsOf(question, found),
    partners:
      method.name === "shapley" && !background && covered
        ? partners(ensemble, x, output)
        : undefined,
    losses: target && treeLosses(ensemble, task, outputs, target),
  };
}

async function partsOf({
  ensemble,
  method,
  x,
  background,
  jobs,
  onDone,
}: TreeQuestion): Promise<TreeContributions> {
  if (method.name === "saabas") return contributions(ensemble, x);
  return shapley(ensemble, x, { background, jobs, onDone });
}

/** The explained output's own of [n, outputs, features]. */
function phiOf(
  { contributions: { data } }: TreeContributions,
  n: number,
  { outputs, features }: TreeEnsemble,
  output: number,
): Float64Array {
  if (outputs === 1) return data;
  const found = new Float64Array(n * features);
  for (let s = 0; s < n; s++) {
    const from = (s * outputs + output) * features;
    found.set(data.subarray(from, from + features), s * features);
  }
  return found;
}

function meanModulus(phi: Float64Array, features: number): Float64Array {
  const found = new Float64Array(features);
  const n = phi.length / features;
  for (let p = 0; p < phi.length; p++) found[p % features] += Math.abs(phi[p]) / n;
  return found;
}

function groupsOf(
  { ensemble, task, x, target, rng }: TreeQuestion,
  { phi, importance, order }: Pick<TreeExplanation, "phi" | "importance" | "order">,
): Pick<TreeExplanation, "groups" | "score"> {
  const used = order.filter((k) => importance[k] > 0).slice(0, GROUPED);
  const plain = featureGroups(x, used);
  const permuted = target && permutedGroups(ensemble, task, { x, target }, plain, rng);
  const groups = plain.map((group, g): ExplainedGroup => ({
    ...group,
    contribution: groupContribution(phi, ensemble.features, group.features),
    loss: permuted?.losses[g],
  }));
  const size = ({ contribution, loss }: ExplainedGroup): number => loss?.change ?? contribution;
  return { groups: groups.sort((a, b) => size(b) - size(a)), score: permuted?.score };
}

/** Mean |Σ_i φ_i| of a group. */
function groupContribution(phi: Float64Array, features: number, group: readonly number[]): number {
  const n = phi.length / features;
  let sum = 0;
  for (let s = 0; s < n; s++)
    sum += Math.abs(group.reduce((own, k) => own + phi[s * features + k], 0));
  return sum / n;
}
