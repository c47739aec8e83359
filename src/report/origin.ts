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

export function originOf({ study, trials }: Pick<ReportInput, "study" | "trials">): Origin {
  const simulated = trials.filter(({ origin }) => origin === "simulated").length;
  const imported = trials.filter(({ origin }) => origin === "imported").length;
  const isSimulated = study.origin === "simulated" || simulated > 0;
  const tags = [
    ...(isSimulated ? ["SIMULATED"] : []),
    ...(imported > 0 ? ["IMPORTED"] : []),
    ...(study.standIn === null ? [] : ["STAND-IN"]),
  ];
  return {
    simulated: isSimulated,
    tags,
    tag: tags.length === 0 ? "" : ` (${tags.join(", ")})`,
    parts: simulated > 0 && simulated < trials.length ? `${simulated} of ${trials.length} trials` : null,
  };
}
