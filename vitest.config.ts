import { defineConfig } from "vitest/config";

/** Run after the unit tests, and not by `npm run check`: thousands of made-up inputs or studies, whole commands in process, and files that take seconds. */
const long = [
  "tests/**/*properties.test.ts",
  "tests/{demo,gallery,language-cases,matrices}.test.ts",
  "tests/analysis/{across,best,guardrails,laboratory,laboratory-hosts,paired-accuracy,planned-power}.test.ts",
  "tests/client/{load,open-loop,warm-up-phase}.test.ts",
  "tests/commands/*.test.ts",
  "tests/commands/{compare,init,report}/**/*.test.ts",
  "tests/commands/site/chart-thread.test.ts",
  "tests/design/seeds.test.ts",
  "tests/docs/**/*.test.ts",
  "tests/engine/{containers,environments/docker,hooks,launch,reap}.test.ts",
  "tests/importers/{loadgen-parity,loadgen-rulesets,published-llama31b}.test.ts",
  "tests/index/**/*.test.ts",
  "tests/matrix/{bounded-input,yaml/shape-schema}.test.ts",
  "tests/math/{arm-variances,autocorrelation,comparisons-with-best,sample-intervals}.test.ts",
  "tests/plan/load-plan.test.ts",
  "tests/report/writers/latex/index.test.ts",
  "tests/run/**/*.test.ts",
  "tests/store/{parquet/write,study-manifest}.test.ts",
  "tests/world/{files,masked-log,slow-patterns}.test.ts",
];

/**
 * What asks how fast a command ended, or for a verdict about the client's timing: nothing else of the tests runs meanwhile.
 * All others allow for a busy machine, so that two files run at a time. None of these needs Python.
 */
const timed = [
  ...["bench", "compare", "startup"].map((name) => `tests/cli/${name}.test.ts`),
  ...["hung-server", "open-loop", "peak-search", "searched-server", "starved-client", "stopped-client", "workers"].map(
    (name) => `tests/integration/${name}.test.ts`,
  ),
];

/** Short studies on the simulated engine, and the command line: no Python. `npm test -- --quick` ends with them. */
const simulated = [
  "tests/cli/**/*.test.ts",
  ...["continued-study", "exact-prompts", "report-page", "traffic"].map((name) => `tests/integration/${name}.test.ts`),
];

/** The official LoadGen beside ours, at equal times: alone, and with Python. */
const loadgen = ["tests/integration/loadgen-bridge.test.ts"];

/** Projects of one order share the workers: two processes of one core each keep two cores busy. */
const workers = 2;
const functions = {
  sequence: { groupOrder: 0 },
  maxWorkers: workers,
  // Pure tests leave nothing behind: without a process of its own each file costs a third.
  isolate: false,
  testTimeout: 20_000,
};
const studies = { maxWorkers: workers, testTimeout: 180_000, hookTimeout: 240_000 };

export default defineConfig({
  test: {
    reporters: ["default", "./tests/support/count-reporter.ts"],
    projects: [
      {
        extends: true,
        test: {
          ...functions,
          name: "unit",
          include: ["tests/**/*.test.ts"],
          exclude: [...long, "tests/{cli,faults,integration,e2e,e2e-full}/**"],
        },
      },
      {
        extends: true,
        test: {
          ...functions,
          name: "long",
          // Whole commands and studies: seconds each, and a minute where the machine is busy.
          testTimeout: 60_000,
          include: long,
        },
      },
      {
        extends: true,
        test: {
          ...studies,
          name: "simulated",
          sequence: { groupOrder: 1 },
          include: simulated,
          exclude: timed,
        },
      },
      {
        extends: true,
        test: {
          ...studies,
          name: "integration",
          sequence: { groupOrder: 1 },
          include: ["tests/integration/**/*.test.ts"],
          exclude: [...simulated, ...timed, ...loadgen],
        },
      },
      {
        extends: true,
        test: {
          ...studies,
          name: "faults",
          // What is planted takes processes, signals and time. CETERIS_SOAK=1 is the long form.
          sequence: { groupOrder: 1 },
          include: ["tests/faults/**/*.test.ts"],
        },
      },
      {
        extends: true,
        test: {
          ...studies,
          name: "timed",
          sequence: { groupOrder: 2 },
          include: timed,
          fileParallelism: false,
        },
      },
      {
        extends: true,
        test: {
          name: "loadgen",
          sequence: { groupOrder: 3 },
          include: loadgen,
          fileParallelism: false,
        },
      },
      {
        extends: true,
        test: {
          name: "e2e",
          // The largest file comes first and is vLLM's, which computes on one core: all others run beside it.
          sequence: { groupOrder: 4 },
          include: ["tests/e2e/**/*.test.ts"],
          maxWorkers: workers,
          testTimeout: 600_000,
          hookTimeout: 600_000,
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
