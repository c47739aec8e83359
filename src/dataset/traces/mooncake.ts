import { filledLines, type TraceFormat } from "./trace-format.ts";

/** Mooncake's traces (github.com/kvcache-ai/Mooncake, FAST25-release): JSON lines with `timestamp` in milliseconds. */
export const mooncake: TraceFormat = (text) => {
  const times: number[] = [];
  for (const { line, number } of filledLines(text)) {
    const timestamp = timestampOf(line);
    if (timestamp === null) return `line ${number}: no JSON object with a number "timestamp": ${line.slice(0, 80)}`;
    times.push(timestamp / 1000);
  }
  return times;
};

function timestampOf(line: string): number | null {
  try {
    const timestamp = (JSON.parse(line) as { timestamp?: unknown } | null)?.timestamp;
    return typeof timestamp === "number" ? timestamp : null;
  } catch {
    return null;
  }
}
