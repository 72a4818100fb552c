import { core, linalg, taggers, papers } from "phaselens";

const origins = [
  { name: "H → bb̄", colour: "#d55e00", is: (truth, n) => truth.signal[n] === 1 },
  {
    name: "QCD with two or more b hadrons",
    colour: "#009e73",
    is: (truth, n) => truth.bottomHadrons[n] >= 2,
  },
  {
    name: "QCD with charm, no b",
    colour: "#cc79a7",
    is: (truth, n) => truth.bottomHadrons[n] === 0 && truth.charmHadrons[n] > 0,
  },
  { name: "other QCD", colour: "#0072b2", is: () => true },
];

/**
 * Test jets as the first network of the notebooks sees them just before its last layer.
 * @returns {Promise<{ x: core.Tensor, truth: object, margin: Float64Array }>}
 */
export async function lastLayerOfJets() {
  console.log(
    "Jets of Neubauer & Roy 2022 and the network of Fig. 1a, from the cache or by training (half a minute) …",
  );
  const [training, test] = await Promise.all([
    papers.neubauer2022.data({ set: "training", jets: 5000 }),
    papers.neubauer2022.data({ set: "test", jets: 1500 }),
  ]);
  const jets = papers.neubauer2022.taggedJets({ training, test });
  const { network, thetas } = await papers.neubauer2022.trainedTaggers(jets.training, {
    hidden: 16,
    edge: 8,
    object: 8,
    seeds: [1],
    recipe: "recipe",
  });
  const { x, theta } = taggers.marginHead(network, thetas[0], jets.test.inputs.x);
  const [n, width] = x.shape;
  const margin = Float64Array.from(
    { length: n },
    (_, jet) => core.dot(core.row(x, jet), theta.subarray(0, width)) + theta[width],
  );
  return { x, truth: test.truth, margin };
}

/**
 * Jets along the three leading principal components of the last layer, coloured by what they truly
 * are.
 * @param {{ x: core.Tensor, truth: Record<string, Float64Array>, margin: Float64Array }} seen x [n,
 *   D]
 * @returns {{ data: object[], layout: object }} plotly traces and layout
 */
export function jetsPlot({ x, truth, margin }) {
  const { directions, ratios } = linalg.principalComponents(x, { count: 3 });
  const along = Array.from({ length: 3 }, (_, k) =>
    Array.from({ length: x.shape[0] }, (_jet, n) =>
      core.dot(core.row(x, n), core.row(directions, k)),
    ),
  );
  const kind = Array.from(margin, (_, n) => origins.findIndex(({ is }) => is(truth, n)));
  const data = origins.map(({ name, colour }, which) => {
    const rows = kind.flatMap((own, n) => (own === which ? [n] : []));
    const [px, py, pz] = along.map((values) => rows.map((n) => Number(values[n].toPrecision(5))));
    return {
      type: "scatter3d",
      mode: "markers",
      name: `${name} (${rows.length})`,
      x: px,
      y: py,
      z: pz,
      marker: { size: 3, color: colour, opacity: 0.75 },
      text: rows.map(
        (n) =>
          `d = ${margin[n].toFixed(2)}, p_T = ${truth.pt[n].toFixed(0)} GeV, mass ${truth.mass[n].toFixed(0)} GeV, ${truth.bottomHadrons[n]} b hadrons`,
      ),
      hovertemplate: "%{text}<extra></extra>",
    };
  });
  const axis = (k) => ({
    title: `component ${k + 1}, ${(100 * ratios[k]).toFixed(0)} % of the variance`,
  });
  return {
    data,
    layout: {
      title: {
        text: "Jets as the tagger sees them before its last layer (Neubauer & Roy 2022)",
        font: { size: 15 },
      },
      margin: { l: 0, r: 0, t: 60, b: 0 },
      legend: { itemsizing: "constant" },
      scene: { xaxis: axis(0), yaxis: axis(1), zaxis: axis(2) },
    },
  };
}
