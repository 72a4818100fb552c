import { onNode } from "../files/nodeModule.js";
import { isPortable } from "./blas.js";

/** What is needed of the engine's own; its types come only with all those of a browser's page. */
declare const WebAssembly: { readonly validate: (bytes: Uint8Array<ArrayBuffer>) => boolean };

/** (x, y, c) → f64x2.relaxed_madd x y c. */
const smallest = Uint8Array.of(
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, 0x01, 0x08, 0x01, 0x60, 0x03, 0x7b, 0x7b],
  ...[0x7b, 0x01, 0x7b, 0x03, 0x02, 0x01, 0x00, 0x0a, 0x0d, 0x01, 0x0b, 0x00, 0x20, 0x00, 0x20],
  ...[0x01, 0x20, 0x02, 0xfd, 0x87, 0x02, 0x0b],
);
let understood: boolean | undefined;

/**
 * Whether this is a Node that has relaxed SIMD, and that loads the module made with it when it is
 * asked for (22.12 and later). Pages of a browser do without: it would be in every bundle.
 */
export function relaxedSimd(): boolean {
  if (!onNode()) return false;
  const { require_module: loads } = process.features as { readonly require_module?: boolean };
  return (understood ??= loads === true && WebAssembly.validate(smallest));
}

/**
 * Whether kernels made from here on multiply and add with one rounding: where Node has
 * relaxed SIMD, PHASELENS_FMA is not "off", and nothing portable is being made. On a processor
 * without such an instruction the numbers are those of two roundings.
 */
export function fusedArithmetic(): boolean {
  return relaxedSimd() && process.env.PHASELENS_FMA !== "off" && !isPortable();
}
