import { z } from "zod";
import { JET_BLOCK } from "../physics/jets/jetSpec.js";
import { fileName, MANIFEST_VERSION, parseWith, says, seed, whole } from "./manifestFields.js";

/** What `phaselens generate` makes of jets: sets of them, so many to a file. */
export interface JetsManifest {
  readonly version: typeof MANIFEST_VERSION;
  readonly kind: "jets";
  /** Letters, digits, dot, dash, underscore: names the folder. */
  readonly name: string;
  /** For people (default none). */
  readonly description?: string;
  readonly seed: number;
  /** See `JetSpec`; "matched" by default. */
  readonly signal?: "matched" | "higgs";
  /** A multiple of 100, 1000 by default. */
  readonly jetsPerFile?: number;
  /** Independent sets, e.g. "training" and "test". */
  readonly sets: Readonly<Record<string, { readonly jets: number }>>;
}

const blocks = says(`a multiple of ${JET_BLOCK}`);
const isBlocks = (value: number): boolean =>
  Number.isSafeInteger(value) && value >= JET_BLOCK && value % JET_BLOCK === 0;
const schema = z.strictObject({
  version: z.literal(MANIFEST_VERSION, says(String(MANIFEST_VERSION))),
  kind: z.literal("jets", says('"jets"')),
  name: fileName,
  description: z.string(says("a text")).optional(),
  seed,
  signal: z.enum(["matched", "higgs"], says('one of "matched", "higgs"')).optional(),
  jetsPerFile: z.number(blocks).refine(isBlocks, blocks).optional(),
  sets: z.record(
    fileName,
    z.strictObject({ jets: whole(1) }),
    says("sets by name, e.g. { training: { jets: 5000 } }"),
  ),
});

/** A manifest of jets from its JSON value. @throws ConfigError naming each field that is wrong */
export function parseJetsManifest(value: unknown, source: string): JetsManifest {
  return parseWith(schema, value, source, "data/neubauer2022-quick.json");
}
