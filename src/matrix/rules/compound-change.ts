import { andMore } from "../row-groups.ts";
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
      // Another engine has knobs of its own: what it lacks is taken back.
      if (change.value === null && Object.hasOwn(change.change.set, "sut.engine")) continue;
      const list = rows.get(change.change.pointer) ?? [];
      list.push(change);
      rows.set(change.change.pointer, list);
    }
    const together = [...rows.values()].filter(
      (moved) =>
        new Set(moved.map(({ knob }) => subjectOf(knob))).size > 1 &&
        moved.every(({ change }) => change.compound === undefined),
    );
    // Rows that move the same knobs are one mistake, and may well be points of one axis.
    const alike = Map.groupBy(together, (moved) =>
      moved
        .map(({ knob }) => knob)
        .toSorted()
        .join(" "),
    );
    return [...alike.values()].map(([first = [], ...others]) => {
      const [one, second] = first;
      const knobs = first.map(({ knob }) => `\`${knob}\``).join(", ");
      const message = `row \`${one!.change.id}\`${andMore(others.length)} moves ${first.length} knobs at once: ${knobs}`;
      const why = 'make a row of each, or say `compound: "why they belong together"`';
      const set = first.map(({ knob, value }) => `${knob}: ${JSON.stringify(value)}`).join(", ");
      const points = `; points of one axis are \`design: { kind: combination, factors: { NAME: [{ id: ${one!.change.id}, ${set} }, …] } }\``;
      const hint = others.length === 0 ? why : why + points;
      return { pointer: second!.pointer, aim: "key" as const, message, hint };
    });
  },
};

/** Members of `sut` that only together say which engine, or which model, it is. */
const subjects: ReadonlyMap<string, string> = new Map([
  ...["engine", "version", "environment"].map((member) => [`sut.${member}`, "engine"] as const),
  ...["model", "revision", "tokenizer"].map((member) => [`sut.${member}`, "model"] as const),
]);

function subjectOf(knob: string): string {
  return subjects.get(knob) ?? `knob ${knob}`;
}
