export { parseLoadgenDetail, parseLoadgenSummary, scalarText, type LoadgenDetail } from "./loadgen-log.ts";
