import { join } from "node:path";
import { countTrials, designKinds, expandStudy, orderTrials } from "../design/index.ts";
import { lintStudy, loadStudy } from "../matrix/index.ts";
import { sutFolders } from "./load-plan.ts";
import { readLedger, readStudyRecord } from "../store/index.ts";
import type { Diagnostic } from "../schema/diagnostic.ts";
import type { Expansion } from "../schema/experiment.ts";
import type { Plan } from "../schema/plan.ts";
import { succeed, type Result } from "../schema/result.ts";
import { benchMatrixName } from "../schema/study-record.ts";
import type { Study } from "../schema/study.ts";
import type { LedgerEntry, TrialSpec } from "../schema/trial-spec.ts";
import type { World } from "../world/world.ts";

export interface BenchPlan {
  /** Null where a flag's value is wrong: the diagnostics say which. */
  plan: (Plan & { expansion: Expansion }) | null;
  diagnostics: Diagnostic[];
}

/** One experiment, one trial more of it: the same as `run` would plan, from a matrix that was never written. */
export async function planBench(
  world: World,
  server: { origin: Study["engine"]["origin"] },
  matrix: string,
  resultsFolder: string,
): Promise<Result<BenchPlan>> {
  const root = world.machine.workingFolder;
  const file = join(root, benchMatrixName);
  const { study, diagnostics } = loadStudy({
    file,
    root,
    read: (path) => (path === file ? matrix : world.files.readTextSync(path)),
    designs: designKinds,
    sutFolders: sutFolders(world, root),
    overrides: {},
  });
  if (!study) return succeed({ plan: null, diagnostics });
  study.engine.origin = server.origin;
  study.design = { kind: "isolation", changes: [] };
  const record = await readStudyRecord(world, resultsFolder, study.name);
  if (!record.ok && record.problem.code !== "no-such-study") return record;
  const earlier = record.ok ? record.value : null;
  const first = expandStudy(study).experiments[0];
  study.baseline = { ...study.baseline, ...freeName(study.baseline.id, first?.id ?? "", earlier?.experiments ?? []) };
  const expansion = expandStudy(study);
  const all = [...diagnostics, ...lintStudy(study, expansion, { trials: countTrials(study, expansion) })];
  const { ledger } = await readLedger(world, join(resultsFolder, study.name), () => null);
  const past = ledger.trials.filter(({ experimentId }) => experimentId === expansion.experiments[0]?.id);
  const trials = nextTrial(study, expansion, past);
  const { experiments, contrasts } = expansion;
  return succeed({
    plan: { study, experiments, contrasts, expansion, trials, diagnostics: all },
    diagnostics: all,
  });
}

/** Asked for again, it is measured again: the next replicate with the seeds of its own, never the old answer. */
function nextTrial(study: Study, expansion: Expansion, past: LedgerEntry[]): TrialSpec[] {
  const done = past.filter(({ fidelity }) => fidelity === study.fidelity);
  study.repeats = done.reduce((most, { replicate }) => Math.max(most, replicate), 0) + 1;
  for (const { counts } of study.workloads) counts[study.fidelity].repeats = study.repeats;
  return orderTrials(study, expansion)
    .slice(-1)
    .map((spec) => ({ ...spec, position: 1 }));
}

/** The name, with a number where another experiment of the study has it. */
function freeName(
  name: string,
  experimentId: string,
  taken: { id: string; labels: { name: string } }[],
): { id: string; label: string } {
  const holder = (wanted: string) => taken.find(({ labels }) => labels.name === wanted)?.id;
  const isFree = (wanted: string) => [undefined, experimentId].includes(holder(wanted));
  let free = name;
  for (let count = 2; !isFree(free); count += 1) free = `${name}-${count}`;
  return { id: free, label: free };
}
