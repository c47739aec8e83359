import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { Delivery } from "../../../src/mirrors/index.ts";
import type { Conclusion } from "../../../src/schema/analysis.ts";
import type { FakeTrialOptions } from "../../support/fake-trials.ts";
import { delivery as deliveryIn, fakeStudyMeta, mlflowLab } from "../../support/mlflow-lab.ts";
import { useTemporaryFolders } from "../../support/temporary-folder.ts";

const temporaryFolder = useTemporaryFolders();
const delivery = (options?: FakeTrialOptions[], more?: Partial<Delivery>) =>
  deliveryIn(temporaryFolder(), options, more);

it("puts a report beside the study once, and again when it is another", async () => {
  const { server, send } = mlflowLab();
  await send(delivery());
  const path = join(temporaryFolder(), "fake-study.md");
  writeFileSync(path, "# one\n");
  const files = [{ path: "report/fake-study.md", file: path }];
  const report = { study: fakeStudyMeta, trials: [], files };
  await send(report);
  const writes = server.writes();
  await send(report);
  expect(server.writes()).toBe(writes);
  writeFileSync(path, "# two\n");
  await send(report);
  expect(Buffer.from(server.runs[0]?.artifacts.get("report/fake-study.md") ?? []).toString()).toBe("# two\n");
  expect(server.runs).toHaveLength(2);
});

it("says what the study concludes in tags, figures and the description, and anew when it is another", async () => {
  const { server, send } = mlflowLab();
  const conclusion: Conclusion = {
    answer: "Ship fp8: +24.1 % output tok/s, accuracy kept.",
    asOf: "2026-01-01T02:10:00.000Z",
    changes: [
      {
        change: "fp8",
        outcome: "SHIP",
        because: "throughput +24.1 %",
        figure: "output tok/s",
        ratio: 1.241,
        interval: { lower: 1.2, upper: 1.28 },
      },
    ],
  };
  const concluded = { ...delivery(), conclusion };
  await send(concluded);
  const [run] = server.runs;
  expect(run?.tags.get("decision/fp8")).toBe("SHIP: throughput +24.1 %");
  expect(run?.tags.get("mlflow.note.content")).toContain("**Ship fp8: +24.1 %");
  expect(run?.metrics.map(({ key, value }) => [key, Math.round(Number(value) * 10) / 10])).toEqual([
    ["change_percent/fp8", 24.1],
    ["change_percent_low/fp8", 20],
    ["change_percent_high/fp8", 28],
  ]);
  const writes = server.writes();
  await send(concluded);
  await send({ study: fakeStudyMeta, trials: concluded.trials });
  expect(server.writes()).toBe(writes);
  const [fp8] = conclusion.changes;
  const changes = [{ ...fp8!, outcome: "HOLD" as const, ratio: 1.1 }];
  await send({ ...concluded, conclusion: { ...conclusion, asOf: "2026-01-02T00:00:00.000Z", changes } });
  expect(run?.tags.get("decision/fp8")).toMatch(/^HOLD/);
  expect(run?.metrics.filter(({ key }) => key === "change_percent/fp8")).toHaveLength(2);
});
