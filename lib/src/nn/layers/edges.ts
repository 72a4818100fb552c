import { takes } from "../../core/arguments/takes.js";
import { count } from "../../core/arguments/kinds.js";
import { ConfigError } from "../../core/errors.js";
import { makeArena } from "../../kernels/arena.js";
import { prepareAffine } from "./affineStep.js";
import { built } from "./builtLayer.js";
import type { AffineGeometry, AffineLayer, AffineMap, ObjectGroup } from "./layer.js";
import { aGroup, checkFlat, checkGroup, copyOfGroup, describeGroup } from "./objects.js";

/**
 * One dense layer for every pair of objects of a flat sample, the first layer over edges of an
 * interaction network (Battaglia et al. 2016):
 *
 *   y[j, (r, s)] = Σ_k W[j, k] x[k, r] + Σ_l W[j, R + l] x′[l, s] + b_j pairs in the order (0, 0),
 *   (0, 1), …
 *
 * with R features of a receiver. Where receivers and senders are the same objects, pairs of an
 * object with itself are left out. Weight [outputs, receiver features + sender features]; samples
 * flat, outputs [outputs, pairs].
 *
 * The two sums are made once for each object, not once for each pair: 3540 pairs of 60 tracks cost
 * 120 products.
 */
export function edges(from: ObjectGroup, to: ObjectGroup, outputs: number): AffineLayer {
  takes("edges", {
    receivers: [from, aGroup],
    senders: [to, aGroup],
    outputs: [outputs, count(1)],
  });
  const [receivers, senders] = [copyOfGroup(from), copyOfGroup(to)];
  const name = `edges(${describeGroup(receivers)}, ${describeGroup(senders)}→${outputs})`;
  checkGroup(receivers, name);
  checkGroup(senders, name);
  const self = isSameGroup(receivers, senders);
  if (self && receivers.objects < 2)
    throw new ConfigError(`${name}: one object makes no pairs. Give two or more.`);
  const pairs = receivers.objects * (senders.objects - (self ? 1 : 0));
  return built<AffineLayer>(
    { type: "edges", receivers, senders, outputs },
    {
      kind: "affine",
      name,
      weightShape: [outputs, receivers.features + senders.features],
      biasShape: [outputs],
      pairs: { receivers, senders },
      outputShape([input]) {
        checkFlat(input, [receivers, senders], name);
        return [outputs, pairs];
      },
      prepare: prepareAffine,
      map: ([width]) => edgesMap(receivers, senders, outputs, width),
    },
  );
}

/** Whether senders are the receivers themselves. */
export const isSameGroup = (a: ObjectGroup, b: ObjectGroup): boolean =>
  a.start === b.start && a.features === b.features && a.objects === b.objects;

function edgesMap(
  receivers: ObjectGroup,
  senders: ObjectGroup,
  outputs: number,
  width: number,
): AffineMap {
  const [R, S, nr, ns] = [receivers.features, senders.features, receivers.objects, senders.objects];
  const depth = R + S;
  const self = isSameGroup(receivers, senders);
  const pairs = nr * (ns - (self ? 1 : 0));
  const doubles = width + 2 * outputs * depth + outputs * (nr + ns);
  const arena = makeArena({ doubles, integers: 4 * (outputs + depth) });
  const { f64, i32 } = arena;
  const [xs, w, gw] = [
    arena.doubles(width),
    arena.doubles(outputs * depth),
    arena.doubles(outputs * depth),
  ];
  const [a, b] = [arena.doubles(outputs * nr), arena.doubles(outputs * ns)];
  const rows = (start: number, count: number, step: number): number => {
    const list = arena.integers(count);
    for (let r = 0; r < count; r++) i32[list + r] = start + r * step;
    return list;
  };
  const side = ({ start, features, objects }: ObjectGroup, sums: number, shift: number) => ({
    features,
    objects,
    rows: rows(sums, outputs, objects),
    x: rows(xs + start, features, objects),
    w: rows(w + shift, outputs, depth),
    columns: rows(w + shift, features, 1),
    gw: gw + shift,
  });
  const sides = [side(receivers, a, 0), side(senders, b, R)];
  const stage = (x: Float64Array, n: number): void =>
    f64.set(x.subarray(n * width, (n + 1) * width), xs);
  /** Sums of g over the senders of each receiver, and over the receivers of each sender. */
  const sumPairs = (g: Float64Array, n: number): void => {
    f64.fill(0, b, b + outputs * ns);
    for (let j = 0, p = n * outputs * pairs; j < outputs; j++) {
      for (let r = 0; r < nr; r++) {
        let sum = 0;
        for (let s = 0; s < ns; s++) {
          if (self && s === r) continue;
          sum += g[p];
          f64[b + j * ns + s] += g[p++];
        }
        f64[a + j * nr + r] = sum;
      }
    }
  };
  let geometry: AffineGeometry | undefined;
  return {
    get geometry() {
      return (geometry ??= edgesGeometry(receivers, senders, outputs, width));
    },
    apply(weight, bias, x, y, batch) {
      f64.set(weight, w);
      for (let n = 0, p = 0; n < batch; n++) {
        stage(x, n);
        for (let j = 0; j < outputs; j++)
          f64.fill(bias ? bias[j] : 0, a + j * nr, a + (j + 1) * nr);
        f64.fill(0, b, b + outputs * ns);
        for (const own of sides)
          arena.rowProduct(outputs, own.objects, own.features, own.w, 1, own.x, own.rows);
        for (let j = 0; j < outputs; j++) {
          for (let r = 0; r < nr; r++) {
            const own = f64[a + j * nr + r];
            for (let s = 0; s < ns; s++) if (!self || s !== r) y[p++] = own + f64[b + j * ns + s];
          }
        }
      }
    },
    applyTransposed(weight, g, gx, batch) {
      f64.set(weight, w);
      for (let n = 0; n < batch; n++) {
        sumPairs(g, n);
        f64.fill(0, xs, xs + width);
        for (const own of sides)
          arena.rowProduct(own.features, own.objects, outputs, own.columns, depth, own.rows, own.x);
        gx.set(f64.subarray(xs, xs + width), n * width);
      }
    },
    weightGradient(x, g, gWeight, gBias, batch) {
      f64.set(gWeight, gw);
      for (let n = 0; n < batch; n++) {
        stage(x, n);
        sumPairs(g, n);
        for (const own of sides)
          arena.rowDots(outputs, own.features, own.objects, own.rows, own.x, own.gw, depth);
        for (let j = 0; j < outputs; j++)
          for (let r = 0; r < nr; r++) gBias[j] += f64[a + j * nr + r];
      }
      gWeight.set(f64.subarray(gw, gw + outputs * depth));
    },
  };
}

/** The same pair by pair: the sample is one channel, and each feature of a pair a tap. */
function edgesGeometry(
  receivers: ObjectGroup,
  senders: ObjectGroup,
  outputs: number,
  width: number,
): AffineGeometry {
  const self = isSameGroup(receivers, senders);
  const sites = receivers.objects * (senders.objects - (self ? 1 : 0));
  const taps = receivers.features + senders.features;
  const siteOf = new Int32Array(sites * taps);
  let p = 0;
  for (let r = 0; r < receivers.objects; r++) {
    for (let s = 0; s < senders.objects; s++) {
      if (self && r === s) continue;
      for (let k = 0; k < receivers.features; k++)
        siteOf[p++] = receivers.start + k * receivers.objects + r;
      for (let k = 0; k < senders.features; k++)
        siteOf[p++] = senders.start + k * senders.objects + s;
    }
  }
  return { outChannels: outputs, inChannels: 1, taps, sites, inputSites: width, siteOf };
}
