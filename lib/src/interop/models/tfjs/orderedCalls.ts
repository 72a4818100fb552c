import { DataError } from "../../../core/errors.js";
import { quoted } from "../../../core/printable.js";
import type { KerasCall } from "./kerasCall.js";

/**
 * The calls that the output depends on, in the order of the file as far as each comes after those
 * that it takes from, the inputs of the model before all.
 */
export function orderedCalls(
  known: ReadonlyMap<string, KerasCall>,
  inputs: readonly string[],
  last: string,
  source: string,
): KerasCall[] {
  const needed = new Set<string>();
  for (const stack = [last]; stack.length > 0;) {
    const own = stack.pop()!;
    if (needed.has(own)) continue;
    const call = known.get(own);
    if (!call) {
      throw new DataError(
        `${source}: a layer takes from ${quoted(own)}, which is not in the model. ` +
          "The file is damaged.",
        { name: own },
      );
    }
    if (call.inputs.length === 0 && !inputs.includes(own)) {
      throw new DataError(
        `${source}: ${quoted(own)} takes from nothing and is no input of the ` +
          `model. The file is damaged.`,
      );
    }
    needed.add(own);
    stack.push(...call.inputs);
  }
  const ordered: KerasCall[] = [];
  const state = new Map<string, "open" | "done">();
  for (const start of [...inputs, ...known.keys()]) {
    for (
      const stack = needed.has(start) || inputs.includes(start) ? [start] : [];
      stack.length > 0;
    ) {
      const own = stack[stack.length - 1];
      const call = known.get(own)!;
      const open =
        state.get(own) === "done" ? [] : call.inputs.filter((input) => state.get(input) !== "done");
      if (open.some((input) => state.get(input) === "open")) {
        throw new DataError(
          `${source}: ${quoted(own)} takes from itself in a circle. The file is damaged.`,
        );
      }
      if (open.length > 0) {
        state.set(own, "open");
        stack.push(open[0]);
        continue;
      }
      stack.pop();
      if (state.get(own) !== "done") ordered.push(call);
      state.set(own, "done");
    }
  }
  return ordered;
}
