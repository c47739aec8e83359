import type { ReportInput } from "./report-input.ts";

/** Where the numbers of a study come from. */
export interface Origin {
  simulated: boolean;
  /** SIMULATED, IMPORTED, STAND-IN; empty where all was measured on the engine that the matrix names. */
  tags: string[];
  /** The same behind a title: ` (SIMULATED)`. */
  tag: string;
  /** How many of the trials are simulated, where some are not. */
  parts: string | null;
}

export function originOf(input: Pick<ReportInput, "study" | "trials">): Origin {
  const { study, trials } = input;
  const simulated = trials.filter(({ origin }) => origin === "simulated").length;
  const tags = originTags(input);
  return {
    simulated: study.origin === "simulated" || simulated > 0,
    tags,
    tag: tags.length === 0 ? "" : ` (${tags.join(", ")})`,
    parts: simulated > 0 && simulated < trials.length ? `${simulated} of ${trials.length} trials` : null,
  };
}

/** SIMULATED, IMPORTED, STAND-IN: of a study, or of a part of its trials. */
export function originTags({
  study,
  trials,
}: {
  study: { origin: string; standIn: string | null };
  trials: readonly { origin: string }[];
}): string[] {
  const has = (origin: string): boolean => study.origin === origin || trials.some((trial) => trial.origin === origin);
  return [
    ...(has("simulated") ? ["SIMULATED"] : []),
    ...(has("imported") ? ["IMPORTED"] : []),
    ...(study.standIn === null ? [] : ["STAND-IN"]),
  ];
}
