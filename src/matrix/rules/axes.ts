import { factorialPointer } from "../row-groups.ts";
import type { LintContext, RuleFinding, RuleTable } from "../rule.ts";

export const axesRules: RuleTable = {
  /** What a row, a factor or an axis sets, and the sweep sets again: it would be measured nowhere, and its row be the same as another. */
  "set-twice": {
    severity: "error",
    check: (context) => [...againByRows(context), ...againByAxes(context)],
  },
};

function againByRows({ settings, expansion }: LintContext): RuleFinding[] {
  return expansion.setTwice.flatMap(({ setting, name, pointer, by }): RuleFinding[] => {
    const isFactor = pointer === factorialPointer;
    const own = isFactor ? pointer : `${pointer}/set`;
    const written = settings.find((one) => one.knob === setting && one.pointer.startsWith(`${own}/`));
    // What a duel's side has in the place of the baseline's knobs lies below the sweep, as those do.
    if (by === "axis" || written === undefined) return [];
    const message = `\`${setting}\` is set here and by the sweep, which wins: \`${name}\` is measured without what this says`;
    const points = isFactor ? "" : `; a row says in a \`sweep\` of its own at which points it runs`;
    return [{ pointer: written.pointer, aim: "key", message, hint: `take it out here, or out of the sweep${points}` }];
  });
}

/** Once for each setting, however many points set it. */
function againByAxes({ expansion }: LintContext): RuleFinding[] {
  const bySetting = Map.groupBy(
    expansion.setTwice.filter(({ by }) => by === "axis"),
    ({ setting }) => setting,
  );
  return [...bySetting].flatMap(([setting, [first]]): RuleFinding[] => {
    if (first === undefined) return [];
    const message = `two axes of the sweep set \`${setting}\`, and the last one wins: in \`${first.name}\` for instance`;
    return [{ pointer: first.pointer, aim: "key", message, hint: "let one axis alone set it" }];
  });
}
