import { lengthsOfColumns } from "./trace-lengths.ts";
import { otherUnit, secondsIn, timesOfColumn, type TraceFormat } from "./trace-format.ts";

/** BurstGPT (github.com/HPMLL/BurstGPT): CSV with a column Timestamp in seconds from the first day's start. */
export const burstgpt: TraceFormat = (text, unit) => {
  const times = timesOfColumn(text, "Timestamp", secondsIn(unit ?? "s"));
  return typeof times === "string" || unit !== undefined ? times : (otherUnit(times, "s") ?? times);
};

export const burstgptLengths = lengthsOfColumns({
  time: /^timestamp$/,
  input: /^request tokens$/,
  output: /^response tokens$/,
});
