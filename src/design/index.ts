export { expandStudy, workloadWith } from "./expand.ts";
export { experimentAtPeak, heldRate, nextTrial, outcomesOf } from "./adaptive.ts";
export { dearestSearches, peakOf } from "./peak.ts";
export { accuracyFollowsPeak, searchedExperiments } from "./searched.ts";
export { baselinesPerBlock } from "./blocks.ts";
export { countTrials, orderTrials } from "./order.ts";
export { remainingTrials, type Asked, type Remaining } from "./remaining.ts";
export { repeatsOf } from "./repeats.ts";
export { atPeaks, searchesFor } from "./sustained.ts";
