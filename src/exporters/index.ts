export type { MlperfScores } from "./mlperf/accuracy-log.ts";
export { accuracyRun, accuracyTrials, performanceRun, rulesOfTrial } from "./mlperf/from-trial.ts";
export { judgeTest06, test06Config, test06Text, type Test06Verdict } from "./mlperf/test06.ts";
export { treeOf, type ComplianceFiles, type ExportedAccuracy } from "./mlperf/tree.ts";
export { vllmBenchFileName, vllmBenchResult, type VllmBenchRun } from "./vllm-bench-result.ts";
