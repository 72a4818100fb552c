// One point in full: why, by which training rows, how sure, and what would change it.
import type {
  AnswersDocument,
  InputFacts,
  InputValues,
  RowAnswer,
  RowDetails,
  TrainingAnswer,
} from "phaselens/internal/report/answers/document";
import { percentileOf } from "phaselens/internal/report/answers/order";
import { COLOUR, signedBars } from "./charts.js";
import { cut, h, named, type Child } from "./dom.js";
import { percent, readable } from "./numbers.js";
import { isPicture, picture } from "./pictures.js";

type Known = Pick<AnswersDocument, "model" | "method" | "extrapolation">;

/** @param details  undefined while it is computed */
export function rowView(
  known: Known,
  row: RowAnswer,
  details: RowDetails | undefined,
): HTMLElement {
  return h(
    "article",
    { class: "point", "aria-label": `Row ${row.row}` },
    h("h3", { id: "row-title", tabindex: -1 }, `Row ${row.row}: `, named(row.label)),
    h("p", {}, sentence(row)),
    trust(known, row),
    details
      ? [why(known, details), influence(known, row, details), change(details)]
      : h("p", { class: "meta", role: "status" }, "Being explained …"),
  );
}

function sentence(row: RowAnswer): Child {
  const sure = row.sure === undefined ? "" : ` with probability ${percent(row.sure)}`;
  const label = row.targetLabel;
  return [
    "The model says ",
    named(row.label),
    sure,
    label === undefined ? "; there is no label." : ["; the label is ", named(label), "."],
    row.wrong === true && h("strong", { class: "wrong" }, " That is wrong."),
    row.loss !== undefined && ` Loss ${readable(row.loss)}.`,
  ];
}

/** Uncertainty beside the probability, and how far outside of the training data it is. */
function trust(known: Known, row: RowAnswer): Child {
  const { uncertainty, extrapolation } = row;
  if (!uncertainty && !extrapolation) return undefined;
  const of = uncertainty?.of === "output" ? "the output" : `the ${uncertainty?.of}`;
  return [
    uncertainty &&
      h(
        "p",
        {},
        `Trained on another sample of the same size, ${of} would be about ${readable(uncertainty.spread, 2)} higher or lower (root of RUE).`,
      ),
    extrapolation &&
      h(
        "p",
        {},
        `Of ${known.extrapolation?.among ?? "the"} training points ${readable(extrapolation.percentile)} % are less of an extrapolation than this one` +
          ` (score ${readable(extrapolation.score)}); by the gradient of the prediction itself, ${readable(extrapolation.predictionPercentile)} %.`,
        percentileOf(extrapolation) > 95 &&
          h("strong", { class: "wrong" }, " The model has hardly seen anything like it."),
      ),
  ];
}

function why({ model, method }: Known, { input, relevance }: RowDetails): HTMLElement {
  const { top, rest, sum, explained, explainedWords, byInput } = relevance;
  const bars = [
    ...top.map(({ name, value, relevance: own }) => ({
      name: `${cut(name, 40)} = ${readable(value)}`,
      value: own,
      kind: own >= 0 ? "raises it" : "lowers it",
    })),
    ...remaining(top, sum),
    ...rest
      .filter(({ value }) => value !== 0)
      .map(({ words, value }) => ({ name: cut(words, 44), value, kind: "not of the input" })),
  ];
  const parts = rest
    .filter(({ value }) => value !== 0)
    .map(({ words, value }) => ` ${value < 0 ? "−" : "+"} ${readable(Math.abs(value))} (${words})`)
    .join("");
  return h(
    "section",
    {},
    h("h4", {}, "Why"),
    h(
      "p",
      {},
      `${upper(explainedWords)} is ${readable(explained)} = ${readable(sum)} (relevance of the input)${parts}.`,
    ),
    h(
      "div",
      { class: "pictures" },
      model.inputs.flatMap((facts) => pair(facts, input, byInput)),
    ),
    signedBars(
      bars,
      `relevance, in units of the ${method.units}`,
      { "raises it": COLOUR.raises, "lowers it": COLOUR.lowers, "not of the input": COLOUR.rest },
      `What ${explainedWords} is made of: the entries of the largest relevance, and what is not of the input.`,
    ),
  );
}

const upper = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);

/** All entries that have no bar of their own. */
function remaining(
  top: RowDetails["relevance"]["top"],
  sum: number,
): { name: string; value: number; kind: string }[] {
  const value = sum - top.reduce((total, { relevance }) => total + relevance, 0);
  const none = Math.abs(value) <= 1e-9 * Math.max(1e-12, Math.abs(sum));
  return none
    ? []
    : [{ name: "all other entries", value, kind: value >= 0 ? "raises it" : "lowers it" }];
}

/** An input and its relevance beside each other. */
function pair(
  facts: InputFacts,
  input: readonly InputValues[],
  relevance: readonly InputValues[],
): HTMLElement[] {
  if (!isPicture(facts) || facts.mask) return [];
  const own = input.find(({ name }) => name === facts.name);
  const found = relevance.find(({ name }) => name === facts.name);
  return [
    ...(own ? [picture(facts, own, { signed: false, words: `${facts.name}` })] : []),
    ...(found ? [picture(facts, found, { signed: true, words: "relevance" })] : []),
  ];
}

function influence(
  { model }: Known,
  row: RowAnswer,
  { influence: found, relevance, input }: RowDetails,
): Child {
  if (!found) return undefined;
  const list = (title: string, rows: readonly TrainingAnswer[], none: string): HTMLElement =>
    h(
      "div",
      {},
      h("h5", {}, title),
      rows.length === 0
        ? h("p", { class: "meta" }, none)
        : h(
            "ul",
            { class: "cards" },
            rows
              .slice(0, SHOWN)
              .map((one) => h("li", {}, trainingCard(model.inputs, one, relevance.top, input))),
          ),
    );
  return h(
    "section",
    {},
    h("h4", {}, "Training rows behind it"),
    h("p", {}, upper(found.words)),
    h(
      "div",
      { class: "pair" },
      list("Helped", found.helped, "None."),
      list("Harmed", found.harmed, "None."),
    ),
    row.target === undefined &&
      h(
        "p",
        { class: "meta" },
        "Without a label, “helped” means that it speaks for what is predicted.",
      ),
  );
}

/** Training rows shown on each side. */
const SHOWN = 4;

/** A training point with its label, what the model says of it, and what it looks like. */
export function trainingCard(
  inputs: readonly InputFacts[],
  one: Omit<TrainingAnswer, "influence"> & { readonly influence?: number },
  top: RowDetails["relevance"]["top"] = [],
  beside: readonly InputValues[] = [],
): HTMLElement {
  const pictures = inputs.filter(isPicture).slice(0, 2);
  return h(
    "div",
    { class: "card" },
    pictures.map((facts) => {
      const own = one.input.find(({ name }) => name === facts.name);
      return own && !facts.mask
        ? picture(facts, own, { signed: false, size: 84, words: `training row ${one.row}` })
        : undefined;
    }),
    h(
      "p",
      {},
      h("strong", {}, `Row ${one.row}`),
      ": label ",
      named(one.targetLabel),
      ", the model says ",
      named(one.label),
      one.sure !== undefined && ` (${percent(one.sure)})`,
      one.wrong === true && h("span", { class: "wrong" }, " wrong"),
      one.influence !== undefined && `; influence ${readable(one.influence, 2)}`,
    ),
    pictures.length === 0 && top.length > 0 && values(one.input, top.slice(0, 4), beside),
  );
}

/** The entries that count here, of the training point and of the point that is explained. */
function values(
  own: readonly InputValues[],
  top: RowDetails["relevance"]["top"],
  beside: readonly InputValues[],
): HTMLElement {
  const of = (all: readonly InputValues[], input: string, index: number): string => {
    const value = all.find(({ name }) => name === input)?.values[index];
    return value === undefined || value === null ? "–" : readable(value);
  };
  return h(
    "table",
    { class: "small" },
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        h("th", {}, "entry"),
        h("th", { class: "number" }, "its value"),
        h("th", { class: "number" }, "here"),
      ),
    ),
    h(
      "tbody",
      {},
      top.map(({ name, input, index }) =>
        h(
          "tr",
          {},
          h("td", {}, named(cut(name, 30))),
          h("td", { class: "number" }, of(own, input, index)),
          h("td", { class: "number" }, of(beside, input, index)),
        ),
      ),
    ),
  );
}

function change({ change: found }: RowDetails): Child {
  if (!found) return undefined;
  return h(
    "section",
    {},
    h("h4", {}, "What would change the prediction"),
    h("p", {}, found.found ? `The prediction becomes ${found.words}` : found.words),
    found.entries.length > 0 &&
      h(
        "table",
        {},
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            h("th", {}, "entry"),
            h("th", { class: "number" }, "from"),
            h("th", { class: "number" }, "to"),
          ),
        ),
        h(
          "tbody",
          {},
          found.entries.map(({ name, from, to }) =>
            h(
              "tr",
              {},
              h("td", {}, named(name)),
              h("td", { class: "number" }, readable(from)),
              h("td", { class: "number" }, readable(to)),
            ),
          ),
        ),
      ),
    h("p", { class: "meta" }, `${upper(found.method)} ${upper(found.limits)}`),
  );
}
