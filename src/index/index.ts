export { indexAhead } from "./ahead.ts";
export { buildIndex } from "./build.ts";
export { fingerprint, type Fingerprint } from "./fingerprint.ts";
export { query, queryEach } from "./query.ts";
export { viewDocs } from "./view-docs.ts";
