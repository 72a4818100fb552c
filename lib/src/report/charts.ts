import { MissingPackageError } from "../core/errors.js";
import type { Figure } from "../figures/charts/figure.js";
import { rasterise } from "../figures/output/rasterise.js";
import { renderSvg } from "../figures/output/render.js";

/** A figure as it is written to files. */
export interface Chart {
  readonly figure: Figure;
  readonly svg: string;
  /** undefined without the package that makes it. */
  readonly png: Uint8Array | undefined;
}

/**
 * Draws figures where the optional packages are there. Without Vega there are no charts, without
 * resvg no PNG, each with one line of the report that says what to install. On the command line
 * `tellMissing` has said so before the work.
 */
export async function drawCharts(
  figures: readonly Figure[],
): Promise<{ charts: Chart[]; notes: string[] }> {
  const charts: Chart[] = [];
  const notes = new Set<string>();
  for (const figure of figures) {
    const svg = await unlessMissing(() => renderSvg(figure), notes);
    if (svg === undefined) break;
    charts.push({ figure, svg, png: await unlessMissing(() => rasterise(svg), notes) });
  }
  return { charts, notes: [...notes] };
}

async function unlessMissing<T>(
  make: () => Promise<T>,
  notes: Set<string>,
): Promise<T | undefined> {
  try {
    return await make();
  } catch (error) {
    if (!(error instanceof MissingPackageError)) throw error;
    notes.add(error.message);
    return undefined;
  }
}
