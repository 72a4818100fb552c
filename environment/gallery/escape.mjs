const entities = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Text as it may stand between tags and inside quoted attributes. @param {unknown} text */
export const escape = (text) =>
  String(text).replace(/[&<>"']/g, (character) => entities[character]);
