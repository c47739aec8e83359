import { andMore } from "../row-groups.ts";
import { runningUnder, type Rule } from "../rule.ts";

/** A closed loop keeps so many requests in flight, and nothing says how many: the client would keep one. */
export const closedWithoutConcurrency: Rule = {
  code: "closed-without-concurrency",
  severity: "error",
  check: ({ study, expansion }) =>
    study.workloads.flatMap((workload, index) => {
      if (workload.scenario !== "closed") return [];
      const running = runningUnder(expansion, workload.name);
      const without = running.filter((experiment) => (experiment.workload.load.concurrency ?? null) === null);
      const [first] = without;
      if (first === undefined) return [];
      const pointer = `/workloads/${index}/scenario`;
      const hint = "set `load: { concurrency: 16 }` in the workload, or `sweep: { load.concurrency: [1, 4, 16] }`";
      if (without.length === running.length) {
        const message = `workload \`${workload.name}\` is a closed loop, and nothing sets its \`load.concurrency\``;
        return [{ pointer, aim: "value", message, hint }];
      }
      const message = `\`${first.labels.name}\`${andMore(without.length - 1)} sets no \`load.concurrency\` for the closed loop of workload \`${workload.name}\`: it is 1 there`;
      return [{ pointer, aim: "value", message, hint, severity: "warning" }];
    }),
};
