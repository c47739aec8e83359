import type { ReportInput } from "../report-input.ts";
import { code, number, relationOf, text, type Relation } from "./relation.ts";
import { trialsOf } from "../../schema/trial.ts";

type Study = ReportInput["study"];

/** The knobs that the baseline sets, in the matrix's order. */
export function baselineRelation({ baseline }: Pick<Study, "baseline">): Relation {
  const knobs = Object.entries(baseline.knobs);
  return relationOf("baseline", knobs.length === 0 ? [["", null] as const] : knobs, [
    code("knob", "Knob", ([knob]) => (knob === "" ? { value: "none is set", isText: true } : knob)),
    code("value", "Value", ([knob, value]) => (knob === "" ? { value: "", isText: true } : { value })),
  ]);
}

/** Warnings of the plan. */
export function diagnosticsRelation({ diagnostics }: Pick<Study, "diagnostics">): Relation {
  return relationOf(
    "diagnostics",
    diagnostics.filter(({ severity }) => severity !== "error"),
    [
      text("where", "Where", ({ file, line }) => `${file}:${line}`),
      text("message", "What", ({ message }) => message),
      text("hint", "What to do", ({ hint }) => hint),
    ],
  );
}

/** Names and ids of the experiments, with the trials of each. */
export function experimentsRelation({ study, trials }: Pick<ReportInput, "study" | "trials">): Relation {
  return relationOf("experiments", study.experiments, [
    text("experiment", "Experiment", ({ labels }) => labels.name),
    code("experiment_id", "Experiment id", ({ id }) => id),
    code("configuration_id", "Configuration id", ({ configurationId }) => configurationId),
    number("trials", "Trials", ({ id }) => trialsOf(trials, id).length),
  ]);
}
