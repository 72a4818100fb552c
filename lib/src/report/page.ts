import type { Chart } from "./charts.js";
import { html, trusted, type Html } from "./html.js";
import { style } from "./style.js";

export interface PageSection {
  /** Of the link to it. */
  readonly id: string;
  readonly title: string;
  readonly body: Html;
}

/**
 * A whole page in one file: it fetches nothing and runs nothing, and says so to the browser.
 * @param head  what stands above the contents
 */
export function page(
  title: string,
  head: Html,
  sections: readonly PageSection[],
  foot: Html,
): string {
  const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <style>
          ${trusted(style)}
        </style>
      </head>
      <body>
        <header>
          <h1>${title}</h1>
          ${head}
          <nav aria-label="Contents">
            ${sections.map(({ id, title: name }) => html`<a href="#${id}">${name}</a>`)}
          </nav>
        </header>
        <main>
          ${sections.map(
            ({ id, title: name, body }) =>
              html`<section id="${id}">
                <h2>${name}</h2>
                ${body}
              </section> `,
          )}
        </main>
        <footer>${foot}</footer>
      </body>
    </html> `.markup;
}

/** A chart in the page. Its ids get its name in front: several charts share one page. */
export function plate(chart: Chart | undefined, caption: string): Html | undefined {
  if (!chart) return undefined;
  const { id, title } = chart.figure;
  const own = chart.svg
    .replace(/\bid="([^"]+)"/g, `id="${id}-$1"`)
    .replace(/url\(#([^)]+)\)/g, `url(#${id}-$1)`)
    .replace(/^<svg /, `<svg role="img" aria-label="${html`${title}`.markup}" `)
    .replace(/ xmlns(:xlink)?="[^"]*"/g, "");
  return html`<figure>
    <div class="plate">${trusted(own)}</div>
    <figcaption>${caption}</figcaption>
  </figure>`;
}

/** A column of a table: what its cells say; numbers stand to the right. */
export interface Column<T> {
  readonly title: string;
  readonly number?: boolean;
  cell(entry: T): string | number | Html | undefined;
}

export function table<T>(
  entries: readonly T[],
  columns: readonly Column<T>[],
  caption?: string,
): Html {
  const side = (column: Column<T>): Html | undefined =>
    column.number ? trusted(' class="number"') : undefined;
  return html`<div class="scroll">
    <table>
      ${
        caption &&
        html`<caption>
          ${caption}
        </caption>`
      }
      <thead>
        <tr>
          ${columns.map((column) => html`<th${side(column)}>${column.title}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${entries.map(
          (entry) =>
            html`<tr>
              ${columns.map((column) => html`<td${side(column)}>${column.cell(entry)}</td>`)}
            </tr> `,
        )}
      </tbody>
    </table>
  </div>`;
}

/** Numbers that one looks for first. */
export function facts(entries: readonly (readonly [string, string | number | undefined])[]): Html {
  return html`<dl class="facts">
    ${entries.map(
      ([name, value]) =>
        value !== undefined &&
        html`<div>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`;
}
