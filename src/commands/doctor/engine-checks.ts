import { allHold } from "../../matrix/index.ts";
import { valueIn } from "../../schema/assignment.ts";
import type { CapabilityNeed } from "../../schema/engine-file.ts";
import type { Engine } from "../../schema/engine.ts";
import { memberOf, plainText, sameJson, type Json } from "../../schema/json.ts";
import type { Assignment } from "../../schema/knob.ts";
import { about, fine, refusal, refused, unknown, warning, gravest, type Found } from "./check.ts";
import { numberIn, textIn, type Configuration, type Facts, type Gpu } from "./facts.ts";
import { gpusOf } from "./used-gpus.ts";

/** Engines and their models, and whether what the rows ask for fits the GPUs. */
export const engineChecks = about("engine", [
  {
    id: "engine",
    asks: "The engine's program is here, and so are the programs of `sut.prefix`, `sut.before_launch` and `sut.after_trial`.",
    limit: null,
    remedy: "Install it, activate its environment, or name its path in the engine file.",
    judge: ({ engines = [] }) =>
      engines.map(({ title, found }) => (found.ok ? fine(`${title}: ${found.value}`) : refused(found.problem))),
  },
  {
    id: "engine-version",
    asks: "The engine that is installed is the one whose flags the engine file lists.",
    limit: "the version of the engine file",
    remedy:
      "Set `sut.version` to the installed one, so that `plan` checks the rows against it; or install the file's version.",
    judge: ({ engines = [] }) =>
      engines.flatMap(({ title, catalogueVersion, installedVersion, changes }): Found | Found[] => {
        if (catalogueVersion === null) return [];
        if (installedVersion === null)
          return unknown(
            `${title}: checked against the flags of ${catalogueVersion}; the installed version is unknown`,
          );
        if (changes === null) return fine(`${title} ${installedVersion}, whose flags are known`);
        return warning(
          `${title} ${installedVersion} is installed, and the matrix is for ${catalogueVersion}: ${changes.text}`,
          changes.hint,
        );
      }),
  },
  {
    id: "model",
    asks: "The model is here, or the hub has it and lets us read it (gated models need HF_TOKEN).",
    limit: null,
    remedy: "Correct `sut.model`; download the model, or set HF_TOKEN.",
    judge: ({ models = [] }) =>
      models.map(({ model: name, found }): Found => {
        if (!found.ok) return refused(found.problem);
        const { kind, path, bytes, why } = found.value;
        if (kind === "unchecked") return unknown(`${name}: ${why}`);
        if (path === null) return fine(`${name}: on the hub; the engine downloads it at its first start`);
        const size = bytes === null ? "" : `, ${(bytes / 1e9).toPrecision(3)} GB`;
        return fine(`${name}: ${kind === "hub" ? "in the hub's cache" : "a folder"}${size}`);
      }),
  },
  {
    id: "gpu-capability",
    asks: "The GPUs can do what the rows ask for: number formats and quantisation, by their compute capability.",
    limit: "`gpu_needs.capability` of the engine file (vLLM: FP8 arithmetic from 8.9 on)",
    remedy: "Leave the row out (--only), choose another value, or take another GPU.",
    judge(facts) {
      const asked = gravest(facts.configurations.flatMap((configuration) => capabilityFindings(facts, configuration)));
      if (asked[0] === undefined) return [];
      return { ...asked[0], value: [...new Set(asked.map(({ value }) => value))].join("; ") };
    },
  },
  {
    id: "gpu-weights",
    asks: "The model's weights fit into the memory of the GPUs that each configuration takes.",
    limit: "the files of the weights, divided by the GPUs, against the memory of the smallest",
    remedy: "Take more GPUs (tensor_parallel_size), a quantised checkpoint, or a smaller model.",
    judge(facts) {
      return gravest(facts.configurations.flatMap((configuration) => weightFindings(facts, configuration))).slice(0, 1);
    },
  },
]);

/** One for each setting of a configuration that needs something of the GPU with the lowest capability that it takes. */
function capabilityFindings(facts: Facts, configuration: Configuration): Found[] {
  const { sut, knobs, name } = configuration;
  const gpus = gpusOf(facts, configuration);
  const needs = sut.engine.gpuNeeds.capability.filter(({ when }) => allHold(when, knobs, valueOf(sut.engine)));
  if (gpus.length === 0 || needs.length === 0) return [];
  const least = gpus.reduce((lowest, gpu) => (capabilityOf(gpu) < capabilityOf(lowest) ? gpu : lowest));
  const has = capabilityOf(least);
  return needs.map((need): Found => {
    const what = `${name}: ${settingsOf(need, knobs)}`;
    if (!Number.isFinite(has)) return unknown(`${what}: the driver tells no compute capability`);
    const gpu = `${textIn(least, "name") ?? "this GPU"} has ${has.toFixed(1)}`;
    if (need.runs !== undefined && has < need.runs)
      return refusal(`${what} needs compute capability ${need.runs.toFixed(1)}, and ${gpu}: ${need.because}`);
    if (need.native !== undefined && has < need.native)
      return warning(`${what} is native from ${need.native.toFixed(1)} on, and ${gpu}: ${need.because}`);
    return fine(`${what} on compute capability ${has.toFixed(1)}`);
  });
}

function capabilityOf(gpu: Gpu): number {
  return numberIn(gpu, "computeCapability") ?? Number.POSITIVE_INFINITY;
}

/** `quantization=fp8` */
function settingsOf({ when }: CapabilityNeed, knobs: Assignment): string {
  return when.map(({ knob }) => `${knob}=${plainText(valueIn(knobs, knob) ?? null)}`).join(" ");
}

function valueOf(engine: Engine): (assignment: Assignment, knob: string) => Json | undefined {
  return (assignment, knob) => valueIn(assignment, knob) ?? (memberOf(engine.knobs, knob)?.default as Json | undefined);
}

/** None where the weights in memory are not the files, or the driver does not tell the memory that the engine sees. */
function weightFindings(facts: Facts, configuration: Configuration): Found | Found[] {
  const { sut, knobs, name, weightBytes } = configuration;
  const { changesWeights } = sut.engine.gpuNeeds;
  const gpus = gpusOf(facts, configuration);
  if (changesWeights === null || gpus.length === 0 || changesWeights.some((knob) => isChanged(sut.engine, knobs, knob)))
    return [];
  if (gpus.some((gpu) => textIn(gpu, "migMode") === "Enabled")) return [];
  if (weightBytes === null) return unknown(`${name}: the weights of ${sut.model} are not on this machine yet`);
  const memories = gpus.flatMap((gpu) => numberIn(gpu, "memoryTotalMib") ?? []);
  if (memories.length < gpus.length) return [];
  const eachGib = weightBytes / gpus.length / 2 ** 30;
  const memoryGib = Math.min(...memories) / 1024;
  const value = `${name}: ${eachGib.toFixed(1)} GiB of weights for each GPU of ${memoryGib.toFixed(1)} GiB`;
  return eachGib > memoryGib ? refusal(value) : fine(value);
}

function isChanged(engine: Engine, knobs: Assignment, knob: string): boolean {
  const value = valueIn(knobs, knob) ?? null;
  return value !== null && !sameJson(value, (memberOf(engine.knobs, knob)?.default ?? null) as Json);
}
