import { defineConfig } from "vitest/config";

// The tests import the built package by name, so that what is tested is what ships.
export default defineConfig({
  test: {
    include: process.env.PHASELENS_SLOW ? ["tests/slow/**/*.test.ts"] : ["tests/**/*.test.ts"],
    exclude: process.env.PHASELENS_SLOW ? [] : ["tests/slow/**"],
    maxWorkers: "100%", // by default one core is left idle, which of two is half of them
    // numbers are those of the project's own kernels; tests/native asks for a library by itself
    env: { PHASELENS_BLAS: "off" },
    testTimeout: 60_000,
    hookTimeout: 300_000,
    server: { deps: { external: [/\/lib\/dist\//] } },
  },
});
