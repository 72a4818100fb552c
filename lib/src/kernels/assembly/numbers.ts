// What kernels of one source for both precisions need: T is f32 or f64, a vector has four or two of them.
import { plusProduct, plusProductSingle } from "./fused";

/** Bytes of a number as a power of two. */
// @ts-ignore: decorator
@inline export function bits<T>(): usize {
  return sizeof<T>() == 4 ? 2 : 3;
}

/** Numbers of a vector. */
// @ts-ignore: decorator
@inline export function lanes<T>(): i32 {
  return sizeof<T>() == 4 ? 4 : 2;
}

/** c + x y. */
// @ts-ignore: decorator
@inline export function grown<T>(c: v128, x: v128, y: v128): v128 {
  return sizeof<T>() == 4 ? plusProductSingle(x, y, c) : plusProduct(x, y, c);
}

// @ts-ignore: decorator
@inline export function sumOf<T>(s: v128): T {
  if (sizeof<T>() == 8) return v128.extract_lane<T>(s, 0) + v128.extract_lane<T>(s, 1);
  return v128.extract_lane<T>(s, 0) + v128.extract_lane<T>(s, 1) + (v128.extract_lane<T>(s, 2) + v128.extract_lane<T>(s, 3));
}
