// The worker of the page, started from what is inside it.
import type { FromWorker, ToWorker } from "../worker/protocol.js";

let address: Promise<string> | undefined;

/** The worker's script stands packed in the page. */
async function scriptAddress(): Promise<string> {
  const packed = document.getElementById("phaselens-worker")!.textContent!;
  const bytes = Uint8Array.from(atob(packed), (sign) => sign.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  const script = await new Response(stream).blob();
  return URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
}

/** How long a worker that is asked to stop may take to come to a place where it can, ms. */
const PATIENCE = 1500;

/** The worker, which is ended and begun anew where it does not stop. */
export interface Job {
  say(message: ToWorker): void;
  /** Stops the work; what was found stays. */
  stop(): void;
}

export function startJob(hear: (message: FromWorker) => void): Job {
  let worker: Promise<Worker> | undefined;
  let waiting: ReturnType<typeof setTimeout> | undefined;
  let files: (readonly [string, Blob])[] = [];
  let asked: Extract<ToWorker, { say: "start" }> | undefined;
  const begin = async (): Promise<Worker> => {
    const made = new Worker(await (address ??= scriptAddress()));
    made.onmessage = ({ data }: MessageEvent<FromWorker>) => {
      if (data.say === "done" || data.say === "failed") clearTimeout(waiting);
      hear(data);
    };
    made.onerror = (event) =>
      hear({ say: "failed", during: "the work", message: event.message || "the worker ended" });
    return made;
  };
  const say = (message: ToWorker): void => {
    if (message.say === "files") files = [...files, ...message.files];
    if (message.say === "start") asked = message;
    worker ??= begin();
    worker
      .then((own) => own.postMessage(message))
      .catch((error: unknown) =>
        hear({ say: "failed", during: "starting", message: (error as Error).message }),
      );
  };
  const end = (): void => {
    void worker?.then((own) => own.terminate());
    worker = undefined;
    hear({ say: "done", seconds: 0, stopped: true, left: [] });
    if (files.length > 0) say({ say: "files", files: files.splice(0) });
  };
  return {
    say,
    stop() {
      if (!worker || !asked) return end();
      say({ say: "stop" });
      clearTimeout(waiting);
      waiting = setTimeout(end, PATIENCE);
    },
  };
}
