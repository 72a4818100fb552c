import { createRequire } from "node:module";

type Bundle = Record<string, unknown>;

/** Runs something as if inside a tslab notebook and returns the MIME bundles it showed. */
export async function captureDisplay(run: () => unknown): Promise<Bundle[]> {
  const jupyter = createRequire(import.meta.url)("tslab/dist/jupyter") as {
    lastWriteDisplayData: unknown;
  };
  const shown: Bundle[] = [];
  const before = jupyter.lastWriteDisplayData;
  jupyter.lastWriteDisplayData = (message: { data: Bundle }) => shown.push(message.data);
  try {
    await run();
  } finally {
    jupyter.lastWriteDisplayData = before;
  }
  return shown;
}
