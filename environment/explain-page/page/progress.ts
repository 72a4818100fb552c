// What is being done, how far it is, what is left, and the button that stops it.
import type { Progress } from "../worker/protocol.js";
import { fill, h } from "./dom.js";
import { duration } from "./numbers.js";

export interface ProgressView {
  readonly element: HTMLElement;
  show(progress: Progress): void;
  hide(words: string): void;
}

export function progressView(stop: () => void): ProgressView {
  const words = h("span", { class: "words" });
  const bar = h("progress", { max: 1, "aria-label": "Progress" });
  const button = h("button", { type: "button", click: stop }, "Stop");
  const work = h("div", { class: "work", hidden: true }, words, bar, button);
  const over = h("p", { class: "meta", role: "status" });
  const element = h("div", { class: "progress" }, work, over);
  return {
    element,
    show({ words: what, done, total, seconds }) {
      work.hidden = false;
      fill(over);
      const left = seconds === undefined ? "" : `; about ${duration(seconds)} left`;
      const part =
        total > 1 ? ` ${done.toLocaleString("en-GB")} of ${total.toLocaleString("en-GB")}` : "";
      fill(words, `${what}${part}${left}`);
      if (total > 1) bar.value = done / total;
      else bar.removeAttribute("value");
    },
    hide(what) {
      work.hidden = true;
      fill(over, what);
    },
  };
}
