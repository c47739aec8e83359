import { join } from "node:path";
import {
  parseLoadgenDetail,
  parseLoadgenSummary,
  scalarText,
  type LoadgenDetail,
} from "../../importers/loadgen-log.ts";
import { formatRows } from "../../report/index.ts";
import { fail, succeed, type Result } from "../../schema/result.ts";
import type { World } from "../../world/world.ts";

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

/** Reads a folder that the bridge wrote. */
export async function bridgeAnswer(world: World, folder: string, shownAs: string): Promise<Result<BridgeAnswer>> {
  const text = async (name: string): Promise<string> => (await world.files.readText(join(folder, name))) ?? "";
  const detail = parseLoadgenDetail(await text("mlperf_log_detail.txt"));
  if (!detail.ok) return detail;
  const summary = parseLoadgenSummary(await text("mlperf_log_summary.txt"));
  if (!summary.ok) return summary;
  const record = await text("bridge.json");
  if (record === "") return fail("no-record", `${folder} has no bridge.json`, "Run it again into another folder.");
  const { failures } = JSON.parse(record) as Pick<BridgeAnswer, "failures">;
  const say = (key: string): string | null => scalarText(detail.value.last(key));
  return succeed({
    folder: shownAs,
    sut: say("sut_name") ?? "",
    scenario: say("effective_scenario") ?? "",
    mode: say("effective_test_mode") ?? "",
    loadgen: say("loadgen_version") ?? "",
    result: summary.value.result,
    recommendations: summary.value.recommendations,
    figures: figuresOf(detail.value),
    queries: say("generated_query_count"),
    durationNs: say("generated_query_duration"),
    errors: summary.value.errors,
    failures,
  });
}

const words = new Set(["result_validity", "result_invalid_reason"]);

function figuresOf({ lines }: LoadgenDetail): BridgeAnswer["figures"] {
  return lines.flatMap(({ key, value }) =>
    key.startsWith("result_") && !words.has(key) ? [{ name: key, value: scalarText(value) ?? "" }] : [],
  );
}

/** Shown to people; `--json` and the logs have all. */
const shown =
  /^result_(samples_per_second|tokens_per_second|completed_.*|scheduled_.*|qps_.*|query_count|(first_token_)?(50|90|99)\.00_percentile_latency_ns|time_per_output_token_(50|90|99)\.00_percentile_ns)$/;

/** For people. */
export function bridgeTable(answer: BridgeAnswer): string {
  const simulated = answer.sut.startsWith("SIMULATED ");
  const rows = answer.figures.flatMap(({ name, value }) =>
    shown.test(name) ? [[name.replace("result_", ""), value]] : [],
  );
  const failed = answer.failures.length;
  return [
    "",
    ...(simulated ? ["SIMULATED: every number comes from a simulated engine.", ""] : []),
    `LoadGen ${answer.loadgen}, ${answer.scenario}, ${answer.mode}: ${answer.result ?? "no result, answers only"}`,
    ...answer.recommendations.map((line) => `  ${line}`),
    rows.length === 0 ? "" : formatRows(["figure", "value"], rows, "table"),
    `errors told by LoadGen  ${answer.errors}`,
    `requests that failed    ${failed}${failed === 0 ? "" : `, so that these logs are worth nothing; the first: ${answer.failures[0]?.error}`}`,
    `logs                    ${answer.folder}`,
    "",
  ].join("\n");
}
