export { benchJson } from "./bench-json.ts";
export { benchTable, type BenchAnswer, type RequestCounts } from "./bench-table.ts";
export { capacityText } from "./capacity-text.ts";
export { conclusionOf } from "./conclusion.ts";
export { comparisonPage } from "./comparison-page.ts";
export { comparisonText } from "./comparison-text.ts";
export { paretoMetrics } from "./relations/pareto.ts";
export { bridgeTable, type BridgeAnswer } from "./loadgen-text.ts";
export { kindOf } from "./kind.ts";
export { duration } from "./numbers.ts";
export { planJson } from "./plan-json.ts";
export { planText } from "./plan-text.ts";
export { preflightCounts, preflightText } from "./preflight-text.ts";
export { dataTables, reportData } from "./report-data.ts";
export type { ReportInput } from "./report-input.ts";
export { resultsTable } from "./results-table.ts";
export { shownTrial } from "./shown-trial.ts";
export { statusText, type ExperimentStatus, type HandedOut, type StudyStatus } from "./status-text.ts";
export { nextCommand, studyText, watchLines, watchText, type ToldTrial, type WatchedStudy } from "./watch-text.ts";
export { chartFiles, chartsOf, drawCharts, drawPanels, type ChartTheme, type DrawPanels } from "./charts/draw.ts";
export type { Chart, ChartSpec } from "./charts/chart.ts";
export { renderDocument, type KindFiles } from "./template.ts";
export { firstScreen } from "./first-screen.ts";
export {
  boardPages,
  placesFrom,
  sitePaths,
  siteStudy,
  trialsPage,
  withNavigation,
  type SiteFiles,
  type SiteStudy,
} from "./site/index.ts";
export { formatRows, csvTable, htmlPage, markdownDocument, tablesJson, writeDocument } from "./writers/index.ts";
export { latexFiles } from "./writers/latex/index.ts";
