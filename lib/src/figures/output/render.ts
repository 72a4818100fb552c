import { aFigure } from "../arguments.js";
import { takes } from "../../core/arguments/takes.js";
import { ConfigError } from "../../core/errors.js";
import { withoutBrush } from "../marks/brush.js";
import type { Figure } from "../charts/figure.js";
import { measureText } from "../marks/measureText.js";
import { closedLoader } from "./closedLoader.js";
import { optionalPackage } from "./optionalPackage.js";
import { rasterise } from "./rasterise.js";

/**
 * The figure as SVG text: no DOM, no canvas, the same bytes for the same figure.
 * @throws MissingPackageError  if vega or vega-lite is not installed
 * @throws ConfigError if Vega-Lite warns about the spec: something would not be drawn as written;
 *   data from an address or a file are not read
 */
export async function renderSvg(figure: Figure): Promise<string> {
  takes("renderSvg", { figure: [figure, aFigure] });
  // Loaded here and not above: vega has a top-level await, which a notebook kernel (CommonJS)
  // cannot require.
  const vega = await optionalPackage("vega", () => import("vega"));
  const vegaLite = await optionalPackage("vega-lite", () => import("vega-lite"));
  await measureText();
  const warnings: string[] = [];
  const logger = vega.logger(vega.Warn);
  logger.warn = logger.error = (...messages: readonly unknown[]): typeof logger => {
    warnings.push(messages.join(" "));
    return logger;
  };
  const compiled = vegaLite.compile(
    withoutBrush(structuredClone(figure.spec)) as Parameters<typeof vegaLite.compile>[0],
    { logger },
  );
  const view = new vega.View(vega.parse(compiled.spec), {
    renderer: "none",
    logger,
    loader: closedLoader,
  });
  try {
    const svg = await view.toSVG();
    if (warnings.length > 0) {
      throw new ConfigError(
        `figure ${figure.id}: Vega warns "${warnings[0]}". Change the spec until it no longer does.`,
        { warnings },
      );
    }
    return renumber(svg);
  } finally {
    view.finalize();
  }
}

/**
 * The figure as PNG, with fonts of its own.
 * @throws MissingPackageError, ConfigError as `renderSvg`; also if @resvg/resvg-js or
 *   dejavu-fonts-ttf is not installed
 */
export async function renderPng(figure: Figure): Promise<Uint8Array> {
  return rasterise(await renderSvg(figure));
}

/**
 * Vega counts clip paths and gradients through the life of the process; counted per figure, the
 * bytes do not depend on what was drawn before.
 */
function renumber(svg: string): string {
  const numbers = new Map<string, number>();
  return svg.replace(
    /(\bid="|="url\(#)(clip|gradient_)(\d+)/g,
    (_, before: string, kind: string, old: string) => {
      const key = kind + old;
      if (!numbers.has(key)) numbers.set(key, numbers.size);
      return `${before}${kind}${numbers.get(key)}`;
    },
  );
}
