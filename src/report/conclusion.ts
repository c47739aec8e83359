import type { Analysis, Conclusion } from "../schema/analysis.ts";
import { kindAnswer } from "./answers/index.ts";
import { judgedEffects } from "./relations/decisions.ts";

/** What a study says as it stands, as its report says it. */
export function conclusionOf(analysis: Analysis): Conclusion {
  const ends = analysis.trials.map(({ endedAt }) => endedAt).toSorted();
  return {
    answer: kindAnswer(analysis).main,
    asOf: ends.at(-1) ?? null,
    changes: judgedEffects(analysis).map(({ experiment, outcome, because, metric, own }) => ({
      change: experiment,
      outcome,
      because,
      figure: metric?.replace(/ value$/, "") ?? null,
      ratio: own?.ratio ?? null,
      interval: own?.interval ?? null,
    })),
  };
}
