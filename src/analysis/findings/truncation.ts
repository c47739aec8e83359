import { percentText } from "../../math/figures.ts";
import { samplesOf, shareOf, shareWhere, type FindingRule } from "./finding-rule.ts";

/** So much more of the answers must end at the limit than before: less happens by chance. */
const MORE = 0.02;

/** Answers that were cut at `max_tokens`, where those before the change were not: a default of the server, or a model that no longer ends. */
export const truncation: FindingRule = ({ treatment, control }) => {
  const cut = treatment.filter(({ finish }) => finish === "length");
  const before = shareWhere(control ?? [], ({ finish }) => finish === "length");
  if (control === null || cut.length / treatment.length <= before + MORE) return null;
  return {
    id: "truncation",
    title: "Truncated outputs",
    evidence:
      `${shareOf(cut.length, treatment.length)} answers ended at the limit of tokens, ${percentText(before)} before the change. ` +
      "Look at `sampling.max_tokens`, and whether the model still says its end token.",
    affected: cut.length,
    of: treatment.length,
    samples: samplesOf(cut),
  };
};
