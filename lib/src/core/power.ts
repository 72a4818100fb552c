/**
 * x^y with the same bits on every version of Node: the language leaves `**` to each engine, and
 * that of Node 24 gives other last digits than that of Node 20 and 22 for every exponent but 2 and
 * ½. Whole exponents by repeated squaring with the errors of the products carried along (Dekker
 * 1971), rounded once at the end; others as exp(y ln x), whose relative error is 2 |y ln x| + 1
 * units of 2⁻⁵³. exp and ln are the same in all engines of Node.
 * @param base  ≥ 0 where the exponent is not whole (NaN below)
 */
export function power(base: number, exponent: number): number {
  if (exponent === 2) return base * base; // what the sums below come to
  if (!Number.isInteger(exponent)) return Math.exp(exponent * Math.log(base));
  const whole = Math.abs(exponent);
  const raised = carriedPower(base, whole);
  // beyond the range in which products can be split a carried error is ∞ − ∞, and −0 loses its sign
  const value = Number.isNaN(raised) || raised === 0 ? plainPower(base, whole) : raised;
  return exponent < 0 ? 1 / value : value;
}

function plainPower(base: number, exponent: number): number {
  let result = 1;
  let square = base;
  for (let left = exponent; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result *= square;
    square *= square;
  }
  return result;
}

/** With each number as the sum of two doubles. */
function carriedPower(base: number, exponent: number): number {
  let [result, resultTail, square, squareTail] = [1, 0, base, 0];
  for (let left = exponent; ;) {
    if (left % 2 === 1) {
      const product = result * square;
      const tail =
        productError(result, square, product) + (result * squareTail + resultTail * square);
      result = product + tail;
      resultTail = product - result + tail;
    }
    left = Math.floor(left / 2);
    // not squared once more than needed: that may overflow
    if (left === 0) return result + resultTail;
    const product = square * square;
    const tail = productError(square, square, product) + 2 * square * squareTail;
    square = product + tail;
    squareTail = product - square + tail;
  }
}

/** What rounding took from a product: a·b − fl(a·b), exactly (Dekker 1971). */
function productError(a: number, b: number, product: number): number {
  const [aHigh, aLow] = halves(a);
  const [bHigh, bLow] = halves(b);
  return aHigh * bHigh - product + aHigh * bLow + aLow * bHigh + aLow * bLow;
}

/** A double as a sum of two of 26 digits (Veltkamp 1968). */
function halves(a: number): [number, number] {
  const scaled = 134217729 * a; // 2²⁷ + 1
  const high = scaled - (scaled - a);
  return [high, a - high];
}
