import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { makeRng } from "phaselens/core";
import { conv1d, conv2d, conv3d, dense } from "phaselens/nn";
import { size } from "phaselens/internal/core/tensor";
import { type AffineMap } from "phaselens/internal/nn/layers/layer";
import { expectAllClose } from "../support/allclose.js";

/** The three products, term by term, from the table of what each tap meets. */
function plainly({ geometry }: AffineMap) {
  const { outChannels, inChannels, taps, sites, inputSites, siteOf } = geometry;
  const eachTerm = (batch: number, visit: (y: number, w: number, x: number) => void): void => {
    for (let n = 0; n < batch; n++)
      for (let j = 0; j < outChannels; j++)
        for (let t = 0; t < sites; t++)
          for (let i = 0; i < inChannels; i++)
            for (let k = 0; k < taps; k++) {
              const site = siteOf[t * taps + k];
              const w = (j * inChannels + i) * taps + k;
              const x = (n * inChannels + i) * inputSites + site;
              if (site >= 0) visit((n * outChannels + j) * sites + t, w, x);
            }
  };
  return { eachTerm, sites, outChannels };
}

/** Layers with weights enough for large products, and some that have too few or steps. */
const layers = fc.record({
  from: fc.integer({ min: 1, max: 9 }),
  to: fc.integer({ min: 1, max: 13 }),
  kernel: fc.integer({ min: 1, max: 3 }),
  padding: fc.integer({ min: 0, max: 2 }),
  dilation: fc.integer({ min: 1, max: 2 }),
  stride: fc.constantFrom(1, 1, 1, 2),
  axes: fc.integer({ min: 1, max: 3 }),
  extent: fc.integer({ min: 5, max: 7 }),
  batch: fc.integer({ min: 1, max: 3 }),
  seed: fc.nat(),
});

describe("products of a convolution", () => {
  it("are those of its definition, whichever way they are computed", () => {
    fc.assert(
      fc.property(layers, ({ from, to, kernel, axes, extent, batch, seed, ...window }) => {
        const layer =
          axes === 1
            ? conv1d(from, to, kernel * 4, window)
            : axes === 2
              ? conv2d(from, to, [kernel, 3], window)
              : conv3d(from, to, [1, kernel, 2], window);
        const input = [from, ...Array<number>(axes).fill(axes === 1 ? 30 : extent)];
        const map = layer.map(input);
        const { eachTerm, sites, outChannels } = plainly(map);
        const rng = makeRng(seed);
        const fill = (count: number): Float64Array =>
          new Float64Array(count).map(() => rng.normal());
        const [weight, bias] = [fill(size(layer.weightShape)), fill(to)];
        // twice: what a sample leaves behind must not reach the next call
        for (let call = 0; call < 2; call++) {
          const [x, g] = [fill(batch * size(input)), fill(batch * to * sites)];
          const y = new Float64Array(g.length).map((_, p) => bias[Math.floor(p / sites) % to]);
          eachTerm(batch, (p, w, q) => void (y[p] += weight[w] * x[q]));
          const own = fill(g.length);
          map.apply(weight, bias, x, own, batch);
          expectAllClose(own, y, { rtol: 1e-11, atol: 1e-11 });

          const gx = new Float64Array(x.length);
          eachTerm(batch, (p, w, q) => void (gx[q] += weight[w] * g[p]));
          const ownGx = fill(x.length);
          map.applyTransposed(weight, g, ownGx, batch);
          expectAllClose(ownGx, gx, { rtol: 1e-11, atol: 1e-11 });

          const [gw, gb] = [fill(weight.length), fill(to)];
          const [ownGw, ownGb] = [gw.slice(), gb.slice()];
          eachTerm(batch, (p, w, q) => void (gw[w] += g[p] * x[q]));
          g.forEach((value, p) => void (gb[Math.floor(p / sites) % outChannels] += value));
          map.weightGradient(x, g, ownGw, ownGb, batch);
          expectAllClose(ownGw, gw, { rtol: 1e-11, atol: 1e-11 });
          expectAllClose(ownGb, gb, { rtol: 1e-11, atol: 1e-11 });
        }
      }),
      { numRuns: 60 },
    );
  });

  it("and of a dense layer, of few samples and of more than are staged at a time", () => {
    const [inputs, outputs] = [130, 70];
    const map = dense(inputs, outputs).map([inputs]);
    for (const batch of [1, 7, 8, 67]) {
      const rng = makeRng(batch);
      const fill = (count: number): Float64Array => new Float64Array(count).map(() => rng.normal());
      const [w, b] = [fill(inputs * outputs), fill(outputs)];
      const [x, g] = [fill(batch * inputs), fill(batch * outputs)];
      const [y, gx, gw, gb] = [g, x, w, b].map((like) => new Float64Array(like.length));
      for (let n = 0; n < batch; n++)
        for (let j = 0; j < outputs; j++) {
          const r = n * outputs + j;
          y[r] += b[j];
          gb[j] += g[r];
          for (let i = 0; i < inputs; i++) {
            y[r] += w[j * inputs + i] * x[n * inputs + i];
            gx[n * inputs + i] += w[j * inputs + i] * g[r];
            gw[j * inputs + i] += x[n * inputs + i] * g[r];
          }
        }
      const own = [g, x, w, b].map((like) => new Float64Array(like.length));
      map.apply(w, b, x, own[0], batch);
      map.applyTransposed(w, g, own[1], batch);
      map.weightGradient(x, g, own[2], own[3], batch);
      [y, gx, gw, gb].forEach((expected, k) =>
        expectAllClose(own[k], expected, { rtol: 1e-11, atol: 1e-11 }),
      );
      expect(own[0].length).toBe(batch * outputs);
    }
  });
});
