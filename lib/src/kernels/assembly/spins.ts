// Single-site updates of Ising spins; see ../twins. Without a branch: which spins flip cannot be predicted.

// @ts-ignore: decorator
@inline function spinAt(spins: usize, neighbour: usize): i32 {
  return load<i32>(spins + (<usize>load<i32>(neighbour) << 2));
}

// @ts-ignore: decorator
@inline function around(degree: i32, spins: usize, q: usize): i32 {
  if (degree == 4) return spinAt(spins, q) + spinAt(spins, q + 4) + spinAt(spins, q + 8) + spinAt(spins, q + 12);
  let sum = 0;
  for (const end = q + (<usize>degree << 2); q < end; q += 4) sum += spinAt(spins, q);
  return sum;
}

// @ts-ignore: decorator
@inline function sweep(degree: i32, count: i32, neighbours: usize, order: usize, spins: usize, flip: usize, words: usize, sums: usize): void {
  const down = flip + (<usize>degree << 3), up = down + (<usize>(2 * degree + 1) << 3);
  let flips = 0, links = 0, magnetisation = 0;
  for (let k = 0; k < count; k++) {
    const site = spins + (<usize>load<i32>(order) << 2), spin = load<i32>(site), s = around(degree, spins, neighbours);
    const w = load<u64>(words); // first word low, second high
    const u = <f64><i64>(((w & 0xffffffe0) << 21) | (w >> 38)) * 1.1102230246251565e-16;
    const flipped = i32(u < load<f64>((spin > 0 ? up : down) + (<isize>s << 3)));
    const change = -2 * flipped * spin;
    store<i32>(site, spin + change);
    flips += flipped;
    links += change * s;
    magnetisation += change;
    order += 4;
    words += 8;
    neighbours += <usize>degree << 2;
  }
  store<i32>(sums, load<i32>(sums) + flips);
  store<i32>(sums, load<i32>(sums, 4) + links, 4);
  store<i32>(sums, load<i32>(sums, 8) + magnetisation, 8);
}

export function spinSweep(count: i32, degree: i32, neighbours: usize, order: usize, spins: usize, flip: usize, words: usize, sums: usize): void {
  if (degree == 4) sweep(4, count, neighbours, order, spins, flip, words, sums);
  else sweep(degree, count, neighbours, order, spins, flip, words, sums);
}
