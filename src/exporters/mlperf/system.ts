import type { Json } from "../../schema/json.ts";
import {
  measurementMembers,
  systemMembers,
  type MeasurementMember,
  type MlperfFactsFile,
  type SystemMember,
} from "../../schema/mlperf-facts.ts";
import type { Trial } from "../../schema/trial.ts";
import { usedGpus } from "../../schema/used-devices.ts";
import { markLines, simulatedWord } from "./mark.ts";
import type { Mark } from "./run.ts";

/** What stands where a submitter has to write: the checker asks for these. */
const byHand = "to be written by the submitter";

/** Of what a machine without an accelerator has none. */
const none = "N/A";

/** A fact as a text; empty where nobody knows it. */
function known(value: Json | undefined): string {
  return value === undefined || value === null || typeof value === "object" ? "" : String(value);
}

function gibibytes(amount: Json | undefined, bytesEach = 1): string {
  return typeof amount === "number" ? `${Math.round((amount * bytesEach) / 2 ** 30)} GiB` : "";
}

/** What a trial knows of the system it ran on. */
function factsOfTrial({ provenance, knobs }: Trial, madeBy: string): Partial<Record<SystemMember, string>> {
  const { host = {}, engine = {} } = provenance ?? {};
  const gpus = usedGpus(provenance);
  const [gpu] = gpus;
  const accelerator: Partial<Record<SystemMember, string>> =
    gpu === undefined
      ? {
          accelerator_model_name: none,
          accelerator_memory_capacity: none,
          accelerator_host_interconnect: none,
          accelerator_interconnect: none,
          accelerator_memory_configuration: none,
        }
      : {
          accelerator_model_name: known(gpu["name"]),
          accelerator_memory_capacity: gibibytes(gpu["memoryTotalMib"], 2 ** 20),
        };
  return {
    number_of_nodes: "1",
    host_processor_model_name: known(host["cpuModel"]),
    host_processor_core_count: known(host["cpus"]),
    host_memory_capacity: gibibytes(host["memoryBytes"]),
    accelerators_per_node: String(gpus.length),
    ...accelerator,
    framework: `${known(engine["name"])} ${known(engine["version"])}`.trim(),
    operating_system: known(host["system"]),
    other_software_stack: `Linux ${known(host["kernel"])}; ${madeBy}`,
    sw_notes: Object.entries(knobs)
      .map(([knob, value]) => `${knob}=${JSON.stringify(value)}`)
      .join(" "),
  };
}

export interface SystemNames {
  mark: Mark;
  division: string;
  submitter: string;
  system: string;
  facts: MlperfFactsFile | null;
}

/**
 * `systems/<system>.json` with every member that the checker asks for: the submitter's facts, else what the trial knows, else
 * that the submitter has to write it. A simulated system keeps its name and the status SIMULATED, which the checker refuses,
 * whatever the facts say.
 */
export function systemDescription(
  trial: Trial,
  { mark, division, submitter, system, facts }: SystemNames,
): { [member: string]: Json } {
  const said = { system_name: system, ...factsOfTrial(trial, mark.madeBy), ...facts?.system };
  const members = Object.entries(systemMembers).map(([member, isNeeded]) => {
    const value = known(said[member as SystemMember]);
    return [member, value === "" && isNeeded ? byHand : value];
  });
  return {
    ceteris_mark: markLines(mark).join(" "),
    division,
    submitter,
    ...(Object.fromEntries(members) as { [member: string]: Json }),
    ...(mark.simulated ? { status: simulatedWord, system_name: system } : {}),
  };
}

/** `measurements.json`: the five members that the checker asks for, the submitter's first, else as far as the trial knows them. */
export function measurementsDescription(
  trial: Trial,
  mark: Mark,
  facts: MlperfFactsFile | null,
): { [member: string]: Json } {
  const { identity, knobs, provenance } = trial;
  const { model } = identity.configuration as { model?: Json };
  const { prompt } = identity.workload as { prompt?: Json };
  const quantization = knobs["quantization"] ?? null;
  const type = knobs["dtype"] ?? trial.resolvedConfiguration?.["model_config.dtype"] ?? null;
  const revision = provenance?.model["revision"];
  const said: Record<MeasurementMember, string | number> = {
    input_data_types: prompt === "tokens" ? "int32" : "text",
    retraining: "No",
    starting_weights_filename: `${known(model)}${typeof revision === "string" ? ` at ${revision}` : ""}`,
    weight_data_types: typeof quantization === "string" ? quantization : known(type),
    weight_transformations: typeof quantization === "string" ? `quantization (${quantization})` : "none",
    ...facts?.measurements,
  };
  return {
    ceteris_mark: markLines(mark).join(" "),
    ...Object.fromEntries(measurementMembers.map((member) => [member, known(said[member]) || byHand])),
  };
}

/** `documentation/calibration.md`, which a closed submission has. */
export function calibrationText({ knobs }: Trial, mark: Mark, facts: MlperfFactsFile | null): string {
  const quantization = known(knobs["quantization"]);
  const engine =
    quantization === ""
      ? "The trial asked the engine for no quantization."
      : `The trial asked the engine for quantization ${quantization}.`;
  return `${["# Calibration", "", ...markLines(mark), "", engine, facts?.calibration ?? `How weights were calibrated is ${byHand}.`].join("\n")}\n`;
}

/** Members of a description that the submitter still has to write. */
export function openMembers(description: { [member: string]: Json }): string[] {
  return Object.keys(description).filter((member) => description[member] === byHand);
}
