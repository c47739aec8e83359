import type { LocationIndex } from "./diagnostic.ts";
import type { Engine } from "./engine.ts";
import type { Json } from "./json.ts";
import type { Assignment } from "./knob.ts";
import type { Fidelity } from "./fidelity.ts";
import type { Workload } from "./workload.ts";

/** A row as the matrix writes it. `pointer` leads to its place: `/design/steps/2`. */
export interface Change {
  id: string;
  label: string;
  set: Assignment;
  compound?: string;
  skip?: string;
  pointer: string;
}

export interface Factor {
  knob: string;
  values: Json[];
  pointer: string;
}

export type Design =
  | { kind: "isolation"; changes: Change[] }
  | { kind: "stacked"; steps: Change[] }
  | {
      kind: "combination";
      factors: Factor[];
      include: Change[];
      exclude: { match: Assignment; pointer: string }[];
    };

/** A matrix with its fragments and engine file pulled in: everything that a plan depends on, and nothing of the machine. */
export interface Study {
  name: string;
  question: string;
  /** The matrix file, as the user named it. */
  file: string;
  engine: Engine;
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
  baseline: { id: string; label: string; knobs: Assignment };
  design: Design;
  workloads: Workload[];
  sweep: Factor[];
  launch: "each" | "shared";
  /** The workload that accuracy trials run; null where the matrix asks for none. */
  accuracy: Workload | null;
  repeats: number;
  order: "declared" | "shuffled" | "interleaved";
  seed: number;
  fidelity: Fidelity;
  trialBudget: number | null;
  gates: string[];
  locations: LocationIndex;
}
