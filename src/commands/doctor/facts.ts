import type { CheckedModel, RouteFound, TriedRequest } from "../../engine/index.ts";
import type { Json } from "../../schema/json.ts";
import type { Assignment } from "../../schema/knob.ts";
import type { Result } from "../../schema/result.ts";
import type { Sut } from "../../schema/sut.ts";
import type { Provenance, TrialCalibration } from "../../schema/trial.ts";
import type { Diagnostic } from "../../schema/diagnostic.ts";
import { asText } from "../../schema/json.ts";
import type { Workload } from "../../schema/workload.ts";
import type { CoreUse, TimeSync } from "../../telemetry/index.ts";

/** Facts of a GPU as `telemetry` tells them: `memoryTotalMib`. */
export type Gpu = Provenance["gpus"][number];

/** A configuration that is to be started on this machine. */
export interface Configuration {
  /** The first row of the matrix that has it. */
  name: string;
  sut: Sut;
  knobs: Assignment;
  /** GPUs that it takes; null where its engine file does not say. */
  gpus: number | null;
  /** Of the model's files; null where they are not here, or the engine reads none. */
  weightBytes: number | null;
}

/** A workload that is to be run, and how many requests it keeps open; null where nothing bounds them. */
export interface PlannedLoad {
  workload: Workload;
  inFlight: number | null;
}

/** What `run` looks at too, before it measures. */
export interface MachineFacts {
  host: Provenance["host"];
  /** Null where the kernel does not tell. */
  cores: CoreUse | null;
  timeSync: TimeSync;
  /** Null where nothing that is asked for runs on GPUs of this machine. */
  gpus: GpusFound | null;
  /** CUDA_VISIBLE_DEVICES of the user, which engines that the matrix gives no devices heed. */
  visibleDevices: string[];
  configurations: Configuration[];
  loads: PlannedLoad[];
}

export interface GpusFound {
  all: Gpu[];
  /** Why there is none, in the words of nvidia-smi; null where there are some. */
  why: string | null;
  /** True where there is no nvidia-smi, and AMD's tool answers. */
  isAmd: boolean;
  /** What nvidia-smi warns of beside its rows. */
  warning: string | null;
}

/** What `doctor` asks beside: `run` asks it too, each at its own place. */
export interface OtherFacts {
  engines: EngineFound[];
  models: { model: string; found: Result<CheckedModel> }[];
  endpoint: EndpointFound | null;
  /** Data sets and traces of the matrix, by name, with what is wrong with them; null without a matrix. */
  datasets: { names: string[]; diagnostics: Diagnostic[] } | null;
  /** Null where no tracking server is asked for; no place where its address or a variable of it is wrong. */
  tracking: { where: string | null; answers: Result<null> } | null;
  results: { folder: string; writable: Result<string>; freeBytes: number | null };
  calibration: TrialCalibration;
}

/** All that is known where a check is made; `run` has the first part alone. */
export type Facts = MachineFacts & Partial<OtherFacts>;

export interface EngineFound {
  name: string;
  title: string;
  /** What the engine file's knobs belong to; null where it does not say. */
  catalogueVersion: string | null;
  /** A failure where the engine, or a program that its launch names, is not here. */
  found: Result<string>;
  /** Null where nobody tells before a launch. */
  installedVersion: string | null;
  /** What it changes that this is another one; null where it is not. */
  changes: { text: string; hint: string } | null;
}

export interface EndpointFound {
  url: string;
  /** A failure where nothing answers, or it refuses the request. */
  server: Result<{ models: string[]; model: string; isSimulated: boolean }>;
  version: string | null;
  routes: RouteFound[];
  /** One request by each endpoint of the API. */
  requests: { path: string; tried: TriedRequest }[];
}

/** A number among the facts of a machine or a GPU; null where it is not told. */
export function numberIn(facts: { [fact: string]: Json }, fact: string): number | null {
  const value = facts[fact];
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

/** A text among them. */
export function textIn(facts: { [fact: string]: Json }, fact: string): string | null {
  return asText(facts[fact]);
}
