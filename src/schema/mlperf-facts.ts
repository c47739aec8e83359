import { Type, type Static } from "typebox";
import { choice, optional, partial, strict } from "./strict-object.ts";

/**
 * Members of `systems/<system>.json`, in our order; true where the submission checker takes no empty text. Division and
 * submitter, which it asks for too, are the tree's folders.
 * Source: SYSTEM_DESC_REQUIRED_FIELDS and SYSTEM_DESC_MEANINGFUL_RESPONSE_REQUIRED_FIELDS of
 * tools/submission/submission_checker/constants.py, mlcommons/inference b66003e; the same in v5.1.1.
 */
export const systemMembers = {
  status: true,
  system_name: true,
  system_type: true,
  system_type_detail: false,
  number_of_nodes: true,
  host_processor_model_name: true,
  host_processors_per_node: true,
  host_processor_core_count: true,
  host_processor_frequency: false,
  host_processor_caches: false,
  host_processor_interconnect: false,
  host_memory_capacity: true,
  host_memory_configuration: true,
  host_storage_capacity: true,
  host_storage_type: true,
  host_networking: true,
  host_network_card_count: true,
  host_networking_topology: true,
  accelerators_per_node: true,
  accelerator_model_name: true,
  accelerator_memory_capacity: true,
  accelerator_frequency: false,
  accelerator_host_interconnect: true,
  accelerator_interconnect: true,
  accelerator_interconnect_topology: false,
  accelerator_memory_configuration: true,
  "accelerator_on-chip_memories": false,
  cooling: true,
  framework: true,
  operating_system: true,
  other_software_stack: true,
  hw_notes: false,
  sw_notes: false,
} as const;
export type SystemMember = keyof typeof systemMembers;

/** Members of `measurements.json`, none of which may be empty (SYSTEM_IMP_REQUIRED_FILES of the same file). */
export const measurementMembers = [
  "input_data_types",
  "retraining",
  "starting_weights_filename",
  "weight_data_types",
  "weight_transformations",
] as const;
export type MeasurementMember = (typeof measurementMembers)[number];

const fact = Type.Union([Type.String({ minLength: 1 }), Type.Number()]);

function facts<Name extends string>(names: readonly Name[]): { [name in Name]: typeof fact } {
  return Object.fromEntries(names.map((name) => [name, fact])) as never;
}

/** What a submitter knows of a system and no trial does, in a file. What stands there comes before what a trial knows. */
export const MlperfFactsFile = strict({
  $schema: Type.Optional(Type.String()),
  format: Type.Literal("ceteris.mlperf-facts/1"),
  ...optional({
    system: partial({
      ...facts(Object.keys(systemMembers) as SystemMember[]),
      status: choice(["available", "preview", "rdi"], { description: "of the hardware and software" }),
      system_type: choice(["datacenter", "edge", "datacenter,edge", "edge,datacenter"]),
    }),
    measurements: partial(facts(measurementMembers)),
    calibration: Type.String({
      minLength: 1,
      description: "how weights were quantized: documentation/calibration.md",
    }),
  }),
});
export type MlperfFactsFile = Static<typeof MlperfFactsFile>;
