import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import Ajv from "ajv";
import type { AnswersDocument } from "phaselens/internal/report/answers/document";
import { expect } from "vitest";

const require = createRequire(import.meta.url);

/** What a schema of the package has against a document. */
export function faultsBy(schema: "explain-1" | "audit-1", document: unknown): unknown {
  const path = require.resolve(`phaselens/schemas/${schema}.schema.json`);
  const validate = new Ajv({ allErrors: true }).compile(
    JSON.parse(readFileSync(path, "utf8")) as object,
  );
  return validate(document) ? [] : validate.errors;
}

/** Looks at an `answers.json`, which must be as the schema says. */
export function expectAnswers(path: string, look: (answers: AnswersDocument) => void): void {
  const document = JSON.parse(readFileSync(path, "utf8")) as AnswersDocument;
  expect(faultsBy("explain-1", document)).toEqual([]);
  look(document);
}
