import { relative } from "node:path";
import { inProject, root } from "../base/project.mjs";
import { readNotebooks } from "../run/notebooks.mjs";

/**
 * Arguments for vitest in which the name of a notebook behind -t stands for that notebook alone:
 * dawid2021-fig2 would be found in dawid2021-fig2b as well.
 * @param {string[]} args
 * @param {string[]} [names]  of the notebooks
 * @returns {string[]}
 */
export function wholeNames(args, names = undefined) {
  if (!args.some((argument) => argument === "-t" || argument === "--testNamePattern")) return args;
  const known = new Set(names ?? readNotebooks(inProject("notebooks")).map(({ name }) => name));
  return args.map((argument, place) =>
    /^(-t|--testNamePattern)$/.test(args[place - 1] ?? "") && known.has(argument)
      ? `^ ?${argument}(?![\\w-])`
      : argument,
  );
}

/**
 * A file's path below the project, with slashes everywhere.
 * @param {string} path
 */
export const nameOf = (path) => relative(root, path).replaceAll("\\", "/");

/**
 * Takes --exclude GLOB out of the arguments: vitest's own option does not reach the projects that
 * vitest.config.mjs makes of the tests.
 * @param {string[]} given
 * @returns {{ args: string[], exclude: string[] }}
 */
export function withoutExcluded(given) {
  const [args, exclude] = [[], []];
  for (let i = 0; i < given.length; i++) {
    if (given[i] === "--exclude" && i + 1 < given.length) exclude.push(given[++i]);
    else if (given[i].startsWith("--exclude=")) exclude.push(given[i].slice("--exclude=".length));
    else args.push(given[i]);
  }
  return { args, exclude };
}
