import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  accuracyLogFile,
  readComplianceFolder,
  recordFile,
  recordFormat,
  verifyFile,
} from "../../../src/commands/mlperf/compliance-folder.ts";
import { realFiles } from "../../../src/world/files.ts";
import { useTemporaryFolders } from "../../support/temporary-folder.ts";

const world = { files: realFiles };
const temporaryFolder = useTemporaryFolders();

function folderWith(files: Record<string, string>): string {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

const logs = { [verifyFile]: "TEST PASS", [accuracyLogFile]: "[]" };

describe("a folder of a compliance test", () => {
  it("is its record, and its logs by the names that a submission has", async () => {
    const record = { format: recordFormat, test: "TEST06", sut: "one" };
    const folder = folderWith({ ...logs, [recordFile]: JSON.stringify(record) });
    const read = await readComplianceFolder(world, folder);
    expect(read).toMatchObject({ ok: true, value: { record, files: { test: "TEST06" } } });
    if (read.ok) expect([...read.value.files.files.keys()]).toEqual([verifyFile, `accuracy/${accuracyLogFile}`]);
  });

  it.each(["{", "null", "7", '{"format":"ceteris.mlperf-compliance/2"}'])(
    "is refused where its record is %s",
    async (text) => {
      const folder = folderWith({ ...logs, [recordFile]: text });
      expect(await readComplianceFolder(world, folder)).toMatchObject({
        ok: false,
        problem: { code: "broken-compliance", message: expect.stringContaining(join(folder, recordFile)) },
      });
    },
  );

  it("is none without its logs", async () => {
    const folder = folderWith({ [recordFile]: JSON.stringify({ format: recordFormat }) });
    expect(await readComplianceFolder(world, folder)).toMatchObject({ ok: false, problem: { code: "no-compliance" } });
  });
});
