import type { Dialect } from "./dialect.ts";
import type {
  CapabilityNeed,
  Constraint,
  Coupling,
  EnvironmentDeclaration,
  FailurePattern,
  Inertness,
  OwnVariables,
} from "./engine-file.ts";
import type { Json } from "./json.ts";
import type { KnobDefinition } from "./knob-definition.ts";
import type { Profiler } from "./profiler.ts";
import type { WorkloadFile } from "./workload.ts";

/** An engine file after `extends`, in the code's own form. Nothing in the code asks for its name. */
export interface Engine {
  name: string;
  title: string;
  version: string | null;
  /** Whose options its knobs are; null of an engine that has one table for all versions. */
  catalogue: EngineCatalogue | null;
  origin: "measured" | "simulated";
  environment: EnvironmentDeclaration;
  /** What the environment is made from: sha256 of the locked list and its script, or the image; null where nothing is locked. */
  environmentLock: string | null;
  /** The folder that the file's relative paths mean. */
  folder: string;
  command: string[];
  always: string[];
  revisionFlag: string | null;
  variables: Record<string, string>;
  privateFolders: Record<string, string>;
  passThrough: string[];
  devicesVariable: string | null;
  readiness: { path: string; stalledAfterS: number; readyWithinS: number; fatal?: string };
  versionProbe: { path: string; field: string } | null;
  phases: { id: string; pattern: string }[];
  resolved: { path?: string; parser: string } | null;
  cacheReset: { path: string; successField?: string }[];
  metricsPath: string | null;
  metricNames: Record<string, string>;
  tokenize: TokenizeRoute | null;
  requestFields: Record<string, Json>;
  /** What its requests lack or name otherwise. */
  dialect: Dialect;
  /** What requests call the model; null where `/v1/models` tells. */
  servedModel: string | null;
  finishReasons: string[];
  /** The variables that it reads as its own; null where the file names none. */
  ownVariables: OwnVariables | null;
  /** First versions of flags that every launch gets. */
  flagsSince: Record<string, string>;
  /** Options that a matrix may not set, and why. */
  notKnobs: Record<string, string>;
  inFlight: { knob: string; default: number } | null;
  /** It computes on this machine's cores, and is pinned apart from the client. */
  ownCores: boolean;
  /** The setting under which the model's weight files are not needed. */
  dummyWeights: { knob: string; is: Json } | null;
  /** The knob that bounds a request's tokens at what the model was made for, and the one that lifts the bound. */
  modelLength: { knob: string; unless?: string } | null;
  /** The knob of its prefix cache; null where the file names none. */
  prefixCache: string | null;
  /** How many GPUs a configuration takes: the knobs whose product it is, or the text of an expression over knobs; null where the file does not say. */
  gpus: string[] | string | null;
  /** What it needs of NVIDIA GPUs: compute capability by settings, the knob for the share of the memory that must be free, and those under which the weights in memory are not the files. */
  gpuNeeds: { capability: CapabilityNeed[]; memoryShare: string | null; changesWeights: string[] | null };
  /** Knobs that can change the answers. */
  changesOutputs: string[];
  /** By name, in the order of the file. */
  profilers: Record<string, Profiler>;
  failures: FailurePattern[];
  couplings: Coupling[];
  cannotRun: Constraint[];
  inert: Inertness[];
  standIn: { model?: string; workload?: WorkloadFile; because: string } | null;
  knobs: Record<string, KnobDefinition>;
}

/** The table of one version's options, of several that there are. */
export interface EngineCatalogue {
  /** What `ceteris catalogue` knows the engine by: vllm. */
  name: string;
  version: string;
  /** All that there are, oldest first. */
  versions: string[];
  /** A launch of this version showed where its resolved configuration holds each knob. */
  isSeen: boolean;
}

/** Where an engine of a version stands in `Study.engines`, where the matrix names several versions of it. */
export function versionKey(engine: string, version: string): string {
  return `${engine} ${version}`;
}

/** True of a server that somebody else started: Ceteris attaches to it, and sets nothing there. */
export function runsAlready({ environment }: Pick<Engine, "environment">): boolean {
  return environment.kind === "endpoint";
}

/** Where an engine is, beside what its file says: of `sut.environment`. */
export interface EngineEnvironment extends Pick<Engine, "environment" | "environmentLock" | "folder"> {
  /** Of the engine file that has it; null where a matrix writes it out. */
  version: string | null;
}

/** Where an engine counts tokens, and how it is asked. */
export interface TokenizeRoute {
  path: string;
  /** The member of the request that takes a text. */
  text: string;
  /** Added for a text that is a prompt of its own. */
  fields: { [name: string]: Json };
  /** Added for a text that is part of something: no special tokens are counted. */
  partFields: { [name: string]: Json };
  /** The member that takes chat messages, counted with the template; null where there is none. */
  messages: string | null;
  /** Dotted path in the answer to the number, or to a list that is as long. */
  count: string;
}

/** What a text is to be counted as: a prompt of its own, the one message of a chat with its template, or bare. */
export type CountedAs = "prompt" | "chat" | "part";
