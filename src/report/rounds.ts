import { isUsable } from "../schema/trial.ts";
import type { ReportInput } from "./report-input.ts";

/** Experiments whose prompts were asked more than once each, with how often: what a cache may have answered. */
export function roundsOf({ study, trials }: Pick<ReportInput, "study" | "trials">): {
  experiment: string;
  prompts: number;
  times: number;
}[] {
  return study.experiments.flatMap(({ id, labels }) => {
    const own = trials.find(
      (trial) => trial.spec.experimentId === id && trial.spec.purpose === "performance" && isUsable(trial),
    );
    const prompts = own?.provenance?.dataset["samples"];
    const sent = own?.measurements.find(({ metric }) => metric === "requests_failed")?.n ?? 0;
    if (typeof prompts !== "number" || prompts === 0 || sent <= prompts) return [];
    return [{ experiment: labels.name, prompts, times: sent / prompts }];
  });
}
