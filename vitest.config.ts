import { defineConfig } from "vitest/config";

/** Short studies on the simulated engine, and the command line: no Python. `npm test -- --quick` ends with them. */
const simulated = [
  "tests/cli/**/*.test.ts",
  ...["continued-study", "exact-prompts", "open-loop", "report-page", "traffic"].map(
    (name) => `tests/integration/${name}.test.ts`,
  ),
];

export default defineConfig({
  test: {
    reporters: ["default", "./tests/support/count-reporter.ts"],
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          sequence: { groupOrder: 0 },
          include: ["tests/**/*.test.ts"],
          exclude: ["tests/cli/**", "tests/faults/**", "tests/integration/**", "tests/e2e/**", "tests/e2e-full/**"],
          // Pure tests leave nothing behind: without a process of its own each file costs a third.
          isolate: false,
          testTimeout: 20_000,
        },
      },
      {
        extends: true,
        test: {
          name: "simulated",
          // After the unit tests, one file at a time: these start servers and look at clocks.
          sequence: { groupOrder: 1 },
          include: simulated,
          testTimeout: 180_000,
          hookTimeout: 240_000,
          fileParallelism: false,
        },
      },
      {
        extends: true,
        test: {
          name: "integration",
          sequence: { groupOrder: 2 },
          include: ["tests/integration/**/*.test.ts"],
          exclude: simulated,
          testTimeout: 180_000,
          hookTimeout: 240_000,
          fileParallelism: false,
        },
      },
      {
        extends: true,
        test: {
          name: "faults",
          // What is planted takes processes, signals and time: one file at a time. CETERIS_SOAK=1 is the long form.
          sequence: { groupOrder: 3 },
          include: ["tests/faults/**/*.test.ts"],
          testTimeout: 180_000,
          hookTimeout: 240_000,
          fileParallelism: false,
        },
      },
      {
        extends: true,
        test: {
          name: "e2e",
          sequence: { groupOrder: 4 },
          include: ["tests/e2e/**/*.test.ts"],
          testTimeout: 600_000,
          hookTimeout: 600_000,
          fileParallelism: false,
        },
      },
      {
        extends: true,
        test: {
          name: "e2e-full",
          sequence: { groupOrder: 5 },
          include: process.env["CETERIS_E2E_FULL"] ? ["tests/e2e-full/**/*.test.ts"] : [],
          testTimeout: 1_800_000,
          hookTimeout: 600_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
