// All that takes time: reads what was dropped and answers, part by part, so that the page never
// waits.
import "../node/globals.js";
import type { Answers } from "phaselens/internal/report/answers/answersOf";
import type { AnswersDocument, PartEstimate } from "phaselens/internal/report/answers/document";
import { putFile } from "../node/files.js";
import { look } from "./look.js";
import { chosenParts, PARTS, PATIENCE, secondsOf, type AskedParts, type Part } from "./parts.js";
import type { Asked, FromWorker, LeftPart, ToWorker } from "./protocol.js";
import { answersTo } from "./question.js";

const post = (message: FromWorker): void => postMessage(message);
const failed = (during: string, error: unknown): void =>
  post({ say: "failed", during, message: (error as Error).message ?? String(error) });

let answers: Answers | undefined;
let stopping = new AbortController();
/** Parts that are done, or failed. */
const computed = new Set<Part>();
const dropped = new Set<string>();
/** Of a state dictionary, as it was named. */
let network: string | undefined;

onmessage = async ({ data }: MessageEvent<ToWorker>): Promise<void> => {
  try {
    if (data.say === "stop") stopping.abort(new Error("stopped"));
    if (data.say === "files") {
      for (const [path, file] of data.files) {
        putFile(path, file);
        dropped.add(path);
      }
      post({ say: "looked", looked: await look([...dropped], network) });
    }
    if (data.say === "network") {
      network = data.text;
      post({ say: "looked", looked: await look([...dropped], network) });
    }
    if (data.say === "row") await details(data.place);
    if (data.say === "start") {
      computed.clear();
      await run(data.asked);
    }
    if (data.say === "parts") await more(data.parts);
  } catch (error) {
    failed(data.say, error);
  }
};

async function details(place: number): Promise<void> {
  if (answers) post({ say: "details", place, details: await answers.row(place) });
}

/** Answers as they come, with the time that is left of what is still to be done. */
function telling(own: Answers): {
  show(): void;
  step(words: string, seconds: number, after: number): StepOptions;
} {
  let sent: AnswersDocument | undefined;
  const { signal } = stopping;
  return {
    show() {
      const { document } = own;
      const known = sent;
      // rows are many, and the same again after most parts
      const { rows, order, details: _details, ...rest } = document;
      post({
        say: "document",
        document: { ...rest, ...(rows !== known?.rows && { rows, order }) },
      });
      sent = document;
    },
    step(words, seconds, after) {
      const from = performance.now();
      let told = 0;
      post({ say: "progress", progress: { words, done: 0, total: 1, seconds: seconds + after } });
      return {
        signal,
        onDone(done, total) {
          const now = performance.now();
          if (now - told < 100 && done < total) return;
          told = now;
          const spent = (now - from) / 1000;
          const left = done > 0 && spent > 0.5 ? (spent * (total - done)) / done : seconds - spent;
          post({
            say: "progress",
            progress: { words, done, total, seconds: Math.max(0, left) + after },
          });
        },
      };
    },
  };
}

interface StepOptions {
  readonly signal: AbortSignal;
  onDone(done: number, total: number): void;
}

/** First every prediction and the first point in full, then what takes longer. */
async function run({ values: { parts = "quick", ...values }, ...asked }: Asked): Promise<void> {
  post({ say: "progress", progress: { words: "reading the files", done: 0, total: 0 } });
  await timed(async (begun) => {
    answers = await answersTo({ ...asked, values });
    const estimates = answers.estimates();
    const rows = secondsOf(estimates, "rows");
    const spent = (): number => (performance.now() - begun) / 1000;
    const wanted = (): Part[] => chosenParts(parts as AskedParts, estimates, PATIENCE - spent());
    const after = wanted().reduce((sum, part) => sum + secondsOf(estimates, part), 0);
    const { show, step } = telling(answers);
    await answers.rows(step("predictions", rows, after));
    show();
    const first = answers.document.order[0];
    if (first !== undefined) await details(first);
    await compute(wanted(), estimates);
  });
}

/** Parts that were left out before. */
const more = (parts: readonly Part[]): Promise<void> =>
  timed(() => compute(chosenParts(parts, answers!.estimates()), answers!.estimates()));

async function compute(parts: readonly Part[], estimates: readonly PartEstimate[]): Promise<void> {
  const { show, step } = telling(answers!);
  const first = answers!.document.order[0];
  for (const [k, part] of parts.entries()) {
    const [, words] = PARTS.find(([own]) => own === part)!;
    const after = parts.slice(k + 1).reduce((sum, own) => sum + secondsOf(estimates, own), 0);
    await attempt(part, words, step(words, secondsOf(estimates, part), after));
    computed.add(part);
    show();
    if (part === "training" && first !== undefined) await details(first);
  }
}

/** Work that says when it is done, or was stopped, and what is left. */
async function timed(work: (begun: number) => Promise<void>): Promise<void> {
  const begun = performance.now();
  stopping = new AbortController();
  const { signal } = stopping;
  try {
    await work(begun);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  const seconds = (performance.now() - begun) / 1000;
  post({ say: "done", seconds, stopped: signal.aborted, left: leftParts() });
}

/** What was not computed, with what it would take. */
function leftParts(): LeftPart[] {
  const estimates = answers?.document.estimates ?? [];
  return PARTS.filter(([part]) => !computed.has(part) && has(part)).map(([part, words]) => ({
    part,
    words,
    seconds: secondsOf(estimates, part),
  }));
}

/** Whether there is anything to say: of some parts, only with training points. */
const has = (part: Part): boolean =>
  answers?.document.trainingPoints !== undefined || !["training", "labels", "audit"].includes(part);

/** A part that fails says so, and the others go on. */
async function attempt(part: Part, words: string, options: StepOptions): Promise<void> {
  try {
    await answers![part](options);
  } catch (error) {
    if (options.signal.aborted) throw error;
    failed(words, error);
  }
}
