export { expandStudy, workloadWith } from "./expand.ts";
export { countTrials, orderTrials, remainingTrials, repeatsOf } from "./order.ts";
