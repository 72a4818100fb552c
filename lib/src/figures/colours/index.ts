// One palette, one colour an observable.
export { palette, type SeriesStyle } from "./palette.js";
