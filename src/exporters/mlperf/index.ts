export type { MlperfScores } from "./accuracy-log.ts";
export { accuracyRun, performanceRun, rulesOfTrial } from "./from-trial.ts";
export { judgeTest06, test06Config, test06Text, type Test06Verdict } from "./test06.ts";
export { treeOf, type ComplianceFiles, type ExportedAccuracy } from "./tree.ts";
