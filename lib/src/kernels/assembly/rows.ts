// Rows of sites along the last axis, two sites at a time: (0, 1), (2, 3), …; of an odd row the last site is taken alone. Only the
// neighbours along the row need the ends told apart. Addresses in bytes: p is the start of a row, z the site in it, last = 8 (n − 1).
// `next`, 0 or 1, is for the pair after that at z: as part of the load it needs no address of its own.

export const MIDDLE = 0, FIRST = 1, LAST = 2, WHOLE = 3, LONE = 4; // WHOLE: the row is one pair

/** Values at the sites at hand of the row at p. */
// @ts-ignore: decorator
@inline export function lanes(place: i32, p: usize, z: usize, next: i32 = 0): v128 {
  return place == LONE ? v128.load_splat<f64>(p + z) : next ? v128.load(p + z, 16) : v128.load(p + z);
}
/** The same one site forward along the row. */
// @ts-ignore: decorator
@inline export function ahead(place: i32, p: usize, z: usize, last: usize, next: i32 = 0): v128 {
  if (place == LONE) return v128.load_splat<f64>(p);
  return place == LAST || place == WHOLE ? ends(p, last) : next ? v128.load(p + z, 24) : v128.load(p + z, 8);
}
/** The same one site backward. */
// @ts-ignore: decorator
@inline export function behind(place: i32, p: usize, z: usize, last: usize, next: i32 = 0): v128 {
  if (place == LONE) return v128.load_splat<f64>(p + z - 8);
  return place == FIRST || place == WHOLE ? ends(p, last) : next ? v128.load(p + z, 8) : v128.load(p + z - 8);
}
/** (last site, first site). */
// @ts-ignore: decorator
@inline function ends(p: usize, last: usize): v128 {
  return v128.load_lane<f64>(p, v128.load_splat<f64>(p + last), 1);
}
// @ts-ignore: decorator
@inline export function put(place: i32, p: usize, z: usize, v: v128, next: i32 = 0): void {
  if (place == LONE) v128.store_lane<f64>(p + z, v, 0);
  else if (next) v128.store(p + z, v, 16);
  else v128.store(p + z, v);
}
/** What the sites at hand add to a sum. */
// @ts-ignore: decorator
@inline export function counted(place: i32, v: v128): v128 {
  return place == LONE ? f64x2.replace_lane(v, 1, 0) : v;
}
/** Row k of the list of neighbouring rows at t, for as many pairs as there are. */
// @ts-ignore: decorator
@inline export function rowAt(x: usize, t: usize, k: i32, pairs: i32): usize {
  return k < 2 * pairs ? x + (<usize>load<i32>(t + (<usize>k << 2)) << 3) : 0;
}
// @ts-ignore: decorator
@inline export function total(v: v128): f64 {
  return f64x2.extract_lane(v, 0) + f64x2.extract_lane(v, 1);
}
