import { EngineFile } from "../../schema/engine-file.ts";
import type { DesignForms } from "../../schema/design.ts";
import type { Json } from "../../schema/json.ts";
import { BaselineFile, matrixFile } from "../../schema/matrix-file.ts";
import { MlperfFactsFile } from "../../schema/mlperf-facts.ts";
import { ExecutorFile } from "../../schema/executor.ts";
import { RecoveryFile } from "../../schema/recovery.ts";
import { PriceList } from "../../schema/price-file.ts";
import { RulesetFile, SloTemplatesFile } from "../../schema/ruleset.ts";
import { WorkloadFile } from "../../schema/workload.ts";
import { editorSchema } from "./editor-schema.ts";

const published = (
  designs: DesignForms,
): { [file: string]: { title: string; description: string; schema: object } } => ({
  "schemas/matrix.schema.json": {
    title: "Ceteris matrix",
    description: "One study: its system, baseline, design, workloads and gates.",
    schema: editorSchema(matrixFile(designs)),
  },
  "schemas/engine.schema.json": {
    title: "Ceteris engine file",
    description: "sut/<engine>.yaml: an inference engine as data, with its knobs.",
    schema: EngineFile,
  },
  "schemas/workload.schema.json": {
    title: "Ceteris workload",
    description: "A fragment in experiments/workloads: what is asked of the engine, and how.",
    schema: editorSchema(WorkloadFile),
  },
  "schemas/baseline.schema.json": {
    title: "Ceteris baseline",
    description: "A fragment in experiments/baselines: the knobs that every row stands on.",
    schema: editorSchema(BaselineFile),
  },
  "schemas/ruleset.schema.json": {
    title: "Ceteris ruleset",
    description: "experiments/rulesets/<id>.yaml: the rules of a benchmark, each figure with its source.",
    schema: RulesetFile,
  },
  "schemas/slo-templates.schema.json": {
    title: "Ceteris SLO templates",
    description: "experiments/rulesets/slo-templates.yaml: latency limits that a workload takes by name.",
    schema: SloTemplatesFile,
  },
  "schemas/prices.schema.json": {
    title: "Ceteris prices",
    description: "A fragment in experiments/prices: what GPUs cost an hour, with source and day.",
    schema: PriceList,
  },
  "schemas/recovery.schema.json": {
    title: "Ceteris recovery policy",
    description:
      "experiments/policies/recovery.yaml: what a run does when an engine fails, by the class of the failure.",
    schema: RecoveryFile,
  },
  "schemas/executor.schema.json": {
    title: "Ceteris executor",
    description: "A file in experiments/executors: how blocks are handed out, to a scheduler or to slots of a machine.",
    schema: ExecutorFile,
  },
  "schemas/mlperf-facts.schema.json": {
    title: "Ceteris facts for MLPerf",
    description: "What a submitter knows of a system and no trial does, for `ceteris export mlperf --facts`.",
    schema: MlperfFactsFile,
  },
});

/** JSON Schemas (draft 2020-12) of the files that people write, by the path where the repository keeps them. Matrices may have these kinds of designs. */
export function jsonSchemas(designs: DesignForms): { [file: string]: Json } {
  return Object.fromEntries(
    Object.entries(published(designs)).map(([file, { title, description, schema }]) => [
      file,
      {
        $schema: "https://json-schema.org/draft/2020-12/schema",
        // Relative: an editor finds it beside the file that it was read from.
        $id: file.slice(file.lastIndexOf("/") + 1),
        title,
        description,
        ...(JSON.parse(JSON.stringify(schema)) as { [keyword: string]: Json }),
      },
    ]),
  );
}
