import { loadPlan } from "../plan/index.ts";
import { preflightCounts, preflightText } from "../report/index.ts";
import { exitCodes } from "../schema/exit-code.ts";
import type { World } from "../world/world.ts";
import { findings } from "./doctor/check.ts";
import { gatherFacts, type Examined } from "./doctor/gather.ts";
import { preflightChecks } from "./doctor/index.ts";
import { explainDiagnostics } from "./explain.ts";
import { resultsFolderOf } from "./results-folder.ts";
import type { OptionsOf } from "./flag-kinds.ts";
import type { doctorFlags } from "./flags.ts";

/** `subject`: a matrix file, or the address of a server; the machine alone where it is left out. */
export type DoctorOptions = OptionsOf<typeof doctorFlags> & { subject?: string };

/** `ceteris doctor [MATRIX|URL]`: what would go wrong, before anything is measured. */
export async function doctorCommand(world: World, options: DoctorOptions, signal: AbortSignal): Promise<number> {
  const { subject, json, model, apiKeyEnv, tracking } = options;
  const isServer = subject !== undefined && !/\.ya?ml$/i.test(subject) && !(await world.files.exists(subject));
  const loaded = subject === undefined || isServer ? null : await loadPlan(world, { ...options, matrix: subject });
  if (loaded !== null && (explainDiagnostics(world, loaded.diagnostics) || loaded.plan === null))
    return exitCodes.misconfigured;
  const examined: Examined = {
    matrix: loaded?.plan ? { plan: loaded.plan, root: loaded.root } : null,
    server: isServer
      ? { url: subject, ...(model === undefined ? {} : { model }), ...(apiKeyEnv === undefined ? {} : { apiKeyEnv }) }
      : null,
    resultsFolder: resultsFolderOf(world, options),
    tracking,
    signal,
  };
  const found = findings(preflightChecks, await gatherFacts(world, examined));
  if (signal.aborted) return exitCodes.interrupted;
  const counts = preflightCounts(found);
  world.streams.out(
    json ? `${JSON.stringify({ subject: subject ?? null, findings: found, counts }, null, 1)}\n` : preflightText(found),
  );
  return counts.refusal > 0 ? exitCodes.misconfigured : exitCodes.done;
}
