/** Where the page finds plotly.js: served from node_modules by serve.mjs. */
export const plotlyPath = "/plotly.min.js";

/**
 * nodeplotlib's page without the network: plotly.js comes from this server instead of a CDN, web
 * fonts fall back to the system's.
 * @param {string} html  nodeplotlib's index.html
 * @returns {string}
 * @throws if an address of another host is left, as a later version of nodeplotlib might bring
 */
export function offlinePage(html) {
  const page = html
    .replace(/https:\/\/cdn\.plot\.ly\/plotly-[\w.-]+\.js/g, plotlyPath)
    .replace(/<link\b[^>]*\brel="preconnect"[^>]*>/g, "")
    .replace(/@font-face\s*\{[^}]*\}/g, "")
    // without their font icons are words
    .replace("</head>", "<style>.material-icons{visibility:hidden}</style></head>");
  const left = /(?:https?:)?\/\/[\w-]+\.[\w.-]+[^\s"')]*/.exec(page);
  if (left)
    throw new Error(
      `nodeplotlib's page refers to ${left[0]}. Teach environment/explore/offlinePage.mjs to serve it from here.`,
    );
  if (!page.includes(plotlyPath))
    throw new Error(
      "nodeplotlib's page does not load plotly.js where expected. Look at environment/explore/offlinePage.mjs.",
    );
  return page;
}
