import type { writeResults } from "../../environment/gallery/results.mjs";

export type Provenance = Parameters<typeof writeResults>[1][number]["provenance"];

/** Where an execution comes from, as `npm start` writes it down. */
export const provenance = (own: Partial<Provenance> = {}): Provenance => ({
  notebook: "fixture-fig1",
  preset: "quick",
  date: "2026-01-02T03:04:05.000Z",
  seconds: 1,
  cpuSeconds: 2,
  cache: { found: 0, made: 0 },
  studies: {},
  parameters: null,
  peakMegabytes: 100,
  cells: [],
  node: "v20.19.0",
  machine: "test",
  packages: {},
  hashes: { notebook: "", library: "", data: "", lockfile: "", runner: "" },
  ...own,
});
