export { loadEngine } from "./engine/engine.ts";
export { formatDiagnostics } from "./yaml/format.ts";
export { jsonSchemas } from "./yaml/json-schemas.ts";
export { diagnosticOf, lintSamples, lintStudy } from "./lint.ts";
export { loadStudy, type StudyRequest } from "./load-study.ts";
export { modelLengthOf } from "./engine/model-length.ts";
export { sortDiagnostics } from "./yaml/places.ts";
export { workloadsWithPlaces } from "./workload/workload-places.ts";
