// The page of the bundle: computes and leaves what came out where the test finds it.
import { compute } from "./compute.mjs";

compute().then(
  (result) => (globalThis.computed = result),
  (error) => (globalThis.computed = { error: String(error.stack) }),
);
