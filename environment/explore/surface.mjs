import { core, hessian, papers } from "phaselens";

const { dawid2021 } = papers;
const sites = 12;
const seed = 1;
const network = "cnn";
const recipe = "ours";

/**
 * Rise of the risk, as far as the curvature at the point decides it, at the edge of the plot across
 * the valley.
 */
const rise = 0.5;
/**
 * How far to look along the valley. Beyond, so many ReLUs have switched that the curvature at the
 * point says nothing any more.
 */
const along = 0.4;

/**
 * Where the training of the network of Fig. 5 (740 parameters) stopped: read from the cache that
 * the notebooks write, or trained anew.
 * @returns {Promise<{ theta: Float64Array, training: import("phaselens/core").Dataset }>}
 */
export async function stoppingPoint() {
  console.log("Training set: 1000 ground states of the Fermi-Hubbard chain …");
  const training = dawid2021.data({ sites, set: "training" });
  console.log("Network of Fig. 5, from the cache or by training (half a minute) …");
  const { theta } = await dawid2021.trained(dawid2021.recipes.ours, { sites, seed, training });
  return { theta, training };
}

/**
 * The risk ℜ(θ + a e₁ + b e_P) on the plane of two eigenvectors of the exact Hessian at θ: that of
 * the largest eigenvalue and that of the lowest, which is negative where training has stopped
 * early. The two with the largest eigenvalues would show a wall and a floor; this pair shows the
 * wall, and along the floor what a negative curvature is worth: it promises a descent on both
 * sides, but where ReLUs switch, after a step of less than a tenth, the risk rises. Influence
 * functions rest on that curvature, hence their damping.
 *
 * @param {{ theta: Float64Array, training: import("phaselens/core").Dataset }} point
 * @param {{ steps: number, every: number }} options `steps` odd, so that the point itself is on the
 *   grid; the risk is that of each
 *   `every`-th training point, the Hessian that of all
 * @returns {Promise<{ data: object[], layout: object }>} plotly traces (surface, with z[row of
 *   y][column of x], and the point) and layout
 */
export async function surfaceAround({ theta, training }, { steps, every }) {
  console.log("Exact Hessian and its eigenvectors …");
  const { values, vectors } = hessian.spectrum(
    hessian.exactHessian(dawid2021[network](), theta, training, dawid2021.recipes[recipe].risk),
  );
  const last = values.length - 1;
  const [wall, floor] = [core.row(vectors, last), core.row(vectors, 0)];

  const n = training.x.shape[0];
  const samples = core.subset(
    training,
    Array.from({ length: Math.ceil(n / every) }, (_, k) => k * every),
  );
  const x = grid(Math.sqrt((2 * rise) / values[last]), steps);
  const y = grid(along, steps);
  console.log(
    `Risk of ${samples.x.shape[0]} of the training points at ${steps} × ${steps} places …`,
  );
  const lines = y.map((b) => ({
    network,
    recipe,
    samples: { x: samples.x, target: samples.target },
    theta: theta.map((value, p) => value + b * floor[p]),
    direction: wall,
    steps: x,
  }));
  const progress = core.progress("risk", lines.length);
  const z = await core.parallelMap(
    { module: new URL("./riskLine.mjs", import.meta.url), name: "riskLine" },
    lines,
    { onDone: progress.tick },
  );
  progress.done();

  const title = `Risk where training stopped, ${theta.length} parameters (Dawid et al. 2021, Fig. 5)<br>mean over ${samples.x.shape[0]} of ${n} training points`;
  return {
    data: [surface(x, y, z), point(z[(steps - 1) / 2][(steps - 1) / 2])],
    layout: layout(title, values[last], values[0]),
  };
}

/** `steps` places from −reach to reach, 0 among them. */
const grid = (reach, steps) =>
  Array.from({ length: steps }, (_, k) => (reach * (2 * k - (steps - 1))) / (steps - 1));

const surface = (x, y, z) => ({
  type: "surface",
  x,
  y,
  z,
  colorscale: "Viridis",
  opacity: 0.94, // the point's lower half shows through
  colorbar: { title: "risk", thickness: 16, len: 0.6 },
  contours: { z: { show: true, usecolormap: true, project: { z: true } } },
  hovertemplate: "a = %{x:.3f}<br>b = %{y:.3f}<br>risk %{z:.4f}<extra></extra>",
});

const point = (risk) => ({
  type: "scatter3d",
  mode: "markers",
  x: [0],
  y: [0],
  z: [risk],
  marker: { size: 6, color: "#d7191c", line: { color: "white", width: 1 } },
  hovertemplate: `where training stopped<br>risk ${risk.toFixed(4)}<extra></extra>`,
  showlegend: false,
});

const layout = (title, largest, lowest) => ({
  title: { text: title, font: { size: 15 } },
  margin: { l: 0, r: 0, t: 60, b: 0 },
  scene: {
    xaxis: { title: `a, eigenvalue ${number(largest)}` },
    yaxis: { title: `b, eigenvalue ${number(lowest)}` },
    zaxis: { title: "risk" },
    camera: { eye: { x: 1.6, y: -1.7, z: 0.9 }, center: { x: 0, y: 0, z: -0.2 } },
  },
});

const number = (value) => value.toPrecision(3).replace("-", "−");
