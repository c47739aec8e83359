import { join } from "node:path";
import { maskSecrets } from "../schema/secrets.ts";
import type { Failure, HookRun } from "../schema/launch.ts";
import type { World } from "../world/world.ts";
import { plainVariables } from "./engine-variables.ts";
import { launchMark, launchVariable, type LaunchRecord } from "./launch-record.ts";
import { endGroupSurely, shortPatience } from "./process-group.ts";
import type { LaunchRequest } from "./running-engine.ts";

/** Commands of the matrix that run beside an engine, each an argument list. */
export interface Hooks {
  beforeLaunch: readonly (readonly string[])[];
  afterTrial: readonly (readonly string[])[];
  /** Seconds that each may take. */
  deadlineS: number;
}

/** In the launch's folder: each command, and what it printed. */
export const hooksLog = "hooks.log";

/** Of a hook that failed, so many of its last lines, from so many bytes at the end of the log. */
const lastLinesShown = 3;
const lastBytesRead = 4096;
/** Characters of a command, and of each of its lines, that a message shows: a table has to hold it. */
const longestShown = 160;

/**
 * Runs the commands that belong before a launch or after a trial, one after the other, in the study's folder. Each is in the
 * launch's record and its output in `hooks.log`. The first that fails ends it: the failure has its last lines. A hook has
 * PATH, HOME and the like of the user's environment, and nothing else of it.
 */
export async function runHooks(
  world: World,
  request: LaunchRequest,
  record: LaunchRecord,
  { when, trial }: Pick<HookRun, "when" | "trial">,
): Promise<Failure | null> {
  const { beforeLaunch = [], afterTrial = [] } = request.hooks ?? {};
  const commands = when === "before_launch" ? beforeLaunch : afterTrial;
  for (const [place, argv] of commands.entries()) {
    const { run, problem } = await runHook(world, request, record, { when, trial, argv: [...argv] });
    await record.update({ hooks: [...(record.value().hooks ?? []), run] });
    if (problem !== null) {
      const which = commands.length === 1 ? when : `${when} ${place + 1} of ${commands.length}`;
      const failure = hookFailure(`${which}, \`${cut(run.argv.join(" "))}\`, ${problem}`);
      await record.update({ failure });
      return failure;
    }
  }
  return null;
}

async function runHook(
  world: World,
  request: LaunchRequest,
  record: LaunchRecord,
  hook: Pick<HookRun, "when" | "trial" | "argv">,
): Promise<{ run: HookRun; problem: string | null }> {
  const { clock, files, processes } = world;
  const log = join(request.launchFolder, hooksLog);
  const secrets = [...request.command.secrets, ...(request.access?.secrets ?? [])];
  const argv = hook.argv.map((item) => maskSecrets(item, secrets));
  await files.appendText(log, `$ ${argv.join(" ")}\n`);
  const startedNs = clock.nowNs();
  const start = (await files.stat(log))?.size ?? 0;
  const child = await processes.spawn({
    argv: hook.argv,
    variables: {
      ...plainVariables(world.variables),
      CETERIS_LAUNCH_FOLDER: request.launchFolder,
      ...(hook.trial === null ? {} : { CETERIS_TRIAL: hook.trial }),
      [launchVariable]: launchMark(request, record.value().startedAt),
    },
    logFile: log,
    secrets,
    ...(request.workingFolder === undefined ? {} : { folder: request.workingFolder }),
  });
  const ended = (exit: HookRun["exit"]): HookRun => ({
    ...hook,
    argv,
    tookS: Math.round(Number(clock.nowNs() - startedNs) / 1e6) / 1000,
    exit,
  });
  if (!child.ok) return { run: ended(null), problem: `did not start: ${child.problem.message}` };
  const deadlineS = request.hooks?.deadlineS ?? 0;
  const over = new AbortController();
  const signal = request.signal ? AbortSignal.any([over.signal, request.signal]) : over.signal;
  const exit = await Promise.race([child.value.exited, clock.sleep(deadlineS * 1000, signal).then(() => null)]);
  over.abort();
  if (exit === null) await endGroupSurely(world, child.value, shortPatience);
  if (exit?.code === 0) return { run: ended(exit), problem: null };
  const how =
    exit !== null
      ? `ended with ${exit.signal ?? `code ${exit.code}`}`
      : request.signal?.aborted
        ? "was interrupted"
        : `did not end within ${deadlineS} s`;
  const words = maskSecrets(await lastWords(world, log, start), secrets);
  return { run: ended(exit), problem: words === "" ? how : `${how}: ${words}` };
}

async function lastWords({ files }: Pick<World, "files">, log: string, start: number): Promise<string> {
  const { size = 0 } = (await files.stat(log)) ?? {};
  const bytes = await files.readPart(log, Math.max(start, size - lastBytesRead), lastBytesRead);
  const lines = new TextDecoder().decode(bytes ?? new Uint8Array()).split(/\r?\n/);
  return lines
    .map((line) => cut(line.trim()))
    .filter((line) => line !== "")
    .slice(-lastLinesShown)
    .join(" / ");
}

function cut(text: string): string {
  const line = text.replaceAll(/\s+/g, " ");
  return line.length <= longestShown ? line : `${line.slice(0, longestShown - 1)}…`;
}

function hookFailure(message: string): Failure {
  const hint =
    "hooks.log in the launch's folder has all that the hooks printed: run the command by hand, then `--retry failed`.";
  return { class: "hook-failed", message, file: hooksLog, line: null, hint };
}
