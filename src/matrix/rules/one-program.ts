import type { Row } from "../../schema/experiment.ts";
import { canonicalJson } from "../../schema/json.ts";
import { sutOf, type Sut } from "../../schema/sut.ts";
import { nameOf } from "../row-groups.ts";
import type { Rule, RuleFinding } from "../rule.ts";
import { placeOfSut } from "../sut-places.ts";

/** Rows that declare different versions of an engine and start the same program: there is one version of it. */
export const oneProgram: Rule = {
  code: "one-program",
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
      const first = firstOf.get(program);
      if (first === undefined) firstOf.set(program, { row, version });
      if (first === undefined || first.version === version || found.has(program)) continue;
      found.set(program, {
        pointer: placeOfSut(study, "version", version),
        aim: "value",
        message: `rows \`${nameOf(first.row)}\` and \`${nameOf(row)}\` declare versions ${first.version} and ${version} of ${engine.name}, and both start the same program`,
        hint: "say where each version is: `sut.environment: { kind: path, executable: … }` beside its `sut.version`",
      });
    }
    return [...found.values()];
  },
};
