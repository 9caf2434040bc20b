import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["*.test.ts"],
    // One workbench and one page serve the whole suite, in order.
    fileParallelism: false,
    // One journey: what comes after a failure would fail for no reason of its own.
    bail: 1,
    // A real window on a loaded machine loses a key now and then; what is broken fails twice.
    retry: 1,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    reporters: ["verbose"],
  },
});
