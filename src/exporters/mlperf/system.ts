import type { Json } from "../../schema/json.ts";
import type { Trial } from "../../schema/trial.ts";
import { markLines } from "./mark.ts";
import type { Mark } from "./run.ts";

/** What nobody asked, and what the submitter has to write. */
const unknown = "";

/** What stands where a submitter has to write: the checker asks for these. */
const byHand = "to be written by the submitter";

/** A fact as a text. */
function known(value: Json | undefined): string {
  return value === undefined || value === null || typeof value === "object" ? unknown : String(value);
}

/**
 * `systems/<system>.json`: the 35 members that the checker asks for (`SYSTEM_DESC_REQUIRED_FIELDS`). What a trial knows is
 * filled in; what it cannot know says that the submitter has to write it.
 */
export function systemDescription(
  trial: Trial,
  { mark, division, submitter, system }: { mark: Mark; division: string; submitter: string; system: string },
): { [member: string]: Json } {
  const { provenance } = trial;
  const host = provenance?.host ?? {};
  const gpus = provenance?.gpus ?? [];
  const engine = provenance?.engine ?? {};
  const [gpu = {}] = gpus;
  const gibibytes = (bytes: Json | undefined): string =>
    typeof bytes === "number" ? `${Math.round(bytes / 2 ** 30)} GiB` : unknown;
  return {
    ceteris_mark: markLines(mark).join(" "),
    division,
    submitter,
    status: mark.simulated ? "SIMULATED" : byHand,
    system_name: system,
    system_type: byHand,
    system_type_detail: unknown,
    number_of_nodes: "1",
    host_processor_model_name: known(host["cpuModel"]),
    host_processors_per_node: byHand,
    host_processor_core_count: known(host["cpus"]),
    host_processor_frequency: unknown,
    host_processor_caches: unknown,
    host_processor_interconnect: unknown,
    host_memory_capacity: gibibytes(host["memoryBytes"]),
    host_memory_configuration: byHand,
    host_storage_capacity: byHand,
    host_storage_type: byHand,
    host_networking: byHand,
    host_network_card_count: byHand,
    host_networking_topology: byHand,
    accelerators_per_node: String(gpus.length),
    accelerator_model_name: known(gpu["name"]) || "none",
    accelerator_memory_capacity: gibibytes(gpu["memoryBytes"]) || byHand,
    accelerator_frequency: unknown,
    accelerator_host_interconnect: byHand,
    accelerator_interconnect: byHand,
    accelerator_interconnect_topology: unknown,
    accelerator_memory_configuration: byHand,
    "accelerator_on-chip_memories": unknown,
    cooling: byHand,
    framework: `${known(engine["name"])} ${known(engine["version"])}`.trim(),
    operating_system: known(host["system"]),
    other_software_stack: `Linux ${known(host["kernel"])}; ${mark.madeBy}`,
    hw_notes: unknown,
    sw_notes: Object.entries(trial.knobs)
      .map(([knob, value]) => `${knob}=${JSON.stringify(value)}`)
      .join(" "),
  };
}

/** `measurements.json`: the five members that the checker asks for, as far as the trial knows them. */
export function measurementsDescription(trial: Trial, mark: Mark): { [member: string]: Json } {
  const { identity, knobs, provenance } = trial;
  const { model } = identity.configuration as { model?: Json };
  const { prompt } = identity.workload as { prompt?: Json };
  const quantization = knobs["quantization"] ?? null;
  const type = knobs["dtype"] ?? trial.resolvedConfiguration?.["model_config.dtype"] ?? null;
  const revision = provenance?.model["revision"];
  return {
    ceteris_mark: markLines(mark).join(" "),
    input_data_types: prompt === "tokens" ? "int32" : "text",
    retraining: "No",
    starting_weights_filename: `${known(model)}${typeof revision === "string" ? ` at ${revision}` : ""}`,
    weight_data_types: typeof quantization === "string" ? quantization : known(type) || byHand,
    weight_transformations: typeof quantization === "string" ? `quantization (${quantization})` : "none",
  };
}
