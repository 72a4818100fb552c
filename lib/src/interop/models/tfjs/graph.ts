import { z } from "zod";
import type { KerasCall } from "./kerasCall.js";
import { addModel, resolved, type ModelParts } from "./modelParts.js";
import { orderedCalls } from "./orderedCalls.js";
import { parse } from "./parse.js";

export type { KerasCall } from "./kerasCall.js";

/** A model as a list of calls, each after those that it takes from; the last one is the output. */
export interface KerasGraph {
  readonly name: string;
  readonly calls: readonly KerasCall[];
  /** Names of the models inside it. */
  readonly models: ReadonlySet<string>;
}

const outermost = z.looseObject({ model_config: z.unknown().optional() });
const root = z.looseObject({ class_name: z.string(), config: z.unknown() });

/**
 * The calls of a model's topology, as `model.toJSON` and files of TensorFlow.js, of Keras 2 and of
 * Keras 3 have it. Models inside it are taken apart into their layers.
 * @param source  what messages name, e.g. the path of the file
 * @throws DataError for anything else
 */
export function kerasGraph(topology: unknown, source: string): KerasGraph {
  const outer = parse(outermost, topology, source, "");
  const { class_name: className, config } = parse(
    root,
    outer.model_config ?? outer,
    source,
    "model_config",
  );
  const parts: ModelParts = { calls: new Map(), same: new Map(), source };
  const { name, input, output } = addModel(parts, className, config, {
    scope: [],
    prefix: "",
    times: 1,
    feed: undefined,
  });
  const all = resolved(parts);
  const models = new Set([...all.values()].flatMap(({ scope }) => scope));
  return {
    name,
    calls: orderedCalls(all, input, parts.same.get(output) ?? output, source),
    models,
  };
}
