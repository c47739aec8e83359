export { buildIndex } from "./build.ts";
export { query, type QueryAnswer } from "./query.ts";
export { viewDocs } from "./view-docs.ts";
