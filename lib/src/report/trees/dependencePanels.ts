import { printedNumber } from "../../figures/charts/tickLabels.js";
import { quantile } from "../../core/statistics/statistics.js";
import type { TreeReport } from "./treeReport.js";

/** Points that are drawn; more are no longer told apart. */
const MOST = 2000;
/** Colours end at these quantiles, so that one outlier does not take them all. */
const ENDS = [0.05, 0.95] as const;

/**
 * φ_i against x_i for some features, coloured by the feature that each interacts with most where
 * that is known. Points without the feature are left out, those without the partner are grey.
 */
export function dependencePanels(
  { explanation, features, x }: TreeReport,
  shown: readonly number[],
): object[] {
  const { phi, partners } = explanation;
  const width = features.length;
  const every = Math.max(1, Math.ceil(x.shape[0] / MOST));
  const drawn = Array.from({ length: Math.ceil(x.shape[0] / every) }, (_, k) => k * every);
  return shown.map((k) => {
    const partner = partners?.[k]?.feature;
    const rows = drawn
      .map((s) => ({
        x: x.data[s * width + k],
        phi: phi[s * width + k],
        ...(partner !== undefined && { partner: orNull(x.data[s * width + partner]) }),
      }))
      .filter((own) => Number.isFinite(own.x));
    return panel(features[k], partner === undefined ? undefined : features[partner], rows);
  });
}

const orNull = (value: number): number | null => (Number.isFinite(value) ? value : null);

interface PanelRow {
  readonly x: number;
  readonly phi: number;
  readonly partner?: number | null;
}

function panel(feature: string, partner: string | undefined, rows: readonly PanelRow[]): object {
  const axis = (field: string, title: string): object => ({
    field,
    type: "quantitative",
    title,
    scale: { zero: false },
    axis: { labelExpr: printedNumber(4), tickCount: 5 },
  });
  return {
    data: { values: rows },
    width: 230,
    height: 170,
    mark: { type: "point", filled: true, size: 18, opacity: 0.75 },
    encoding: {
      x: axis("x", feature),
      y: axis("phi", "contribution φ"),
      color: partner === undefined ? { value: "#1f5fa8" } : colour(partner, rows),
    },
  };
}

function colour(partner: string, rows: readonly PanelRow[]): object {
  const known = rows.flatMap((own) => (typeof own.partner === "number" ? [own.partner] : []));
  const grey = { test: "datum.partner === null", value: "#bbbbbb" };
  const domain = known.length > 0 ? ENDS.map((p) => quantile(known, p)) : [0, 1];
  return {
    condition: grey,
    field: "partner",
    type: "quantitative",
    scale: { scheme: "viridis", domain, clamp: true },
    legend: { title: partner, labelExpr: printedNumber(3), gradientLength: 120, titleLimit: 110 },
  };
}
