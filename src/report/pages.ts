/** What makes pages, and loads Handlebars, d3 and markdown-it, which no other text needs. Commands get it from `loadPages` of `index.ts`. */
export { comparisonPage } from "./comparison-page.ts";
export { dataTables, reportData } from "./report-data.ts";
export { renderDocument } from "./template.ts";
export { htmlPage } from "./writers/html/page.ts";
export { latexFiles } from "./writers/latex/index.ts";
