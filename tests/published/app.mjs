// The page of the bundle: computes and leaves what came out where the test finds it.
import { compute } from "./compute.mjs";

// whether the compiled kernels were used: what the library makes of them is counted
let instances = 0;
WebAssembly.Instance = class extends WebAssembly.Instance {
  constructor(...parts) {
    super(...parts);
    instances++;
  }
};

compute().then(
  (result) => (globalThis.computed = { ...result, wasm: instances > 0 }),
  (error) => (globalThis.computed = { error: String(error.stack) }),
);
