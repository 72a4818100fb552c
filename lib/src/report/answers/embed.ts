import { ConfigError } from "../../core/errors.js";
import type { AnswersDocument } from "./document.js";

/** Where a page keeps its document. */
const PLACE = /(<script type="application\/json" id="phaselens-document">)[^<]*(<\/script>)/;

/**
 * The page with the document in it: a template holds
 * `<script type="application/json" id="phaselens-document"></script>` once.
 * @throws ConfigError for a template without
 */
export function explainPageOf(template: string, document: AnswersDocument): string {
  if (!PLACE.test(template))
    throw new ConfigError(
      'explainPageOf: the template has no <script type="application/json" id="phaselens-document">. Build the page anew.',
    );
  const text = scriptSafe(JSON.stringify(document));
  return template.replace(PLACE, (_whole, before: string, after: string) => before + text + after);
}

/** JSON that no parser of HTML ends early: the same text when it is parsed. */
const scriptSafe = (json: string): string =>
  json.replace(
    /[<>&\u2028\u2029]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
