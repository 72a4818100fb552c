// Simulated jets in place of the CMS sample of Neubauer & Roy 2022.

import { jetRows } from "phaselens/internal/physics/jets/jetRows";

export const rows = [
  {
    id: "jets-1000",
    title: "1000 simulated jets, H → bb and QCD, one core",
    target: "≤ 1 s (1000 jets a second)",
    repetitions: 7,
    prepare: () => ({ jets: 1000, seed: 2022, set: "training" }),
    ours: jetRows,
  },
];
