import { inNotebook } from "../display.js";
import { onNode } from "../files/nodeModule.js";

/**
 * Listens for the interrupt of a notebook's kernel (SIGINT). Elsewhere nothing is listened to: a
 * program's own answer to an interrupt, by default its end, stays what it is.
 *
 * The kernel runs the synchronous beginning of a cell as a script that SIGINT breaks off; for that
 * time Node takes all listeners away and answers itself, and it puts the default answer, the end of
 * the process, back over a listener that came in between. So the listening begins with the next
 * microtask, when the script is over.
 * @returns  ends the listening
 */
export function onInterrupt(listener: () => void): () => void {
  if (!onNode() || !inNotebook()) return () => {};
  let over = false;
  queueMicrotask(() => {
    if (!over) process.on("SIGINT", listener);
  });
  return () => {
    over = true;
    process.off("SIGINT", listener);
  };
}
