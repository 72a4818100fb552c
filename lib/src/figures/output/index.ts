// A figure on the screen or in a file.
export { display, type Displayable } from "./display.js";
export * from "./render.js";
export * from "./show.js";
export * from "./save.js";
export * from "./escapeHtml.js";
