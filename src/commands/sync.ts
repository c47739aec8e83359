import { mirrors } from "../mirrors/index.ts";
import { isOfRecord, sendStudy, trialsToSend } from "../run/index.ts";
import { exitCodes } from "../schema/exit-code.ts";
import type { World } from "../world/world.ts";
import { explainFault, explainLeftOut } from "./explain.ts";
import { makeReport } from "./report/make-report.ts";
import { sentFormats, sentReport } from "./report/sent-report.ts";
import { resultsFolderOf, studiesNamed } from "./results-folder.ts";
import type { OptionsOf } from "./flag-kinds.ts";
import type { syncFlags } from "./flags.ts";

export type SyncOptions = OptionsOf<typeof syncFlags> & { study?: string };

/** `ceteris sync [STUDY]`: every trial that a mirror lacks, and the report as it is now. Trials that it has are left as they are. */
export async function syncCommand(world: World, options: SyncOptions): Promise<number> {
  const resultsFolder = resultsFolderOf(world, options);
  const studies = await studiesNamed(world, resultsFolder, options.study);
  if (!studies.ok) return explainFault(world, studies.problem);
  let mirrored = 0;
  let broken: number = exitCodes.done;
  for (const kind of Object.values(mirrors)) {
    const { name } = kind;
    const mirror = kind.open(world, options.tracking ?? null);
    if (!mirror.ok) return explainFault(world, mirror.problem);
    if (!mirror.value) continue;
    mirrored += 1;
    for (const study of studies.value) {
      const place = { resultsFolder, study };
      const { trials, leftOut } = await trialsToSend(world, place);
      explainLeftOut(world, leftOut);
      const report = await reportOf(world, place);
      const sent = await sendStudy(world, mirror.value, { ...place, trials, ...report });
      if (!sent.ok && isOfRecord(sent.problem)) {
        // The other studies are sent all the same.
        broken = explainFault(world, sent.problem);
        continue;
      }
      if (!sent.ok) return explainFault(world, sent.problem);
      for (const notice of sent.value.notices) world.streams.err(`note: ${notice}\n`);
      world.streams.out(`${study} to ${name}: ${sent.value.sent} sent, ${sent.value.already} were there\n`);
    }
  }
  if (mirrored > 0) return broken;
  return explainFault(world, {
    code: "no-tracking",
    message: "no tracking server is named",
    hint: "Set MLFLOW_TRACKING_URI, or say --tracking URL.",
  });
}

/** The study's report, made anew; nothing where its record cannot be read, which whoever sends it says. */
async function reportOf(
  world: World,
  place: { resultsFolder: string; study: string },
): Promise<Partial<Awaited<ReturnType<typeof sentReport>>>> {
  const made = await makeReport(world, { ...place, formats: sentFormats });
  if (!made.ok) return {};
  if (!made.value.paths.ok)
    world.streams.err(`note: no report of ${place.study}: ${made.value.paths.problem.message}\n`);
  return await sentReport(world, place, made.value);
}
