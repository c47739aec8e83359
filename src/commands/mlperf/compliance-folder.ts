import { join } from "node:path";
import type { ComplianceFiles } from "../../exporters/index.ts";
import { parseMap } from "../../schema/json.ts";
import { fail, succeed, type Result } from "../../schema/result.ts";
import type { World } from "../../world/world.ts";

export const recordFormat = "ceteris.mlperf-compliance/1";

/** `compliance.json` of a folder that `ceteris loadgen --mode test06` has written: what its logs are of. */
export interface ComplianceRecord {
  format: typeof recordFormat;
  test: string;
  ruleset: string;
  model: string;
  /** As the ruleset calls it. */
  scenario: string;
  /** As LoadGen's logs name the system. */
  sut: string;
  simulated: boolean;
  loadgen: string;
  eos_token_ids: number[];
  passed: boolean;
}

export const recordFile = "compliance.json";
export const verifyFile = "verify_accuracy.txt";
export const accuracyLogFile = "mlperf_log_accuracy.json";

export interface ComplianceFolder {
  record: ComplianceRecord;
  files: ComplianceFiles;
}

/** Reads such a folder. */
export async function readComplianceFolder(
  { files: disk }: Pick<World, "files">,
  folder: string,
): Promise<Result<ComplianceFolder>> {
  const [record, verified, log] = await Promise.all(
    [recordFile, verifyFile, accuracyLogFile].map((name) => disk.readText(join(folder, name))),
  );
  if (record == null || verified == null || log == null) {
    const hint = "`ceteris loadgen URL --mode test06 …` makes one.";
    return fail("no-compliance", `${folder} holds no compliance test`, hint);
  }
  const known = parseMap(record) as ComplianceRecord | null;
  if (known?.format !== recordFormat) {
    const hint = "Make it again with `ceteris loadgen URL --mode test06 …`.";
    return fail("broken-compliance", `${join(folder, recordFile)} is not JSON of ${recordFormat}`, hint);
  }
  const files = new Map([
    [verifyFile, verified],
    [`accuracy/${accuracyLogFile}`, log],
  ]);
  return succeed({ record: known, files: { test: known.test, files } });
}
