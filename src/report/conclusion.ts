import type { Analysis } from "../schema/analysis.ts";
import type { Conclusion } from "../schema/conclusion.ts";
import { kindAnswer } from "./answers/index.ts";
import { judgedChanges, ownEffect } from "./relations/decisions.ts";

/** What a study says as it stands, as its report says it. */
export function conclusionOf(analysis: Analysis): Conclusion {
  const { study, trials, effects, decisions } = analysis;
  return {
    answer: kindAnswer(analysis).main,
    asOf:
      trials
        .map(({ endedAt }) => endedAt)
        .toSorted()
        .at(-1) ?? null,
    changes: judgedChanges(decisions).map((decision) => {
      const { experiment, outcome, because, metric } = decision;
      const control = study.contrasts.find(({ treatment }) => treatment === experiment)?.control ?? null;
      const own = ownEffect(decision, control, effects);
      return {
        change: experiment,
        outcome,
        because,
        figure: metric?.replace(/ value$/, "") ?? null,
        ratio: own?.ratio ?? null,
        interval: own?.interval ?? null,
      };
    }),
  };
}
