/** In which numbers are compared. */
export type Precision = "float64" | "float32";

/** Finds entries of a line: those at first, first + stride, …, `length` of them. */
type Best = (x: Float64Array, first: number, length: number, stride: number) => Int32Array;

/**
 * Places of the k largest (sign 1) or smallest (−1) entries of a line, in order, the first of
 * equals first. The list is the same array at every call.
 */
export function largestOf(k: number, sign: 1 | -1, precision: Precision): Best {
  const places = new Int32Array(k);
  const values = new Float64Array(k);
  const rounded = precision === "float32";
  return (x, first, length, stride) => {
    let count = 0;
    for (let e = 0; e < length; e++) {
      const own = sign * (rounded ? Math.fround(x[first + e * stride]) : x[first + e * stride]);
      if (count === k && !(own > values[k - 1])) continue;
      let r = count < k ? count++ : k - 1;
      // behind all that are as large
      for (; r > 0 && own > values[r - 1]; r--) {
        values[r] = values[r - 1];
        places[r] = places[r - 1];
      }
      values[r] = own;
      places[r] = e;
    }
    return places;
  };
}
