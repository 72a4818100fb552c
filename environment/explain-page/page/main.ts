// The page: files in, answers out. With a document inside it shows that, as `phaselens explain`
// wrote it.
import type { AnswersDocument } from "phaselens/internal/report/answers/document";
import type { Part } from "../worker/parts.js";
import type { FromWorker, Looked } from "../worker/protocol.js";
import { fill, h } from "./dom.js";
import { exampleClasses, exampleFiles } from "./exampleFiles.js";
import { leftView } from "./left.js";
import { formView } from "./form.js";
import { startJob } from "./job.js";
import { duration } from "./numbers.js";
import { progressView } from "./progress.js";
import { resultsView, type ResultsView } from "./results.js";
import { startView } from "./start.js";

const main = document.getElementById("main")!;
const written = document.getElementById("phaselens-document")?.textContent?.trim();
if (written) showWritten(JSON.parse(written) as AnswersDocument);
else work();

function showWritten(found: AnswersDocument): void {
  document.title = found.title;
  const results = resultsView(undefined);
  fill(main, results.element);
  results.show(found);
}

function work(): void {
  let results: ResultsView | undefined;
  let running = false;
  let exampleAsked = false;
  const form = h("div", {});
  const shown = h("div", {});
  const left = h("div", { class: "left" });
  const problems = h("div", { role: "alert" });
  const job = startJob(hear);
  const progress = progressView(() => job.stop());
  const take = (files: readonly (readonly [string, Blob])[]): void => {
    if (files.length === 0) return;
    fill(problems);
    progress.show({ words: "looking at the files", done: 0, total: 0 });
    job.say({ say: "files", files });
  };
  const start = startView(take, () => {
    exampleAsked = true;
    take(exampleFiles());
  });
  const beginning = h(
    "details",
    { class: "beginning", open: true },
    h("summary", {}, "Files"),
    start,
    form,
  );
  fill(main, beginning, progress.element, left, problems, shown);

  function looked(found: Looked): void {
    progress.hide("");
    const known = { ...found, guess: { ...found.guess, classes: exampleClasses() } };
    const view = formView(
      exampleAsked ? known : found,
      (asked) => {
        fill(problems);
        fill(shown);
        fill(left);
        results = resultsView((place) => job.say({ say: "row", place }));
        running = true;
        job.say({ say: "start", asked });
      },
      (text) => job.say({ say: "network", text }),
    );
    const focused = document.activeElement?.id;
    fill(form, view);
    if (focused) document.getElementById(focused)?.focus();
    if (exampleAsked) view.requestSubmit();
    exampleAsked = false;
  }

  function compute(parts: readonly Part[]): void {
    fill(left);
    running = true;
    job.say({ say: "parts", parts });
  }

  function hear(message: FromWorker): void {
    if (message.say === "looked" && !running) looked(message.looked);
    if (message.say === "progress" && running) progress.show(message.progress);
    if (message.say === "document" && results) {
      results.show(message.document);
      if (!results.element.isConnected) {
        fill(shown, results.element);
        beginning.open = false;
      }
    }
    if (message.say === "details") results?.showDetails(message.place, message.details);
    if (message.say === "done") {
      running = false;
      progress.hide(
        message.stopped
          ? "Stopped. What was found so far stays."
          : `Done in ${duration(message.seconds)}.`,
      );
      fill(left, leftView(message.left, compute));
    }
    if (message.say === "failed") {
      if (["start", "files", "network", "parts"].includes(message.during)) {
        running = false;
        progress.hide("");
      }
      problems.append(
        h(
          "p",
          { class: "note" },
          message.during === "start" ? message.message : `${message.during}: ${message.message}`,
        ),
      );
    }
  }
}
