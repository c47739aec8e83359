import type { Workload } from "../../schema/workload.ts";
import { runningUnder, type LintContext, type Rule, type RuleFinding } from "../rule.ts";

/** Scenarios in which a query goes when the one before it is over. */
const streams: ReadonlySet<Workload["scenario"]> = new Set(["single_stream", "multi_stream"]);

/** Loads that several workers cannot share. */
export const workersRules = {
  /** A cap on what is open in an open loop: processes that share a load do not know when a request of another has ended. */
  "workers-with-cap": notShared(
    ({ scenario, load }) => scenario === "open" && load.max_in_flight !== undefined,
    ({ name }, workers) => ({
      message: `\`${name}\` keeps at most \`load.max_in_flight\` requests open, which ${workers} workers cannot count together`,
      hint: "leave out `load.workers`, or `load.max_in_flight`",
    }),
  ),
  /** Client chunks follow each other, which processes that share a load cannot see to. */
  "workers-with-chunks": notShared(
    ({ scenario, load }) => scenario === "offline" && load.batch_size !== undefined,
    ({ name }, workers) => ({
      message: `\`${name}\` sends chunks of \`load.batch_size\` one after the other, which ${workers} workers cannot do together`,
      hint: "leave out `load.workers`, or `load.batch_size`",
    }),
  ),
  /** LoadGen's streams send one query after the other, which processes that share a load cannot see to. */
  "workers-with-queries": notShared(
    ({ scenario }) => streams.has(scenario),
    ({ name, scenario }, workers) => ({
      message: `a query of \`${name}\` (${scenario}) is sent when the one before it has ended, which ${workers} workers cannot coordinate`,
      hint: "leave out `load.workers`: one process keeps one query open with ease",
    }),
  ),
};

/** Says it of the first load of each workload that several workers share and that is of this kind; accuracy's own with them. At what says the number of workers. */
function notShared(
  isOfKind: (workload: Workload) => boolean,
  said: (workload: Workload, workers: number) => Pick<RuleFinding, "message" | "hint">,
): Rule {
  const runs = (workload: Workload): boolean => (workload.load.workers ?? 1) > 1 && isOfKind(workload);
  const check = ({ study, expansion, settings }: LintContext): RuleFinding[] => {
    const knob = settings.find((setting) => setting.knob === "load.workers" && setting.where !== "exclude")?.pointer;
    const at = (workload: Workload, place: string): RuleFinding => {
      const written = `${place}/load/workers`;
      const pointer = study.locations.has(written) ? written : (knob ?? place);
      return { pointer, aim: "key", ...said(workload, workload.load.workers!) };
    };
    const found = study.workloads.flatMap(({ name }, index) => {
      const experiment = runningUnder(expansion, name).find(({ workload }) => runs(workload));
      return experiment === undefined ? [] : [at(experiment.workload, `/workloads/${index}`)];
    });
    const { accuracy } = study;
    const own = accuracy !== null && !study.workloads.includes(accuracy) && runs(accuracy);
    return own ? [...found, at(accuracy, "/accuracy")] : found;
  };
  return { severity: "error", check };
}
