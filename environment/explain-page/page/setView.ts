// The whole set: labels to check, the least sure, relevance by class, features that go together,
// faithfulness, audit.
import type {
  AnswersDocument,
  InputFacts,
  WholeAnswers,
} from "phaselens/internal/report/answers/document";
import { chart, COLOUR, namesOf, signedBars } from "./charts.js";
import { cut, h, named, type Child } from "./dom.js";
import { count, percent, readable } from "./numbers.js";
import { isPicture, picture } from "./pictures.js";
import { trainingCard } from "./rowView.js";

/** Labels and least sure points that are listed. */
const LISTED = 10;

/** @param pick  shows a point in full */
export function setView(document: AnswersDocument, pick: (place: number) => void): HTMLElement[] {
  const { whole, model } = document;
  return [
    labels(whole.labels, model.inputs),
    leastSure(document, pick),
    byClass(whole.byClass, model.inputs),
    groups(whole.groups),
    faithfulness(whole.faithfulness),
    audit(whole.audit),
  ].filter((part) => part !== undefined);
}

const part = (title: string, ...children: readonly Child[]): HTMLElement =>
  h("section", { class: "part" }, h("h3", {}, title), ...children);

function labels(
  found: WholeAnswers["labels"],
  inputs: readonly InputFacts[],
): HTMLElement | undefined {
  if (!found) return undefined;
  return part(
    "Labels to check",
    h("p", {}, found.words),
    h(
      "ol",
      { class: "cards" },
      found.rows.slice(0, LISTED).map((row) => h("li", {}, trainingCard(inputs, row))),
    ),
    h(
      "p",
      { class: "meta" },
      `${count(found.checked, "row")} of the ${found.of === "training" ? "training data" : "points"} looked at, by ${found.by}.`,
    ),
  );
}

function leastSure(
  { whole, rows }: AnswersDocument,
  pick: (place: number) => void,
): HTMLElement | undefined {
  if (!whole.leastSure?.length) return undefined;
  return part(
    "The rows the model is least sure of",
    h(
      "ul",
      { class: "links" },
      whole.leastSure.slice(0, LISTED).map((place) => {
        const { row, label, sure, uncertainty } = rows[place];
        const how =
          sure !== undefined
            ? percent(sure)
            : uncertainty
              ? `± ${readable(uncertainty.spread, 2)}`
              : "";
        return h(
          "li",
          {},
          h("button", { type: "button", class: "link", click: () => pick(place) }, `row ${row}`),
          " says ",
          named(cut(label, 40)),
          how === "" ? "" : `, ${how}`,
        );
      }),
    ),
  );
}

function byClass(
  found: WholeAnswers["byClass"],
  inputs: readonly InputFacts[],
): HTMLElement | undefined {
  if (!found?.length) return undefined;
  const pictures = inputs.filter((facts) => isPicture(facts) && !facts.mask);
  const bars = inputs.filter((facts) => !isPicture(facts) && !facts.mask);
  return part(
    "Relevance by class",
    h(
      "p",
      {},
      "Mean relevance of the points of each class: what speaks for the explained output (red) and against it (blue).",
    ),
    pictures.map((facts) =>
      h(
        "div",
        { class: "pictures" },
        found.map(({ label, points, mean }) => {
          const own = mean.find(({ name }) => name === facts.name);
          return (
            own &&
            picture(facts, own, {
              signed: true,
              size: 132,
              words: `${cut(label, 30)} (${count(points, "point")})`,
            })
          );
        }),
      ),
    ),
    bars.map((facts) => classBars(found, facts)),
  );
}

/** Features drawn at most. */
const FEATURES = 12;

function classBars(found: NonNullable<WholeAnswers["byClass"]>, facts: InputFacts): HTMLElement {
  const of = (
    values: readonly { readonly name: string; readonly values: readonly number[] }[],
  ): readonly number[] => values.find(({ name }) => name === facts.name)?.values ?? [];
  const size = of(found[0].modulus).map((_, k) =>
    Math.max(...found.map(({ modulus }) => of(modulus)[k])),
  );
  const most = [...size.keys()].sort((a, b) => size[b] - size[a]).slice(0, FEATURES);
  const nameOf = (k: number): string => cut(facts.names?.[k] ?? `entry ${k}`, 40);
  const rows = found.flatMap(({ label, points, mean }, c) =>
    most.map((k, place) => ({
      place,
      class: c,
      label: `${cut(label, 30)} (${points})`,
      value: of(mean)[k],
    })),
  );
  const limit = Math.max(...rows.map(({ value }) => Math.abs(value))) || 1;
  return chart(
    {
      height: { step: 20 },
      data: { values: rows },
      mark: "rect",
      encoding: {
        y: {
          field: "place",
          type: "ordinal",
          title: null,
          axis: {
            labelExpr: namesOf(most.map(nameOf)),
            labelLimit: 190,
            domain: false,
            ticks: false,
          },
        },
        x: {
          field: "class",
          type: "ordinal",
          title: null,
          axis: {
            orient: "top",
            labelAngle: 0,
            labelLimit: 130,
            labelExpr: namesOf(found.map(({ label, points }) => `${cut(label, 30)} (${points})`)),
            domain: false,
            ticks: false,
          },
        },
        color: {
          field: "value",
          type: "quantitative",
          title: "mean relevance",
          scale: { scheme: "redblue", reverse: true, domain: [-limit, limit] },
        },
      },
    },
    `Mean relevance of the ${most.length} features that count most, by class (points of it in brackets).`,
  );
}

function groups(found: WholeAnswers["groups"]): HTMLElement | undefined {
  if (!found?.groups.length) return undefined;
  const shown = found.groups.slice(0, 15);
  return part(
    "What it costs to lose features",
    h("p", {}, found.words),
    signedBars(
      shown.map(({ name, worse, error }) => ({
        name: cut(name, 60),
        value: worse,
        error,
        kind: "group",
      })),
      `loss of ${found.score.name} when permuted together`,
      { group: COLOUR.line },
      `${found.score.name} is ${readable(found.score.value)} with all features; each bar is what is lost without a group, with its standard error.`,
    ),
  );
}

function faithfulness(found: WholeAnswers["faithfulness"]): HTMLElement | undefined {
  if (!found) return undefined;
  const series = [
    ["the most relevant first", found.descending],
    ["at random", found.random],
    ["the least relevant first", found.ascending],
  ] as const;
  const rows = series.flatMap(([what, values]) =>
    values.map((value, k) => ({ fraction: found.fraction[k], value, what })),
  );
  const clear = found.gain > 2 * found.gainError;
  return part(
    "Is the relevance faithful?",
    h("p", {}, found.words),
    h(
      "p",
      {},
      clear
        ? h("span", { class: "badge pass" }, "better than chance")
        : h("span", { class: "badge caution" }, "not better than chance"),
      ` area between random and most relevant first: ${readable(found.gain)} ± ${readable(found.gainError, 2)}, ${count(found.points, "point")}`,
    ),
    chart(
      {
        height: 200,
        data: { values: rows },
        mark: { type: "line", strokeWidth: 2 },
        encoding: {
          x: {
            field: "fraction",
            type: "quantitative",
            title: "share of entries taken away",
            axis: { format: ".0%" },
          },
          y: {
            field: "value",
            type: "quantitative",
            title: "mean explained output",
            scale: { zero: false },
          },
          color: {
            field: "what",
            type: "nominal",
            title: null,
            scale: {
              domain: series.map(([what]) => what),
              range: [COLOUR.raises, COLOUR.rest, COLOUR.lowers],
            },
          },
        },
      },
      `The explained output while entries are taken away (${found.reference}).`,
    ),
  );
}

function audit(found: WholeAnswers["audit"]): HTMLElement | undefined {
  if (!found) return undefined;
  const badge = (verdict: string): HTMLElement =>
    h(
      "span",
      { class: `badge ${/^(pass|caution|fail)$/.test(verdict) ? verdict : "reported"}` },
      verdict,
    );
  return part(
    "Can influence be trusted here?",
    h("p", {}, badge(found.verdict), " ", found.conclusion),
    h(
      "ul",
      {},
      found.lines.map(({ part: name, verdict, words }) =>
        h("li", {}, badge(verdict), ` ${name}: ${words}`),
      ),
    ),
  );
}
