// c + x y, rounded once where the module is made with fused multiply-add (relaxed SIMD) and the processor has it, twice elsewhere. Kernels
// whose bytes are promised on every machine (lattice, Dirac operator, random numbers) do not use these.

/** c + x y of doubles. */
// @ts-ignore: decorator
@inline export function plusProduct(x: v128, y: v128, c: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? f64x2.relaxed_madd(x, y, c) : f64x2.add(c, f64x2.mul(x, y));
}

/** c + x y of floats. */
// @ts-ignore: decorator
@inline export function plusProductSingle(x: v128, y: v128, c: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? f32x4.relaxed_madd(x, y, c) : f32x4.add(c, f32x4.mul(x, y));
}
