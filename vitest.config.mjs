import { defineConfig } from "vitest/config";

// The tests import the built package by name, so that what is tested is what ships.
export default defineConfig({
  test: {
    include: process.env.PHASELENS_SLOW ? ["tests/slow/**/*.test.ts"] : ["tests/**/*.test.ts"],
    exclude: process.env.PHASELENS_SLOW ? [] : ["tests/slow/**"],
    testTimeout: 60_000,
    hookTimeout: 300_000,
    server: { deps: { external: [/\/lib\/dist\//] } },
  },
});
