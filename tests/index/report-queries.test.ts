import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { query } from "../../src/index/index.ts";
import { writeTrial } from "../../src/store/index.ts";
import { realWorld } from "../../src/world/real-world.ts";
import { fakeReportInput } from "../support/fake-report.ts";
import { withFigures } from "../support/fake-trials.ts";
import { renderedReport } from "../support/rendered-report.ts";
import { storeLaunch } from "../support/store-launch.ts";
import { useTemporaryFolders } from "../support/temporary-folder.ts";

const temporaryFolder = useTemporaryFolders();
const world = realWorld();

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
    for (const trial of input.trials) {
      const measured = trial.measurements.length === 0 ? trial : withFigures(trial, engine);
      await writeTrial(world, results, measured, { observation: null, outputs: null });
    }
    for (const launch of input.launches) await storeLaunch(world, join(results, "fake-study"), launch);
    input.queries = {};
    for (const file of readdirSync("reports/parts")) {
      if (!file.endsWith(".sql")) continue;
      const sql = readFileSync(join("reports/parts", file), "utf8").replaceAll("$study", "'fake-study'");
      const answer = await query(world, results, sql);
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
    expect(input.queries["checks-that-failed"]?.rows).toEqual([
      ["len2668", "min-duration", "212", "600", "s", 1, "Ask more requests: counts.valid.requests of at least 38000."],
    ]);
    expect(input.queries["launches"]?.rows).toEqual([
      ["baseline", 4, 1, 38.5, 38.5, 0, "0.32.0"],
      ["fp8", 4, 0, 38.5, 38.5, 0, "0.32.0"],
      ["len2668", 3, 0, 38.5, 38.5, 0, "0.32.0"],
      ["int8", 1, 0, 38.5, 38.5, 0, "0.32.0"],
    ]);
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
    expect(report).toMatch(/## Checks that failed\n\n\| experiment \| check/);
  });
});
