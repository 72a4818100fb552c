// Normalisation of groups of the numbers T; see ../twins.
import { bits, lanes } from "./numbers";

export function normalise<T>(
  outer: i32, length: i32, inner: i32, centred: i32, x: usize, y: usize, reciprocal: usize, epsilon: T,
): void {
  const step = <usize>inner << bits<T>(), part: T = 1 / <T>length;
  for (let o = 0; o < outer; o++) {
    let j = 0;
    for (; j + lanes<T>() <= inner; j += lanes<T>()) {
      const first = <usize>j << bits<T>();
      let mean = v128.splat<T>(0), squares = mean;
      if (centred) {
        let at = x + first;
        for (let k = 0; k < length; k++) { mean = v128.add<T>(mean, v128.load(at)); at += step; }
        mean = v128.mul<T>(mean, v128.splat<T>(part));
      }
      let at = x + first;
      for (let k = 0; k < length; k++) {
        const d = v128.sub<T>(v128.load(at), mean);
        squares = v128.add<T>(squares, v128.mul<T>(d, d));
        at += step;
      }
      const r = v128.div<T>(v128.splat<T>(1), v128.sqrt<T>(v128.add<T>(v128.mul<T>(squares, v128.splat<T>(part)), v128.splat<T>(epsilon))));
      v128.store(reciprocal + first, r);
      at = x + first;
      let to = y + first;
      for (let k = 0; k < length; k++) {
        v128.store(to, v128.mul<T>(v128.sub<T>(v128.load(at), mean), r));
        at += step; to += step;
      }
    }
    for (; j < inner; j++) {
      const first = <usize>j << bits<T>();
      let mean: T = 0, squares: T = 0;
      let at = x + first;
      if (centred) {
        for (let k = 0; k < length; k++) { mean += load<T>(at); at += step; }
        mean *= part;
      }
      at = x + first;
      for (let k = 0; k < length; k++) { const d = load<T>(at) - mean; squares += d * d; at += step; }
      const r: T = 1 / sqrt<T>(squares * part + epsilon);
      store<T>(reciprocal + first, r);
      at = x + first;
      let to = y + first;
      for (let k = 0; k < length; k++) { store<T>(to, (load<T>(at) - mean) * r); at += step; to += step; }
    }
    const all = <usize>length * step;
    x += all; y += all; reciprocal += step;
  }
}

export function normaliseTransposed<T>(
  outer: i32, length: i32, inner: i32, centred: i32, y: usize, g: usize, reciprocal: usize, gx: usize,
): void {
  const step = <usize>inner << bits<T>(), part: T = 1 / <T>length;
  for (let o = 0; o < outer; o++) {
    let j = 0;
    for (; j + lanes<T>() <= inner; j += lanes<T>()) {
      const first = <usize>j << bits<T>();
      let mean = v128.splat<T>(0), along = mean;
      let p = y + first, q = g + first, to = gx + first;
      for (let k = 0; k < length; k++) {
        const own = v128.load(q);
        mean = v128.add<T>(mean, own);
        along = v128.add<T>(along, v128.mul<T>(v128.load(p), own));
        p += step; q += step;
      }
      mean = centred ? v128.mul<T>(mean, v128.splat<T>(part)) : v128.splat<T>(0);
      along = v128.mul<T>(along, v128.splat<T>(part));
      const r = v128.load(reciprocal + first);
      p = y + first; q = g + first;
      for (let k = 0; k < length; k++) {
        const own = v128.sub<T>(v128.sub<T>(v128.load(q), mean), v128.mul<T>(v128.load(p), along));
        v128.store(to, v128.mul<T>(own, r));
        p += step; q += step; to += step;
      }
    }
    for (; j < inner; j++) {
      const first = <usize>j << bits<T>();
      let mean: T = 0, along: T = 0;
      let p = y + first, q = g + first, to = gx + first;
      for (let k = 0; k < length; k++) {
        mean += load<T>(q);
        along += load<T>(p) * load<T>(q);
        p += step; q += step;
      }
      mean = centred ? mean * part : 0;
      along *= part;
      const r = load<T>(reciprocal + first);
      p = y + first; q = g + first;
      for (let k = 0; k < length; k++) {
        store<T>(to, (load<T>(q) - mean - load<T>(p) * along) * r);
        p += step; q += step; to += step;
      }
    }
    const all = <usize>length * step;
    y += all; g += all; gx += all; reciprocal += step;
  }
}
