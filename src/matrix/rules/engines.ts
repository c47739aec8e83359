import type { Engine } from "../../schema/engine.ts";
import type { Row } from "../../schema/experiment.ts";
import { canonicalJson, memberOf, sameJson, type Json } from "../../schema/json.ts";
import { sutOf, type Sut } from "../../schema/sut.ts";
import { isSet } from "../engine/conditions.ts";
import { nameOf } from "../row-groups.ts";
import type { RuleFinding, RuleTable } from "../rule.ts";
import { placeOfSut } from "../settings.ts";
import { firstNames } from "../../math/figures.ts";

/** Items of one kind that are named; the rest are counted. */
const mostNamed = 6;

interface Side {
  engine: Engine;
  row: Row;
}

export const enginesRules: RuleTable = {
  /** What else differs between two engines that are compared, by their files: it is part of the change. Once for each pair. */
  "engines-differ": {
    severity: "info",
    check({ study, expansion, knobsSet }) {
      if (!knobsSet.has("sut.engine")) return [];
      const byName = new Map(expansion.rows.map((row) => [nameOf(row), row]));
      const found = new Map<string, RuleFinding>();
      for (const row of expansion.rows) {
        const control = row.against === null ? undefined : byName.get(nameOf(row, row.against));
        if (control === undefined || row.skip !== undefined) continue;
        const [own, other] = [sutOf(study, row.assignment).engine, sutOf(study, control.assignment).engine];
        const pair = `${own.name} ${other.name}`;
        if (own.name === other.name || found.has(pair)) continue;
        const differences = differencesOf({ engine: own, row }, { engine: other, row: control });
        if (differences.length === 0) continue;
        found.set(pair, {
          pointer: placeOfSut(study, "engine", own.name),
          aim: "value",
          message: `${own.name} against ${other.name}: beside what the rows set, they differ in ${differences.join("; ")}`,
          hint: "set on both sides what is to be equal; all else belongs to the engine, and the effect is of both together",
        });
      }
      return [...found.values()];
    },
  },
  /** Rows that declare different versions of an engine and start the same program: there is one version of it. */
  "one-program": {
    severity: "warning",
    check({ study, expansion }) {
      const firstOf = new Map<string, { row: Row; version: string }>();
      const found = new Map<string, RuleFinding>();
      const seen = new Set<Sut>();
      for (const row of expansion.rows) {
        const sut = sutOf(study, row.assignment);
        const { engine, version } = sut;
        if (seen.has(sut) || version === null || row.skip !== undefined || engine.environment.kind === "endpoint")
          continue;
        seen.add(sut);
        const program = canonicalJson([engine.name, engine.environmentLock, engine.environment]);
        const first = firstOf.getOrInsert(program, { row, version });
        if (first.version === version || found.has(program)) continue;
        found.set(program, {
          pointer: placeOfSut(study, "version", version),
          aim: "value",
          message: `rows \`${nameOf(first.row)}\` and \`${nameOf(row)}\` declare versions ${first.version} and ${version} of ${engine.name}, and both start the same program`,
          hint: "say where each version is: `sut.environment: { kind: path, executable: … }` beside its `sut.version`",
        });
      }
      return [...found.values()];
    },
  },
};

function differencesOf(own: Side, other: Side): string[] {
  const lists: readonly (readonly [what: string, of: (engine: Engine) => readonly string[]])[] = [
    ["flags of every launch", ({ always }) => always],
    ["variables", ({ variables }) => pairs(variables)],
    ["members of every request", ({ requestFields }) => pairs(requestFields)],
    ["members that are not sent", ({ dialect }) => Object.keys(dialect.lacks)],
  ];
  const unlike = lists.flatMap(([what, of]) => {
    const [one, two] = [of(own.engine), of(other.engine)];
    return listed(what, alone(one, two), alone(two, one));
  });
  return [...unlike, ...defaultsOf(own, other)];
}

/** Defaults of knobs that both have and neither row sets. */
function defaultsOf({ engine, row }: Side, other: Side): string[] {
  const different = Object.entries(engine.knobs).flatMap(([knob, { default: own }]) => {
    const theirs = memberOf(other.engine.knobs, knob)?.default;
    if (own === undefined || theirs === undefined || sameJson(own as Json, theirs as Json)) return [];
    if (isSet(row.assignment, knob) || isSet(other.row.assignment, knob)) return [];
    return [`${knob} (${JSON.stringify(own)} against ${JSON.stringify(theirs)})`];
  });
  return different.length === 0 ? [] : [`defaults of ${shortened(different)}`];
}

function listed(what: string, own: string[], other: string[]): string[] {
  if (own.length === 0 && other.length === 0) return [];
  return [`${what} (${shortened(own) || "none"} against ${shortened(other) || "none"})`];
}

function shortened(all: readonly string[]): string {
  return firstNames(all, mostNamed).join(", ");
}

function alone(own: readonly string[], other: readonly string[]): string[] {
  return own.filter((item) => !other.includes(item));
}

function pairs(map: Readonly<Record<string, Json>>): string[] {
  return Object.entries(map).map(
    ([name, value]) => `${name}=${typeof value === "string" ? value : canonicalJson(value)}`,
  );
}
