import type { PoolingMap } from "./layer.js";

/** The mean of each window; what is −1 does not count. */
export function windowMean(count: number, features: number, sources: Int32Array): PoolingMap {
  const window = sources.length / count;
  const coefficients = new Float64Array(count);
  for (let p = 0; p < sources.length; p++)
    if (sources[p] >= 0) coefficients[Math.floor(p / window)]++;
  for (let f = 0; f < count; f++) coefficients[f] = 1 / coefficients[f];
  return {
    window,
    coefficient: 1 / window,
    ...(sources.includes(-1) && { coefficients }),
    selects: false,
    sources,
    forward(x, y, _sources, batch) {
      for (let n = 0; n < batch; n++) {
        for (let f = 0, p = 0; f < count; f++) {
          let sum = 0;
          for (let e = 0; e < window; e++, p++)
            if (sources[p] >= 0) sum += x[n * features + sources[p]];
          y[n * count + f] = sum * coefficients[f];
        }
      }
    },
  };
}

/** The first of the largest entries of each window. */
export function windowMaximum(count: number, features: number, windows: Int32Array): PoolingMap {
  const entries = windows.length / count;
  return {
    window: 1,
    coefficient: 1,
    selects: true,
    sources: new Int32Array(0),
    windows,
    forward(x, y, sources, batch) {
      for (let n = 0, q = 0; n < batch; n++) {
        const start = n * features;
        for (let f = 0, p = 0; f < count; f++, q++) {
          let chosen = -1;
          for (let e = 0; e < entries; e++, p++) {
            if (windows[p] < 0) continue;
            const candidate = x[start + windows[p]];
            if (chosen < 0 || candidate > x[start + chosen] || candidate !== candidate)
              chosen = windows[p]; // NaN stays
          }
          y[q] = x[start + chosen];
          sources[q] = chosen;
        }
      }
    },
  };
}

/** The sum of each window, all of whose entries are there. */
export function windowSum(count: number, features: number, sources: Int32Array): PoolingMap {
  const window = sources.length / count;
  return {
    window,
    coefficient: 1,
    selects: false,
    sources,
    forward(x, y, _sources, batch) {
      for (let n = 0; n < batch; n++) {
        for (let f = 0, p = 0; f < count; f++) {
          let sum = 0;
          for (let e = 0; e < window; e++) sum += x[n * features + sources[p++]];
          y[n * count + f] = sum;
        }
      }
    },
  };
}
