/**
 * Weight of a leaf for each of the `a` features in which only the sample comes there, when in `b`
 * others only the background does: Σ over orders gives
 *
 *   (a − 1)! b! / (a + b)! = 1 / (a C(a + b, a));   0 if there is none of them
 *
 * With a and b exchanged it is, with the sign turned, that of the `b` others.
 */
export function leafWeight(a: number, b: number): number {
  if (a === 0) return 0;
  let ways = 1;
  for (let j = 1; j <= Math.min(a, b); j++) ways = (ways * (a + b + 1 - j)) / j;
  return 1 / (a * ways);
}
