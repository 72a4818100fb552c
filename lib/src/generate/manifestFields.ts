import { z } from "zod";
import { ConfigError } from "../core/errors.js";
import { phaselensVersion } from "./phaselensVersion.js";

/** The newest form of a manifest that is read here. */
export const MANIFEST_VERSION = 1;

/** Inside of objects too: JSON has no NaN and no ∞, and leaves out what is undefined. */
const written = (_: string, value: unknown): unknown =>
  value === undefined || (typeof value === "number" && !Number.isFinite(value))
    ? String(value)
    : value;

const got = (input: unknown): string => {
  if (input === undefined) return "it is missing";
  return `got ${typeof input === "number" ? input : JSON.stringify(input, written)}`;
};
/** The message of a field that must be something else. */
export const says = (must: string): { error: (issue: { input?: unknown }) => string } => ({
  error: (issue) => `must be ${must}, ${got(issue.input)}`,
});

/** A whole number of at least `least`. */
export function whole(least: number): z.ZodNumber {
  const message = says(`a whole number of at least ${least}`);
  return z
    .number(message)
    .refine((value) => Number.isSafeInteger(value) && value >= least, message);
}
export const finite: z.ZodNumber = z.number(says("a finite number"));
const seedMessage = says("a whole number of magnitude below 2^53");
export const seed: z.ZodNumber = z.number(seedMessage).refine(Number.isSafeInteger, seedMessage);
/** Of files and folders: no separators, nothing hidden, nothing that leads elsewhere. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const naming = says(
  "a name of letters, digits, dots, dashes and underscores that begins with a letter or digit",
);
export const fileName: z.ZodString = z.string(naming).regex(NAME, naming);

/**
 * The value that a schema describes.
 * @param source   what errors call the manifest, e.g. its path
 * @param example  a complete manifest of its kind
 * @throws ConfigError naming each field that is wrong, or the newer version that it was made for
 */
export function parseWith<T>(
  schema: z.ZodType<T>,
  value: unknown,
  source: string,
  example: string,
): T {
  const version =
    typeof value === "object" && value !== null
      ? (value as { version?: unknown }).version
      : undefined;
  if (typeof version === "number" && version > MANIFEST_VERSION) {
    const fact = `it has version ${version}, phaselens ${phaselensVersion} reads version ${MANIFEST_VERSION}`;
    throw new ConfigError(`${source}: was made for a newer phaselens: ${fact}. Update phaselens.`, {
      source,
      version,
    });
  }
  // the schema would leave such a key out without a word
  const objects = [value, ...Object.values(value ?? {})].filter(
    (part) => typeof part === "object" && part !== null,
  );
  if (objects.some((part) => Object.hasOwn(part as object, "__proto__"))) {
    throw new ConfigError(
      `${source}: has a key "__proto__", which names nothing. ${example} is a complete example.`,
      { source },
    );
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const faults = result.error.issues.map((issue) => {
    const path = issue.path
      .map((step) => (typeof step === "number" ? `[${step}]` : `.${String(step)}`))
      .join("")
      .replace(/^\./, "");
    if (issue.code === "unrecognized_keys") {
      const names = issue.keys.map((key) => `"${key}"`).join(", ");
      return `${path ? `${path}: ` : ""}unknown field ${names}`;
    }
    if (issue.code === "invalid_key")
      return `${path}: the key ${issue.issues[0]?.message ?? "is not allowed"}`;
    return `${path || "the manifest"} ${issue.message}`;
  });
  throw new ConfigError(`${source}: ${faults.join("; ")}. ${example} is a complete example.`, {
    source,
    faults,
  });
}
