import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { syncCommand } from "../../src/commands/sync.ts";
import { expandStudy, orderTrials } from "../../src/design/index.ts";
import { writeTrial } from "../../src/store/index.ts";
import { studyRecord, writeStudyRecord } from "../../src/store/study-file.ts";
import { fakeMlflow } from "../support/fake-mlflow.ts";
import { fakeTrial } from "../support/fake-trials.ts";
import { makeStudy } from "../support/make-study.ts";
import { studyWorld } from "../support/study-world.ts";
import { useTemporaryFolders } from "../support/temporary-folder.ts";

const temporaryFolder = useTemporaryFolders();

it("sends the trials, the report as page and markdown, the matrix, and what was decided; once", async () => {
  const study = makeStudy(
    { kind: "isolation", changes: [{ id: "fp8", label: "fp8", set: { quantization: "fp8" }, pointer: "" }] },
    { name: "fake-study", accuracyNotApplicable: "nothing is measured" },
  );
  const expansion = expandStudy(study);
  const { experiments, contrasts } = expansion;
  const plan = { study, experiments, contrasts, expansion, trials: orderTrials(study, expansion), diagnostics: [] };
  const folder = temporaryFolder();
  const results = join(folder, "results");
  const server = fakeMlflow();
  const world = studyWorld(folder, (usual) => ({
    network: { ...usual.network, request: (asked) => server.request(asked) },
  }));
  await writeStudyRecord(world, results, studyRecord(plan, "matrices/test.yaml", []));
  mkdirSync(join(results, "fake-study"), { recursive: true });
  writeFileSync(join(results, "fake-study", "matrix.yaml"), "study: fake-study\n");
  for (const spec of plan.trials) {
    const experiment = experiments.find(({ id }) => id === spec.experimentId)!;
    const throughput = (spec.experiment === "fp8" ? 1500 : 1000) + spec.position;
    const trial = { ...fakeTrial(experiment, { fidelity: "screen", status: "SCREENED", throughput }), spec };
    const written = await writeTrial(world, results, trial, { observation: null, outputs: null });
    if (!written.ok) throw new Error(written.problem.message);
  }
  const sync = () => syncCommand(world, { results: "results", tracking: "http://mlflow.test" });
  expect(await sync()).toBe(0);
  const [run, ...trials] = server.runs;
  expect(trials).toHaveLength(plan.trials.length);
  expect([...(run?.artifacts.keys() ?? [])].toSorted()).toEqual([
    "matrix/test.yaml",
    "report/fake-study.html",
    "report/fake-study.md",
  ]);
  expect(run?.tags.get("decision/fp8")).toMatch(/^HOLD: throughput/);
  expect(run?.metrics.map(({ key }) => key)).toContain("change_percent/fp8");
  const writes = server.writes();
  expect(await sync()).toBe(0);
  expect(server.writes()).toBe(writes);
});
