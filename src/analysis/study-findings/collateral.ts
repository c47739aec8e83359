import { countText, figureText, listText } from "../../math/figures.ts";
import { canonicalJson, type Json } from "../../schema/json.ts";
import { literal, whereTrials, type StudyFindingRule } from "./finding-context.ts";

/** A longer value says no more in a sentence; the table of collateral has it whole. */
const LONGEST = 40;
/** More changes that moved the same are counted. */
const NAMED = 2;

/**
 * What changes moved in the engine's configuration beside what they set: the same in all launches of each side. Changes that moved
 * the same are one finding; the one that moved most comes first.
 */
export const collateral: StudyFindingRule = ({ study, collateral: all, poolOf, trialsOf }) => {
  const found = all.filter(({ moved, family }) => moved.length > 0 && family !== "stack");
  const alike = [...Map.groupBy(found, ({ moved }) => canonicalJson(moved as unknown as Json)).values()];
  return alike
    .toSorted(([left], [right]) => right!.moved.length - left!.moved.length)
    .map((own) => {
      const [first, ...others] = own[0]!.moved;
      const [treatments, controls] = [own.map(({ treatment }) => treatment), own.map(({ control }) => control)];
      const arms = [...treatments, ...controls];
      const trials = [treatments, [...new Set(controls)]].map((side) =>
        side.reduce((sum, name) => sum + poolOf(name).trials.length, 0),
      ) as [number, number];
      const more = others.length === 0 ? "" : ` and ${countText(others.length, "more setting")}`;
      return {
        says: `${namesOf(treatments)} also ${own.length === 1 ? "moves what it does" : "move what they do"} not set: ${first!.path} from ${valueText(first!.control)} to ${valueText(first!.treatment)}${more}, in every trial (${trials[0]} against ${trials[1]}).`,
        trials: trialsOf(arms),
        query: [
          `SELECT experiment, resolved_configuration->>${literal(`$."${first!.path.replaceAll('"', String.raw`\"`)}"`)} AS value, count(*) AS trials`,
          `FROM trials WHERE ${whereTrials(study, arms)}`,
          "GROUP BY ALL ORDER BY ALL",
        ].join("\n"),
      };
    });
};

function namesOf(names: readonly string[]): string {
  const more = names.length - NAMED;
  return listText(more > 1 ? [...names.slice(0, NAMED), `${more} more`] : names);
}

function valueText(value: Json): string {
  if (typeof value === "number") return figureText(value);
  const text = JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}
