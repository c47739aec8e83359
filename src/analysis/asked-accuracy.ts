import type { AccuracyStanding } from "./accuracy-gates.ts";
import type { ComparedStudy } from "./study.ts";
import { isClientKnob, loadKnobsThatAffectOutput, nameInScope } from "../schema/knob.ts";

const affectingLoad: ReadonlySet<string> = new Set(loadKnobsThatAffectOutput);

/**
 * How a change stands in a study that measures no accuracy: on HOLD where it sets something that can change the answers (a knob
 * that the engine file marks, the model, the engine, sampling), unless the matrix says why accuracy does not apply. Null where
 * the study measures accuracy, so that gates judge.
 */
export function unaskedAccuracy(
  study: ComparedStudy,
  hasAccuracyTrials: boolean,
  changed: readonly string[],
): AccuracyStanding | null {
  const { accuracy = null } = study;
  if (accuracy === "declared" || hasAccuracyTrials) return null;
  if (accuracy !== null) return { status: "not asked", because: `accuracy does not apply: ${accuracy.notApplicable}` };
  const able = changed.filter((knob) => canChangeOutputs(study, knob));
  if (able.length === 0) return { status: "not asked", because: "accuracy not measured" };
  return {
    status: "missing",
    because: `accuracy not measured, and ${able.join(", ")} can change the answers: declare \`accuracy\` in the matrix, or why it does not apply`,
  };
}

/** Records of earlier versions mark no knob: any knob may change the answers but those of the load and the environment. */
function canChangeOutputs({ outputKnobs }: ComparedStudy, knob: string): boolean {
  const loadKnob = nameInScope(knob, "load");
  if (loadKnob !== null) return affectingLoad.has(loadKnob);
  if (isClientKnob(knob) || knob.startsWith("sut.")) return true;
  return outputKnobs === undefined ? nameInScope(knob, "env") === null : outputKnobs.includes(knob);
}
