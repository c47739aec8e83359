import { relationOf, text } from "./relations/relation.ts";
import { terminalTable } from "./writers/terminal.ts";

/** What a folder of LoadGen's logs says, read by us. */
export interface BridgeAnswer {
  /** Relative to the working folder. */
  folder: string;
  sut: string;
  scenario: string;
  mode: string;
  loadgen: string;
  /** `VALID`, `INVALID`; null of an accuracy run, which has no result. */
  result: string | null;
  recommendations: string[];
  /** `result_*` of the detail log, in its order. */
  figures: { name: string; value: string }[];
  queries: string | null;
  durationNs: string | null;
  errors: number;
  failures: { sample: number; error: string }[];
}

/** Shown to people; `--json` and the logs have all. */
const shown =
  /^result_(samples_per_second|tokens_per_second|completed_.*|scheduled_.*|qps_.*|query_count|(first_token_)?(50|90|99)\.00_percentile_latency_ns|time_per_output_token_(50|90|99)\.00_percentile_ns)$/;

/** What the bridge prints: the result, its figures, and what went wrong. */
export function bridgeTable(answer: BridgeAnswer): string {
  const simulated = answer.sut.startsWith("SIMULATED ");
  const figures = relationOf(
    "loadgen",
    answer.figures.filter(({ name }) => shown.test(name)),
    [text("figure", "figure", ({ name }) => name.replace("result_", "")), text("value", "value", ({ value }) => value)],
  );
  const failed = answer.failures.length;
  return [
    "",
    ...(simulated ? ["SIMULATED: every number comes from a simulated engine.", ""] : []),
    `LoadGen ${answer.loadgen}, ${answer.scenario}, ${answer.mode}: ${answer.result ?? "no result, answers only"}`,
    ...answer.recommendations.map((line) => `  ${line}`),
    figures.rows.length === 0 ? "" : terminalTable(figures),
    `LoadGen's own errors    ${answer.errors}`,
    `requests that failed    ${failed}${failed === 0 ? "" : `, so that these logs are worth nothing; the first: ${answer.failures[0]?.error}`}`,
    `logs                    ${answer.folder}`,
    "",
  ].join("\n");
}
