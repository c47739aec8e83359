import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { query } from "../../src/index/index.ts";
import { shownTrial } from "../../src/report/index.ts";
import { writeTrial } from "../../src/store/index.ts";
import { realWorld } from "../../src/world/real-world.ts";
import { fakeReportInput } from "../support/fake-report.ts";
import { withFigures } from "../support/fake-trials.ts";
import { observationOf } from "../support/observations.ts";
import { renderedReport } from "../support/rendered-report.ts";
import { storeLaunch } from "../support/store-launch.ts";
import { useTemporaryFolders } from "../support/temporary-folder.ts";

const temporaryFolder = useTemporaryFolders();
const world = realWorld();

/** Two requests of 100 tokens, from 1 s to 5 s and from 3 s to 7 s, after a warm-up; and what was sampled beside them. */
function trialOfEightSeconds() {
  const every = (name: string, unit: string, value: number[]) => ({
    name,
    unit,
    source: "engine" as const,
    atNs: [0, 7e9],
    value,
  });
  const answer = (fromS: number, toS: number) => ({
    sentMs: 0,
    tokensMs: [1000 * fromS, 1000 * toS],
    outputTokens: 100,
  });
  return observationOf([{ phase: "warmup", sentMs: -1000, tokensMs: [] }, answer(1, 5), answer(3, 7)], {
    series: [
      every("running", "requests", [2, 2]),
      every("kv_usage", "fraction", [0.5, 0.5]),
      every("preemptions", "preemptions", [4, 7]),
      ...[
        ["gpu0/power_w", [300, 310]],
        ["gpu0/engine_processes", [1, 1]],
        ["gpu1/power_w", [90, 90]],
        ["gpu1/engine_processes", [0, 0]],
      ].map(([name, value]) => ({ ...every(name as string, "W", value as number[]), source: "telemetry" as const })),
    ],
  });
}

/** One of another trial, which the query must not see. */
function other() {
  return observationOf([{ sentMs: -90_000, tokensMs: [1, 2], outputTokens: 9000 }]);
}

describe("the queries of reports/parts", () => {
  it("each answer over a study's folders, and stand in its report", async () => {
    const results = temporaryFolder();
    const input = fakeReportInput();
    const engine = [
      ["prefix_hit_rate", "value", 0.25],
      ["kv_usage_max", "value", 0.8],
      ["queue_max", "value", 12],
      ["preemptions", "value", 2],
      ["requests_failed", "value", 0],
    ] satisfies Parameters<typeof withFigures>[1];
    const shown = shownTrial(input)!;
    for (const trial of input.trials) {
      const measured = trial.measurements.length === 0 ? trial : withFigures(trial, engine);
      const observation =
        trial === shown ? trialOfEightSeconds() : trial.spec.experiment === "baseline" ? other() : null;
      await writeTrial(world, results, measured, { observation, outputs: null });
    }
    for (const launch of input.launches) await storeLaunch(world, join(results, "fake-study"), launch);
    input.queries = {};
    for (const file of readdirSync("reports/parts")) {
      if (!file.endsWith(".sql")) continue;
      const sql = readFileSync(join("reports/parts", file), "utf8")
        .replaceAll("$study", "'fake-study'")
        .replaceAll("$trial", `'${shown.spec.trialId}'`);
      const study = { study: "fake-study" };
      const scope = sql.includes(shown.spec.trialId) ? { ...study, trialId: shown.spec.trialId } : study;
      const answer = await query(world, results, sql, scope);
      if (!answer.ok) throw new Error(`${file}: ${answer.problem.message}`);
      const columns = answer.value.columns.map(({ name }) => name);
      input.queries[file.replace(/\.sql$/, "")] = { columns, rows: answer.value.rows };
    }
    expect(input.queries["lengths-asked-and-served"]?.columns).toEqual([
      "experiment",
      "output asked",
      "output served",
      "prompt asked",
      "prompt served",
      "trials",
    ]);
    expect(input.queries["launches"]?.rows).toEqual([
      ["baseline", 4, 1, 38.5, 38.5, 0, "0.32.0"],
      ["fp8", 4, 0, 38.5, 38.5, 0, "0.32.0"],
      ["len2668", 3, 0, 38.5, 38.5, 0, "0.32.0"],
      ["int8", 1, 0, 38.5, 38.5, 0, "0.32.0"],
    ]);
    expect(shown.spec).toMatchObject({ experiment: "fp8", replicate: 1 });
    const { columns = [], rows = [] } = input.queries["trial_in_time"] ?? {};
    const course = (column: string) => rows.map((row) => row[columns.indexOf(column)] ?? null);
    expect(course("seconds").slice(0, 10)).toEqual([-1, -0.75, -0.5, -0.25, 0, 0.25, 0.5, 0.75, 1, 1.25]);
    expect(course("phase").slice(0, 5)).toEqual(["warm-up", "warm-up", "warm-up", "warm-up", "measured"]);
    // 100 tokens from 1 s to 5 s and as many from 3 s to 7 s, of which each quarter of a second has its share.
    const rates = course("output_throughput");
    expect([rates[7], rates[8], rates[16], rates[24], rates[31], rates[32]]).toEqual([0, 25, 50, 25, 25, null]);
    expect(course("running")[4]).toBe(2);
    expect(course("kv_usage")[4]).toBe(50);
    expect(course("preemptions").filter((value) => value !== null)).toEqual([0, 3]);
    // The GPU on which the engine was not seen is in no figure.
    expect(course("power").filter((value) => value !== null)).toEqual([300, 310]);
    expect(input.queries["arms"]?.rows).toEqual([
      ["baseline", "1089.0, 1082.0, 1094.0", null, 400, 0.03, 25, 80, 12, 6, null, null, "0.32.0"],
      ["fp8", "1462.0, 1450.0, 1471.0", null, 400, 0.03, 25, 80, 12, 6, null, null, "0.32.0"],
      ["len2668", "1544.0, 1540.0", "2300.0", 400, 0.03, 25, 80, 12, 6, null, null, "0.32.0"],
      ["int8", null, null, null, null, null, null, null, null, null, null, "0.32.0"],
    ]);
    const report = renderedReport(input);
    expect(report).toMatch(
      /<summary>What a committee asks, arm by arm<\/summary>\n\n\| experiment \| tok\/s by launch/,
    );
    expect(report).not.toContain("## Arms");
    expect(report).toMatch(/## Launches\n\n\| experiment/);
  });
});
