export { indexAhead, type IndexAhead } from "./ahead.ts";
export { buildIndex, noResults } from "./build.ts";
export type { Fingerprint } from "./fingerprint.ts";
export { query, queryEach } from "./query.ts";
export { viewDocs } from "./view-docs.ts";
