import { ConfigError, DataError } from "../../core/errors.js";
import { shown } from "../../core/oneOf.js";
import type { Link } from "../../forest/ensemble/link.js";
import { orderedTree } from "../../forest/ensemble/orderedTree.js";
import { threshold32 } from "../../forest/ensemble/thresholds.js";
import type { DecisionTree } from "../../forest/ensemble/treeEnsemble.js";
import type { FoundForest } from "./forestFile.js";
import { limits } from "./limits.js";
import { readXml, type XmlElement } from "./xml.js";

const damaged = (where: string, fact: string): DataError =>
  new DataError(`${where}: ${fact}. The file is damaged or cut off; fetch it again.`, { where });

/**
 * Weights of a boosted tree of TMVA (`weights/….weights.xml` of a method BDT), as CMS and ATLAS
 * ship those of their identification of particles.
 *
 * What TMVA gives for an event (MethodBDT): tanh Σ_t leaf_t for BoostType=Grad, from −1 to 1; else
 * the mean of the leaves, weighted by the boost weights of the trees.
 */
export function tmvaForest(text: string, path: string): FoundForest {
  const root = readXml(text, path);
  const setup = root.attributes.get("Method") ?? "";
  if (root.name !== "MethodSetup" || !/^BDT(?:::|$)/.test(setup))
    throw new ConfigError(
      `${path}: is ${shown(setup === "" ? root.name : setup)}, no boosted tree of TMVA. Name the weights of a method BDT.`,
      { method: setup },
    );
  refuseTransformations(root, path);
  const names = namesOf(root, path);
  const { boost, yesNo, weighted, task } = settingsOf(root);
  const weights = child(root, "Weights", path);
  const trees = weights.children.filter(({ name }) => name === "BinaryTree");
  const claimed = Number(weights.attributes.get("NTrees") ?? trees.length);
  if (trees.length === 0 || claimed !== trees.length)
    throw damaged(path, `claims ${claimed} trees and has ${trees.length}`);
  const regression = weights.attributes.get("AnalysisType") === "1";
  const key = regression ? "res" : yesNo ? "nType" : "purity";
  const outputs = task === "multiclass" ? classesOf(root).length : 1;
  const made = trees.map((tree, t) =>
    tmvaTree(tree, key, names.length, t % outputs, `${path}: tree ${t}`),
  );
  const factors = trees.map((tree, t) => numberOf(tree, "boostWeight", `${path}: tree ${t}`));
  const ensemble = combined(made, factors, { boost, task, weighted, outputs, path });
  return {
    format: "TMVA",
    names,
    classes: labels[task]?.(root),
    forest: { ...ensemble, features: names.length, slope: 1, missing: "refused" },
  };
}

/** Names of classes by the kind of analysis; a classification speaks for its signal. */
const labels: Readonly<Record<string, ((root: XmlElement) => string[]) | undefined>> = {
  multiclass: classesOf,
  classification: () => ["Background", "Signal"],
};

interface Combination {
  readonly boost: string;
  readonly task: string;
  readonly weighted: boolean;
  readonly outputs: number;
  readonly path: string;
}

/** How TMVA makes one number of those of the trees. */
function combined(
  members: readonly DecisionTree[],
  factors: readonly number[],
  { boost, task, weighted, outputs, path }: Combination,
): Pick<FoundForest["forest"], "members" | "outputs" | "aggregate" | "base" | "link"> {
  const base = new Float64Array(outputs);
  if (boost === "Grad") {
    // of a regression the weight of the first tree is the median that boosting began with
    if (task === "regression") base[0] = factors[0];
    const links: Readonly<Record<string, Link>> = { multiclass: "softmax", regression: "identity" };
    return { members, outputs, aggregate: "sum", base, link: links[task] ?? "tanh" };
  }
  if (task !== "classification")
    throw new ConfigError(
      `${path}: is a ${task} with BoostType=${boost}, which takes a median of its trees, for which there are no contributions. Train with BoostType=Grad.`,
      { boost },
    );
  const own = weighted ? factors : factors.map(() => 1);
  const sum = own.reduce((total, factor) => total + factor, 0);
  if (!(sum > 0)) throw damaged(path, `boost weights add up to ${sum}`);
  const scaled = members.map((tree, t) => ({
    ...tree,
    value: tree.value.map((v) => (v * own[t] * members.length) / sum),
  }));
  return { members: scaled, outputs, aggregate: "mean", base, link: "identity" };
}

function child({ name, children }: XmlElement, wanted: string, path: string): XmlElement {
  const found = children.find((one) => one.name === wanted);
  if (!found) throw damaged(path, `<${name}> has no <${wanted}>`);
  return found;
}

function numberOf({ name, attributes }: XmlElement, key: string, where: string): number {
  const text = attributes.get(key);
  const number = Number(text);
  if (text === undefined || text.trim() === "" || !Number.isFinite(number))
    throw damaged(where, `<${name}> has ${key} ${shown(text)}, no number`);
  return number;
}

function refuseTransformations(root: XmlElement, path: string): void {
  const found = root.children.find(({ name }) => name === "Transformations");
  const count = Number(found?.attributes.get("NTransformations") ?? 0);
  if (count === 0) return;
  throw new ConfigError(
    `${path}: transforms its variables ${count} times before the trees, which is not read. Train with VarTransform=None.`,
    { count },
  );
}

function namesOf(root: XmlElement, path: string): string[] {
  const { children } = child(root, "Variables", path);
  const found = children.filter(({ name }) => name === "Variable");
  const names = new Array<string>(found.length);
  for (const variable of found) {
    const index = numberOf(variable, "VarIndex", path);
    if (!(Number.isInteger(index) && index >= 0 && index < found.length) || index in names)
      throw damaged(path, `has a variable of index ${index}, there are ${found.length}`);
    names[index] = variable.attributes.get("Expression") ?? `f${index}`;
  }
  if (names.length < 1 || names.length > limits.features)
    throw damaged(path, `has ${names.length} variables`);
  return names;
}

function classesOf(root: XmlElement): string[] {
  const classes = root.children.find(({ name }) => name === "Classes");
  const found = (classes?.children ?? []).map(({ attributes }) => attributes.get("Name") ?? "");
  return found.length > 0 ? found : [""];
}

function settingsOf(root: XmlElement): {
  boost: string;
  yesNo: boolean;
  weighted: boolean;
  task: string;
} {
  const texts = (group: string, key: string): Map<string, string> =>
    new Map(
      (root.children.find(({ name }) => name === group)?.children ?? []).map((one) => [
        one.attributes.get("name") ?? "",
        key === "" ? one.text.trim() : (one.attributes.get(key) ?? ""),
      ]),
    );
  const options = texts("Options", "");
  const truth = (name: string): boolean => (options.get(name) ?? "True") === "True";
  const boost = options.get("BoostType") ?? "AdaBoost";
  return {
    boost,
    yesNo: truth("UseYesNoLeaf") && boost !== "RealAdaBoost" && boost !== "AdaCost",
    weighted: truth("UseWeightedTrees"),
    task: (texts("GeneralInfo", "value").get("AnalysisType") ?? "Classification").toLowerCase(),
  };
}

function tmvaTree(
  element: XmlElement,
  key: string,
  features: number,
  output: number,
  where: string,
): DecisionTree {
  const roots = element.children.filter(({ name }) => name === "Node");
  if (roots.length !== 1) throw damaged(where, `has ${roots.length} roots`);
  const nodes: XmlElement[] = [roots[0]];
  const [left, right, feature, threshold, value]: number[][] = [[], [], [], [], []];
  for (let at = 0; at < nodes.length; at++) {
    const node = nodes[at];
    const inner = numberOf(node, "nType", where) === 0;
    feature.push(inner ? numberOf(node, "IVar", where) : -1);
    threshold.push(inner ? threshold32(numberOf(node, "Cut", where), "<") : 0);
    value.push(inner ? 0 : numberOf(node, key, where));
    if (!inner) {
      left.push(-1);
      right.push(-1);
      continue;
    }
    if (Number(node.attributes.get("NCoef") ?? 0) > 0)
      throw new ConfigError(
        `${where}: cuts on combinations of variables (UseFisherCuts), for which there are no contributions. Train without.`,
      );
    const places = ["l", "r"].map((pos) => {
      const found = node.children.filter((one) => one.attributes.get("pos") === pos);
      if (found.length !== 1)
        throw damaged(where, `node ${at} has ${found.length} children "${pos}"`);
      nodes.push(found[0]);
      return nodes.length - 1;
    });
    // x ≥ cut goes right where the cut selects signal, else left
    const [below, above] = numberOf(node, "cType", where) === 1 ? places : [...places].reverse();
    left.push(below);
    right.push(above);
  }
  const missingLeft = new Uint8Array(nodes.length);
  const lists = { root: 0, output, width: 1, left, right, feature, threshold, missingLeft, value };
  return orderedTree(lists, features, where);
}
