import { repeatsOf } from "../design/index.ts";
import { sortDiagnostics } from "../matrix/index.ts";
import {
  checkInputs,
  estimateTime,
  executorNamed,
  loadPlan,
  plannedSearch,
  plannedTraffic,
  powerOf,
  readPast,
  standingTrials,
  stillAsked,
  workOf,
  type StudyPast,
} from "../plan/index.ts";
import { checkLaunches, checkModelName, checkProgram } from "./check-program.ts";
import type { Diagnostic } from "../schema/diagnostic.ts";
import { exitCodes } from "../schema/exit-code.ts";
import type { Expansion } from "../schema/experiment.ts";
import type { Plan } from "../schema/plan.ts";
import { unknownDevices } from "../schema/trial-spec.ts";
import type { World } from "../world/world.ts";
import { explainDiagnostics, explainFault, explainLeftOut } from "./explain.ts";
import { duration, planJson, planText } from "../report/index.ts";
import { blockTooLong } from "./run/block-too-long.ts";
import { checkVersions } from "./other-version.ts";
import { showCommand } from "./plan/show-command.ts";
import { resultsFolderOf, type ResultsOptions } from "./results-folder.ts";
import { countText } from "../math/figures.ts";
import type { OptionsOf } from "./flag-kinds.ts";
import type { planFlags } from "./flags.ts";

export type PlanOptions = OptionsOf<typeof planFlags> & { matrix: string };

/** What a pipe of Linux holds (pipe(7)); what is written beyond it waits in this process. */
const pipefulBytes = 65_536;

/** `ceteris plan MATRIX`: read, expand, lint, order, estimate. Touches nothing. */
export async function planCommand(world: World, options: PlanOptions): Promise<number> {
  const { plan, diagnostics: found, root } = await loadPlan(world, options);
  const inputs =
    plan === null ? [] : [...(await checkModelName(world, plan, root)), ...(await checkInputs(world, plan, root))];
  // What this machine lacks is worth saying once the matrix can be run.
  const lacks =
    plan === null || isBroken([...found, ...inputs])
      ? []
      : [
          ...(await checkProgram(world, plan, root)),
          ...(await checkVersions(world, plan, root)),
          ...(await checkLaunches(world, plan, root)),
        ];
  const diagnostics = plan === null ? found : sortDiagnostics([...found, ...inputs, ...lacks], plan.study.file);
  if (options.showCommand !== undefined && plan) {
    if (explainDiagnostics(world, diagnostics)) return exitCodes.misconfigured;
    return showCommand(world, plan, { name: options.showCommand, root });
  }
  if (options.json) {
    const estimate = plan ? estimateTime(plan, (await pastOf(world, plan, options)).ledger) : null;
    for (const text of planJson(plan, diagnostics, estimate, plannedTraffic(plan?.study.fidelity ?? "smoke"))) {
      world.streams.out(text);
      if (text.length > pipefulBytes) await world.clock.sleep(1); // the reader takes it meanwhile, so that it does not pile up here
    }
    return isBroken(diagnostics) ? exitCodes.misconfigured : exitCodes.done;
  }
  const broken = explainDiagnostics(world, diagnostics);
  if (plan && !broken) {
    const executor = options.executor === undefined ? null : await executorNamed(world, root, options.executor);
    if (executor?.ok === false) return explainFault(world, executor.problem);
    if (executor !== null && explainDiagnostics(world, executor.value.diagnostics)) return exitCodes.misconfigured;
    const tooLong = executor?.value.executor ? blockTooLong(plan, executor.value.executor) : null;
    if (tooLong !== null) world.streams.err(`ceteris: ${tooLong}\n`);
    const past = await pastOf(world, plan, options);
    const estimate = estimateTime(plan, past.ledger);
    world.streams.out(
      planText(plan, {
        ...plannedTraffic(plan.study.fidelity),
        search: plannedSearch(plan),
        estimate,
        power: powerOf(plan, past),
        repeats: repeatsOf(plan.study),
        progress: progressText(world, plan, past, options),
      }),
    );
  }
  return broken ? exitCodes.misconfigured : exitCodes.done;
}

function isBroken(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some(({ severity }) => severity === "error");
}

/** What the study has done; of what cannot be read why, and what mends it. */
async function pastOf(world: World, plan: Plan, options: ResultsOptions): Promise<StudyPast> {
  const past = await readPast(world, resultsFolderOf(world, options), plan.study.name);
  if (!past.ok) explainFault(world, past.problem);
  const found = past.ok ? past.value : { ledger: { trials: [] }, trials: [], record: null, leftOut: [] };
  explainLeftOut(world, found.leftOut);
  return found;
}

/** How far the study is and what `run` would do now, on the machine of its last trials; null of a study that was never run. */
function progressText(
  world: World,
  plan: Plan & { expansion: Expansion },
  { ledger: past, trials }: StudyPast,
  { repeats }: PlanOptions,
): string | null {
  if (past.trials.length === 0) return null;
  const now = { atMs: Date.parse(world.clock.wall()), devices: unknownDevices };
  const work = workOf(stillAsked(plan, trials), past, now, {
    retry: new Set(),
    ...(repeats === undefined ? {} : { repeats }),
  });
  const done = standingTrials(plan, past, work).length;
  if (done === 0) return null;
  const todo = work.trials.length;
  const blocks = [...new Set(work.trials.map(({ block }) => block))];
  const left =
    todo === 0
      ? "nothing left to do"
      : `${todo} to do in ${blocks.length === 1 ? "block" : "blocks"} ${blocks.join(", ")}`;
  const { totalS } = estimateTime(plan, past, work.trials, []);
  return `${countText(done, "trial")} done, ${left}${todo === 0 ? "" : `, about ${duration(totalS)}`}`;
}
