import { join } from "node:path";
import { parseLoadgenDetail, parseLoadgenSummary, scalarText, type LoadgenDetail } from "../../importers/index.ts";
import type { BridgeAnswer } from "../../report/index.ts";
import { fail, succeed, type Result } from "../../schema/result.ts";
import type { World } from "../../world/world.ts";

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
