// A figure that can be turned: the spec stands in the page, the slider above the chart. No code is
// compiled from strings, which the page forbids itself.
import embed from "vega-embed";
import { expressionInterpreter } from "vega-interpreter";

const text = (id: string): string => document.getElementById(id)?.textContent ?? "";
const plate = document.getElementById("chart") as HTMLElement;

embed(plate, JSON.parse(text("spec")), {
  ast: true,
  expr: expressionInterpreter,
  renderer: "canvas",
  actions: false,
  padding: 12,
  bind: "#controls",
} as never).then(
  ({ view }) => {
    const slider = document.querySelector("#controls input");
    slider?.setAttribute("aria-label", JSON.parse(text("name")) as string);
    Object.assign(window, { phaselensView: view });
  },
  (error: unknown) => plate.append(`The chart cannot be drawn (${(error as Error).message}).`),
);
