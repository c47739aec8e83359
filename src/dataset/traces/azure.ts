import { lengthsOfColumns } from "./trace-lengths.ts";
import { timesOfColumn, type TraceFormat } from "./trace-format.ts";

/**
 * Azure's LLM inference traces of 2023 and 2024 (github.com/Azure/AzurePublicDataset): CSV with a column TIMESTAMP of
 * wall-clock times, `2023-11-16 18:17:03.9799600` or `2024-05-10 00:00:00.009930+00:00`.
 */
export const azure: TraceFormat = (text) => timesOfColumn(text, "TIMESTAMP", wallSeconds);

export const azureLengths = lengthsOfColumns(
  { time: /^timestamp$/, input: /^contexttokens$/, output: /^generatedtokens$/ },
  wallSeconds,
);

/** Whole seconds and the fraction apart, since a Date keeps milliseconds only. Without a zone it is taken as UTC: only differences matter. */
function wallSeconds(cell: string): number | null {
  const match = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)?$/.exec(cell);
  if (match === null) return null;
  const [, day = "", time = "", fraction = "", zone = "Z"] = match;
  const ms = Date.parse(`${day}T${time}${zone}`);
  return Number.isNaN(ms) ? null : ms / 1000 + Number(fraction === "" ? 0 : `0${fraction}`);
}
