import { ConfigError, DataError } from "../../core/errors.js";
import { choice, shown } from "../../core/oneOf.js";
import type { Link } from "../../forest/ensemble/link.js";
import { orderedTree } from "../../forest/ensemble/orderedTree.js";
import { below, threshold32 } from "../../forest/ensemble/thresholds.js";
import type { DecisionTree } from "../../forest/ensemble/treeEnsemble.js";
import {
  readModelMessage,
  type AttributeMessage,
  type NodeMessage,
} from "../models/onnx/messages.js";
import { tensorOf } from "../models/onnx/tensorData.js";
import type { FoundForest } from "./forestFile.js";
import { limits } from "./limits.js";

const KINDS = ["TreeEnsembleRegressor", "TreeEnsembleClassifier"] as const;

/** Operators around the trees that do not change what they say. */
const around = ["Cast", "ZipMap", "Identity", "ArrayFeatureExtractor", "ArgMax"];

const links: Readonly<Record<string, Link>> = {
  NONE: "identity",
  LOGISTIC: "logistic",
  SOFTMAX: "softmax",
};

/** Whether an ONNX model is one of trees. */
export const isTreeModel = (bytes: Uint8Array, path: string): boolean =>
  treeNodes(readModelMessage(bytes, path).graph?.nodes ?? []).length > 0;

const treeNodes = (nodes: readonly NodeMessage[]): NodeMessage[] =>
  nodes.filter(({ operator }) => operator?.startsWith("TreeEnsemble"));

/**
 * The trees of an ONNX model with one `TreeEnsembleRegressor` or `TreeEnsembleClassifier` (domain
 * ai.onnx.ml), as skl2onnx writes those of scikit-learn. A classifier of two classes that has the
 * scores of one has one output here, that of its second class.
 */
export function onnxForest(bytes: Uint8Array, path: string): FoundForest {
  const { nodes = [], inputs = [] } = readModelMessage(bytes, path).graph ?? {};
  const found = treeNodes(nodes);
  const refuse = (fact: string, cure: string): never => {
    throw new ConfigError(`${path}: ${fact}. ${cure}.`, { path });
  };
  if (found.length !== 1)
    refuse(`has ${found.length} ensembles of trees`, "Convert the model of the trees alone");
  const other = nodes.find(
    ({ operator = "" }) => !operator.startsWith("TreeEnsemble") && !around.includes(operator),
  );
  if (other)
    refuse(
      `has ${shown(other.operator)} beside its trees`,
      "Convert the model of the trees alone, and give it what this operator makes",
    );
  const [node] = found;
  if (!KINDS.some((kind) => kind === node.operator))
    refuse(
      `has the operator ${shown(node.operator)}`,
      'Convert with target_opset={"": 18, "ai.onnx.ml": 3}',
    );
  const columns = inputs[0]?.type?.tensor?.shape?.dims[1]?.value ?? 0;
  return treesOf(new Attributes(node, `${path}: ${node.operator}`), columns);
}

/** Attributes of a node by their names. */
class Attributes {
  readonly classifier: boolean;
  private readonly byName: ReadonlyMap<string, AttributeMessage>;

  constructor(
    node: NodeMessage,
    readonly where: string,
  ) {
    this.classifier = node.operator === KINDS[1];
    this.byName = new Map(node.attributes.map((own) => [own.name ?? "", own]));
  }

  damaged(fact: string): DataError {
    return new DataError(`${this.where}: ${fact}. Convert the model again.`, { where: this.where });
  }

  has(name: string): boolean {
    return this.byName.has(name);
  }

  integers(name: string, length?: number): readonly number[] {
    return this.list(name, this.byName.get(name)?.integers ?? [], length);
  }

  texts(name: string, length?: number): readonly string[] {
    return this.list(name, this.byName.get(name)?.texts ?? [], length);
  }

  /** Numbers of single precision, or of double where the model has them as a tensor. */
  numbers(name: string, length?: number): { values: ArrayLike<number>; double: boolean } {
    const tensor = this.byName.get(`${name}_as_tensor`)?.tensor;
    const values = tensor
      ? tensorOf(tensor, this.where, () => {
          throw this.damaged(`${name} is in another file`);
        }).data
      : (this.byName.get(name)?.floats ?? []);
    this.list(name, values, length);
    return { values, double: tensor !== undefined };
  }

  text(name: string, otherwise: string): string {
    return this.byName.get(name)?.text ?? otherwise;
  }

  private list<T extends ArrayLike<unknown>>(name: string, values: T, length?: number): T {
    if (length === undefined || values.length === length) return values;
    throw this.damaged(`${name} has ${values.length} entries, ${length} are expected`);
  }
}

function linkOf(own: Attributes): Link {
  const name = own.text("post_transform", "NONE");
  if (Object.hasOwn(links, name)) return links[name];
  const cure = `Known are ${choice(Object.keys(links))}`;
  throw new ConfigError(`${own.where}: post_transform is ${shown(name)}. ${cure}.`, { name });
}

/** Which output each value belongs to, in which node of which tree. */
interface Leaves {
  readonly outputs: number;
  readonly ids: readonly number[];
  readonly nodes: readonly number[];
  readonly trees: readonly number[];
  readonly weights: ArrayLike<number>;
  readonly classes: readonly string[] | undefined;
}

function leavesOf(own: Attributes): Leaves {
  const prefix = own.classifier ? "class" : "target";
  const ids = own.integers(`${prefix}_ids`);
  const list = { ids, nodes: own.integers(`${prefix}_nodeids`, ids.length) };
  const trees = own.integers(`${prefix}_treeids`, ids.length);
  const weights = own.numbers(`${prefix}_weights`, ids.length).values;
  const texts = own.texts("classlabels_strings");
  const labels = texts.length > 0 ? texts : own.integers("classlabels_int64s").map(String);
  const classes = own.classifier ? labels : undefined;
  const counted = own.classifier ? labels.length : Number(own.integers("n_targets")[0] ?? 1);
  // scores of one of two classes: the other has what is left
  const single = own.classifier && counted === 2 && ids.every((id) => id === ids[0]);
  const outputs = single ? 1 : counted;
  if (!(Number.isInteger(outputs) && outputs >= 1 && outputs <= limits.outputs))
    throw own.damaged(`has ${outputs} outputs`);
  const wrong = single ? undefined : ids.find((id) => !(id >= 0 && id < outputs));
  if (wrong !== undefined) throw own.damaged(`has a value for output ${wrong} of ${outputs}`);
  return { ...list, outputs, ids: single ? ids.map(() => 0) : ids, trees, weights, classes };
}

/** @param columns  that the file says its input has, 0 where it does not */
function treesOf(own: Attributes, columns: number): FoundForest {
  const leaves = leavesOf(own);
  const { outputs, classes } = leaves;
  const asked = own.integers("nodes_featureids");
  const features = asked.reduce(
    (most, feature) => Math.max(most, feature + 1),
    Math.max(1, columns),
  );
  if (!(features <= limits.features)) throw own.damaged(`asks for feature ${features - 1}`);
  const members = membersOf(own, leaves, features);
  const aggregate = own.text("aggregate_function", "SUM");
  if (aggregate !== "SUM" && aggregate !== "AVERAGE")
    throw new ConfigError(
      `${own.where}: aggregate_function is ${shown(aggregate)}, for which there are no contributions. Sum or average the trees.`,
      { aggregate },
    );
  const given = own.numbers("base_values").values;
  if (given.length !== 0 && given.length !== outputs)
    throw own.damaged(`has ${given.length} base values for ${outputs} outputs`);
  const base = Float64Array.from({ length: outputs }, (_, k) => given[k] ?? 0);
  return {
    format: "ONNX",
    classes,
    forest: {
      features,
      outputs,
      members,
      aggregate: aggregate === "SUM" ? "sum" : "mean",
      base,
      link: linkOf(own),
      slope: 1,
      missing: "directed",
    },
  };
}

/** Nodes of a tree: entries of the lists, by the numbers that children have. */
type Places = Map<number, number>;

function membersOf(own: Attributes, leaves: Leaves, features: number): DecisionTree[] {
  const treeIds = own.integers("nodes_treeids");
  const nodes = treeIds.length;
  if (nodes < 1) throw own.damaged("has no nodes");
  const nodeIds = own.integers("nodes_nodeids", nodes);
  const byTree = new Map<number, Places>();
  for (let k = 0; k < nodes; k++) {
    const places = byTree.get(treeIds[k]) ?? new Map<number, number>();
    if (places.has(nodeIds[k])) throw own.damaged(`tree ${treeIds[k]} has two nodes ${nodeIds[k]}`);
    byTree.set(treeIds[k], places.set(nodeIds[k], k));
  }
  const values = leafValues(own, leaves, byTree, nodes);
  const all = listsOf(own, nodes);
  return [...byTree].map(([id, places]) =>
    oneTree(own, id, [...places.values()], places, all, values, features, leaves.outputs),
  );
}

/** What each node adds to each output, [nodes, outputs], where it is a leaf. */
function leafValues(
  own: Attributes,
  { outputs, ids, nodes: at, trees, weights }: Leaves,
  byTree: ReadonlyMap<number, Places>,
  nodes: number,
): Float64Array {
  if (nodes * outputs > limits.nodes) throw own.damaged(`has ${nodes} nodes of ${outputs} outputs`);
  const values = new Float64Array(nodes * outputs);
  ids.forEach((id, k) => {
    const place = byTree.get(trees[k])?.get(at[k]);
    if (place === undefined)
      throw own.damaged(`has a value of node ${at[k]} of tree ${trees[k]}, which there is not`);
    values[place * outputs + id] += weights[k];
  });
  return values;
}

interface ListsOfNodes {
  readonly feature: readonly number[];
  readonly modes: readonly string[];
  readonly bounds: ArrayLike<number>;
  readonly double: boolean;
  readonly yes: readonly number[];
  readonly no: readonly number[];
  readonly missing: readonly number[];
}

function listsOf(own: Attributes, nodes: number): ListsOfNodes {
  const { values, double } = own.numbers("nodes_values", nodes);
  const tracks = "nodes_missing_value_tracks_true";
  return {
    feature: own.integers("nodes_featureids", nodes),
    modes: own.texts("nodes_modes", nodes),
    bounds: values,
    double,
    yes: own.integers("nodes_truenodeids", nodes),
    no: own.integers("nodes_falsenodeids", nodes),
    missing: own.integers(tracks).length > 0 ? own.integers(tracks, nodes) : [],
  };
}

/** Whether what is true goes left here (x ≤ …), and the comparison that is asked then. */
const modes: Readonly<Record<string, readonly [yes: boolean, comparison: "<" | "≤"]>> = {
  BRANCH_LEQ: [true, "≤"],
  BRANCH_LT: [true, "<"],
  BRANCH_GT: [false, "≤"],
  BRANCH_GTE: [false, "<"],
};

function oneTree(
  own: Attributes,
  id: number,
  entries: readonly number[],
  places: Places,
  lists: ListsOfNodes,
  values: Float64Array,
  features: number,
  width: number,
): DecisionTree {
  const where = `${own.where}: tree ${id}`;
  const numbers = new Map(entries.map((place, k) => [place, k]));
  const leaf = (place: number): boolean => lists.modes[place] === "LEAF";
  const mode = (place: number): readonly [boolean, "<" | "≤"] => {
    if (Object.hasOwn(modes, lists.modes[place])) return modes[lists.modes[place]];
    const fact = `${where}: a node asks by ${shown(lists.modes[place])}`;
    throw new ConfigError(`${fact}. Known are ${choice([...Object.keys(modes), "LEAF"])}.`);
  };
  const child = (place: number, left: boolean): number => {
    if (leaf(place)) return -1;
    const next = mode(place)[0] === left ? lists.yes[place] : lists.no[place];
    return numbers.get(places.get(next) ?? -1) ?? entries.length; // beyond the end: is refused
  };
  const bound = (place: number): number => {
    if (leaf(place)) return 0;
    const [, comparison] = mode(place);
    const value = lists.bounds[place];
    if (!lists.double) return threshold32(value, comparison);
    return comparison === "≤" ? value : below(value);
  };
  const tracks = (place: number): boolean => !leaf(place) && lists.missing[place] === 1;
  return orderedTree(
    {
      root: 0,
      output: 0,
      width,
      left: entries.map((place) => child(place, true)),
      right: entries.map((place) => child(place, false)),
      feature: entries.map((place) => lists.feature[place]),
      threshold: entries.map(bound),
      // what is missing fails every comparison, unless the node says otherwise
      missingLeft: entries.map((place) => !leaf(place) && tracks(place) === mode(place)[0]),
      value: Float64Array.from(
        entries.flatMap((place) => Array.from(values.subarray(place * width, (place + 1) * width))),
      ),
    },
    features,
    where,
  );
}
