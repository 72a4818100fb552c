// Parts that were not computed, each a click away, with what it would take.
import type { Part } from "../worker/parts.js";
import type { LeftPart } from "../worker/protocol.js";
import { h, type Child } from "./dom.js";
import { duration } from "./numbers.js";

/** @param compute  told which part is wanted now */
export const leftView = (
  left: readonly LeftPart[],
  compute: (parts: readonly Part[]) => void,
): Child =>
  left.length > 0 &&
  h(
    "p",
    { class: "tools" },
    "Not computed: ",
    left.map(({ part, words, seconds }) =>
      h(
        "button",
        { type: "button", id: `compute-${part}`, click: () => compute([part]) },
        `${words} (about ${duration(seconds)})`,
      ),
    ),
  );
