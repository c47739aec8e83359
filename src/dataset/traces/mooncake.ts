import { isOfBailian } from "./bailian.ts";
import { timestampsOf } from "./timestamps.ts";
import type { TraceFormat } from "./trace-format.ts";

/**
 * Mooncake's traces (github.com/kvcache-ai/Mooncake, FAST25-release): JSON lines with `timestamp` in whole milliseconds.
 * Bailian's have the same members in seconds, and are recognised by their `chat_id`; in any other file a fraction is ambiguous.
 */
export const mooncake: TraceFormat = (text, unit) => {
  const read = timestampsOf(text);
  if (typeof read === "string") return read;
  const { values, first } = read;
  const known = unit ?? (isOfBailian(first) ? "s" : null);
  const broken = known === null ? values.findIndex((value) => !Number.isInteger(value)) : -1;
  if (broken >= 0) {
    return `time ${broken + 1} is ${values[broken]}: Mooncake's are whole milliseconds; set \`arrivals.unit\` to \`s\` or \`ms\``;
  }
  return values.map((value) => (known === "s" ? value : value / 1000));
};
