/** What other stages may use of this one. */
export { gatherProvenance } from "./provenance.ts";
export { startSampling } from "./sampling.ts";
