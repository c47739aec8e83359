export type { MlperfScores } from "./accuracy-log.ts";
export { accuracyRun, performanceRun, rulesOfTrial } from "./from-trial.ts";
export { treeOf, type Division, type ExportedAccuracy } from "./tree.ts";
