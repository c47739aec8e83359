/** What other stages may use of this one. */
export { ownBuild } from "./own-build.ts";
export { gatherProvenance } from "./provenance.ts";
export { startSampling } from "./sampling.ts";
