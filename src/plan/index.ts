/** What other stages may use of this one. */
export { planBench } from "./bench-plan.ts";
export { checkInputs } from "./check-inputs.ts";
export { datasetFault } from "./dataset-fault.ts";
export { estimateTime, plannedSearch, plannedTraffic } from "./estimate.ts";
export { globMatcher } from "./glob.ts";
export { executorNamed } from "./executor-named.ts";
export {
  engineFilesWith,
  engineNamed,
  engineNames,
  loadPlan,
  rulesetNamed,
  rulesetPlaces,
  studyRoot,
  sutFolders,
} from "./load-plan.ts";
export { planBlock, planBlocks } from "./plan-blocks.ts";
export { powerOf } from "./power.ts";
export {
  pastCounts,
  plannedTrials,
  readPast,
  standingTrials,
  stillAsked,
  wantedBy,
  workOf,
  type StudyPast,
  type WorkRequest,
} from "./remaining-work.ts";
export { librarySize, loadgenRequests, loadgenSettings, needsExpectedRate, type RulesetRun } from "./ruleset-load.ts";
export { datasetKey, requestsOf, workloadOf } from "./trial-workload.ts";
