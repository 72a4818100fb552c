// Stands for node:os in the page's worker.
export const tmpdir = (): string => "tmp";
export const hostname = (): string => "page";
export const homedir = (): string => "home";
export const availableParallelism = (): number => 1;
