import { z } from "zod";
import type { Importing } from "./importing.js";

/**
 * Layers that treat each site on its own, so that they do the same inside a TimeDistributed and
 * without it.
 */
const eachByItself = new Set([
  "Dense",
  "Activation",
  "ReLU",
  "LeakyReLU",
  "ELU",
  "Softmax",
  "LayerNormalization",
  "Dropout",
  "BatchNormalization",
  "Rescaling",
  "GaussianNoise",
  "GaussianDropout",
  "AlphaDropout",
  "ActivityRegularization",
  "Identity",
]);

const wrapped = z.looseObject({ class_name: z.string(), config: z.looseObject({}) });

/** The layer inside, on all times at once. */
export const importTimeDistributed =
  (handlerOf: (className: string) => Importing | undefined): Importing =>
  (importer, settings, inputs, weights, title, call) => {
    const { success, data } = wrapped.safeParse(settings.raw("layer"));
    const inner =
      success && eachByItself.has(data.class_name) ? handlerOf(data.class_name) : undefined;
    if (inner && success)
      return inner(importer, settings.of(data.config), inputs, weights, title, call);
    const what = success ? data.class_name : "nothing";
    settings.fault(
      `holds ${what}; layers that treat each time on its own are known inside, ` +
        [...eachByItself].join(", "),
    );
    return inputs[0];
  };
