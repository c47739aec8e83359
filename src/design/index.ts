export { expandStudy, workloadWith } from "./expand.ts";
export { heldRate, nextTrial, outcomesOf } from "./adaptive.ts";
export { experimentAtRate } from "./expand.ts";
export { lastAttempts } from "./last-attempts.ts";
export { dearestSearches, peakOf } from "./peak.ts";
export { accuracyFollowsPeak, searchedExperiments } from "./searched.ts";
export { baselinesPerBlock, countTrials, orderTrials, repeatsOf, remainingTrials } from "./order.ts";
