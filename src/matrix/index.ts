export { loadEngine } from "./engine.ts";
export { formatDiagnostics } from "./format.ts";
export { jsonSchemas } from "./json-schemas.ts";
export { diagnosticOf, lintSamples, lintStudy } from "./lint.ts";
export { loadStudy, type StudyRequest } from "./load-study.ts";
export { modelLengthOf } from "./model-length.ts";
export { sortDiagnostics } from "./places.ts";
export { workloadsWithPlaces } from "./workload-places.ts";
