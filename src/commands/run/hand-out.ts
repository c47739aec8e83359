import { join, resolve } from "node:path";
import {
  announce,
  prepareJobs,
  ranges,
  submit,
  unanswered,
  type Handout,
  type PreparedJob,
} from "../../executors/index.ts";
import { checkModel } from "../../engine/index.ts";
import { countText } from "../../math/figures.ts";
import { checkInputs, executorNamed } from "../../plan/index.ts";
import { blocksToDo } from "../../run/index.ts";
import type { Executor } from "../../schema/executor.ts";
import { exitCodes } from "../../schema/exit-code.ts";
import type { Expansion } from "../../schema/experiment.ts";
import type { Plan } from "../../schema/plan.ts";
import { succeed, type Result } from "../../schema/result.ts";
import { holdsSecret } from "../../schema/secrets.ts";
import { shellLine } from "../../schema/shell-line.ts";
import type { Submission, SubmittedJob } from "../../schema/submission.ts";
import {
  checkWritable,
  newSubmissionFolder,
  readStudyRecord,
  studyRecord,
  takeStudyLease,
  writeStudyRecord,
  writeSubmission,
} from "../../store/index.ts";
import type { World } from "../../world/world.ts";
import { checkModelName } from "../check-program.ts";
import { explainDiagnostics, explainFault } from "../explain.ts";
import type { RunOptions } from "../run.ts";
import { blockTooLong } from "./block-too-long.ts";
import { blocksHandedOut } from "./handed-out.ts";

interface Request {
  plan: Plan & { expansion: Expansion };
  root: string;
  resultsFolder: string;
  options: RunOptions & { executor: string };
}

/** The longest that a second submitter waits for the first. */
const submitWaitMs = 60_000;

/** `run MATRIX --executor NAME`: hands out the blocks of which something is missing, and returns; `--emit` writes the scripts alone. */
export async function handOut(world: World, request: Request): Promise<number> {
  const { plan, root, resultsFolder, options } = request;
  const named = await executorNamed(world, root, options.executor);
  if (!named.ok) return explainFault(world, named.problem);
  const lacks = [...(await checkModelName(world, plan, root, checkModel)), ...(await checkInputs(world, plan, root))];
  const { executor, diagnostics } = named.value;
  if (explainDiagnostics(world, [...diagnostics, ...lacks]) || executor === null) return exitCodes.misconfigured;
  const command = commandOf(world, request);
  if (command.some(holdsSecret))
    return explainFault(world, {
      code: "secret-in-script",
      message: "a flag holds a secret, and scripts are files that others may read",
      hint: "Set MLFLOW_TRACKING_URI, or the variable that a header names, in the jobs' environment instead.",
    });
  if (options.emit !== undefined) return await handOutBlocks(world, request, executor, command);
  const writable = await checkWritable(world, join(resultsFolder, plan.study.name));
  if (!writable.ok) return explainFault(world, writable.problem);
  // One submitter at a time: the next one sees which blocks this one has handed out.
  const lease = await takeStudyLease(world, writable.value, "submit", {
    waitMs: submitWaitMs,
    onWait: (message) => world.streams.err(`${plan.study.name}: ${message}\n`),
  });
  if (!lease.ok) return explainFault(world, lease.problem);
  try {
    return await handOutBlocks(world, request, executor, command);
  } finally {
    await lease.value.release();
  }
}

async function handOutBlocks(world: World, request: Request, executor: Executor, command: string[]): Promise<number> {
  const { plan, resultsFolder, options } = request;
  const blocks = await freeBlocks(world, request);
  if (!blocks.ok) return explainFault(world, blocks.problem);
  if (blocks.value.length === 0) return exitCodes.done;
  const studyFolder = join(resultsFolder, plan.study.name);
  const { emit } = options;
  const folder =
    emit === undefined
      ? await newSubmissionFolder(world, studyFolder, executor.name)
      : resolve(world.machine.workingFolder, emit);
  const handout: Handout = {
    study: plan.study.name,
    mark: `${Date.parse(world.clock.wall()).toString(36)}-${world.processes.ownPid}`,
    blocks: blocks.value,
    command,
    workingFolder: world.machine.workingFolder,
    folder,
  };
  const jobs = prepareJobs(executor, handout);
  if (!jobs.ok) return explainFault(world, jobs.problem);
  const tooLong = blockTooLong(plan, executor, blocks.value);
  if (tooLong !== null) world.streams.err(`ceteris: ${tooLong}\n`);
  const writable = await checkWritable(world, folder);
  if (!writable.ok) return explainFault(world, writable.problem);
  for (const { name, script } of jobs.value) await world.files.writeText(join(folder, name), script);
  if (emit !== undefined) return emitted(world, folder, jobs.value);
  return await submitAll(world, request, executor, handout, jobs.value);
}

/** Blocks that are not done, without those that an earlier submission still has. What is left out is said. */
async function freeBlocks(world: World, { plan, resultsFolder, options }: Request): Promise<Result<number[]>> {
  const retry = new Set(options.retry === undefined ? [] : [options.retry]);
  const todo = await blocksToDo(world, plan, resultsFolder, retry);
  if (!todo.ok) return todo;
  if (todo.value.length === 0)
    world.streams.err(
      `${plan.study.name}: every block is done; ${reportLine(resultsFolder, options)} makes the report\n`,
    );
  const out = await blocksHandedOut(world, join(resultsFolder, plan.study.name), todo.value);
  if (out.length > 0)
    world.streams.err(
      `${plan.study.name}: ${out.length === 1 ? "block" : "blocks"} ${ranges(out)} handed out already: left out\n`,
    );
  return succeed(todo.value.filter((block) => !out.includes(block)));
}

/** The run of a block, but for `--block`: what this command was asked for, with paths that hold anywhere on the shared disk. */
function commandOf({ machine }: World, { root, resultsFolder, plan, options }: Request): string[] {
  const { retry, maxHours } = options;
  return [
    join(machine.packageFolder, "bin/ceteris.sh"),
    "run",
    resolve(root, plan.study.file),
    "--results",
    resultsFolder,
    ...studyWords(options),
    ...flagWords({ retry, "max-hours": maxHours }),
  ];
}

/** The run that finds nothing to do in the same study, and makes its report. */
function reportLine(resultsFolder: string, options: RunOptions): string {
  const results = options.results === undefined ? [] : ["--results", resultsFolder];
  return shellLine(["ceteris", "run", options.matrix, ...studyWords(options), ...results]);
}

/** The flags without which a run is one of another study or of another size. */
function studyWords({ sut, url, fidelity, seed, repeats, tracking }: RunOptions): string[] {
  return flagWords({ sut, url, fidelity, seed, repeats, tracking });
}

function flagWords(given: { [name: string]: string | number | undefined }): string[] {
  return Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, String(value)]));
}

function emitted({ streams }: World, folder: string, jobs: readonly PreparedJob[]): number {
  const lines = jobs.map(({ name, submit: command }) => shellLine(command ?? ["sh", join(folder, name)]));
  streams.out(`${lines.join("\n")}\n`);
  streams.err(`${countText(jobs.length, "script")} in ${folder}; nothing was submitted\n`);
  return exitCodes.done;
}

/** Recorded before and after each job: what was handed out is known whatever follows. */
async function submitAll(
  world: World,
  { plan, resultsFolder, options }: Request,
  executor: Executor,
  handout: Handout,
  jobs: readonly PreparedJob[],
): Promise<number> {
  const submission: Submission = {
    format: "ceteris.submission/1",
    id: handout.folder.split("/").at(-1)!,
    executor: executor.name,
    matrix: plan.study.file,
    host: world.machine.hostname,
    submittedAt: world.clock.wall(),
    cancelledAt: null,
    jobs: [],
  };
  // What `status` counts against, before the first block begins.
  if (!(await readStudyRecord(world, resultsFolder, plan.study.name)).ok)
    await writeStudyRecord(world, resultsFolder, studyRecord(plan, plan.study.file));
  const record = (more: SubmittedJob[] = []): Promise<void> =>
    writeSubmission(world, handout.folder, { ...submission, jobs: [...submission.jobs, ...more] });
  for (const job of jobs) {
    const announced = announce(executor, job);
    if (announced !== null) await record([announced]);
    const submitted = await submit(world, executor, handout, job);
    if (!submitted.ok) {
      if (submitted.problem.code === unanswered) return explainFault(world, submitted.problem);
      if (submission.jobs.length === 0) await world.files.remove(handout.folder);
      else await record();
      return explainFault(world, submitted.problem);
    }
    submission.jobs.push(submitted.value);
    await record();
  }
  const results = options.results === undefined ? [] : ["--results", resultsFolder];
  const line = (command: string) => shellLine(["ceteris", command, handout.study, ...results]);
  world.streams.out(
    `${handout.study}: ${countText(handout.blocks.length, "block")} handed out to ${executor.name}, ${countText(jobs.length, "job")}: ${submission.jobs.map(({ job }) => job).join(", ")}\n` +
      `  ${line("status")} shows how far they are, ${line("cancel")} ends them; logs are in ${handout.folder}\n` +
      `  when all are done: ${reportLine(resultsFolder, options)} makes the report\n`,
  );
  return exitCodes.done;
}
