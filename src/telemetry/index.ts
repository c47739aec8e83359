/** What other stages may use of this one. */
export { counterDifferences, sampleEngine, type EngineSampler } from "./engine-metrics.ts";
export { gatherProvenance, type ProvenanceRequest } from "./provenance.ts";
