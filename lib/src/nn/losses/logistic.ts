/** 1/(1 + e^{−z}) without overflow. */
export const logistic = (z: number): number =>
  z >= 0 ? 1 / (1 + Math.exp(-z)) : Math.exp(z) / (1 + Math.exp(z));

/** log(1 + e^z), whose derivative is the logistic function, without overflow. */
export const logOnePlusExp = (z: number): number =>
  Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
