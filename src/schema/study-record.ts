import type { Diagnostic } from "./diagnostic.ts";
import type { Contrast, Experiment } from "./experiment.ts";
import type { LaunchedSystem } from "./launched-systems.ts";
import type { HardwarePrice } from "./price.ts";
import type { SourcedGate } from "./ruleset.ts";
import type { Study } from "./study.ts";
import type { PlannedTrial } from "./trial-spec.ts";
import type { Assignment } from "./knob.ts";

/** Of a study that `ceteris bench` made: its matrix was in memory alone, so that no file of the name is there. */
export const benchMatrixName = "(bench).yaml";

/** What a workload declares that decides how changes under it are judged. */
export interface DeclaredWorkload {
  name: string;
  scenario: string;
  /** True where it, or a class of its requests, has a limit to meet. */
  slo: boolean;
  /** What each of its requests must keep, where the workload as a whole says so. Absent in records of earlier versions. */
  limits?: DeclaredLimits;
  /** `mlperf-inference-v6.1/llama3.1-8b`; null where no ruleset judges. */
  ruleset: string | null;
}

/** Limits of a workload's SLO, in ms. */
export interface DeclaredLimits {
  ttftMs?: number;
  tpotMs?: number;
  itlMs?: number;
  e2eMs?: number;
}

/** `results/<study>/study.json`: what the last run of a study planned; a report needs it, and the names of skipped rows are nowhere else. */
export interface StudyRecord {
  format: "ceteris.study/1";
  name: string;
  /** When it was first written, ISO 8601, UTC: tells studies of one name apart where their folder is not seen. Absent in records of earlier versions. */
  began?: string;
  question: string;
  /** The matrix, relative to the study's folder. */
  matrix: string;
  design: string;
  origin: "measured" | "simulated";
  standIn: string | null;
  engine: string;
  engineTitle: string;
  declaredEngine: string;
  model: string;
  revision: string | null;
  version: string | null;
  fidelity: string;
  repeats: number;
  order: string;
  seed: number;
  baseline: { id: string; label: string; knobs: Assignment };
  baselines: string[];
  /** What is done and what the last run was to do. Block, place and launch of the latter are kept too, so that an interrupted block goes on as it was drawn. */
  plannedTrials: PlannedTrial[];
  experiments: Omit<Experiment, "workload" | "identity">[];
  contrasts: Contrast[];
  /** Absent in records of earlier versions. */
  workloads?: DeclaredWorkload[];
  /** `declared` where the matrix asks for accuracy trials; else why accuracy does not apply, null where the matrix does not say so. Absent in records of earlier versions. */
  accuracy?: "declared" | { notApplicable: string } | null;
  /** Knobs that the engine file marks as able to change the answers. */
  outputKnobs?: string[];
  diagnostics: Diagnostic[];
  /** Where the resolved configuration holds each knob, and what a knob is told to move: what collateral is judged by. */
  knobPaths: { knob: string; path: string }[];
  /** How a search for the peak was declared; null or absent where there is none. */
  peak?: Study["peak"];
  /** How a curve was declared; absent of other designs, and where nothing is said. */
  curve?: { share: number };
  /** What ends the curves of each workload, as the matrix states it; absent where nothing does. */
  stop?: { workload: string; limits: { figure: string; above: number }[] }[];
  /** What accuracy must keep by the rulesets that the matrix names; absent where it names none. */
  gates?: SourcedGate[];
  /** What the hardware costs, as the matrix states it; absent where it does not. */
  price?: HardwarePrice;
  /** What its experiments run on, where that is not the one engine and model above. */
  systems?: LaunchedSystem[];
  /** What comparisons are judged by, as the matrix stated it before the run; absent in records of earlier versions. */
  rules?: {
    smallestEffectOfInterest: number;
    attribution?: Study["attribution"];
    guardrails?: Study["guardrails"];
    exclusions?: Study["exclusions"];
    strayHost?: Study["strayHost"];
  };
}
