// What the files were taken for, to be corrected before the work begins.
import { methods } from "phaselens/internal/report/methods";
import { lossTypes } from "phaselens/internal/nn/losses/lossTypes";
import type { Asked, Looked, LookedItem, Role } from "../worker/protocol.js";
import { cut, h, named, type Child } from "./dom.js";

const ROLES: Readonly<Record<LookedItem["kind"], readonly (readonly [Role, string])[]>> = {
  model: [["model", "the model"]],
  table: [
    ["points", "points to explain"],
    ["training", "training data"],
    ["both", "training data, explained too"],
    ["unused", "not used"],
  ],
  array: [
    ["points", "points to explain"],
    ["target", "their targets"],
    ["training", "training data"],
    ["trainingTarget", "training targets"],
    ["both", "training data, explained too"],
    ["unused", "not used"],
  ],
  part: [["unused", "weights of the model"]],
  other: [["unused", "not read"]],
};

type Option = readonly [value: string, words: string];

/**
 * @param start    told what is asked
 * @param network  told which network the parameters of a state dictionary belong to
 */
export function formView(
  looked: Looked,
  start: (asked: Asked) => void,
  network: (text: string) => void,
): HTMLFormElement {
  const { items, model } = looked;
  const choices = items.map((item) => ({ item, role: item.role, input: item.input }));
  const several = (model?.inputs.length ?? 1) > 1;
  const line = (choice: (typeof choices)[number], k: number): Child => {
    const { item } = choice;
    const role = select(`role-${k}`, ROLES[item.kind], item.role, (value) => {
      choice.role = value as Role;
    });
    const inputs: readonly Option[] = (model?.inputs ?? []).map((name) => [
      name,
      `input ${cut(name, 40)}`,
    ]);
    const isInput = several && item.kind === "array";
    return h(
      "tr",
      {},
      h("th", { scope: "row" }, h("label", { for: `role-${k}` }, named(item.name))),
      h("td", {}, facts(item)),
      h(
        "td",
        {},
        role,
        isInput &&
          select(
            `input-${k}`,
            [["", "(no input)"], ...inputs],
            item.input ?? "",
            (value) => (choice.input = value || undefined),
            `Input for ${item.name}`,
          ),
      ),
    );
  };
  const fields = fieldsOf(looked, network);
  const complaint = h("p", { class: "note", role: "alert", hidden: true });
  const form = h(
    "form",
    {
      class: "form",
      submit: (event: Event) => {
        event.preventDefault();
        try {
          start(askedOf(choices, looked, fields.values()));
          complaint.hidden = true;
        } catch (error) {
          complaint.hidden = false;
          complaint.textContent = (error as Error).message;
        }
      },
    },
    h("h2", {}, "What the files are taken for"),
    h(
      "div",
      { class: "scroll", tabindex: 0, role: "region", "aria-label": "Files" },
      h("table", {}, h("tbody", {}, choices.map(line))),
    ),
    fields.element,
    complaint,
    h("p", {}, h("button", { type: "submit", class: "main", id: "explain" }, "Explain")),
  );
  return form;
}

const facts = ({ shape, columns, tensors, problem }: LookedItem): Child => {
  const wrong = problem !== undefined && h("p", { class: "wrong" }, problem);
  if (tensors) return [`${tensors.length} tensors: `, named(cut(tensors.join(", "), 240)), wrong];
  return wrong
    ? wrong
    : shape
      ? `shape ${shape.join(" × ")}`
      : columns
        ? [`${columns.length} columns: `, named(cut(columns.join(", "), 120))]
        : "";
};

function select(
  id: string,
  options: readonly Option[],
  value: string,
  change: (value: string) => void = () => {},
  label?: string,
): HTMLSelectElement {
  const element: HTMLSelectElement = h(
    "select",
    { id, "aria-label": label, change: () => change(element.value) },
    options.map(([own, words]) => h("option", { value: own, selected: own === value }, words)),
  );
  return element;
}

interface Fields {
  readonly element: HTMLElement;
  values(): Record<string, string>;
}

/** The options of `phaselens explain` that one may want to say. */
function fieldsOf({ items, model, guess }: Looked, network: (text: string) => void): Fields {
  const read: (() => readonly [string, string])[] = [];
  const field = (
    name: string,
    words: string,
    control: HTMLInputElement | HTMLSelectElement,
  ): Child => {
    read.push(() => [name, control.value.trim()]);
    return h("p", { class: "field" }, h("label", { for: control.id }, words), control);
  };
  const text = (name: string, words: string, value = "", hint = ""): Child =>
    field(name, words, h("input", { id: `option-${name}`, value, placeholder: hint }));
  const chosen = (name: string, words: string, options: readonly Option[], value = ""): Child =>
    field(name, words, select(`option-${name}`, options, value));
  const columns = [...new Set(items.flatMap((item) => item.columns ?? []))];
  const trees = model?.kind === "trees";
  const ways: readonly Option[] = trees
    ? [
        ["shapley", "Shapley values"],
        ["saabas", "Saabas"],
      ]
    : Object.entries(methods).map(([name, { words }]) => [name, cut(`${name}: ${words}`, 90)]);
  const losses: readonly Option[] = Object.values(lossTypes).map(({ option }) => [option, option]);
  const layers: HTMLInputElement = h("input", {
    id: "option-network",
    value: model?.network ?? "",
    placeholder: '[{"type":"dense","inputs":2,"outputs":8},…] or {"deepSets":{…}}',
    change: () => network(layers.value),
  });
  const first = [
    model?.network !== undefined &&
      field("network", "Network of these parameters, as JSON", layers),
    columns.length > 0 &&
      chosen(
        "target-column",
        "Column with the target",
        [["", "(none)"], ...columns.map((name): Option => [name, cut(name, 60)])],
        guess.targetColumn,
      ),
    text(
      "classes",
      "Names of the classes, in the order of the outputs",
      guess.classes ?? model?.classes?.join(",") ?? "",
      "none, or a,b,c",
    ),
    !trees &&
      chosen(
        "loss",
        model?.lossKnown ? "What was minimised" : "What was minimised (the file does not say)",
        [["", model?.lossKnown ? "as the model says" : "not known"], ...losses],
        guess.loss,
      ),
    chosen("method", "Relevance by", ways, trees ? "shapley" : "lrp"),
    chosen(
      "parts",
      "About training data and the whole set",
      [
        ["quick", "what fits into half a minute"],
        ["all", "everything"],
        ["none", "nothing yet"],
      ],
      "quick",
    ),
  ];
  const more = [
    text("class", "Which output is explained", "", "the largest of each point"),
    !trees && text("l2", "Coefficient of ½|θ|² in the risk", "", "0"),
    columns.length > 0 && text("columns", "Columns that are the input", "", "all but the target"),
    columns.length > 0 &&
      chosen("decimal", "Decimal sign of tables", [
        ["", "point"],
        [",", "comma"],
      ]),
    text("limit", "Points at most", "100000"),
    !trees && text("train-limit", "Training points at most", "10000"),
  ];
  return {
    element: h(
      "div",
      {},
      h("div", { class: "fields" }, first),
      h("details", {}, h("summary", {}, "More"), h("div", { class: "fields" }, more)),
    ),
    values: () => Object.fromEntries(read.map((one) => one()).filter(([, value]) => value !== "")),
  };
}

type Choice = {
  readonly item: LookedItem;
  readonly role: Role;
  readonly input: string | undefined;
};

/** The options that roles stand for. @throws Error saying what is missing */
function askedOf(
  choices: readonly Choice[],
  looked: Looked,
  values: Record<string, string>,
): Asked {
  const of = (...roles: readonly Role[]): Choice[] =>
    choices.filter(({ role }) => roles.includes(role));
  const model = of("model")[0];
  if (!model) throw new Error("There is no model among the files. Drop one.");
  if (looked.model?.problem !== undefined) throw new Error(looked.model.problem);
  const points = of("points", "both");
  if (points.length === 0) throw new Error("Which file holds the points to explain? Choose it.");
  const training = of("training", "both");
  const target = of("target")[0]?.item.path;
  const trainTarget =
    of("trainingTarget")[0]?.item.path ?? (of("both").length > 0 ? target : undefined);
  const needed = looked.model?.kind === "trees" && training.length === 0 ? undefined : training;
  const all: Record<string, string | undefined> = {
    ...values,
    model: model.item.path,
    data: filesOf(points),
    target: target ?? (of("both").length > 0 ? trainTarget : undefined),
    train: needed && needed.length > 0 ? filesOf(needed) : undefined,
    "train-target": trainTarget,
  };
  if (looked.model?.kind === "trees")
    for (const name of ["loss", "l2", "train-limit", "train-target"]) delete all[name];
  const given = Object.entries(all).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return {
    title: `What ${cut(model.item.name, 60)} says about ${cut(points[0].item.name, 60)}`,
    values: Object.fromEntries(given),
  };
}

/** One file, or NAME=FILE for each input. */
function filesOf(choices: readonly Choice[]): string {
  const named = choices.filter(({ input }) => input !== undefined);
  return named.length === 0
    ? choices[0].item.path
    : named.map(({ item, input }) => `${input}=${item.path}`).join(",");
}
