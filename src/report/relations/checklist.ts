import { countText, listText } from "../../math/figures.ts";
import { asNumber, asText, memberAt } from "../../schema/json.ts";
import { isUsable, type Trial } from "../../schema/trial.ts";
import { isOpenLoop } from "../../schema/scenario.ts";
import { plain } from "../numbers.ts";
import type { ReportInput } from "../report-input.ts";
import { trialFigures } from "./counted-trials.ts";
import { relationOf, text, type Relation } from "./relation.ts";

/** Whether a line holds, and what shows it. */
interface Standing {
  holds: "yes" | "no" | "not measured";
  shown: string;
}

interface Line {
  check: string;
  requirement: string;
  why: string;
  judge: (trials: readonly Trial[], input: Asked) => Standing;
}

type Asked = Pick<ReportInput, "study" | "trials" | "peaks">;

/** What a benchmark must state to be trusted. */
const lines: readonly Line[] = [
  {
    check: "Warm-up",
    requirement: "50 requests or more before the first that counts",
    why: "cold caches and compilation are not a steady state",
    judge: (trials) =>
      atLeast(trials, ({ identity }) => asNumber(memberAt(identity.workload, "warmup_requests")), 50, "request"),
  },
  {
    check: "Open loop",
    requirement: "requests are sent on a schedule, whatever the engine does",
    why: "a closed loop sends less when the engine is slow, and hides saturation",
    judge: (trials) =>
      each(
        trials,
        (trial) => textIn(trial, "scenario"),
        (scenario) => isOpenLoop({ scenario }),
      ),
  },
  {
    check: "Tail latency",
    requirement: "p50, p99 and p99.9 of the time to the first token",
    why: "a mean hides the worst answers",
    judge: (trials) =>
      measured(trials, [
        ["ttft", "p50"],
        ["ttft", "p99"],
        ["ttft", "p99.9"],
      ]),
  },
  {
    check: "Realistic prompts",
    requirement: "texts of real use, not synthetic ones",
    why: "fixed lengths miss what scheduling does",
    judge: (trials) =>
      each(
        trials,
        (trial) => textIn(trial, "dataset.kind"),
        (kind) => kind !== "synthetic",
      ),
  },
  {
    check: "Load sweep",
    requirement: "three loads or more",
    why: "one load alone misses the knee",
    judge: (trials, { study, peaks = [] }) => {
      const loads = new Set([
        ...study.experiments.flatMap(({ knobs }) =>
          [knobs["load.rate"], knobs["load.concurrency"]].filter((load) => typeof load === "number"),
        ),
        ...peaks.flatMap(({ tries }) => tries.map(({ rate }) => rate)),
      ]);
      if (trials.length === 0 && loads.size === 0) return nothing;
      return { holds: loads.size >= 3 ? "yes" : "no", shown: countText(Math.max(1, loads.size), "load") };
    },
  },
  {
    check: "Duration",
    requirement: "60 s or more at each load",
    why: "a short test misses preemption and pauses",
    judge: (trials) => atLeast(trials, ({ phases }) => phases.find(({ id }) => id === "load")?.tookS ?? null, 60, "s"),
  },
  {
    check: "Hardware",
    requirement: "model and number of GPUs",
    why: "results are those of one machine",
    judge: (trials) => {
      const gpus = trials.map(({ provenance }) =>
        (provenance?.gpus ?? []).flatMap(({ name }) => (typeof name === "string" && name !== "" ? [name] : [])),
      );
      const named = gpus.filter((names) => names.length > 0);
      const texts = new Set(named.map((names) => `${names.length} × ${listText([...new Set(names)])}`));
      if (named.length === 0) return nothing;
      return { holds: named.length === trials.length ? "yes" : "no", shown: [...texts].join("; ") };
    },
  },
  {
    check: "Precision",
    requirement: "quantization and number format of each configuration",
    why: "FP16 and FP8 are not the same test",
    judge: (trials) => each(trials, precisionOf, () => true),
  },
  {
    check: "Batching",
    requirement: "the largest batch, or the requests in flight",
    why: "throughput without it says nothing of latency",
    judge: (trials) => each(trials, batchOf, () => true),
  },
  {
    check: "Both phases",
    requirement: "time to the first token and time of each token after it",
    why: "prefill and decode have different bottlenecks",
    judge: (trials) =>
      measured(trials, [
        ["ttft", "p50"],
        ["tpot", "p50"],
      ]),
  },
];

const nothing: Standing = { holds: "not measured", shown: "" };

/** The checklist of a benchmark, each line judged over the usable performance trials. */
export function checklistRelation(input: Asked): Relation {
  return relationOf("checklist", checklistOf(input), [
    text("check", "Check", ({ check }) => check),
    text("holds", "Holds", ({ holds }) => ({ value: holds, strong: holds !== "yes" })),
    text("requirement", "Requirement", ({ requirement }) => requirement),
    text("shown", "Here", ({ shown }) => shown),
    text("why", "Why it matters", ({ why }) => why),
  ]);
}

/** Each line with how it stands. */
export function checklistOf(input: Asked): (Omit<Line, "judge"> & Standing)[] {
  const trials = input.trials.filter((trial) => trial.spec.purpose === "performance" && isUsable(trial));
  return lines.map(({ judge, ...line }) => ({ ...line, ...judge(trials, input) }));
}

/** A number of which the least decides. */
function atLeast(
  trials: readonly Trial[],
  of: (trial: Trial) => number | null,
  wanted: number,
  unit: string,
): Standing {
  const found = trials.flatMap((trial) => of(trial) ?? []);
  if (found.length === 0) return nothing;
  const least = Math.min(...found);
  const shown = unit === "s" ? `${plain(Math.round(least))} s` : countText(least, unit);
  return { holds: least >= wanted && found.length === trials.length ? "yes" : "no", shown: `${shown} at least` };
}

/** A fact that every trial must state, and that must be right in each. */
function each(
  trials: readonly Trial[],
  of: (trial: Trial) => string | null,
  isRight: (value: string) => boolean,
): Standing {
  const found = trials.flatMap((trial) => of(trial) ?? []);
  if (found.length === 0) return nothing;
  const said = listText([...new Set(found)].toSorted());
  const shown =
    found.length === trials.length
      ? said
      : `${said}, stated in ${found.length} of ${countText(trials.length, "trial")}`;
  return { holds: found.length === trials.length && found.every(isRight) ? "yes" : "no", shown };
}

/** Figures that every trial must have. */
function measured(trials: readonly Trial[], figures: readonly [metric: string, stat: string][]): Standing {
  if (trials.length === 0) return nothing;
  const counts = figures.map(([metric, stat]) => ({
    title: `${metric.toUpperCase()} ${stat}`,
    count: trialFigures(trials, metric, stat).length,
  }));
  if (counts.every((one) => one.count === 0)) return nothing;
  const lacking = counts.filter((one) => one.count < trials.length);
  const shown =
    lacking.length === 0
      ? `in ${countText(trials.length, "trial")}`
      : lacking.map((one) => `${one.title} in ${one.count} of ${countText(trials.length, "trial")}`).join(", ");
  return { holds: lacking.length === 0 ? "yes" : "no", shown };
}

function precisionOf({ knobs, resolvedConfiguration }: Trial): string | null {
  const resolved = Object.entries(resolvedConfiguration ?? {}).find(([path]) => path.endsWith(".quantization"))?.[1];
  const dtype =
    knobs["dtype"] ?? Object.entries(resolvedConfiguration ?? {}).find(([path]) => path.endsWith(".dtype"))?.[1];
  const parts = [knobs["quantization"] ?? resolved, dtype].filter((part) => typeof part === "string");
  return parts.length === 0 ? null : parts.join(" ");
}

function batchOf({ knobs }: Trial): string | null {
  const stated = ["load.batch_size", "load.concurrency", "max_num_seqs"].find(
    (knob) => typeof knobs[knob] === "number",
  );
  return stated === undefined ? null : `${stated} ${JSON.stringify(knobs[stated])}`;
}

/** What the workload of a trial says under a path. */
function textIn({ identity }: Trial, path: string): string | null {
  return asText(memberAt(identity.workload, path));
}
