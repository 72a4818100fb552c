import { inflateSync } from "node:zlib";

export interface Image {
  readonly width: number;
  readonly height: number;
  /**
   * Grey value 0 (black) … 255 (white) of the pixel at (x, y), counted from the upper left corner.
   */
  grey(x: number, y: number): number;
}

/**
 * Reads an 8-bit RGBA PNG without interlacing, which is what resvg writes (PNG specification,
 * sections 5, 7 and 9).
 */
export function decodePng(bytes: Uint8Array): Image {
  const png = Buffer.from(bytes);
  if (png.readUInt32BE(0) !== 0x89504e47) throw new Error("not a PNG");
  const [width, height, depth, colourType] = [
    png.readUInt32BE(16),
    png.readUInt32BE(20),
    png[24],
    png[25],
  ];
  if (depth !== 8 || colourType !== 6) throw new Error(`depth ${depth}, colour type ${colourType}`);
  const parts: Buffer[] = [];
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at)) {
    if (png.toString("latin1", at + 4, at + 8) === "IDAT")
      parts.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  }
  const raw = inflateSync(Buffer.concat(parts));
  const stride = 4 * width;
  const pixels = new Uint8Array(stride * height);
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (stride + 1)];
    for (let k = 0; k < stride; k++) {
      const left = k >= 4 ? pixels[y * stride + k - 4] : 0;
      const up = y > 0 ? pixels[(y - 1) * stride + k] : 0;
      const corner = k >= 4 && y > 0 ? pixels[(y - 1) * stride + k - 4] : 0;
      const paeth = [left, up, corner].reduce((best, candidate) => {
        const distance = (value: number): number => Math.abs(left + up - corner - value);
        return distance(candidate) < distance(best) ? candidate : best;
      });
      const predicted = [0, left, up, (left + up) >> 1, paeth][filter];
      pixels[y * stride + k] = raw[y * (stride + 1) + 1 + k] + predicted;
    }
  }
  return {
    width,
    height,
    grey: (x, y) =>
      (pixels[4 * (y * width + x)] +
        pixels[4 * (y * width + x) + 1] +
        pixels[4 * (y * width + x) + 2]) /
      3,
  };
}
