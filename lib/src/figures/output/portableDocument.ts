import { nodeModule } from "../../core/files/nodeModule.js";
import { optionalPackage } from "./optionalPackage.js";
import { PIXELS_PER_MM } from "./printWidth.js";

/** Points (1/72 inch) in a pixel (1/96 inch). */
const POINTS = 72 / 96;

/** What is used of pdfkit. */
interface Document {
  on(event: "data", take: (chunk: Uint8Array) => void): void;
  on(event: "end", done: () => void): void;
  end(): void;
}
type MakeDocument = new (options: object) => Document;
type DrawSvg = (document: Document, svg: string, x: number, y: number, options: object) => void;

/**
 * SVG text as a PDF of one page: lines stay lines, letters stay letters (DejaVu Sans, embedded).
 * The same bytes for the same figure: the file states no date.
 * @param svg  with its size in pixels or millimetres
 * @throws MissingPackageError  if pdfkit, svg-to-pdfkit or dejavu-fonts-ttf is not installed
 */
export async function portableDocument(svg: string): Promise<Uint8Array> {
  const { createRequire } = nodeModule("node:module", "writing a PDF");
  const { resolve } = createRequire(import.meta.url);
  const font = (name: string): string => resolve(`dejavu-fonts-ttf/ttf/${name}.ttf`);
  // programs without type declarations, which bundlers should not look into
  const [kit, drawing]: string[] = ["pdfkit", "svg-to-pdfkit"];
  const { default: PDFDocument } = await optionalPackage(
    kit,
    () => import(/* @vite-ignore */ kit) as Promise<{ default: MakeDocument }>,
    "Writing a PDF",
  );
  const { default: draw } = await optionalPackage(
    drawing,
    () => import(/* @vite-ignore */ drawing) as Promise<{ default: DrawSvg }>,
    "Writing a PDF",
  );
  await optionalPackage("dejavu-fonts-ttf", () => font("DejaVuSans"), "Writing a PDF");
  const [width, height] = ["width", "height"].map((side) => POINTS * pixels(svg, side));
  const info = { CreationDate: new Date(0) };
  const document = new PDFDocument({ size: [width, height], margin: 0, info });
  const written = collected(document);
  draw(document, svg, 0, 0, {
    width,
    height,
    fontCallback: (_family: string, bold: boolean, italic: boolean) =>
      font(bold ? "DejaVuSans-Bold" : italic ? "DejaVuSans-Oblique" : "DejaVuSans"),
  });
  document.end();
  return written;
}

/** A side of the picture in pixels, stated in these or in millimetres. */
function pixels(svg: string, side: string): number {
  const [, number, unit] = new RegExp(`^<svg [^>]*\\b${side}="([0-9.]+)(mm)?"`).exec(svg) ?? [];
  return Number(number) * (unit === "mm" ? PIXELS_PER_MM : 1);
}

function collected(document: Document): Promise<Uint8Array> {
  return new Promise((done) => {
    const chunks: Uint8Array[] = [];
    document.on("data", (chunk) => chunks.push(chunk));
    document.on("end", () => {
      const bytes = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
      let at = 0;
      for (const chunk of chunks) {
        bytes.set(chunk, at);
        at += chunk.length;
      }
      done(bytes);
    });
  });
}
