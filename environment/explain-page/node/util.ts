// Stands for node:util in the page's worker, which has no command line.
export const parseArgs = (): never => {
  throw new Error("A page has no command line.");
};
