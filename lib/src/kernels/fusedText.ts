import { nodeModule } from "../core/files/nodeModule.js";

/**
 * The module whose kernels add products with one rounding, which only Node loads, when it is used:
 * bundles for pages stay small.
 */
export function fusedText(): string {
  const require = nodeModule("node:module", "fused products").createRequire(import.meta.url);
  return (require("./fused.generated.js") as { readonly fusedText: string }).fusedText;
}
