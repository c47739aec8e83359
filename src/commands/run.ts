import { relative, resolve } from "node:path";
import { estimateTime } from "../plan/estimate.ts";
import { globMatcher } from "../run/glob.ts";
import { loadPlan, type PlanRequest } from "../plan/load-plan.ts";
import { makeReport, type MadeReport, type ReportRequest } from "./report/make-report.ts";
import { trackingOf } from "../run/tracking.ts";
import { runStudy } from "../run/study-loop.ts";
import { openWork, type WorkRequest } from "../run/study-work.ts";
import { exitCodeOf } from "../run/summary.ts";
import { exitCodes } from "../schema/exit-code.ts";
import type { Expansion } from "../schema/experiment.ts";
import type { Plan } from "../schema/plan.ts";
import { fail, type Fault, type Result } from "../schema/result.ts";
import type { World } from "../world/world.ts";
import { explainDiagnostics, explainFault, explainLeftOut } from "./explain.ts";
import { duration, resultsTable } from "../report/index.ts";
import { progressReporter } from "./progress.ts";
import { resultsFolderOf, type ResultsOptions } from "./results-folder.ts";

export interface RunOptions extends PlanRequest, ResultsOptions {
  only?: string;
  retry?: "failed" | "invalid";
  dryRun: boolean;
  tracking?: string;
  json: boolean;
}

/** `ceteris run MATRIX`: plan, measure what is missing, mirror, report. */
export async function runCommand(world: World, options: RunOptions, signal: AbortSignal): Promise<number> {
  const { plan, diagnostics, root } = await loadPlan(world, options);
  if (explainDiagnostics(world, diagnostics) || !plan) return exitCodes.misconfigured;
  if (
    options.only !== undefined &&
    !plan.experiments.some(({ labels }) => globMatcher(options.only ?? "*")(labels.name))
  ) {
    return explainFault(world, nothingMatches(options.only, plan));
  }
  const resultsFolder = resultsFolderOf(world, options);
  const request: WorkRequest = {
    ...(options.only === undefined ? {} : { only: options.only }),
    ...(options.repeats === undefined ? {} : { repeats: options.repeats }),
    retry: new Set(options.retry === undefined ? [] : [options.retry]),
  };
  if (options.dryRun) return dryRun(world, plan, resultsFolder, request);

  const tracking = trackingOf(world, options.tracking);
  if (!tracking.ok) return explainFault(world, tracking.problem);
  const place = { resultsFolder, study: plan.study.name };
  const progress = progressReporter(world, options.json);
  await tracking.value.catchUp(place, (event) => progress.report(event));
  const outcome = await runStudy({
    world,
    plan,
    root,
    matrix: relative(root, resolve(world.machine.workingFolder, options.matrix)),
    resultsFolder,
    request,
    signal,
    report: (event) => progress.report(event),
    afterLaunch: (trials) => tracking.value.send({ ...place, trials }, (event) => progress.report(event)),
  });
  if (!outcome.ok) {
    await progress.end();
    return explainFault(world, outcome.problem);
  }
  const report = await attemptReport(world, place);
  const page = report.ok ? report.value.path : report;
  if (page.ok && !outcome.value.interrupted) {
    await tracking.value.send({ ...place, trials: [], reportFile: page.value }, (event) => progress.report(event));
  }
  progress.report({
    type: "summary",
    study: plan.study.name,
    trials: outcome.value.counts,
    report: page.ok ? page.value : null,
  });
  await progress.end();
  if (!page.ok) explainFault(world, page.problem);
  if (report.ok && !options.json) world.streams.out(resultsTable(report.value));
  if (outcome.value.interrupted) return exitCodes.interrupted;
  if (outcome.value.fault) return exitCodes.misconfigured; // the disk, or the folder
  return exitCodeOf(outcome.value.counts);
}

/** The report of a run that is over: whatever keeps it from being made spoils nothing of what was measured. */
async function attemptReport(world: World, place: ReportRequest): Promise<Result<MadeReport>> {
  try {
    return await makeReport(world, place);
  } catch (error) {
    const said = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const hint = `The trials are kept. Please report this error; then: ceteris report ${place.study}`;
    return fail("internal-error", `an internal error kept the report from being made: ${said}`, hint);
  }
}

async function dryRun(
  world: World,
  plan: Plan & { expansion: Expansion },
  resultsFolder: string,
  request: WorkRequest,
): Promise<number> {
  const work = await openWork({ world, plan, resultsFolder, request });
  if (!work.ok) return explainFault(world, work.problem);
  const { ledger, leftOut, standing, search } = work.value;
  explainLeftOut(world, leftOut);
  const todo = work.value.todo();
  for (const spec of todo)
    world.streams.out(`${spec.position}\t${spec.experiment}\t${spec.purpose}\t${spec.trialId}\n`);
  const open = search.open();
  const estimate = estimateTime(plan, ledger, todo, open);
  const searches = open.length === 0 ? "" : ` and ${open.length} searches`;
  world.streams.err(
    `${todo.length} of ${standing.length + todo.length} trials${searches} to do, about ${duration(estimate.totalS)}: ${estimate.basis}\n`,
  );
  return exitCodes.done;
}

function nothingMatches(only: string, plan: Plan): Fault {
  const names = plan.experiments.map(({ labels }) => labels.name);
  return {
    code: "nothing-matches",
    message: `no experiment of ${plan.study.name} is called ${only}`,
    hint: `There are: ${names.slice(0, 40).join(", ")}${names.length > 40 ? ", …" : ""}. * stands for any text, ? for one character.`,
  };
}
