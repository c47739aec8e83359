/** What other stages may use of this one. */
export { engineMetric } from "./engine-metric-names.ts";
export { ownBuild } from "./own-build.ts";
export { gatherProvenance } from "./provenance.ts";
export { startSampling } from "./sampling.ts";
