import { join } from "node:path";
import type { Executor } from "../schema/executor.ts";
import { fail, succeed, type Result } from "../schema/result.ts";
import type { BlockState, SubmittedJob } from "../schema/submission.ts";
import type { World } from "../world/world.ts";
import { fillArguments } from "./fill.ts";
import type { Handout, PreparedJob } from "./jobs.ts";

export { prepareJobs, ranges, type Handout, type PreparedJob } from "./jobs.ts";

type Touches = Pick<World, "processes" | "machine">;

/** A scheduler that is busy answers late; one that is away is not waited for longer. */
const answerMs = 60_000;

/** What is recorded of a job before it is handed out, so that it is found should nobody live to record more; null of a process of this machine. */
export function announce(executor: Executor, { blocks, offset, find }: PreparedJob): SubmittedJob | null {
  if (executor.kind === "slots") return null;
  const { states, settings = {}, submit: submission } = executor;
  return {
    job: null,
    blocks,
    scheduled: {
      offset,
      poll: executor.poll.map(({ command, line }) => ({ command: fillArguments(command, settings), line })),
      states,
      cancel: fillArguments(executor.cancel.command, settings),
      ...(find === null ? {} : { find: { command: find, job: submission.job } }),
    },
  };
}

/** Hands a job out, whose script is in the handout's folder. Nothing waits for its end. Failure: `not-submitted`, or `perhaps-submitted` where nobody can say. */
export async function submit(
  world: Touches,
  executor: Executor,
  handout: Handout,
  prepared: PreparedJob,
): Promise<Result<SubmittedJob>> {
  const { name, blocks, submit: command } = prepared;
  const announced = announce(executor, prepared);
  if (executor.kind === "slots" || command === null || announced === null) {
    const script = join(handout.folder, name);
    const logFile = script.replace(/\.sh$/, ".log");
    const started = await world.processes.detach(["/bin/sh", script], { folder: handout.workingFolder, logFile });
    if (!started.ok) return started;
    const { processTable } = world.machine;
    return succeed({ job: String(started.value.pid), blocks, process: { mark: started.value, processTable } });
  }
  const answer = await world.processes.run(command, { timeoutMs: answerMs });
  const job = answer.code === 0 ? jobIn(answer.stdout, executor.submit.job) : undefined;
  if (job !== undefined) return succeed(named(announced, job));
  // One that answered too late may have taken the job.
  const late = answer.code === null ? await identified(world, announced) : announced;
  if (typeof late?.job === "string") return succeed(late);
  const isUnknown = late === null && answer.timedOut === true && prepared.find !== null;
  return isUnknown ? perhapsSubmitted(executor.name, command) : notSubmitted(executor.name, command, answer);
}

/** Code of the failure where a scheduler may have taken a job: what was announced of it has to stay recorded. */
export const unanswered = "perhaps-submitted";

function perhapsSubmitted(name: string, [program = ""]: readonly string[]): Result<never> {
  return fail(
    unanswered,
    `executor ${name}: ${program} did not answer within ${answerMs / 1000} s, and the scheduler does not say whether it took the job`,
    "The job is recorded by its name: once the scheduler answers, `ceteris status` shows what became of it and `ceteris cancel` ends it. Then submit again: blocks that it has are left out.",
  );
}

function jobIn(text: string, pattern: string): string | undefined {
  return new RegExp(pattern, "m").exec(text)?.[1];
}

function named({ blocks, scheduled }: SubmittedJob, job: string): SubmittedJob {
  if (scheduled === undefined) return { job, blocks };
  const { find: _, ...known } = scheduled;
  const questions = known.poll.map(({ command, line }) => ({ command: fillArguments(command, { job }), line }));
  return { job, blocks, scheduled: { ...known, poll: questions, cancel: fillArguments(known.cancel, { job }) } };
}

/** A job with the scheduler's id for it. If the submitter died before it recorded the id, the job is looked up by its name. `job` stays null where the scheduler knows no such name; the result is null where the scheduler cannot be asked. */
async function identified({ processes }: Touches, job: SubmittedJob): Promise<SubmittedJob | null> {
  if (job.job !== null) return job;
  const find = job.scheduled?.find;
  if (find === undefined) return null;
  const { code, stdout } = await processes.run(find.command, { timeoutMs: answerMs });
  if (code !== 0) return null;
  const found = jobIn(stdout, find.job);
  return found === undefined ? job : named(job, found);
}

function notSubmitted(
  name: string,
  [program = ""]: readonly string[],
  { code, stdout, stderr }: { code: number | null; stdout: string; stderr: string },
): Result<never> {
  const said = (stderr.trim() || stdout.trim()).split("\n")[0] ?? "";
  if (code === null)
    return fail(
      "not-submitted",
      `executor ${name}: ${program} could not be started, or did not answer within ${answerMs / 1000} s`,
      "Run this where the scheduler's commands are, for instance on a login node; --emit DIR writes the scripts and submits nothing.",
    );
  return fail(
    "not-submitted",
    `executor ${name}: ${program} ${code === 0 ? "named no job" : `ended with ${code}`}: ${said}`,
    `Mend it in experiments/executors/${name}.yaml and submit again: blocks that were handed out before are left out.`,
  );
}

/**
 * What became of a job's blocks, as far as somebody says: a block that is not in the answer is unknown, since a scheduler
 * that is away, or has forgotten a job, says nothing. A state that the executor's file does not list is an end.
 */
export async function poll(world: Touches, job: SubmittedJob): Promise<Map<number, BlockState>> {
  const found = new Map<number, BlockState>();
  if (job.process !== undefined) {
    const { mark, processTable } = job.process;
    if (processTable !== world.machine.processTable) return found;
    const state: BlockState = (await world.processes.isSame(mark))
      ? { is: "waiting", said: "its process runs" }
      : { is: "ended", said: "its process ended" };
    return new Map(job.blocks.map((block) => [block, state]));
  }
  const known = await identified(world, job);
  if (known === null || known.job === null) return found;
  const { poll: questions = [], states, offset = 0 } = known.scheduled ?? {};
  for (const { command, line } of questions) {
    const { code, stdout } = await world.processes.run(command, { timeoutMs: answerMs });
    if (code !== 0) continue;
    const pattern = new RegExp(line);
    for (const said of stdout.split("\n")) {
      const { task, state } = pattern.exec(said)?.groups ?? {};
      const block = Number(task) + offset;
      if (task === undefined || state === undefined || found.has(block)) continue;
      const is = (["running", "waiting"] as const).find((one) => states?.[one].includes(state)) ?? "ended";
      found.set(block, { is, said: state });
    }
  }
  return found;
}

/** What became of a job that was to be cancelled: `ended` is one that had ended before, `unknown` one that its scheduler does not know. */
export type Cancelled = "cancelled" | "ended" | "unknown";

/** Ends a job: what waits will not run, and what runs ends its trial in order. Failure: `not-cancelled`. */
export async function cancel(world: Touches, job: SubmittedJob): Promise<Result<Cancelled>> {
  if (job.process !== undefined) {
    const { mark, processTable } = job.process;
    if (processTable !== world.machine.processTable)
      return fail("not-cancelled", `process ${mark.pid} runs on another machine`, "Cancel it there.");
    if (!(await world.processes.isSame(mark))) return succeed("ended");
    world.processes.signal(mark.pid, "SIGTERM");
    return succeed("cancelled");
  }
  const hint = "Run this where the scheduler's commands are, or end the job by them.";
  const known = await identified(world, job);
  if (known === null)
    return fail("not-cancelled", "the scheduler does not say which job a broken-off submission became", hint);
  if (known.job === null) return succeed("unknown");
  // Asked before: a scheduler ends what it does not know without a word.
  const states = [...(await poll(world, known)).values()];
  const isLeft = states.some(({ is }) => is !== "ended");
  const command = known.scheduled?.cancel ?? [];
  const { code, stderr } = await world.processes.run(command, { timeoutMs: answerMs });
  if (states.length > 0 && !isLeft) return succeed("ended");
  if (code === 0) return succeed(isLeft ? "cancelled" : "unknown");
  const said = code === null ? "could not be started" : `ended with ${code}: ${stderr.trim().split("\n")[0]}`;
  return fail("not-cancelled", `${command.join(" ")} ${said}`, hint);
}
