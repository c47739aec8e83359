/** What other stages may use of this one. */
export { coreUse, type CoreUse } from "./core-use.ts";
export { engineMetric } from "./engine-metric-names.ts";
export { gpuFacts, isNamed } from "./gpus.ts";
export { hostFacts } from "./host.ts";
export { ownBuild } from "./own-build.ts";
export { gatherProvenance } from "./provenance.ts";
export { startSampling } from "./sampling.ts";
export { timeSync, type TimeSync } from "./time-sync.ts";
