import { join } from "node:path";
import { analyse, capacities, capacityNotes } from "../analysis/index.ts";
import { metricDefinitions } from "../metrics/index.ts";
import { capacityText } from "../report/index.ts";
import { exitCodes } from "../schema/exit-code.ts";

import { readStudyRecord, readTrials } from "../store/index.ts";
import type { World } from "../world/world.ts";
import { judgedBy, sloOf } from "./capacity/other-slo.ts";
import { deliver } from "./deliver.ts";
import { explainFault, explainLeftOut } from "./explain.ts";
import { resultsFolderOf, studyNamed } from "./results-folder.ts";
import type { OptionsOf } from "./flag-kinds.ts";
import { usualHeadroom, type capacityFlags } from "./flags.ts";

export type CapacityOptions = OptionsOf<typeof capacityFlags> & { study: string };

/** `ceteris capacity STUDY --rate R`: instances and GPUs for a rate under the SLO, from what was swept or searched. Exit code 2 where nothing answers. */
export async function capacityCommand(world: World, options: CapacityOptions): Promise<number> {
  const resultsFolder = resultsFolderOf(world, options);
  const named = await studyNamed(world, resultsFolder, options.study);
  if (!named.ok) return explainFault(world, named.problem);
  const slo = sloOf(options.slo ?? []);
  if (!slo.ok) return explainFault(world, slo.problem);
  const record = await readStudyRecord(world, resultsFolder, named.value);
  if (!record.ok) return explainFault(world, record.problem);
  const study = record.value;
  const { read, leftOut } = await readTrials(world, join(resultsFolder, named.value));
  explainLeftOut(world, leftOut);
  const judged =
    slo.value === null
      ? { ok: true as const, value: read }
      : await judgedBy(world, resultsFolder, { study, trials: read }, slo.value);
  if (!judged.ok) return explainFault(world, judged.problem);
  const trials = judged.value;
  const { curves, peaks } = analyse({ study, trials, answers: new Map(), metrics: metricDefinitions });
  const question = { rate: options.rate, headroom: options.headroom ?? usualHeadroom };
  // A search looked for the peak under the workload's own limits: it says nothing of others.
  const input = { study, trials, curves, peaks: slo.value === null ? peaks : [] };
  const found = capacities(input, question);
  if (found.length === 0) return explainFault(world, nothingSwept(named.value, slo.value !== null && peaks.length > 0));
  const answer = {
    of: { study, trials },
    question,
    slo:
      slo.value === null
        ? null
        : Object.entries(slo.value)
            .map(([limit, ms]) => `${limit} ${ms}`)
            .join(", "),
    capacities: found,
    notes: capacityNotes(found, question),
  };
  const delivered = await deliver(world, capacityText(answer, options.format ?? "table"), options.out);
  if (delivered !== exitCodes.done) return delivered;
  return found.some(({ instances }) => instances !== null) ? exitCodes.done : exitCodes.misconfigured;
}

function nothingSwept(study: string, searchedOtherwise: boolean) {
  const hint =
    "Sweep it, for instance `design: { kind: curve }` with `sweep: { load.rate: { from: 1, to: 64, factor: 2 } }`, and run that.";
  const message = searchedOtherwise
    ? `${study} searched for the peak under its own SLO, which says nothing about other limits`
    : `${study} has neither a swept load nor a search for a peak, so the capacity of an instance is unknown`;
  return { code: "no-sweep", message, hint };
}
