// npm run explore with a plot that needs no network: a quadratic bowl and its lowest point.
import { explore } from "../../environment/explore/explore.mjs";

const steps = [-1, -0.5, 0, 0.5, 1];
explore(async () => ({
  data: [
    {
      type: "surface",
      x: steps,
      y: steps,
      z: steps.map((b) => steps.map((a) => (4 * a * a + b * b) / 2)),
    },
  ],
  layout: { title: "A quadratic bowl" },
}));
