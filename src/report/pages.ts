/** What makes pages. Templates, charts' axes and Markdown load libraries of their own, which no other text needs: `loadPages` of `index.ts`. */
export { comparisonPage } from "./comparison-page.ts";
export { dataTables, reportData } from "./report-data.ts";
export { renderDocument } from "./template.ts";
export { htmlPage } from "./writers/html/page.ts";
export { latexFiles } from "./writers/latex/index.ts";
