import type { Tensor } from "phaselens/core";

/** What there is of onnxruntime-web that tests use. */
interface Runtime {
  readonly env: { wasm: { numThreads: number }; logLevel: string };
  readonly InferenceSession: {
    create(bytes: Uint8Array): Promise<{
      readonly outputNames: readonly string[];
      run(feeds: Record<string, unknown>): Promise<Record<string, { readonly data: Float32Array }>>;
      release(): Promise<void>;
    }>;
  };
  readonly Tensor: new (kind: "float32", data: Float32Array, dims: readonly number[]) => unknown;
}

/** PHASELENS_ONNXRUNTIME names another build of it. */
async function load(): Promise<Runtime | undefined> {
  try {
    const name = process.env.PHASELENS_ONNXRUNTIME ?? "onnxruntime-web";
    const runtime = (await import(/* @vite-ignore */ name)) as Runtime;
    runtime.env.wasm.numThreads = 1;
    runtime.env.logLevel = "error";
    return runtime;
  } catch {
    console.log("onnxruntime-web is not installed: nothing is compared with it here.");
    return undefined;
  }
}

export const runtime = await load();

/** The first output of a model, of inputs by name. */
export async function runOnnx(
  bytes: Uint8Array,
  inputs: Readonly<Record<string, Tensor>>,
): Promise<Float64Array> {
  const { InferenceSession, Tensor: Numbers } = runtime!;
  const session = await InferenceSession.create(bytes);
  const feeds = Object.entries(inputs).map(([name, { shape, data }]) => [
    name,
    new Numbers("float32", Float32Array.from(data), shape),
  ]);
  const found = await session.run(Object.fromEntries(feeds) as Record<string, unknown>);
  const { data } = found[session.outputNames[0]];
  await session.release();
  return Float64Array.from(data);
}
