/** In which order a sparse symmetric matrix is eliminated, and where its factor has entries. */
export interface Elimination {
  /** order[k] is the row that goes k-th. */
  readonly order: Int32Array;
  /** Row k of the factor Lᵀ has the entries starts[k] … starts[k + 1] − 1 beside its diagonal. */
  readonly starts: Int32Array;
  /** Their columns, as places in the order: ascending within a row, all above k. */
  readonly columns: Int32Array;
}

/**
 * Minimum degree: always the row with the fewest neighbours among those that are left, the first
 * of several; its neighbours become neighbours of each other (Tinney and Walker 1967).
 * @param neighbours  of each row, without itself; symmetric
 */
export function minimumDegree(neighbours: readonly ReadonlySet<number>[]): Elimination {
  const n = neighbours.length;
  const graph = neighbours.map((of) => new Set(of));
  const left = new Set(graph.keys());
  const order = new Int32Array(n);
  const place = new Int32Array(n);
  const starts = new Int32Array(n + 1);
  const structure: number[][] = [];
  for (let k = 0; k < n; k++) {
    const row = leastDegree(graph, left);
    left.delete(row);
    order[k] = row;
    place[row] = k;
    structure.push([...graph[row]]);
    starts[k + 1] = starts[k] + graph[row].size;
    connect(graph, row);
  }
  const columns = new Int32Array(starts[n]);
  structure.forEach((rows, k) =>
    columns.set(Int32Array.from(rows, (row) => place[row]).sort(), starts[k]),
  );
  return { order, starts, columns };
}

function leastDegree(graph: readonly Set<number>[], left: ReadonlySet<number>): number {
  let best = -1;
  for (const row of left) if (best < 0 || graph[row].size < graph[best].size) best = row;
  return best;
}

/** Takes a row out and makes its neighbours those of each other. */
function connect(graph: readonly Set<number>[], row: number): void {
  const rows = graph[row];
  for (const a of rows) {
    graph[a].delete(row);
    for (const b of rows) if (b !== a) graph[a].add(b);
  }
}
