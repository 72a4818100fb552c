import { ShapeError } from "../core/errors.js";
import { checkFinite, type Tensor } from "../core/tensor.js";

/** A pairing of rows with columns. */
export interface Assignment {
  /**
   * The column of each row, −1 for rows that are left over where there are more rows than columns.
   * [rows]
   */
  readonly columns: Int32Array;
  /** Sum over the assigned pairs. */
  readonly cost: number;
}

/**
 * The assignment of rows to columns with the least total cost, each row and each column at most
 * once and as many as there can be: the Hungarian method with shortest augmenting paths (Kuhn 1955,
 * Jonker & Volgenant 1987), min(r, c)² · max(r, c) steps.
 * @param cost  [rows, columns], of either sign
 * @throws ShapeError for anything but a matrix, NumericalError for NaN or ±∞
 */
export function assignment(cost: Tensor): Assignment {
  const { shape, data } = cost;
  if (shape.length !== 2)
    throw new ShapeError(
      `assignment: the costs have shape [${shape}]; they must be [rows, columns].`,
      { shape },
    );
  checkFinite(data, "assignment");
  const [rows, columns] = shape;
  const result = new Int32Array(rows).fill(-1);
  if (rows <= columns) {
    augment(rows, columns, (i, j) => data[i * columns + j]).forEach(
      (i, j) => i >= 0 && (result[i] = j),
    );
  } else {
    augment(columns, rows, (j, i) => data[i * columns + j]).forEach((j, i) => (result[i] = j));
  }
  let total = 0;
  for (let i = 0; i < rows; i++) if (result[i] >= 0) total += data[i * columns + result[i]];
  return { columns: result, cost: total };
}

/**
 * Adds one worker after the other, moving others along the path of least additional cost.
 * Potentials u, v keep every reduced cost c(i, j) − u_i − v_j ≥ 0, with 0 on assigned pairs: that
 * makes it a shortest-path problem and the final assignment minimal.
 * @param jobs  at least as many as workers
 * @returns     the worker of each job, −1 without one: [jobs]
 */
function augment(
  workers: number,
  jobs: number,
  cost: (worker: number, job: number) => number,
): Int32Array {
  const u = new Float64Array(workers);
  const v = new Float64Array(jobs + 1);
  // the last entry stands for the job of the worker to be added
  const workerOf = new Int32Array(jobs + 1).fill(-1);
  const previous = new Int32Array(jobs);
  const distance = new Float64Array(jobs);
  const reached = new Uint8Array(jobs + 1);
  for (let added = 0; added < workers; added++) {
    workerOf[jobs] = added;
    distance.fill(Infinity);
    reached.fill(0);
    let job = jobs;
    do {
      reached[job] = 1;
      const worker = workerOf[job];
      let nearest = -1;
      for (let j = 0; j < jobs; j++) {
        if (reached[j]) continue;
        const reduced = cost(worker, j) - u[worker] - v[j];
        if (reduced < distance[j]) {
          distance[j] = reduced;
          previous[j] = job;
        }
        if (nearest < 0 || distance[j] < distance[nearest]) nearest = j;
      }
      const step = distance[nearest];
      for (let j = 0; j <= jobs; j++) {
        if (reached[j]) {
          u[workerOf[j]] += step;
          v[j] -= step;
        } else distance[j] -= step;
      }
      job = nearest;
    } while (workerOf[job] >= 0);
    for (let to = job; to !== jobs; to = previous[to]) workerOf[to] = workerOf[previous[to]];
  }
  return workerOf.subarray(0, jobs);
}
