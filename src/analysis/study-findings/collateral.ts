import { countText, figureText, listText } from "../../math/figures.ts";
import { canonicalJson, type Json } from "../../schema/json.ts";
import { sqlText } from "../../schema/sql-text.ts";
import type { Trial } from "../../schema/trial.ts";
import { type StudyFindingRule } from "./finding-context.ts";

/** A longer value says no more in a sentence; the table of collateral has it whole. */
const LONGEST = 40;
/** More changes that moved the same are counted. */
const NAMED = 2;

/**
 * What changes moved in the engine's configuration beside what they set: the same in all launches of each side. Changes that moved
 * the same are one finding; the one that moved most comes first.
 */
export const collateral: StudyFindingRule = ({ study, collateral: all, trials, poolOf }) => {
  // As collateral is found: by the trials that count, else by all that say what they ran.
  const reportingOf = (name: string): Trial[] => {
    const pooled = poolOf(name).trials.filter(isReporting);
    return pooled.length > 0
      ? pooled
      : trials.filter((one) => one.labels.name === name && one.spec.fidelity === study.fidelity && isReporting(one));
  };
  const found = all.filter(({ moved, family }) => moved.length > 0 && family !== "stack");
  const alike = [...Map.groupBy(found, ({ moved }) => canonicalJson(moved as unknown as Json)).values()];
  return alike
    .toSorted(([left], [right]) => right!.moved.length - left!.moved.length)
    .map((own) => {
      const { moved } = own[0]!;
      // Long values may differ beyond what is shown of them.
      const first = moved.find((one) => valueText(one.control) !== valueText(one.treatment)) ?? moved[0]!;
      const values =
        valueText(first.control) === valueText(first.treatment)
          ? "to another value"
          : `from ${valueText(first.control)} to ${valueText(first.treatment)}`;
      const [treatments, controls] = [own.map(({ treatment }) => treatment), own.map(({ control }) => control)];
      const arms = [...new Set([...treatments, ...controls])];
      const [above, below] = [treatments, [...new Set(controls)]].map((side) => side.flatMap(reportingOf)) as [
        Trial[],
        Trial[],
      ];
      const more = moved.length === 1 ? "" : ` and ${countText(moved.length - 1, "more setting")}`;
      return {
        says: `${namesOf(treatments)} also ${own.length === 1 ? "moves what it does" : "move what they do"} not set: ${first.path} ${values}${more}, in every trial (${above.length} against ${below.length}).`,
        trials: [...above, ...below].map(({ spec }) => spec.trialId),
        query: [
          `SELECT experiment, resolved_configuration->>${sqlText(`$."${first.path.replaceAll('"', String.raw`\"`)}"`)} AS value, count(*) AS trials`,
          `FROM trials WHERE study = ${sqlText(study.name)} AND experiment IN (${arms.map(sqlText).join(", ")})`,
          `  AND fidelity = ${sqlText(study.fidelity)} AND resolved_configuration IS NOT NULL`,
          "GROUP BY ALL ORDER BY ALL",
        ].join("\n"),
      };
    });
};

function isReporting({ resolvedConfiguration }: Trial): boolean {
  return resolvedConfiguration !== null;
}

function namesOf(names: readonly string[]): string {
  const more = names.length - NAMED;
  return listText(more > 1 ? [...names.slice(0, NAMED), `${more} more`] : names);
}

function valueText(value: Json): string {
  if (typeof value === "number") return figureText(value);
  const text = JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}
