export { collateral } from "./collateral.ts";
export { decisions } from "./decisions.ts";
export { effects } from "./effects.ts";
export { summaries } from "./summaries.ts";
