import { filePath } from "../../core/arguments/kinds.js";
import { aFigure } from "../arguments.js";
import { takes } from "../../core/arguments/takes.js";
import { atomicWrite } from "../../core/files/atomicWrite.js";
import { nodeModule } from "../../core/files/nodeModule.js";
import type { Figure } from "../charts/figure.js";
import { rasterise } from "./rasterise.js";
import { renderSvg } from "./render.js";

/**
 * Writes `<id>.json` (the spec), `<id>.svg` and `<id>.png`. Nothing is written if the figure cannot
 * be drawn, and no file is ever half there.
 * @param folder  made if missing
 * @returns       the three paths
 */
export async function save(figure: Figure, folder: string): Promise<string[]> {
  takes("save", { figure: [figure, aFigure], folder: [folder, filePath] });
  const { join } = nodeModule("node:path", "writing a figure");
  const svg = await renderSvg(figure);
  const contents: [string, string | Uint8Array][] = [
    ["json", `${JSON.stringify(figure.spec)}\n`],
    ["svg", svg],
    ["png", await rasterise(svg)],
  ];
  return contents.map(([extension, content]) => {
    const path = join(folder, `${figure.id}.${extension}`);
    atomicWrite(path, content);
    return path;
  });
}
