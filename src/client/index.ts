/** What other stages may use of this one. */
export { calibrate } from "./calibration/index.ts";
export type { TailBudget } from "./drive/tail-budget.ts";
export type { LoadOptions, LoadProgress } from "./load-options.ts";
export { requestBody, requestPath } from "./plan/request-body.ts";
export { runLoad } from "./run-load.ts";
