import { nodeModule } from "../../core/files/nodeModule.js";
import { optionalPackage } from "./optionalPackage.js";

/**
 * SVG text as PNG. Letters are drawn with DejaVu Sans from the package dejavu-fonts-ttf and never
 * with the system's fonts: a machine without fonts (container, cluster node) would show none, and
 * the picture would depend on what is installed.
 * @param zoom  pixels of the PNG for each of the SVG's size, default 2 (dense screens)
 * @throws MissingPackageError  if @resvg/resvg-js or dejavu-fonts-ttf is not installed
 */
export async function rasterise(svg: string, zoom: number = 2): Promise<Uint8Array> {
  const { createRequire } = nodeModule("node:module", "drawing a PNG");
  // a program for Node, which bundlers should not look into
  const native: string = "@resvg/resvg-js";
  const { Resvg } = await optionalPackage(
    native,
    () => import(/* @vite-ignore */ native) as Promise<typeof import("@resvg/resvg-js")>,
  );
  const { resolve } = createRequire(import.meta.url);
  const files = ["DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSans-Oblique.ttf"];
  const fontFiles = await optionalPackage("dejavu-fonts-ttf", () =>
    files.map((file) => resolve(`dejavu-fonts-ttf/ttf/${file}`)),
  );
  const font = {
    loadSystemFonts: false,
    fontFiles,
    defaultFontFamily: "DejaVu Sans",
    sansSerifFamily: "DejaVu Sans",
  };
  return new Resvg(svg, { background: "white", fitTo: { mode: "zoom", value: zoom }, font })
    .render()
    .asPng();
}
