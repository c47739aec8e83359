import { expect, it } from "vitest";
import { expandStudy, orderTrials } from "../../src/design/index.ts";
import { listStudies, readStudyRecord, studyRecord, writeStudyRecord } from "../../src/run/study-file.ts";
import { realWorld } from "../../src/world/real-world.ts";
import { makeStudy } from "../support/make-study.ts";
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
  await writeStudyRecord(world, folder, record);
  expect(await readStudyRecord(world, folder, "test-study")).toEqual(record);
  expect(await listStudies(world, folder)).toEqual(["test-study"]);
  expect(await readStudyRecord(world, folder, "another")).toBeNull();
});
