import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { expandStudy, orderTrials } from "../../src/design/index.ts";
import {
  keepMatrix,
  keptMatrix,
  listStudies,
  readStudyRecord,
  studyRecord,
  writeStudyRecord,
} from "../../src/store/study-file.ts";
import { realWorld } from "../../src/world/real-world.ts";
import { makeStudy, makeWorkload } from "../support/make-study.ts";
import { useTemporaryFolders } from "../support/temporary-folder.ts";

const temporaryFolder = useTemporaryFolders();

it("is read back as it was written, users' own keys unchanged", async () => {
  const study = makeStudy({
    kind: "isolation",
    changes: [{ id: "a", label: "A", set: { "env.PYTORCH_CUDA_ALLOC_CONF": "x" }, pointer: "/design/changes/0" }],
  });
  const expansion = expandStudy(study);
  const record = studyRecord(
    { study, ...expansion, expansion, trials: orderTrials(study, expansion), diagnostics: [] },
    "matrices/test.yaml",
  );
  const folder = temporaryFolder();
  const world = realWorld();
  for (const at of ["2026-01-01T00:00:00.000Z", "2026-01-02T00:00:00.000Z"]) {
    const clock = { ...world.clock, wall: () => at };
    await writeStudyRecord({ ...world, clock }, folder, record);
    const began = "2026-01-01T00:00:00.000Z";
    expect(await readStudyRecord(world, folder, "test-study")).toEqual({ ok: true, value: { ...record, began } });
  }
  expect(await listStudies(world, folder)).toEqual(["test-study"]);
  expect(await readStudyRecord(world, folder, "another")).toMatchObject({ problem: { code: "no-such-study" } });
});

it("lists studies that lost their record, so that each command says so, and none that was put aside", async () => {
  const folder = temporaryFolder();
  for (const place of ["lost/launches/0001", "lone", ".aside", "other/things"])
    mkdirSync(join(folder, place), { recursive: true });
  for (const file of ["lone/MANIFEST.json", ".aside/study.json", "notes.txt"]) writeFileSync(join(folder, file), "{}");
  expect(await listStudies(realWorld(), folder)).toEqual(["lone", "lost"]);
  expect(await readStudyRecord(realWorld(), folder, "lost")).toEqual({
    ok: false,
    problem: {
      code: "no-such-study",
      message: `${join(folder, "lost/study.json")} is not there`,
      hint: "`ceteris run MATRIX` writes it, and measures nothing twice.",
    },
  });
});

it("keeps the matrix as it was read, and none where there is no file", async () => {
  const folder = temporaryFolder();
  const world = realWorld();
  const file = join(folder, "own.yaml");
  await keepMatrix(world, folder, "test-study", file);
  expect(existsSync(join(folder, "test-study", keptMatrix))).toBe(false);
  writeFileSync(file, "study: test-study # mine\n");
  await keepMatrix(world, folder, "test-study", file);
  expect(readFileSync(join(folder, "test-study", keptMatrix), "utf8")).toBe("study: test-study # mine\n");
});

it("keeps the gates that the matrix names", async () => {
  const gates = [{ source: "r/m", metric: "rouge1", reference: 40, samples: 13_368, atLeast: 39.6, atMost: null }];
  const study = makeStudy({ kind: "isolation", changes: [] }, { gates });
  const expansion = expandStudy(study);
  const record = studyRecord({ study, ...expansion, expansion, trials: [], diagnostics: [] }, "matrices/test.yaml");
  const folder = temporaryFolder();
  await writeStudyRecord(realWorld(), folder, record);
  expect(await readStudyRecord(realWorld(), folder, "test-study")).toMatchObject({ ok: true, value: { gates } });
});

it("keeps the limits of a workload's SLO, in ms", async () => {
  const slo = { ttft_ms: 200, tpot_ms: 30 };
  const study = makeStudy({ kind: "isolation", changes: [] }, { workloads: [makeWorkload({ slo }), makeWorkload()] });
  const expansion = expandStudy(study);
  const record = studyRecord({ study, ...expansion, expansion, trials: [], diagnostics: [] }, "matrices/test.yaml");
  expect(record.workloads?.map(({ limits }) => limits)).toEqual([{ ttftMs: 200, tpotMs: 30 }, undefined]);
});
