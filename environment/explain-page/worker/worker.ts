// All that takes time: reads what was dropped and answers, part by part, so that the page never
// waits.
import "../node/globals.js";
import type { Answers } from "phaselens/internal/report/answers/answersOf";
import type { AnswersDocument } from "phaselens/internal/report/answers/document";
import { putFile } from "../node/files.js";
import { look } from "./look.js";
import type { FromWorker, ToWorker } from "./protocol.js";
import { answersTo } from "./question.js";

const post = (message: FromWorker): void => postMessage(message);
const failed = (during: string, error: unknown): void =>
  post({ say: "failed", during, message: (error as Error).message ?? String(error) });

let answers: Answers | undefined;
let stopping = new AbortController();
const dropped = new Set<string>();

onmessage = async ({ data }: MessageEvent<ToWorker>): Promise<void> => {
  try {
    if (data.say === "stop") stopping.abort(new Error("stopped"));
    if (data.say === "files") {
      for (const [path, file] of data.files) {
        putFile(path, file);
        dropped.add(path);
      }
      post({ say: "looked", looked: await look([...dropped]) });
    }
    if (data.say === "row") await details(data.place);
    if (data.say === "start") await run(data.asked);
  } catch (error) {
    failed(data.say, error);
  }
};

async function details(place: number): Promise<void> {
  if (answers) post({ say: "details", place, details: await answers.row(place) });
}

const PARTS = [
  ["training", "training points: curvature, influence, uncertainty, extrapolation"],
  ["labels", "labels to check"],
  ["byClass", "relevance by class"],
  ["groups", "features that go together"],
  ["faithfulness", "whether relevance is faithful"],
  ["audit", "audit of influence"],
] as const;

/** First every prediction and the first point in full, then what takes longer. */
async function run(asked: Parameters<typeof answersTo>[0]): Promise<void> {
  const begun = performance.now();
  stopping = new AbortController();
  const { signal } = stopping;
  post({ say: "progress", progress: { words: "reading the files", done: 0, total: 0 } });
  answers = await answersTo(asked);
  let sent: AnswersDocument | undefined;
  const show = (): void => {
    const { document } = answers!;
    const known = sent;
    // rows are many, and the same again after most parts
    const { rows, order, details: _details, ...rest } = document;
    post({
      say: "document",
      document: { ...rest, ...(rows !== known?.rows && { rows, order }) },
    });
    sent = document;
  };
  const estimates = answers.estimates();
  const secondsOf = (part: string): number =>
    estimates.find((estimate) => estimate.part === part)?.seconds ?? 0;
  const step = (part: string, words: string, after: number) => {
    const from = performance.now();
    const told = { at: 0 };
    return {
      signal,
      onDone: (done: number, total: number) => {
        const now = performance.now();
        if (now - told.at < 100 && done < total) return;
        told.at = now;
        const spent = (now - from) / 1000;
        const left =
          done > 0 && spent > 0.5 ? (spent * (total - done)) / done : secondsOf(part) - spent;
        post({
          say: "progress",
          progress: { words, done, total, seconds: Math.max(0, left) + after },
        });
      },
    };
  };
  const afterPart = (k: number): number =>
    PARTS.slice(k).reduce((sum, [part]) => sum + secondsOf(part), 0);
  try {
    post({
      say: "progress",
      progress: {
        words: "predictions",
        done: 0,
        total: 1,
        seconds: secondsOf("rows") + afterPart(0),
      },
    });
    await answers.rows(step("rows", "predictions", afterPart(0)));
    show();
    const first = answers.document.order[0];
    if (first !== undefined) await details(first);
    for (const [k, [part, words]] of PARTS.entries()) {
      post({ say: "progress", progress: { words, done: 0, total: 1, seconds: afterPart(k) } });
      await attempt(part, words, step(part, words, afterPart(k + 1)));
      show();
      if (part === "training" && first !== undefined) await details(first);
    }
    post({ say: "done", seconds: (performance.now() - begun) / 1000, stopped: false });
  } catch (error) {
    if (!signal.aborted) throw error;
    show();
    post({ say: "done", seconds: (performance.now() - begun) / 1000, stopped: true });
  }
}

/** A part that fails says so, and the others go on. */
async function attempt(
  part: (typeof PARTS)[number][0],
  words: string,
  options: { signal: AbortSignal; onDone(done: number, total: number): void },
): Promise<void> {
  try {
    await answers![part](options);
  } catch (error) {
    if (options.signal.aborted) throw error;
    failed(words, error);
  }
}
