export { formatRows, type RowFormat } from "./format.ts";
export { reportData } from "./report-data.ts";
export { changeText } from "./report-results.ts";
export type { ReportInput } from "./report-input.ts";
export { renderReport } from "./template.ts";
