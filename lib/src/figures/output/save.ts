import {
  filePath,
  kind,
  listOf,
  optional,
  positive,
  record,
  word,
} from "../../core/arguments/kinds.js";
import { aFigure } from "../arguments.js";
import { takes } from "../../core/arguments/takes.js";
import { atomicWrite } from "../../core/files/atomicWrite.js";
import { nodeModule } from "../../core/files/nodeModule.js";
import type { Figure } from "../charts/figure.js";
import { portableDocument } from "./portableDocument.js";
import { atPrintWidth } from "./printWidth.js";
import { rasterise } from "./rasterise.js";
import { renderSvg } from "./render.js";

const resolutionKind = kind(
  "pixels an inch, 30 … 2400",
  (value) => typeof value === "number" && value >= 30 && value <= 2400,
);
const formats = ["json", "svg", "png", "pdf"] as const;

/** A file format of a figure: its spec, lines, pixels, or a page. */
export type FigureFormat = (typeof formats)[number];

/** Options of `save`. */
export interface SaveOptions {
  /** What is written, default json, svg, png. PDF needs the packages pdfkit and svg-to-pdfkit. */
  readonly formats?: readonly FigureFormat[];
  /**
   * Width on paper in mm (a column of Physical Review: 86, both: 178). Panels take the room that
   * there is, letters keep their 8 to 9 points. Default: as on the screen, 96 pixels an inch.
   */
  readonly width?: number;
  /** Pixels an inch of the PNG, default 192, and 600 where a width is given. */
  readonly resolution?: number;
}

/**
 * Writes `<id>.json` (the spec), `<id>.svg` and `<id>.png`, or what `formats` names. Nothing is
 * written if the figure cannot be drawn, and no file is ever half there.
 * @param folder  made if missing
 * @returns       the paths, in the order of the formats
 * @throws ConfigError  if the panels do not fit into the width
 * @throws MissingPackageError  if a package that draws is not installed
 */
export async function save(
  figure: Figure,
  folder: string,
  options: SaveOptions = {},
): Promise<string[]> {
  takes("save", { figure: [figure, aFigure], folder: [folder, filePath] });
  takes("save", {
    options: [
      options,
      record({
        formats: optional(listOf(word(formats), 1)),
        width: optional(positive),
        resolution: optional(resolutionKind),
      }),
    ],
  });
  const { width, resolution = width === undefined ? 192 : 600 } = options;
  const { join } = nodeModule("node:path", "writing a figure");
  const svg = await (width === undefined
    ? renderSvg(figure)
    : atPrintWidth(figure, width, renderSvg));
  const content = (format: FigureFormat): string | Uint8Array | Promise<Uint8Array> => {
    if (format === "json") return `${JSON.stringify(figure.spec)}\n`;
    if (format === "svg") return svg;
    return format === "png" ? rasterise(svg, resolution / 96) : portableDocument(svg);
  };
  const wanted = options.formats ?? ["json", "svg", "png"];
  const contents = await Promise.all(wanted.map(content));
  return wanted.map((format, f) => {
    const path = join(folder, `${figure.id}.${format}`);
    atomicWrite(path, contents[f]);
    return path;
  });
}
