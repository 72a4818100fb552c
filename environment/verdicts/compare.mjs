import { toText } from "../run/outputs.mjs";

const number = /[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/g;

/** Durations are measured, not computed: "1.3 s", "40 ms". */
const time = /\d+(\.\d+)?\s?(ms|s|min)\b/g;

/**
 * Whether two texts are equal up to rounding in their numbers.
 * @param {string} a  @param {string} b
 * @param {{ relative?: number, absolute?: number }} [tolerance] 1e-6 and 1e-12: sums in another
 *   order differ by less
 */
export function sameText(a, b, { relative = 1e-6, absolute = 1e-12 } = {}) {
  if (a === b) return true;
  const [left, right] = [a.replace(time, "(time)"), b.replace(time, "(time)")];
  if (left.replace(number, "#") !== right.replace(number, "#")) return false;
  const [x, y] = [left.match(number) ?? [], right.match(number) ?? []].map((found) =>
    found.map(Number),
  );
  return x.every(
    (value, i) =>
      Math.abs(value - y[i]) <= absolute + relative * Math.max(Math.abs(value), Math.abs(y[i])),
  );
}

/**
 * Outputs of a cell as text: kind, MIME types and what is readable. Errors are left out: tslab's
 * protocol does not send them.
 */
export function digest(outputs) {
  return outputs
    .filter((output) => output.output_type !== "error")
    .map((output) => {
      if (output.output_type === "stream") return `[${output.name}]\n${toText(output.text)}`;
      return `[${Object.keys(output.data).sort().join(" ")}]\n${toText(output.data["text/plain"])}`;
    })
    .join("\n");
}
