import { z } from "zod";
import type { KerasCall } from "./kerasCall.js";
import { addModel, resolved, type ModelParts } from "./modelParts.js";
import { orderedCalls } from "./orderedCalls.js";
import { ConfigError } from "../../../core/errors.js";
import { quoted } from "../../../core/printable.js";
import { parse } from "./parse.js";

export type { KerasCall } from "./kerasCall.js";

/** A model as a list of calls, each after those that it takes from; the last one is the output. */
export interface KerasGraph {
  readonly name: string;
  readonly calls: readonly KerasCall[];
  /** The calls that are its inputs. */
  readonly inputs: readonly { readonly key: string; readonly name: string }[];
  /** Names of the layers that make its outputs, and of the one that was taken. */
  readonly outputs: readonly string[];
  readonly head: string;
  /** Of Keras: 2, as TensorFlow.js, or 3. */
  readonly version: 2 | 3;
  /** Names of the models inside it. */
  readonly models: ReadonlySet<string>;
}

const outermost = z.looseObject({
  model_config: z.unknown().optional(),
  keras_version: z.string().optional().catch(undefined),
});
const root = z.looseObject({ class_name: z.string(), config: z.unknown() });

/**
 * The calls of a model's topology, as `model.toJSON` and files of TensorFlow.js, of Keras 2 and of
 * Keras 3 have it. Models inside it are taken apart into their layers.
 * @param source  what messages name, e.g. the path of the file
 * @param head     of several outputs the layer that makes the one to take (default: the first)
 * @throws DataError for anything else
 */
export function kerasGraph(
  topology: unknown,
  source: string,
  { head, version }: { readonly head?: string; readonly version?: string } = {},
): KerasGraph {
  const outer = parse(outermost, topology, source, "");
  const { class_name: className, config } = parse(
    root,
    outer.model_config ?? outer,
    source,
    "model_config",
  );
  const parts: ModelParts = { calls: new Map(), same: new Map(), source };
  const ends = addModel(parts, className, config, {
    scope: [],
    prefix: "",
    times: 1,
    feed: undefined,
  });
  const { name, inputs } = ends;
  const named = ends.outputs.map((key) => parts.calls.get(key)?.name ?? key);
  const all = resolved(parts);
  const models = new Set([...all.values()].flatMap(({ scope }) => scope));
  const which = head === undefined ? 0 : named.indexOf(head);
  if (which < 0) {
    const list = named.map((own) => quoted(own)).join(", ");
    const fact = `has no output ${quoted(head ?? "")}`;
    throw new ConfigError(`${source}: ${fact}. Name one of ${list}.`, { outputs: named });
  }
  const output = ends.outputs[which];
  const calls = orderedCalls(all, inputs, parts.same.get(output) ?? output, source);
  return {
    name,
    calls,
    inputs: inputs.map((key) => ({ key, name: inputs.length > 1 ? all.get(key)!.name : "input" })),
    outputs: named,
    head: named[which],
    version: (version ?? outer.keras_version ?? "").startsWith("3") ? 3 : 2,
    models,
  };
}
