import { join, resolve } from "node:path";
import { countText } from "../math/figures.ts";
import { exitCodes } from "../schema/exit-code.ts";
import { succeed } from "../schema/result.ts";
import {
  readStudyRecord,
  readVerifyingKey,
  verifySignature,
  verifyStudy,
  type SignatureState,
  type VerifiedStudy,
} from "../store/index.ts";
import { noResults } from "../index/index.ts";
import type { World } from "../world/world.ts";
import { explainFault } from "./explain.ts";
import { noStudy, resultsFolderOf, studiesNamed } from "./results-folder.ts";
import type { OptionsOf } from "./flag-kinds.ts";
import type { verifyFlags } from "./flags.ts";

export type VerifyOptions = OptionsOf<typeof verifyFlags> & { study?: string };

interface Verified extends VerifiedStudy {
  study: string;
  signature: SignatureState;
}

/** `ceteris verify`: every file against the manifests, and who signed them. Exit code 1 where one differs, 5 where `--key` signed not all of it. */
export async function verifyCommand(world: World, options: VerifyOptions): Promise<number> {
  const { workingFolder } = world.machine;
  const key =
    options.key === undefined ? succeed(null) : await readVerifyingKey(world, resolve(workingFolder, options.key));
  if (!key.ok) return explainFault(world, key.problem);
  const resultsFolder = resultsFolderOf(world, options);
  const studies = await studiesNamed(world, resultsFolder, options.study);
  if (!studies.ok) return explainFault(world, studies.problem);
  if (!(await world.files.exists(resultsFolder)))
    return explainFault(world, noResults(options.results ?? "results").problem);
  if (studies.value.length === 0) return explainFault(world, noStudy(resultsFolder).problem);
  const found: Verified[] = [];
  for (const study of studies.value) {
    const folder = join(resultsFolder, study);
    const verified = await verifyStudy(world, folder);
    const signature = await verifySignature(world, folder, key.value);
    const record = await readStudyRecord(world, resultsFolder, study);
    const broken = [
      ...(record.ok ? [] : [`study.json: ${record.problem.message}\n  ${record.problem.hint}`]),
      ...(signature.state === "broken" ? [signature.says] : []),
    ];
    found.push({ study, ...verified, differences: [...broken, ...verified.differences], signature });
  }
  if (options.json) world.streams.out(`${JSON.stringify(found.map(asJson), null, 1)}\n`);
  else for (const one of found) tell(world, one);
  if (found.some(({ differences }) => differences.length > 0)) return exitCodes.internalError;
  const isAllSigned = found.every(({ signature, newer }) => signature.state === "signed" && newer.length === 0);
  return key.value === null || isAllSigned ? exitCodes.done : exitCodes.gateNotMet;
}

function tell({ streams }: World, { study, trials, launches, differences, newer, notes, signature }: Verified): void {
  for (const difference of differences) streams.out(`${study}: ${difference}\n`);
  for (const note of notes) streams.err(`note: ${study}: ${note}\n`);
  if (newer.length > 0) streams.err(`note: ${study}: ${newerText(newer, signature)}\n`);
  const what = `${countText(trials, "trial")} and ${countText(launches, "launch", "launches")}`;
  const verdict = differences.length === 0 ? "all files as written" : countText(differences.length, "difference");
  streams.out(`${study}: ${what}, ${verdict}; ${signature.says}\n`);
}

/** What came after the study's manifest was written, or was put there by somebody. */
function newerText(newer: readonly string[], { state }: SignatureState): string {
  const [first] = newer;
  const what = newer.length === 1 ? `${first} is` : `${newer.length} trials and launches, the first ${first}, are`;
  const unsigned = state === "unsigned" ? "" : " and not signed";
  return `${what} not in the study's manifest${unsigned}: newer than the last run that ended, or put there since`;
}

function asJson({ signature, ...verified }: Verified) {
  return { ...verified, signature: { state: signature.state, key_id: signature.keyId, says: signature.says } };
}
