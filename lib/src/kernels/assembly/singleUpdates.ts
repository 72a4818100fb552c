// Updates and activations in single precision; see ../twins. Counts are whole vectors of four.

// @ts-ignore: decorator
@inline function above(x: v128, least: v128): v128 {
  return v128.and(x, f32x4.gt(f32x4.abs(x), least));
}

export function singleAdam(
  count: i32, theta: usize, g: usize, first: usize, second: usize, rate: f32, beta1: f32, beta2: f32, correction: f32, epsilon: f32,
): void {
  const b1 = f32x4.splat(beta1), a1 = f32x4.splat(1 - beta1), b2 = f32x4.splat(beta2), a2 = f32x4.splat(1 - beta2);
  const r = f32x4.splat(rate), s = f32x4.splat(correction), e = f32x4.splat(epsilon);
  const least = f32x4.splat(1e-30), leastSquare = f32x4.splat(1e-36);
  const end = <usize>count << 2;
  for (let o: usize = 0; o < end; o += 16) {
    const x = v128.load(g + o);
    const m = above(f32x4.add(f32x4.mul(b1, v128.load(first + o)), f32x4.mul(a1, x)), least);
    const v = above(f32x4.add(f32x4.mul(b2, v128.load(second + o)), f32x4.mul(f32x4.mul(a2, x), x)), leastSquare);
    v128.store(first + o, m);
    v128.store(second + o, v);
    const step = f32x4.div(f32x4.mul(r, m), f32x4.add(f32x4.mul(f32x4.sqrt(v), s), e));
    v128.store(theta + o, f32x4.sub(v128.load(theta + o), step));
  }
}

export function singleMomentum(count: i32, theta: usize, g: usize, velocity: usize, rate: f32, momentum: f32): void {
  const r = f32x4.splat(rate), mu = f32x4.splat(momentum), least = f32x4.splat(1e-30);
  const end = <usize>count << 2;
  for (let o: usize = 0; o < end; o += 16) {
    const v = above(f32x4.add(f32x4.mul(mu, v128.load(velocity + o)), v128.load(g + o)), least);
    v128.store(velocity + o, v);
    v128.store(theta + o, f32x4.sub(v128.load(theta + o), f32x4.mul(r, v)));
  }
}

export function singlePenalty(count: i32, theta: usize, g: usize, l1: f32, l2: f32): void {
  const sign = i32x4.splat(<i32>0x80000000), one = f32x4.splat(l1), two = f32x4.splat(l2), zero = f32x4.splat(0);
  const end = <usize>count << 2;
  for (let o: usize = 0; o < end; o += 16) {
    const t = v128.load(theta + o);
    const pull = v128.and(v128.or(one, v128.and(t, sign)), f32x4.ne(t, zero));
    v128.store(g + o, f32x4.add(v128.load(g + o), f32x4.add(pull, f32x4.mul(two, t))));
  }
}
