/** What other stages may use of this one. */
export { sampleEngine } from "./engine-metrics.ts";
export { gatherProvenance } from "./provenance.ts";
