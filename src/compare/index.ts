export { accuracyOf } from "./accuracy.ts";
export { collateral, type Collateral, type KnobPath } from "./collateral.ts";
export { decisions } from "./decisions.ts";
export { effects, headlineMetrics, type ComparedMetric } from "./effects.ts";
export type { ComparedStudy } from "./study.ts";
export { summaries, type ExperimentSummary, type Figure } from "./summaries.ts";
