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

/** Hands a job out, whose script is in the handout's folder. Nothing waits for its end. Failure: `not-submitted`. */
export async function submit(
  world: Touches,
  executor: Executor,
  handout: Handout,
  { name, blocks, offset, submit: command }: PreparedJob,
): Promise<Result<SubmittedJob>> {
  if (executor.kind === "slots" || command === null) {
    const script = join(handout.folder, name);
    const logFile = script.replace(/\.sh$/, ".log");
    const started = await world.processes.detach(["/bin/sh", script], { folder: handout.workingFolder, logFile });
    if (!started.ok) return started;
    const { processTable } = world.machine;
    return succeed({ job: String(started.value.pid), blocks, process: { mark: started.value, processTable } });
  }
  const answer = await world.processes.run(command, { timeoutMs: answerMs });
  const job = answer.code === 0 ? new RegExp(executor.submit.job, "m").exec(answer.stdout)?.[1] : undefined;
  if (job === undefined) return notSubmitted(executor.name, command, answer);
  const { states, settings } = executor;
  const words = { ...settings, job };
  const questions = executor.poll.map((one) => ({ command: fillArguments(one.command, words), line: one.line }));
  const scheduled = { offset, poll: questions, states, cancel: fillArguments(executor.cancel.command, words) };
  return succeed({ job, blocks, scheduled });
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
 * that is away, or has forgotten a job, says nothing.
 */
export async function poll(world: Touches, job: SubmittedJob): Promise<Map<number, BlockState>> {
  const found = new Map<number, BlockState>();
  if (job.process !== undefined) {
    const { mark, processTable } = job.process;
    const isHere = processTable === world.machine.processTable && (await world.processes.isSame(mark));
    if (isHere) for (const block of job.blocks) found.set(block, "waiting");
    return found;
  }
  const { poll: questions = [], states, offset = 0 } = job.scheduled ?? {};
  for (const { command, line } of questions) {
    const { code, stdout } = await world.processes.run(command, { timeoutMs: answerMs });
    if (code !== 0) continue;
    const pattern = new RegExp(line);
    for (const said of stdout.split("\n")) {
      const { task, state = "" } = pattern.exec(said)?.groups ?? {};
      const block = Number(task) + offset;
      if (task === undefined || found.has(block)) continue;
      if (states?.running.includes(state)) found.set(block, "running");
      else if (states?.waiting.includes(state)) found.set(block, "waiting");
    }
  }
  return found;
}

/** Ends a job: what waits will not run, and what runs ends its trial in order. Failure: `not-cancelled`. */
export async function cancel(world: Touches, job: SubmittedJob): Promise<Result<null>> {
  if (job.process !== undefined) {
    const { mark, processTable } = job.process;
    if (processTable !== world.machine.processTable)
      return fail("not-cancelled", `process ${mark.pid} runs on another machine`, "Cancel it there.");
    if (await world.processes.isSame(mark)) world.processes.signal(mark.pid, "SIGTERM");
    return succeed(null);
  }
  const command = job.scheduled?.cancel ?? [];
  const { code, stderr } = await world.processes.run(command, { timeoutMs: answerMs });
  if (code === 0) return succeed(null);
  const said = code === null ? "could not be started" : `ended with ${code}: ${stderr.trim().split("\n")[0]}`;
  const hint = "Run this where the scheduler's commands are, or end the job by them.";
  return fail("not-cancelled", `${command.join(" ")} ${said}`, hint);
}
