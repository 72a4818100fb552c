// How all of it was found, and what it cannot see.
import type { AnswersDocument } from "phaselens/internal/report/answers/document";
import { h } from "./dom.js";
import { count, readable } from "./numbers.js";

export function methodView(document: AnswersDocument): HTMLElement {
  const { method, curvature, extrapolation, notes, model, estimates } = document;
  return h(
    "div",
    {},
    h(
      "p",
      {},
      `${method.words}. Explained is ${method.start}. ${method.reference} ${method.space}`,
    ),
    h("p", { class: "equation" }, method.equation),
    h("p", {}, `Loss: ${model.loss}${model.l2 ? `, with ${readable(model.l2)} · ½|θ|²` : ""}.`),
    curvature && [
      h(
        "p",
        {},
        `Curvature: ${curvature.words} (${curvature.why}); damping ${readable(curvature.damping)}, ${curvature.dampingWords}.`,
      ),
      curvature.blindSpot !== undefined && h("p", {}, curvature.blindSpot),
    ],
    extrapolation && [
      h(
        "p",
        {},
        `Extrapolation: m = ${extrapolation.directions} directions count as determined; recommended are ${extrapolation.recommended} (${extrapolation.why}).`,
      ),
      h(
        "ul",
        {},
        extrapolation.blindSpots.map((words) => h("li", {}, words)),
      ),
    ],
    notes.length > 0 &&
      h(
        "ul",
        {},
        notes.map((note) => h("li", {}, note)),
      ),
    estimates.length > 0 &&
      h(
        "details",
        {},
        h("summary", {}, "Time and memory that each part was estimated to take"),
        h(
          "ul",
          {},
          estimates.map(({ part, words }) => h("li", {}, `${part}: ${words}`)),
        ),
      ),
    h(
      "p",
      { class: "meta" },
      `${count(document.points, "point")}${document.trainingPoints === undefined ? "" : `, ${count(document.trainingPoints, "training point")}`}. Rows are counted from 0.`,
    ),
  );
}
