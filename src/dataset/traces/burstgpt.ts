import { lengthsOfColumns } from "./trace-lengths.ts";
import { secondsIn, timesOfColumn, type TraceFormat } from "./trace-format.ts";

/** BurstGPT (github.com/HPMLL/BurstGPT): CSV with a column Timestamp in seconds from the first day's start. */
export const burstgpt: TraceFormat = (text, unit = "s") => timesOfColumn(text, "Timestamp", secondsIn(unit));

export const burstgptLengths = lengthsOfColumns({
  time: /^timestamp$/,
  input: /^request tokens$/,
  output: /^response tokens$/,
});
