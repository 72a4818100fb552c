import { createRequire } from "node:module";
import type * as Tfjs from "@tensorflow/tfjs";

/**
 * Whichever TensorFlow.js loads, chosen where danfo gets its own: the native binding or plain tfjs.
 */
export const tf = createRequire(import.meta.url)(
  "../../../environment/tfjs-for-danfo/index.cjs",
) as typeof Tfjs;
