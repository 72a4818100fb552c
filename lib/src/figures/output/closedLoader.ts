import type { Loader } from "vega";
import { ConfigError } from "../../core/errors.js";

const refused = (uri: unknown): Promise<never> =>
  Promise.reject(
    new ConfigError(
      `a figure asks for ${JSON.stringify(String(uri).slice(0, 200))}; data are read from no address and no file. Put the values into the figure.`,
    ),
  );

/**
 * Vega's loader with its doors shut: what draws a chart of unknown origin reads no address and no
 * local file. Pictures that are in the chart itself (data:) pass; links lead nowhere (Vega fails
 * beyond what can be caught if one is refused).
 */
export const closedLoader: Loader = {
  load: refused,
  http: refused,
  file: refused,
  sanitize: (uri: string, { context }: { readonly context?: string } = {}) => {
    if (context === "href") return Promise.resolve({ href: "#" });
    return uri.startsWith("data:image/") ? Promise.resolve({ href: uri }) : refused(uri);
  },
};
