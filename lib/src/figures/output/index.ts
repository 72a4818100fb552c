// A figure on the screen or in a file.
export { display } from "./display.js";
export { renderSvg } from "./render.js";
export { show } from "./show.js";
export { save, type FigureFormat, type SaveOptions } from "./save.js";
