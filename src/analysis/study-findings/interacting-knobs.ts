import { figureWords } from "../../schema/figure-words.ts";
import { plainText } from "../../schema/json.ts";
import { sqlText } from "../../schema/sql-text.ts";
import { cellsOf } from "../study.ts";
import {
  changeWithBounds,
  excludesNothing,
  figureQuery,
  largestFirst,
  type StudyFindingRule,
} from "./finding-context.ts";

/** Two knobs that do more or less together than the product of what each does. */
export const interactingKnobs: StudyFindingRule = ({ study, factorial, trialsOf }) => {
  const found = factorial.flatMap((term) => {
    const { kind, addsUp, ratio, interval } = term;
    const isFound = kind === "interaction" && addsUp === "no" && ratio !== null && interval !== null;
    return isFound && excludesNothing(interval) ? [{ ...term, ratio, interval }] : [];
  });
  return largestFirst(found).map((term) => {
    const { baseline, metric, stat, ratio, interval, levels } = term;
    const cell = cellsOf(study.contrasts).find((one) => one.baseline === baseline);
    const arms = [baseline, ...(cell?.contrasts.map(({ treatment }) => treatment) ?? [])];
    const knobs = levels.map(({ knob }) => `knobs->>${sqlText(knob)} AS "${knob.replaceAll('"', '""')}"`);
    const together = levels.map(({ knob, value }) => `${knob}=${plainText(value)}`).join(" and ");
    return {
      says: `${together} do not multiply: together they give ${changeWithBounds(ratio, interval)} ${figureWords(`${metric} ${stat}`)} beside the product of what each does alone.`,
      trials: trialsOf(arms),
      query: figureQuery(study, arms, term, {
        select: `${knobs.join(", ")}, count(*) AS trials, exp(avg(ln(value))) AS level`,
        end: "GROUP BY ALL ORDER BY ALL",
      }),
    };
  });
};
