// Histograms of gradient boosting: a pair (gradient, curvature) is one vector. Two features at a time share the reading of rows and
// pairs, and their sums do not wait for each other.
const LEAST_CURVATURE = 1e-3;

@inline function addAt(pairs: usize, numbers: usize, bin: usize, step: v128, counted: bool): void {
  const at = pairs + (bin << 4);
  v128.store(at, f64x2.add(v128.load(at), step));
  if (counted) store<f64>(numbers + (bin << 3), load<f64>(numbers + (bin << 3)) + 1);
}

@inline function fillColumns(features: i32, count: i32, stride: i32, rows: usize, columns: usize, gathered: usize, starts: usize, out: usize, numbers: usize, counted: bool): void {
  const end = rows + (<usize>count << 2);
  let f = 0;
  for (; f + 1 < features; f += 2) {
    const a = <usize>load<i32>(starts + (<usize>f << 2)), b = <usize>load<i32>(starts + (<usize>f << 2), 4);
    const pa = out + (a << 4), pb = out + (b << 4), na = numbers + (a << 3), nb = numbers + (b << 3);
    const ca = columns + <usize>f * <usize>stride, cb = ca + <usize>stride;
    for (let r = rows, s = gathered; r < end; r += 4, s += 16) {
      const row = <usize>load<u32>(r);
      const step = v128.load(s);
      addAt(pa, na, <usize>load<u8>(ca + row), step, counted);
      addAt(pb, nb, <usize>load<u8>(cb + row), step, counted);
    }
  }
  if (f < features) {
    const a = <usize>load<i32>(starts + (<usize>f << 2));
    const ca = columns + <usize>f * <usize>stride;
    for (let r = rows, s = gathered; r < end; r += 4, s += 16)
      addAt(out + (a << 4), numbers + (a << 3), <usize>load<u8>(ca + <usize>load<u32>(r)), v128.load(s), counted);
  }
}

export function boostHistogram(features: i32, count: i32, stride: i32, rows: usize, columns: usize, steps: usize, gathered: usize, starts: usize, out: usize, counted: i32): void {
  const bins = <usize>load<i32>(starts + (<usize>features << 2));
  const numbers = out + (bins << 4);
  memory.fill(out, 0, counted ? bins * 24 : bins * 16);
  for (let k = 0; k < count; k++)
    v128.store(gathered + (<usize>k << 4), v128.load(steps + (<usize>load<u32>(rows + (<usize>k << 2)) << 4)));
  if (counted) fillColumns(features, count, stride, rows, columns, gathered, starts, out, numbers, true);
  else fillColumns(features, count, stride, rows, columns, gathered, starts, out, numbers, false);
}

export function boostSibling(count: i32, whole: usize, part: usize): void {
  const end = whole + (<usize>(count & ~1) << 3);
  for (; whole < end; whole += 16, part += 16) v128.store(whole, f64x2.sub(v128.load(whole), v128.load(part)));
  if (count & 1) store<f64>(whole, load<f64>(whole) - load<f64>(part));
}

/** One way through the bins of a feature, from either side. Returns the best gain so far. */
@inline function scan(f: i32, first: i32, last: i32, outermost: i32, missing: bool, missingLeft: bool, histogram: usize, numbers: usize, counted: bool, whole: v128, count: f64, minimumLeaf: f64, l2: v128, none: f64, out: usize, best: f64): f64 {
  let near = f64x2.splat(0);
  let c: f64 = 0;
  for (let step = 0; step <= outermost; step++) {
    const bin = <usize>(first + (missingLeft ? last - step : step));
    near = f64x2.add(near, v128.load(histogram + (bin << 4)));
    c = counted ? c + load<f64>(numbers + (bin << 3)) : f64x2.extract_lane(near, 1);
    if (c < minimumLeaf || f64x2.extract_lane(near, 1) < LEAST_CURVATURE) continue;
    const far = f64x2.sub(whole, near);
    if (count - c < minimumLeaf || f64x2.extract_lane(far, 1) < LEAST_CURVATURE) break;
    const g = v128.shuffle<f64>(near, far, 0, 2), h = v128.shuffle<f64>(near, far, 1, 3);
    const score = f64x2.div(f64x2.mul(g, g), f64x2.add(h, l2));
    const gain = f64x2.extract_lane(score, 0) + f64x2.extract_lane(score, 1) - none;
    if (!(gain > best)) continue;
    best = gain;
    store<f64>(out, gain);
    store<f64>(out, <f64>f, 8);
    store<f64>(out, <f64>(missingLeft ? last - step - 1 : step), 16);
    store<f64>(out, (missing ? missingLeft : 2 * c >= count) ? 1 : 0, 24);
    v128.store(out, missingLeft ? far : near, 32);
    store<f64>(out, missingLeft ? count - c : c, 48);
  }
  return best;
}

@inline function bestOf(features: i32, starts: usize, missing: usize, histogram: usize, counted: bool, gradient: f64, curvature: f64, count: f64, minimumLeaf: f64, l2: f64, out: usize): f64 {
  const numbers = histogram + (<usize>load<i32>(starts + (<usize>features << 2)) << 4);
  const whole = f64x2.replace_lane(f64x2.splat(gradient), 1, curvature);
  const none = gradient * gradient / (curvature + l2);
  const penalty = f64x2.splat(l2);
  let best: f64 = 0;
  for (let f = 0; f < features; f++) {
    const first = load<i32>(starts + (<usize>f << 2));
    const last = load<i32>(starts + (<usize>f << 2), 4) - first - 2;
    if (load<i32>(missing + (<usize>f << 2))) {
      best = scan(f, first, last, last, true, false, histogram, numbers, counted, whole, count, minimumLeaf, penalty, none, out, best);
      best = scan(f, first, last, last - 1, true, true, histogram, numbers, counted, whole, count, minimumLeaf, penalty, none, out, best);
    } else best = scan(f, first, last, last - 1, false, false, histogram, numbers, counted, whole, count, minimumLeaf, penalty, none, out, best);
  }
  return best;
}

export function boostSplit(features: i32, starts: usize, missing: usize, histogram: usize, counted: i32, gradient: f64, curvature: f64, count: f64, minimumLeaf: f64, l2: f64, out: usize): i32 {
  const best = counted
    ? bestOf(features, starts, missing, histogram, true, gradient, curvature, count, minimumLeaf, l2, out)
    : bestOf(features, starts, missing, histogram, false, gradient, curvature, count, minimumLeaf, l2, out);
  return best > 0 ? 1 : 0;
}

export function boostDivide(count: i32, rows: usize, scratch: usize, column: usize, bin: i32, missing: i32, missingLeft: i32): i32 {
  let next: usize = 0, others: usize = 0;
  for (let k = 0; k < count; k++) {
    const row = load<i32>(rows + (<usize>k << 2));
    const own = <i32>load<u8>(column + <usize>row);
    // both are written and one counts: no branch that cannot be predicted
    const left = <usize>(i32(own <= bin) | (i32(own == missing) & missingLeft));
    store<i32>(rows + (next << 2), row);
    store<i32>(scratch + (others << 2), row);
    next += left;
    others += 1 - left;
  }
  memory.copy(rows + (next << 2), scratch, others << 2);
  return <i32>next;
}
