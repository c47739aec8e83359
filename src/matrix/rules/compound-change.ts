import type { KnobChange } from "../changes.ts";
import type { Rule } from "../rule.ts";

/** A row that moves more than one knob and does not say why: whatever it measures, nobody can say which of them did it. */
export const compoundChange: Rule = {
  code: "compound-change",
  severity: "error",
  check({ changes, catalogue }) {
    const rows = new Map<string, KnobChange[]>();
    for (const change of changes) {
      // What takes an earlier step back, or is no knob, has its own diagnostic.
      if (change.effect.kind !== "moves" || catalogue.find(change.knob) === null) continue;
      const list = rows.get(change.change.pointer) ?? [];
      list.push(change);
      rows.set(change.change.pointer, list);
    }
    return [...rows.values()].flatMap((moved) => {
      const [first, second] = moved;
      if (first === undefined || second === undefined || first.change.compound !== undefined) return [];
      const knobs = moved.map(({ knob }) => `\`${knob}\``).join(", ");
      const message = `row \`${first.change.id}\` moves ${moved.length} knobs at once: ${knobs}`;
      const hint = 'make a row of each, or say `compound: "why they belong together"`';
      return [{ pointer: second.pointer, aim: "key" as const, message, hint }];
    });
  },
};
