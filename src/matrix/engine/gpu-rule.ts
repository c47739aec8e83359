import { namesIn, parseArithmetic } from "../../math/arithmetic.ts";
import { expressionOf } from "../../schema/computed.ts";
import type { EngineFile } from "../../schema/engine-file.ts";
import type { Engine } from "../../schema/engine.ts";
import { meant } from "../yaml/nearest.ts";
import type { Report } from "../yaml/places.ts";

/** What an engine file says of its number of GPUs; an empty list says nothing. */
export function gpuRule(gpus: EngineFile["gpus"]): Engine["gpus"] {
  if (Array.isArray(gpus)) {
    const knobs = gpus.filter((knob) => typeof knob === "string");
    return knobs.length === 0 ? null : knobs;
  }
  return expressionOf(gpus?.trim());
}

/** The knobs that an engine's number of GPUs follows from. */
export function gpuKnobs({ gpus }: Pick<Engine, "gpus">): string[] {
  if (gpus === null || Array.isArray(gpus)) return gpus ?? [];
  const expression = parseArithmetic(gpus);
  return "why" in expression ? [] : namesIn(expression);
}

/** Says what is wrong with `gpus`: arithmetic that cannot be read, and knobs that the engine lacks. */
export function checkGpuRule({ gpus: written, knobs = {} }: Pick<EngineFile, "gpus" | "knobs">, report: Report): void {
  const gpus = gpuRule(written);
  const expression = typeof gpus === "string" ? parseArithmetic(gpus) : null;
  if (expression !== null && "why" in expression) {
    const hint = "write arithmetic over knobs: = prefill_tp * prefill_replicas + decode_tp * decode_replicas";
    report("/gpus", { code: "bad-expression", message: `\`= ${String(gpus)}\`: ${expression.why}`, hint });
    return;
  }
  for (const knob of gpuKnobs({ gpus })) {
    if (Object.hasOwn(knobs, knob)) continue;
    const message = `\`gpus\` names \`${knob}\`, which is not a knob of this engine`;
    report("/gpus", { code: "unknown-knob", message, hint: meant(knob, Object.keys(knobs)) });
  }
}
