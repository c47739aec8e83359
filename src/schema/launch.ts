import type { DeclaredHeaders } from "./access.ts";
import type { Json } from "./json.ts";

/** A stretch of a launch's life. Seconds since the process was started. */
export interface LaunchPhase {
  id: string;
  atS: number;
  tookS: number;
}

/** Enough to find a process again after a crash of ours, and never another one: a pid is used again, its start time is not. */
export interface ProcessMark {
  pid: number;
  /** The kernel's start time of the process, in clock ticks since boot (`/proc/<pid>/stat` field 22); null where it cannot be read. */
  startTicks: number | null;
}

/** One launch of an engine: `launch.json`. Argument list and names of variables are stored, values of secrets never. */
export interface Launch {
  format: "ceteris.launch/1";
  id: string;
  ordinal: number;
  study: string;
  engine: string;
  origin: "measured" | "simulated";
  configurationId: string;
  argv: string[];
  /** Names of all variables that were set, and the values of those that are not secret. */
  environmentNames: string[];
  environmentValues: { name: string; value: string }[];
  port: number;
  url: string;
  /** The run that launches it. Absent in records of earlier versions. */
  holder?: { process: ProcessMark; processTable: string };
  processGroup: ProcessMark | null;
  members: ProcessMark[];
  startedAt: string;
  endedAt: string | null;
  cold: boolean | null;
  phases: LaunchPhase[];
  readyAfterS: number | null;
  exit: { code: number | null; signal: string | null } | null;
  /** What the engine says it is running; null where it cannot be asked. */
  resolvedConfiguration: { [path: string]: Json } | null;
  engineVersion: string | null;
  resolvedId: string | null;
  failure: Failure | null;
  cacheResets: { path: string; ok: boolean; detail: string }[];
  /** What a server that ran already was asked with, as the matrix declares it: never the value of a variable. Absent where nothing was declared. */
  headers?: DeclaredHeaders;
  /** Commands of the matrix that ran beside the engine, in order; absent where there were none. */
  hooks?: HookRun[];
  /** The container that the engine runs in; absent where it runs on the machine itself. */
  container?: LaunchContainer;
  /** What went otherwise than it should when the engine was ended, a sentence each; absent where nothing did. */
  notices?: string[];
}

/** A container of ours. It carries the launch's mark as the value of a label. */
export interface LaunchContainer {
  /** The program that started it, and that is asked about it: `/usr/bin/docker`. */
  client: string;
  /** As it is declared. */
  image: string;
  /** What was run: `sha256:…` of the image in its registry, or of the image itself where it came from none. */
  digest: string;
  /** The process group of the engine within it, as this machine numbers it; null where it cannot be seen from here. */
  group: number | null;
}

/** A command that ran before a launch or after a trial. */
export interface HookRun {
  when: "before_launch" | "after_trial";
  argv: string[];
  /** The trial that it followed; null before a launch. */
  trial: string | null;
  tookS: number;
  /** Null where it did not start, or was ended at its deadline. */
  exit: { code: number | null; signal: string | null } | null;
}

/** Why an engine or a trial failed. */
export interface Failure {
  class: string;
  /** The log's line that says so, or the reason in our words. */
  message: string;
  file: string | null;
  line: number | null;
  hint: string;
  /** The engine rejects the configuration itself, so that each further launch of it would fail too. */
  refused?: boolean;
}

/** A failure in our words, which no line of a log says. */
export function ownFailure(name: string, message: string, hint: string): Failure {
  return { class: name, message, file: null, line: null, hint };
}
