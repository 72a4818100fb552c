// Stands for node:path in the page's worker: names of files that were dropped, with slashes.

/** The same place by the shortest name: without ".", and without what ".." takes back. */
export function join(...parts: readonly string[]): string {
  const kept: string[] = [];
  for (const part of parts.join("/").split("/")) {
    if (part === ".." && kept.length > 0) kept.pop();
    else if (part !== "" && part !== ".") kept.push(part);
  }
  return kept.join("/");
}
export const resolve = join;
export const normalize = join;
export const dirname = (path: string): string =>
  path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : ".";
export const basename = (path: string, ending = ""): string => {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return ending !== "" && name.endsWith(ending) ? name.slice(0, -ending.length) : name;
};
export const extname = (path: string): string =>
  /[^./]*(\.[^./]*)$/.exec(basename(path))?.[1] ?? "";
export const isAbsolute = (path: string): boolean => path.startsWith("/");
export const relative = (_from: string, to: string): string => to;
export const sep = "/";
export const delimiter = ":";
