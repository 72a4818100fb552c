/**
 * @throws Error unless |a − b| ≤ tolerance · (largest |b| or `scale`) for all entries
 */
export function agree(
  what: string,
  found: ArrayLike<number>,
  wanted: ArrayLike<number>,
  tolerance: number,
  scale = 1e-300,
): void {
  if (found.length !== wanted.length)
    throw new Error(`${what}: ${found.length} entries, ${wanted.length} wanted`);
  let largest = scale;
  for (let p = 0; p < wanted.length; p++) largest = Math.max(largest, Math.abs(wanted[p]));
  for (let p = 0; p < wanted.length; p++) {
    if (Math.abs(found[p] - wanted[p]) <= tolerance * largest) continue;
    throw new Error(`${what}: entry ${p} is ${found[p]}, ${wanted[p]} wanted (largest ${largest})`);
  }
}

export const dotOf = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let sum = 0;
  for (let p = 0; p < a.length; p++) sum += a[p] * b[p];
  return sum;
};
