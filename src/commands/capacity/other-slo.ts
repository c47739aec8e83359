import { join } from "node:path";
import { shareWithin } from "../../metrics/index.ts";
import { fail, succeed, type Result } from "../../schema/result.ts";
import type { StudyRecord } from "../../schema/study-record.ts";
import type { Trial } from "../../schema/trial.ts";
import { isOpenLoop } from "../../schema/scenario.ts";
import type { SloDeclaration } from "../../schema/workload.ts";
import { readRequests, trialFolder } from "../../store/index.ts";
import type { World } from "../../world/world.ts";

/** Limits that a stored request can be held against. */
const limits = ["ttft_ms", "tpot_ms", "e2e_ms"] as const;

/** `ttft_ms=300` and the like; null where none is given. */
export function sloOf(texts: readonly string[]): Result<SloDeclaration | null> {
  const slo: SloDeclaration = {};
  for (const text of texts) {
    const [name = "", value = ""] = text.split("=", 2);
    const limit = limits.find((one) => one === name.trim().replaceAll("-", "_"));
    if (limit === undefined || !(Number(value) > 0)) {
      const hint = `Write for instance --slo ttft_ms=300,tpot_ms=40; the limits are ${limits.join(", ")}, in milliseconds.`;
      return fail("no-such-limit", `--slo ${text} is not a limit of a request`, hint);
    }
    if (slo[limit] !== undefined) {
      return fail("two-limits", `--slo gives ${limit} twice: ${slo[limit]} and ${value} ms`, "Give each limit once.");
    }
    slo[limit] = Number(value);
  }
  return succeed(texts.length === 0 ? null : slo);
}

/** Performance trials judged by other limits than their workload's, from their stored requests: share and goodput (request throughput × share) take the place of the trial's own. */
export async function judgedBy(
  world: Pick<World, "files">,
  resultsFolder: string,
  { study, trials }: { study: StudyRecord; trials: readonly Trial[] },
  slo: SloDeclaration,
): Promise<Result<Trial[]>> {
  const scenarios = new Map(study.workloads?.map(({ name, scenario }) => [name, scenario]));
  const judged: Trial[] = [];
  for (const trial of trials) {
    if (trial.spec.purpose !== "performance" || trial.spec.fidelity !== study.fidelity) {
      judged.push(trial);
      continue;
    }
    const read = await readRequests(world, trialFolder(join(resultsFolder, study.name), trial.spec));
    if (read !== null && !read.ok) return read;
    const scenario = scenarios.get(trial.labels.workload) ?? "";
    judged.push(withShare(trial, read === null ? null : shareWithin(read.value, slo, isOpenLoop({ scenario }))));
  }
  return succeed(judged);
}

function withShare(trial: Trial, share: number | null): Trial {
  const rate = trial.measurements.find(({ metric, stat }) => metric === "request_throughput" && stat === "value");
  const others = trial.measurements.filter(({ metric }) => !metric.startsWith("goodput"));
  if (share === null || rate === undefined) return { ...trial, measurements: others };
  const row = { ...rate, rule: "limits of the command line, from the stored requests" };
  return {
    ...trial,
    measurements: [
      ...others,
      { ...row, metric: "goodput", value: rate.value === null ? null : (rate.value * share) / 100 },
      { ...row, metric: "goodput_share", unit: "%", value: share },
    ],
  };
}
