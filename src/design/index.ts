export { expandStudy, workloadWith } from "./expand.ts";
export { countTrials, orderTrials, remainingTrials } from "./order.ts";
