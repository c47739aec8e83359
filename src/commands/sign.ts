import { join, resolve } from "node:path";
import { countText, listText } from "../math/figures.ts";
import { exitCodes } from "../schema/exit-code.ts";
import { fail, type Fault, type Result } from "../schema/result.ts";
import {
  blockHolders,
  makeKeyPair,
  readSigningKey,
  sealStudy,
  signingKeyOf,
  verifyStudy,
  type BlockHolder,
  type SigningKey,
} from "../store/index.ts";
import type { World } from "../world/world.ts";
import { explainFault } from "./explain.ts";
import { resultsFolderOf, studyNamed } from "./results-folder.ts";
import type { OptionsOf } from "./flag-kinds.ts";
import type { signFlags } from "./flags.ts";

export type SignOptions = OptionsOf<typeof signFlags> & { study?: string };

/** `ceteris sign STUDY`: signs the study's manifest, which covers every file of it; where a file differs, exit code 1 and no signature. */
export async function signCommand(world: World, options: SignOptions): Promise<number> {
  const { streams } = world;
  const key = await keyOf(world, options);
  if (!key.ok) return explainFault(world, key.problem);
  if (options.newKey !== undefined)
    streams.out(`${key.value.id}: ${options.newKey} signs (keep it to yourself), ${options.newKey}.pub verifies\n`);
  if (options.study === undefined) return options.newKey === undefined ? explainFault(world, noStudy) : exitCodes.done;
  const resultsFolder = resultsFolderOf(world, options);
  const study = await studyNamed(world, resultsFolder, options.study);
  if (!study.ok) return explainFault(world, study.problem);
  const folder = join(resultsFolder, study.value);
  const holders = await blockHolders(world, folder);
  if (holders.length > 0) return explainFault(world, isRunning(study.value, holders));
  const { trials, launches, differences } = await verifyStudy(world, folder);
  if (differences.length > 0) {
    for (const difference of differences) streams.out(`${difference}\n`);
    streams.err(
      `ceteris: ${study.value} is not signed: ${countText(differences.length, "file or folder", "files or folders")} not as written\n`,
    );
    streams.err("  Take those from a backup, or put their trials aside and measure them again.\n");
    return exitCodes.internalError;
  }
  await sealStudy(world, folder, key.value);
  const what = `${countText(trials, "trial")}, ${countText(launches, "launch", "launches")}`;
  streams.out(`${study.value}: signed by ${key.value.id} (${what})\n`);
  return exitCodes.done;
}

/** A key that is made now, the one that is named, or that of the environment. */
async function keyOf(world: World, { key, newKey }: SignOptions): Promise<Result<SigningKey>> {
  const place = (file: string): string => resolve(world.machine.workingFolder, file);
  if (newKey !== undefined) return makeKeyPair(world, place(newKey));
  if (key !== undefined) return readSigningKey(world, place(key));
  const usual = await signingKeyOf(world);
  if (!usual.ok) return usual;
  if (usual.value !== null) return { ok: true, value: usual.value };
  return fail(
    "no-key",
    "no key is named to sign with",
    "Say --key FILE, set CETERIS_SIGNING_KEY, or make one: ceteris sign --new-key FILE.",
  );
}

const noStudy = fail(
  "no-study",
  "no study is named to sign",
  "Name it: ceteris sign STUDY; `ceteris status` lists them.",
).problem;

function isRunning(study: string, holders: readonly BlockHolder[]): Fault {
  const silent = holders.filter(({ isSilent }) => isSilent);
  if (silent.length < holders.length)
    return fail(
      "study-is-running",
      `a run of ${study} goes on and changes what would be signed`,
      "Sign it when the run has ended; with CETERIS_SIGNING_KEY the run signs it itself.",
    ).problem;
  return fail(
    "study-is-running",
    `a run of ${study} on ${listText([...new Set(silent.map(({ host }) => host))])} has not ended, and shows no sign of life`,
    "If it is dead, run the matrix again: `ceteris run` takes over what it held. Then sign.",
  ).problem;
}
