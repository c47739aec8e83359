import { join } from "node:path";
import { shellLine } from "../schema/shell-line.ts";
import type { Executor, SchedulerFile, SlotsFile } from "../schema/executor.ts";
import { fail, succeed, type Result } from "../schema/result.ts";
import { fillArguments, fillScript, unknownWords, type Words } from "./fill.ts";

/** Blocks of a study that are to be handed out. */
export interface Handout {
  study: string;
  /** Unlike that of any other handout. */
  mark: string;
  /** Their numbers in the plan, in order. */
  blocks: readonly number[];
  /** The run of one block, but for `--block`. */
  command: readonly string[];
  workingFolder: string;
  /** Where the scripts and their logs lie. */
  folder: string;
}

/** One job before it is handed out. */
export interface PreparedJob {
  /** The script's file name in the handout's folder. */
  name: string;
  script: string;
  blocks: number[];
  /** A block's number is that of its task and this. */
  offset: number;
  /** Hands the script out; null where a process of this machine runs it. */
  submit: string[] | null;
  /** Asks which job has its name; null where nobody can be asked. */
  find: string[] | null;
}

/**
 * The jobs of a handout: one for each slot, or one for so many blocks as the scheduler takes at once. Failures:
 * `executor-words` where the file uses a word that stands for nothing, `host-is-shared` where slots share a host undeclared.
 */
export function prepareJobs(executor: Executor, handout: Handout): Result<PreparedJob[]> {
  const unknown = unknownWordsOf(executor);
  if (unknown !== null) return unknown;
  return executor.kind === "slots" ? slotJobs(executor, handout) : succeed(schedulerJobs(executor, handout));
}

function slotJobs(executor: SlotsFile & { name: string }, handout: Handout): Result<PreparedJob[]> {
  const { slots, script, share_host: isShared } = executor;
  if (slots.length > 1 && !isShared)
    return fail(
      "host-is-shared",
      `executor ${executor.name} has ${slots.length} slots on one host, and does not say that they share it`,
      "Say `share_host: true` in its file; each trial then says who ran beside it.",
    );
  return succeed(
    slots.slice(0, handout.blocks.length).map((slot, index) => ({
      name: `slot-${index + 1}.sh`,
      script: fillScript(script, { ...slot, command: shellLine(handout.command) }, pathsOf(handout)),
      blocks: [...handout.blocks],
      offset: 0,
      submit: null,
      find: null,
    })),
  );
}

function schedulerJobs(executor: SchedulerFile, handout: Handout): PreparedJob[] {
  const { settings = {}, minutes = null, blocks_per_job: most, script, submit } = executor;
  // The indexes of an array are limited, not only their number: each job counts from 1.
  const shares = [...Map.groupBy(handout.blocks, (block) => Math.floor((block - 1) / most))];
  return shares.map(([share, blocks], index) => {
    const offset = share * most;
    const file = `job-${index + 1}.sh`;
    // A list of names has commas between.
    const name = `ceteris-${handout.study}-${handout.mark}-${index + 1}`.replaceAll(",", "_");
    const tasks = ranges(blocks.map((block) => block - offset));
    const words = { ...settings, command: shellLine(handout.command), minutes, offset, tasks };
    return {
      name: file,
      script: fillScript(script, words, { ...pathsOf(handout), name }),
      blocks,
      offset,
      submit: fillArguments(submit.command, { ...settings, script: join(handout.folder, file) }),
      find: submit.find === undefined ? null : fillArguments(submit.find, { ...settings, name }),
    };
  });
}

function pathsOf({ study, folder, workingFolder }: Handout): Record<string, string> {
  return { study, folder, working_folder: workingFolder };
}

/** Words that every script may use. */
const scriptWords = { study: "", folder: "", working_folder: "", command: "" };

function unknownWordsOf(executor: Executor): Result<never> | null {
  const asked: [texts: readonly string[], words: Words][] =
    executor.kind === "slots"
      ? executor.slots.map((slot) => [[executor.script], { ...slot, ...scriptWords }])
      : [
          [[executor.script], { ...executor.settings, ...scriptWords, name: "", minutes: "", offset: "", tasks: "" }],
          [executor.submit.command, { ...executor.settings, script: "" }],
          [executor.submit.find ?? [], { ...executor.settings, name: "" }],
          [executor.cancel.command, { ...executor.settings, job: "" }],
          [executor.poll.flatMap(({ command }) => command), { ...executor.settings, job: "" }],
        ];
  for (const [texts, words] of asked) {
    const unknown = unknownWords(texts, words).map((one) => `{${one}}`);
    if (unknown.length === 0) continue;
    return fail(
      "executor-words",
      `executor ${executor.name} uses ${unknown.join(", ")}, which is not defined`,
      `Set it in its file, or use one of ${Object.keys(words).toSorted().join(", ")}.`,
    );
  }
  return null;
}

/** Whole numbers in order as a list of ranges: `1-3,7`. */
export function ranges(numbers: readonly number[]): string {
  const found: { from: number; to: number }[] = [];
  for (const number of numbers) {
    const last = found.at(-1);
    if (last !== undefined && number === last.to + 1) last.to = number;
    else found.push({ from: number, to: number });
  }
  return found.map(({ from, to }) => (from === to ? String(from) : `${from}-${to}`)).join(",");
}
