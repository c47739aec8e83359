import { filledLines, namesOf, secondsOf, timesOf, type TraceFormat } from "./trace-format.ts";

/** BurstGPT (github.com/HPMLL/BurstGPT): CSV with a column Timestamp in seconds from the first day's start. */
export const burstgpt: TraceFormat = (text) => {
  const [header, ...lines] = filledLines(text);
  if (header === undefined) return [];
  const column = namesOf(header.line).indexOf("timestamp");
  if (column < 0) return `line ${header.number}: no column Timestamp: ${header.line.slice(0, 80)}`;
  return timesOf(lines, column, secondsOf);
};
