import { describe, expect, it } from "vitest";
import { query } from "../../src/index/index.ts";
import { writeTrial } from "../../src/store/index.ts";
import { realWorld } from "../../src/world/real-world.ts";
import { withFigures } from "../support/fake-trials.ts";
import { designRow, laboratoryReport } from "../support/laboratory-report.ts";
import { useTemporaryFolders } from "../support/temporary-folder.ts";

const temporaryFolder = useTemporaryFolders();
const world = realWorld();

/** A study of several findings: a gain that a latency pays for, drift, collateral, and answers of another length. */
const input = laboratoryReport({
  design: { kind: "isolation", changes: [designRow("seqs256", { max_num_seqs: 256 })] },
  study: { name: "it's" },
  engine: { effects: [{ knobs: { max_num_seqs: 256 }, throughput: 1.2 }], driftPerTrial: -0.005 },
  change: (trial) => {
    const isMany = trial.knobs["max_num_seqs"] === 256;
    const throughput = trial.measurements[0]?.value ?? 0;
    const figures = withFigures(trial, [
      ["request_throughput", "value", throughput / (isMany ? 160 : 128)],
      ["ttft", "p99", throughput * (isMany ? 1.4 : 1)],
    ]);
    return { ...figures, study: "it's", resolvedConfiguration: { "cache.blocks": isMany ? 52 : 41 } };
  },
});

describe("the query of each finding", () => {
  it("runs over the views and shows the figures that its sentence names", async () => {
    const results = temporaryFolder();
    for (const trial of input.trials) await writeTrial(world, results, trial, { observation: null, outputs: null });
    const shown = new Map<string, readonly unknown[][]>();
    for (const { rule, query: sql } of input.findings ?? []) {
      const answer = await query(world, results, sql);
      if (!answer.ok) throw new Error(`${rule}: ${answer.problem.message}`);
      shown.set(rule, answer.value.rows);
    }
    expect([...shown.keys()]).toEqual(["largest-effect", "opposed-effects", "contradictions", "drift", "collateral"]);
    expect(shown.get("largest-effect")).toHaveLength(8);
    expect(shown.get("opposed-effects")).toHaveLength(8);
    expect(shown.get("drift")).toHaveLength(8);
    expect(shown.get("collateral")).toEqual([
      ["baseline", "41", 4],
      ["seqs256", "52", 4],
    ]);
  });
});
