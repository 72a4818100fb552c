/**
 * A model with its parameters as it stands in the name of a stream; twelve digits, so that .1 + .2
 * is .3.
 */
export const modelName = (what: string, parameters: Readonly<Record<string, number>>): string =>
  [what, ...Object.entries(parameters).map(([name, value]) => `${name}=${shortest(value)}`)].join(
    " ",
  );

const shortest = (value: number): number => Number(value.toPrecision(12)) + 0;
