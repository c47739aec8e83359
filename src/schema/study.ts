import type { DeclaredHeaders } from "./access.ts";
import type { Axis, AxisPoint } from "./axis.ts";
import type { Design } from "./design.ts";
import type { OwnOrder } from "./own-order.ts";
import type { LocationIndex } from "./diagnostic.ts";
import type { Engine, EngineEnvironment } from "./engine.ts";
import type { Exclusion } from "./exclusion.ts";
import type { Assignment } from "./knob.ts";
import type { Fidelity } from "./fidelity.ts";
import type { HardwarePrice } from "./price.ts";
import type { SourcedGate } from "./ruleset.ts";
import type { Statistic } from "./measurement.ts";
import type { TrialLimit } from "./stop.ts";
import type { StrayHostRule } from "./stray-host.ts";
import type { Workload } from "./workload.ts";
import type { attributions, orders } from "./matrix-file.ts";

/** The search for the highest rate that holds, of every row under a workload with an open loop. */
export interface Peak {
  from: number;
  /** Never tried above; null where there is no such bound. */
  to: number | null;
  /** The peak is known when the lowest rate that broke is at most so much above the highest that held (0.05: 5 %). */
  tolerance: number;
  /** Rates tried at most. */
  most: number;
  /** Of the requests that must meet the workload's SLO. */
  share: number;
  sustain: boolean;
}

/** What an effect is attributed to: the declared change with all that it moves, or that change alone. */
export type Attribution = (typeof attributions)[number];

/** A matrix with its fragments and engine file pulled in: everything that a plan depends on, and nothing of the machine. */
export interface Study {
  name: string;
  question: string;
  /** The matrix file, as the user named it. */
  file: string;
  engine: Engine;
  /** Every engine that a row, a factor, a duel or a system names, by the name that the matrix calls it; the study's own too. Other versions of one by `versionKey`. */
  engines: ReadonlyMap<string, Engine>;
  /** Every environment that the matrix names beside those of its engine files, by the canonical JSON of its value. */
  environments: ReadonlyMap<string, EngineEnvironment>;
  /** The engine file that the matrix names; another than `engine.name` when `--sut` replaced it. */
  declaredEngine: string;
  /** What stands in for the matrix's model and dataset, in one sentence; null where nothing does. */
  standIn: string | null;
  model: string;
  revision: string | null;
  tokenizer: string | null;
  /** The engine's version: the matrix's, else the engine file's. */
  version: string | null;
  devices: string[];
  extraArgs: string[];
  /** What the engine's command is put behind, and what runs beside it: argument lists. */
  prefix: string[];
  beforeLaunch: string[][];
  afterTrial: string[][];
  /** Seconds that each command beside the engine may take. */
  hookDeadlineS: number;
  /** What the hardware costs; null where the matrix does not say. */
  price: HardwarePrice | null;
  /** Of a server that runs already; empty where the engine is started. */
  headers: DeclaredHeaders;
  baseline: { id: string; label: string; knobs: Assignment };
  design: Design;
  /** The matrix runs for each, and nothing is compared across them; empty where there is the one of `sut`. */
  systems: AxisPoint[];
  workloads: Workload[];
  sweep: Axis[];
  /** Cells that are left out. */
  exclude: Exclusion[];
  launch: "each" | "shared";
  /** The workload that accuracy trials run; null where the matrix asks for none. */
  accuracy: Workload | null;
  /** Why accuracy does not apply; null where the matrix does not say so. */
  accuracyNotApplicable: string | null;
  repeats: number;
  /** That of the matrix, or one that belongs to the kind of design. */
  order: (typeof orders)[number] | OwnOrder;
  seed: number;
  fidelity: Fidelity;
  trialBudget: number | null;
  /** What accuracy must keep, by the rulesets that the matrix names. */
  gates: SourcedGate[];
  peak: Peak | null;
  /** Share below which a change does not matter. */
  smallestEffect: number;
  attribution: Attribution;
  /** Margins of guardrails as shares; null where a usual one does not hold. */
  guardrails: { metric: string; stat: Statistic; margin: number | null }[];
  exclusions: TrialLimit[];
  strayHost: StrayHostRule;
  locations: LocationIndex;
  /** Values as the matrix writes them where JSON would write a number otherwise (`4.0`), by `writtenKey`; the command line takes these. */
  written?: ReadonlyMap<string, string>;
}
