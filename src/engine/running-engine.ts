import type { Access, DeclaredHeaders } from "../schema/access.ts";
import type { CountedAs, Engine } from "../schema/engine.ts";
import type { Failure, Launch } from "../schema/launch.ts";
import type { Result } from "../schema/result.ts";
import type { Endpoint } from "../schema/sample.ts";
import type { World } from "../world/world.ts";
import type { CommandLine } from "./command-line.ts";
import type { DeathWatch } from "./death-watch.ts";
import type { PreparedEnvironment } from "./environments/environment.ts";
import { runHooks, type Hooks } from "./hooks.ts";
import type { LaunchRecord } from "./launch-record.ts";
import type { Patience } from "./process-group.ts";
import { askTokens, resetCaches, tellProfiler, scrapeMetrics, type Address } from "./questions.ts";

export interface LaunchRequest extends Pick<Launch, "id" | "ordinal" | "study" | "configurationId"> {
  engine: Engine;
  /** As prepared; one with a `url` is attached to, and nothing is started. */
  environment: PreparedEnvironment;
  command: CommandLine;
  /** The port of the loopback that the command names. */
  port: number;
  /** `results/<study>/launches/<id>`: launch.json and server.log go here. */
  launchFolder: string;
  /** Where the engine is started, so what a relative path in its arguments means; our own working folder without it. */
  workingFolder?: string;
  /** Files and folders that the engine reads, for one that has to be given them: its model. */
  reads?: readonly string[];
  /** Folders that it writes, likewise. */
  writes?: readonly string[];
  /** What requests call the model where the engine does not tell the name that it serves. */
  model?: string;
  /** What an engine that is attached to is asked with, and how the matrix declares it; one of our own asks for nothing. */
  access?: Access;
  headers?: DeclaredHeaders;
  hooks?: Hooks;
  /** Aborted: what was started is ended in order, and the answer is a failure of class `interrupted`. */
  signal?: AbortSignal;
  /** Told at the end of each phase, with the seconds since the start. */
  onPhase?: (phase: string, elapsedS: number) => void;
  /** What is worth knowing and fails nothing: a port that stays taken, memory that is not given back. */
  onNotice?: (message: string) => void;
  /** How long each signal is given at the end; 10 s, 10 s, 5 s without it. */
  patience?: Patience;
}

/** An engine that answers. One of our own or one that was there: the same shape. */
export interface RunningEngine {
  /** The record as it stands now, as in launch.json. */
  launch(): Launch;
  endpoint: Endpoint;
  /** Resolves when the engine has died, never after `stop`. */
  died: Promise<Failure>;
  /** Asks now: why it is dead, or null where it lives. */
  checkAlive(): Promise<Failure | null>;
  /** Empties the engine's caches, as its file says, and reads what it answers. Recorded in the launch. */
  resetCaches(): Promise<Launch["cacheResets"]>;
  /** Requests in the engine's queue and in its batch; null where it does not tell. */
  queueProbe(): Promise<{ waiting: number; running: number } | null>;
  /** Our metrics by the engine file's `metric_names`; null where there are none or it did not answer. */
  scrapeMetrics(): Promise<Record<string, number> | null>;
  /** Tells the engine's profiler to start or to end, by a route of the engine file; why it did not, or null. */
  tellProfiler(path: string): Promise<Failure | null>;
  /** Tokens that the engine makes of a text; a failure where it does not tell. */
  countTokens(text: string, as: CountedAs): Promise<Result<number>>;
  /** Notes the processes that the engine consists of now, so that they are found after a crash of ours. To be called with each trial. */
  recordMembers(): Promise<void>;
  /** Runs what the matrix says for after a trial; why it failed, or null. */
  afterTrial(trialId: string): Promise<Failure | null>;
  /** Stores what the trial found: `Launch.resolvedId`. */
  setResolvedId(resolvedId: string): Promise<void>;
  /** Ends it and waits until nothing is left. A second call gives the same answer. */
  stop(): Promise<Launch>;
}

/** An engine that answers, from what was found at its start. `end` is called once. */
export function runningEngine(
  world: World,
  parts: {
    request: LaunchRequest;
    record: LaunchRecord;
    address: Address;
    /** The name under which it says to serve its model; null where it does not say. */
    servedName: string | null;
    watch: DeathWatch;
    recordMembers: () => Promise<void>;
    end: () => Promise<void>;
  },
): RunningEngine {
  const { record, address, watch } = parts;
  const { engine } = parts.request;
  let stopped: Promise<void> | null = null;
  // The trial records the failure too, so nothing is lost where this record cannot be written.
  void watch.died.then((failure) => record.update({ failure })).catch(() => undefined);
  const endpoint: Endpoint = {
    url: address.url,
    model: parts.servedName ?? parts.request.model ?? "default",
    requestFields: engine.requestFields,
    dialect: engine.dialect,
    finishReasons: engine.finishReasons,
    access: address.access,
  };
  return {
    launch: () => record.value(),
    endpoint,
    died: watch.died,
    checkAlive: () => watch.check(),
    async resetCaches() {
      const resets = await resetCaches(world, address, engine);
      await record.update({ cacheResets: [...record.value().cacheResets, ...resets] });
      return resets;
    },
    async queueProbe() {
      const { waiting, running } = (await scrapeMetrics(world, address, engine)) ?? {};
      return waiting === undefined || running === undefined ? null : { waiting, running };
    },
    scrapeMetrics: () => scrapeMetrics(world, address, engine),
    tellProfiler: (path) => tellProfiler(world, address, path),
    countTokens: (text, as) => askTokens(world, address, engine, { model: endpoint.model, text, as }),
    recordMembers: parts.recordMembers,
    afterTrial: (trial) => runHooks(world, parts.request, record, { when: "after_trial", trial }),
    setResolvedId: (resolvedId) => record.update({ resolvedId }),
    async stop() {
      watch.end();
      stopped ??= parts.end();
      await stopped;
      return record.value();
    },
  };
}
