import { timestampsOf } from "./timestamps.ts";
import type { TraceFormat } from "./trace-format.ts";

/** Qwen-Bailian's usage traces (github.com/alibaba-edu/qwen-bailian-usagetraces-anon): JSON lines with `chat_id`, and `timestamp` in seconds. */
export const bailian: TraceFormat = (text, unit = "s") => {
  const read = timestampsOf(text);
  if (typeof read === "string") return read;
  return read.values.map((value) => (unit === "ms" ? value / 1000 : value));
};

/** True of a line of Bailian's, which has the members of Mooncake's and more. */
export function isOfBailian(record: object): boolean {
  return Object.hasOwn(record, "chat_id");
}
