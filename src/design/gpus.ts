import { evaluateArithmetic, parseArithmetic } from "../math/arithmetic.ts";
import type { Engine } from "../schema/engine.ts";
import { asNumber } from "../schema/json.ts";
import type { Assignment } from "../schema/knob.ts";

/**
 * GPUs of a configuration, all its parts together: by the engine file's `gpus` over the knobs that are set, else their defaults.
 * Null where the file does not say, and where a knob of its expression has no number or the result is no count. A knob of a
 * product that has no value counts as 1.
 */
export function gpusOf({ gpus, knobs: known }: Pick<Engine, "gpus" | "knobs">, knobs: Assignment): number | null {
  if (gpus === null || gpus.length === 0) return null;
  const valueOf = (knob: string): number | null => asNumber(knobs[knob] ?? known[knob]?.default);
  const count = Array.isArray(gpus)
    ? gpus.reduce((product, knob) => product * (valueOf(knob) ?? 1), 1)
    : computed(gpus, valueOf);
  return count !== null && Number.isSafeInteger(count) && count >= 0 ? count : null;
}

function computed(text: string, valueOf: (knob: string) => number | null): number | null {
  const expression = parseArithmetic(text);
  if ("why" in expression) return null; // the engine file has its diagnostic
  return asNumber(evaluateArithmetic(expression, (knob) => valueOf(knob) ?? { why: `nothing sets \`${knob}\`` }));
}
