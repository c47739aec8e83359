import type { Rule } from "../rule.ts";

/** Two rows, or two workloads, of one name: results could not be told apart. */
export const duplicateId: Rule = {
  code: "duplicate-id",
  severity: "error",
  check({ study }) {
    const rows = study.design.changes.map(({ id, pointer }) => ({ name: id, pointer: `${pointer}/id` }));
    const workloads = study.workloads.map(({ name }, index) => ({ name, pointer: `/workloads/${index}/workload` }));
    return [
      ...repeated([{ name: study.baseline.id, pointer: "/baseline/id" }, ...rows], "row"),
      ...repeated(workloads, "workload"),
    ];
  },
};

function repeated(named: { name: string; pointer: string }[], what: string) {
  const seen = new Set<string>();
  return named.flatMap(({ name, pointer }) => {
    if (!seen.has(name)) {
      seen.add(name);
      return [];
    }
    const message = `another ${what} is called \`${name}\``;
    return [{ pointer, aim: "value" as const, message, hint: `give each ${what} a name of its own` }];
  });
}
