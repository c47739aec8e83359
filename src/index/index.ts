export { buildIndex } from "./build.ts";
export { query } from "./query.ts";
export { viewDocs } from "./view-docs.ts";
