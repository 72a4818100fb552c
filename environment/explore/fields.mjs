import { generate } from "phaselens";

/** κ deep in each phase. */
const couplings = [-0.3, 0, 0.3];
const names = { "-0.3": "antiferromagnetic", 0: "paramagnetic", 0.3: "ferromagnetic" };

/**
 * One configuration in each phase, from the ensembles that the notebooks share.
 * @returns {Promise<{ kappa: number, field: Float64Array, shape: number[] }[]>}
 */
export async function oneFieldAPhase() {
  console.log("Ensembles of Blücher et al. 2020, from the cache or by sampling (half a minute) …");
  const folder = await generate.cachedEnsembles(generate.projectManifest("bluecher2020-quick"));
  return couplings.map((wanted) => {
    const kappa = folder.couplings.reduce((best, one) =>
      Math.abs(one - wanted) < Math.abs(best - wanted) ? one : best,
    );
    const { fields } = folder.ensemble("test", kappa);
    const [, ...shape] = fields.shape;
    return { kappa, shape, field: fields.data.slice(0, fields.data.length / fields.shape[0]) };
  });
}

/**
 * A field on a cubic lattice as points coloured by φ, one phase at a time; buttons change the
 * phase.
 * @param {{ kappa: number, field: Float64Array, shape: number[] }[]} configurations
 * @returns {{ data: object[], layout: object }} plotly traces and layout
 */
export function fieldPlot(configurations) {
  const title = (kappa) =>
    `φ at κ = ${kappa.toFixed(3).replace("-", "−")}, ${names[Number(kappa.toFixed(1))] ?? ""} (Blücher et al. 2020)`;
  const data = configurations.map(({ field, shape: [, rows, columns] }, k) => {
    const largest = field.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const place = (divide, extent) =>
      Array.from(field, (_, site) => Math.floor(site / divide) % extent);
    return {
      type: "scatter3d",
      mode: "markers",
      visible: k === 0,
      x: place(rows * columns, Infinity),
      y: place(columns, rows),
      z: place(1, columns),
      marker: {
        size: 4,
        opacity: 0.75,
        color: Array.from(field, (value) => Number(value.toPrecision(4))),
        cmin: -largest,
        cmax: largest,
        colorscale: "RdBu",
        colorbar: { title: "φ", thickness: 16, len: 0.6 },
      },
      hovertemplate: "n = (%{x}, %{y}, %{z})<br>φ = %{marker.color:.3f}<extra></extra>",
    };
  });
  const buttons = configurations.map(({ kappa }, k) => ({
    label: `κ = ${kappa.toFixed(2).replace("-", "−")}`,
    method: "update",
    args: [{ visible: configurations.map((_, j) => j === k) }, { "title.text": title(kappa) }],
  }));
  return {
    data,
    layout: {
      title: { text: title(configurations[0].kappa), font: { size: 15 } },
      margin: { l: 0, r: 0, t: 60, b: 0 },
      updatemenus: [
        {
          type: "buttons",
          direction: "right",
          x: 0,
          y: 1.02,
          xanchor: "left",
          yanchor: "top",
          buttons,
        },
      ],
      scene: {
        xaxis: { title: "n₀ (time)" },
        yaxis: { title: "n₁" },
        zaxis: { title: "n₂" },
        aspectmode: "cube",
      },
    },
  };
}
