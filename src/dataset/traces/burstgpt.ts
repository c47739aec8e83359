import { filledLines, secondsIn, tableOf, timesOf, type TraceFormat } from "./trace-format.ts";

/** BurstGPT (github.com/HPMLL/BurstGPT): CSV with a column Timestamp in seconds from the first day's start. */
export const burstgpt: TraceFormat = (text, unit = "s") => {
  const lines = filledLines(text);
  const table = tableOf(lines);
  if (typeof table === "string") return table;
  const column = table.names.indexOf("timestamp");
  if (column < 0 && lines[0] !== undefined)
    return `line ${lines[0].number}: no column Timestamp: ${lines[0].line.slice(0, 80)}`;
  return timesOf(table.rows, column, secondsIn(unit));
};
