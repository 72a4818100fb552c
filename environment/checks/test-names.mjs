import { inProject } from "../base/project.mjs";
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
