// One palette, one colour an observable.
export * from "./palette.js";
export { divergingColour } from "./divergingColour.js";
