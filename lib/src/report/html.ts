import { escapeHtml } from "../figures/output/escapeHtml.js";

/**
 * Markup that may stand in a page as it is. Made by `html` alone, so that text from files is
 * escaped wherever it goes.
 */
export interface Html {
  readonly markup: string;
}

type Value = string | number | Html | undefined | false | readonly Value[];

/** A template of markup: what is put in is escaped, unless it is markup itself. */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Html {
  return { markup: parts.reduce((page, part, k) => page + markupOf(values[k - 1]) + part) };
}

/** Markup from elsewhere, e.g. a chart that was drawn here. */
export const trusted = (markup: string): Html => ({ markup });

/** An equation in one line: what follows an underscore is a subscript. */
export const equation = (text: string): Html =>
  trusted(
    `<span class="equation">${escapeHtml(text).replace(/_([a-zA-Z]+)/g, "<sub>$1</sub>")}</span>`,
  );

function markupOf(value: Value): string {
  if (value === undefined || value === false) return "";
  if (typeof value === "object")
    return "markup" in value ? value.markup : value.map(markupOf).join("");
  return escapeHtml(String(value));
}
