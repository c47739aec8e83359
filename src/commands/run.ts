import { estimateTime, globMatcher, loadPlan, planBlock, type WorkRequest } from "../plan/index.ts";
import { profileRow } from "./run/profile-row.ts";
import { runFreeBlocks } from "./run/free-blocks.ts";
import { handOut } from "./run/hand-out.ts";
import { makeReport, type MadeReport, type ReportRequest } from "./report/make-report.ts";
import { sentFormats, sentReport } from "./report/sent-report.ts";
import {
  environmentFailsCode,
  openWork,
  runStudy,
  trackingOf,
  type StudyOutcome,
  type StudyRun,
  type Tracking,
} from "../run/index.ts";
import { exitCodeOf, exitCodes } from "../schema/exit-code.ts";
import type { RunEvent } from "../schema/event.ts";
import type { Expansion } from "../schema/experiment.ts";
import { defined } from "../schema/json.ts";
import type { Plan } from "../schema/plan.ts";
import type { PreflightFinding } from "../schema/preflight.ts";
import { fail, succeed, type Fault, type Result } from "../schema/result.ts";
import { leaseLostCode } from "../store/index.ts";
import type { World } from "../world/world.ts";
import { preflight } from "./doctor/preflight.ts";
import { explainDiagnostics, explainFault, explainLeftOut } from "./explain.ts";
import { checkVersions } from "./other-version.ts";
import { duration, nextCommand, resultsTable } from "../report/index.ts";
import { progressReporter } from "./progress.ts";
import { resultsFolderOf } from "./results-folder.ts";
import { countText, namesText } from "../math/figures.ts";
import type { OptionsOf } from "./flag-kinds.ts";
import type { runFlags } from "./flags.ts";

export type RunOptions = OptionsOf<typeof runFlags> & { matrix: string };

/** `ceteris run MATRIX`: plan, measure what is missing, mirror, report. */
export async function runCommand(world: World, options: RunOptions, signal: AbortSignal): Promise<number> {
  const contradiction = contradictionIn(options);
  if (contradiction !== null) return explainFault(world, contradiction);
  if (options.profile !== undefined) return profileRow(world, { ...options, profile: options.profile }, signal);
  const { plan, diagnostics, root, recovery } = await loadPlan(world, options);
  if (explainDiagnostics(world, diagnostics) || !plan) return exitCodes.misconfigured;
  explainDiagnostics(world, await checkVersions(world, plan, root));
  const request = requestOf(options, plan);
  if (!request.ok) return explainFault(world, request.problem);
  const resultsFolder = resultsFolderOf(world, options);
  const { executor } = options;
  if (executor !== undefined) return handOut(world, { plan, root, resultsFolder, options: { ...options, executor } });
  const work = { world, plan, resultsFolder, request: request.value };
  if (options.dryRun) return dryRun(work);
  const tracking = trackingOf(world, options.tracking);
  if (!tracking.ok) return explainFault(world, tracking.problem);
  const mirrors = tracking.value;
  const place = { resultsFolder, study: plan.study.name };
  const progress = progressReporter(world, options.json);
  const report = (event: RunEvent): void => progress.report(event);
  const matrix = plan.study.file;
  const afterLaunch: StudyRun["afterLaunch"] = (trials) => mirrors.send({ ...place, trials }, report);

  await mirrors.catchUp(place, report);
  const betweenBlocks = options.block === undefined ? reportSoFar(world, place, report) : async () => undefined;
  const limits = { recovery, ...defined({ maxHours: options.maxHours }) };
  const run = {
    ...work,
    ...limits,
    root,
    matrix,
    signal,
    report,
    afterLaunch,
    betweenBlocks,
    preflight: async (prepared) => {
      const found = await preflight(world, plan, prepared, signal);
      const warnings = found.ok ? warningsText(found.value) : null;
      if (warnings !== null) report({ type: "notice", code: "preflight", message: warnings });
      return found;
    },
  } satisfies StudyRun;
  const outcome = options.block === "any" ? await runFreeBlocks(run) : await runStudy(run);
  const made = outcome.ok ? await reportRun(world, place, outcome.value, { mirrors, report, ...options }) : outcome;
  await progress.end();
  if (!outcome.ok) return explainFault(world, outcome.problem);
  tellReport(world, made, options);
  if (made?.ok && !options.json) tellNext(world, made.value, outcome.value, options);
  return exitCodeOfRun(outcome.value);
}

/** Flags of which one would be overlooked: nothing is measured or handed out that was not meant. */
function contradictionIn(options: RunOptions): Fault | null {
  const { executor, emit, only, block, profile, profiler, retry, maxHours } = options;
  if (emit !== undefined && executor === undefined)
    return {
      code: "no-executor",
      message: "--emit writes what --executor hands out",
      hint: "Name one: --executor slurm.",
    };
  if (profiler !== undefined && profile === undefined)
    return {
      code: "no-profile",
      message: "--profiler says by which profiler --profile runs a row",
      hint: "Name the row: --profile ROW.",
    };
  const narrow = { "--only": only !== undefined, "--block": block !== undefined, "--dry-run": options.dryRun };
  if (executor !== undefined)
    return overlooked("--executor hands out every block", { ...narrow, "--profile": profile !== undefined });
  if (profile !== undefined) {
    const more = { "--retry": retry !== undefined, "--max-hours": maxHours !== undefined };
    return overlooked("--profile runs one row once", { ...narrow, ...more });
  }
  return null;
}

function overlooked(does: string, beside: { [flag: string]: boolean }): Fault | null {
  const flag = Object.keys(beside).find((name) => beside[name]);
  if (flag === undefined) return null;
  return {
    code: "flags-collide",
    message: `${does}, and ${flag} asks for something else`,
    hint: "Leave one of them out.",
  };
}

/** What of the machine may disturb the figures, in one sentence; null where nothing is. */
function warningsText(found: readonly PreflightFinding[]): string | null {
  const warnings = found.filter(({ state }) => state === "warning").map(({ id, value }) => `${id}: ${value}`);
  return warnings.length === 0
    ? null
    : `may disturb the figures (ceteris doctor says what to do): ${warnings.join("; ")}`;
}

/** Which part of the plan is asked for. A failure where `--only` matches no experiment. */
function requestOf(
  { only, retry, repeats, block: number }: RunOptions,
  plan: Plan & { expansion: Expansion },
): Result<WorkRequest> {
  const { study, experiments } = plan;
  const names = experiments.map(({ labels }) => labels.name);
  if (only !== undefined && !names.some(globMatcher(only))) {
    return fail(
      "nothing-matches",
      `no experiment of ${study.name} is called ${only}`,
      `There are: ${namesText(names)}. * stands for any text, ? for one character.`,
    );
  }
  if (only !== undefined && number !== undefined)
    return fail(
      "block-is-whole",
      "--only selects rows, and --block runs a whole block with all rows",
      "Leave one of them out.",
    );
  const block = number === undefined || number === "any" ? null : planBlock(plan, number);
  if (block?.ok === false) return block;
  return succeed({
    ...defined({ block: block?.value, only, repeats }),
    retry: new Set(retry === undefined ? [] : [retry]),
  });
}

/**
 * Makes the report of a run, sends it to the mirrors, and gives the run's summary. A run of one block makes none, nor does one
 * whose block another run took over, which makes it: null.
 */
async function reportRun(
  world: World,
  place: ReportRequest,
  { counts, interrupted, fault }: StudyOutcome,
  { mirrors, report, block }: { mirrors: Tracking; report: (event: RunEvent) => void } & Pick<RunOptions, "block">,
): Promise<Result<MadeReport> | null> {
  if (block !== undefined || fault?.code === leaseLostCode) {
    report({ type: "summary", study: place.study, trials: counts, report: null });
    return null;
  }
  const made = await attemptReport(world, place);
  const path = made.ok && made.value.paths.ok ? (made.value.paths.value[0] ?? null) : null;
  if (made.ok && !interrupted) {
    await mirrors.send({ ...place, trials: [], ...(await sentReport(world, place, made.value)) }, report);
  }
  report({ type: "summary", study: place.study, trials: counts, report: path });
  return made;
}

/** Of a run's time, at most. */
const REPORT_SHARE = 0.05;
/** What the first is taken to need, which nobody knows yet: a run of less than 20 s has none before its end. */
const FIRST_TAKES_NS = 1_000_000_000n;

/**
 * Makes the report again between two blocks, less often where it takes long. One that cannot be made is told once, and stops
 * nothing: the run's end tries again, and says what to do.
 */
function reportSoFar(world: World, place: ReportRequest, report: (event: RunEvent) => void): () => Promise<void> {
  let lastEndNs = world.clock.nowNs();
  let lastTookNs = FIRST_TAKES_NS;
  let hasFailed = false;
  return async () => {
    const startNs = world.clock.nowNs();
    if (Number(lastTookNs) > REPORT_SHARE * Number(startNs - lastEndNs)) return;
    const made = await attemptReport(world, place);
    lastEndNs = world.clock.nowNs();
    lastTookNs = lastEndNs - startNs;
    const page = made.ok ? made.value.paths : made;
    if (page.ok || hasFailed) return;
    hasFailed = true;
    report({ type: "notice", code: "no-report", message: `no report of the blocks so far: ${page.problem.message}` });
  };
}

/** What a run leaves on the terminal: its table of results, and why there is no page where there is none. */
function tellReport(world: World, made: Result<MadeReport> | null, { json }: RunOptions): void {
  if (made === null) return;
  const page = made.ok ? made.value.paths : made;
  if (!page.ok) explainFault(world, page.problem);
  if (made.ok && !json) world.streams.out(resultsTable(made.value.analysis));
}

/** How trials that did not work are measured again. */
function tellNext(
  world: World,
  { analysis }: MadeReport,
  { counts }: StudyOutcome,
  { results, url, matrix }: RunOptions,
): void {
  if (counts.failed + counts.invalid === 0) return;
  const { study } = analysis;
  const flags = results === undefined ? [] : ["--results", results];
  const command = nextCommand(
    { study: study.name, done: 0, planned: 0, trials: counts },
    { ...study, matrix, ...(url === undefined ? {} : { url }) },
    flags,
  );
  world.streams.err(`Next: ${command} runs the ${counts.failed > 0 ? "FAILED" : "INVALID"} trials again\n`);
}

function exitCodeOfRun({ counts, interrupted, fault }: StudyOutcome): number {
  if (interrupted) return exitCodes.interrupted;
  if (fault?.code === environmentFailsCode) return exitCodes.failedTrial;
  return fault === null ? exitCodeOf(counts) : exitCodes.misconfigured; // the disk, or the folder
}

/** The report of a run that is over: whatever keeps it from being made spoils nothing of what was measured. */
async function attemptReport(world: World, place: ReportRequest): Promise<Result<MadeReport>> {
  try {
    return await makeReport(world, { ...place, formats: sentFormats });
  } catch (error) {
    const said = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const hint = `The trials are kept. Please report this error; then: ceteris report ${place.study}`;
    return fail("internal-error", `an internal error kept the report from being made: ${said}`, hint);
  }
}

/** What the study loop would do: its own planning, and nothing else of it. */
async function dryRun(run: Parameters<typeof openWork>[0]): Promise<number> {
  const { world, plan } = run;
  const work = await openWork(run);
  if (!work.ok) return explainFault(world, work.problem);
  const { ledger, leftOut, standing, search } = work.value;
  explainLeftOut(world, leftOut);
  const todo = work.value.todo();
  for (const spec of todo)
    world.streams.out(`${spec.position}\t${spec.experiment}\t${spec.purpose}\t${spec.trialId}\n`);
  const open = search.open();
  const estimate = estimateTime(plan, ledger, todo, open);
  const searches = open.length === 0 ? "" : ` and ${countText(open.length, "search", "searches")}`;
  world.streams.err(
    `${todo.length} of ${countText(standing.length + todo.length, "trial")}${searches} to do, about ${duration(estimate.totalS)}: ${estimate.basis}\n`,
  );
  return exitCodes.done;
}
