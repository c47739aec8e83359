import { describe, expect, it } from "vitest";
import { decisions } from "../../src/analysis/decisions.ts";
import { effects } from "../../src/analysis/effects.ts";
import { gpusOfTrial, rowOf } from "../../src/analysis/gpus.ts";
import { summaries } from "../../src/analysis/summaries.ts";
import type { Contrast } from "../../src/schema/experiment.ts";
import type { Assignment } from "../../src/schema/knob.ts";
import type { Statistic } from "../../src/schema/measurement.ts";
import type { Workload } from "../../src/schema/workload.ts";
import { fakeExperiment, fakeTrial, withFigures } from "../support/fake-trials.ts";

type Figure = [metric: string, stat: Statistic, value: number];
const closed: Partial<Workload> = { scenario: "closed", load: { concurrency: 8 } };

/** One GPU against another number of them; `gpus` undefined: trials of an earlier version. */
function compared(
  {
    gpus,
    workload = closed,
    changed = { tensor_parallel_size: 8 },
    base = {},
    slo = false,
    guardrails = [] as { metric: string; stat: Statistic; margin: number; better: "higher" }[],
  }: {
    gpus: [number | null | undefined, number | null | undefined];
    workload?: Partial<Workload>;
    changed?: Assignment;
    base?: Assignment;
    slo?: boolean;
    guardrails?: { metric: string; stat: Statistic; margin: number; better: "higher" }[];
  },
  figures: [Figure[], Figure[]],
) {
  const experiments = [base, { ...base, ...changed }].map((knobs, arm) => ({
    ...fakeExperiment(arm === 0 ? "tp1" : "tp8", arm, knobs, { workload }),
    ...(gpus[arm] === undefined ? {} : { gpus: gpus[arm] }),
  }));
  const contrast: Contrast = { treatment: "tp8", control: "tp1", changed, family: "isolation" };
  const trials = experiments.flatMap((experiment, arm) =>
    [1, 2, 3].map((replicate) => ({
      ...withFigures(
        fakeTrial(experiment, { replicate }),
        figures[arm]!.map(([metric, stat, value]): Figure => [metric, stat, value * (1 + replicate / 1000)]),
      ),
      ...(gpus[arm] === undefined ? {} : { gpus: gpus[arm]! }),
    })),
  );
  const { scenario, name } = experiments[0]!.workload;
  const workloads = [{ name, scenario, slo, ruleset: null }];
  const study = {
    experiments,
    contrasts: [contrast],
    fidelity: "valid",
    workloads,
    accuracy: { notApplicable: "a test" },
    rules: { guardrails },
  };
  return { study, trials, decision: decisions(study, trials)[1]! };
}

const throughput = (value: number, ttft = 100): Figure[] => [
  ["output_throughput_steady", "value", value],
  ["ttft", "p50", ttft],
];

describe("configurations with unlike numbers of GPUs", () => {
  it("are judged per GPU: eight that do four times as much are worse", () => {
    const { decision } = compared({ gpus: [1, 8] }, [throughput(1000), throughput(4000)]);
    expect(decision).toMatchObject({
      outcome: "REJECT",
      metric: "output_throughput_steady_per_gpu value",
      metricWhy: "the load is closed; its configurations take 1 and 8 GPUs, so that it is judged per GPU",
    });
    expect(decision.because).toContain("steady throughput per GPU -50.0 %");
    expect(decision.because).toContain("steady throughput per GPU got worse");
  });

  it("ship where each GPU does more, and latency is compared as it is", () => {
    const { decision } = compared({ gpus: [1, 8] }, [throughput(1000), throughput(8800, 150)]);
    expect(decision.because).toContain("steady throughput per GPU +10.0 %");
    expect(decision.outcome).toBe("TRADE-OFF");
    expect(decision.guardrails.find(({ title }) => title === "TTFT p50")).toMatchObject({ status: "broken" });
    expect(decision.guardrails.find(({ title }) => title === "TTFT p50")!.moved).toBeCloseTo(0.5, 3);
  });

  it("are judged by goodput per GPU under limits, by latency as it is in an open loop", () => {
    const goodput = (value: number): Figure[] => [["goodput", "value", value]];
    const limited = compared({ gpus: [2, 4], slo: true }, [goodput(10), goodput(15)]);
    expect(limited.decision).toMatchObject({ outcome: "REJECT", metric: "goodput_per_gpu value" });
    const latency = (value: number): Figure[] => [["e2e_sched", "p50", value]];
    const open: Partial<Workload> = { scenario: "open", arrivals: { kind: "poisson" } };
    const offered = compared({ gpus: [1, 8], workload: open }, [latency(100), latency(50)]);
    expect(offered.decision).toMatchObject({ metric: "e2e_sched p50", outcome: "SHIP" });
  });

  it("have declared guardrails on throughput per GPU too", () => {
    const guardrails = [{ metric: "goodput", stat: "value" as const, margin: 0.05, better: "higher" as const }];
    const both = (steady: number, good: number): Figure[] => [...throughput(steady), ["goodput", "value", good]];
    const { decision } = compared({ gpus: [1, 2], guardrails }, [both(1000, 10), both(2600, 12)]);
    const found = decision.guardrails.find(({ metric }) => metric === "goodput_per_gpu");
    expect(found).toMatchObject({ title: "goodput per GPU", status: "broken" });
    expect(found!.moved).toBeCloseTo(-0.4, 3);
  });

  it("have an effect on throughput per GPU beside the raw one, which others lack", () => {
    const rates = (value: number): Figure[] => [["output_throughput", "value", value]];
    const metricsOf = ({ study, trials }: ReturnType<typeof compared>) =>
      effects(study, trials).flatMap(({ metric, ratio }) =>
        metric.startsWith("output") ? [[metric, ratio!.toFixed(2)]] : [],
      );
    expect(metricsOf(compared({ gpus: [1, 8] }, [rates(1000), rates(4000)]))).toEqual([
      ["output_throughput", "4.00"],
      ["output_throughput_per_gpu", "0.50"],
    ]);
    expect(metricsOf(compared({ gpus: [8, 8] }, [rates(1000), rates(4000)]))).toEqual([["output_throughput", "4.00"]]);
  });

  it("have their numbers beside their figures", () => {
    const { study, trials } = compared({ gpus: [1, 8] }, [throughput(1000), throughput(4000)]);
    expect(summaries(study, trials, []).map(({ gpus }) => gpus)).toEqual([1, 8]);
  });
});

describe("where the number of GPUs is the same or not known", () => {
  const raw = { metric: "output_throughput_steady value", outcome: "SHIP" };
  const faster: [Figure[], Figure[]] = [throughput(1000), throughput(4000)];

  it("nothing is divided where all have the same", () => {
    const { decision } = compared({ gpus: [8, 8], changed: { max_num_seqs: 64 } }, faster);
    expect(decision).toMatchObject({ ...raw, metricWhy: "the load is closed" });
  });

  it("nothing is divided where it is not known, which is said where the change might move it", () => {
    const unknown =
      "the load is closed; how many GPUs its configurations take is not known, so that nothing is divided by their number";
    expect(compared({ gpus: [null, null] }, faster).decision).toMatchObject({ ...raw, metricWhy: unknown });
    const some = unknown.replace("its configurations", "some of its configurations");
    expect(compared({ gpus: [null, 8] }, faster).decision).toMatchObject({ ...raw, metricWhy: some });
    const ofClient = compared({ gpus: [null, null], changed: { "sampling.temperature": 0.5 } }, faster);
    expect(ofClient.decision.metricWhy).toBe("the load is closed");
  });

  it("nothing is divided by none", () => {
    expect(compared({ gpus: [0, 8] }, faster).decision.metricWhy).toContain("some of its configurations take no GPU");
  });
});

describe("trials of an earlier version", () => {
  it("have the product of the knobs that multiplied GPUs, declared or resolved", () => {
    const base = { tensor_parallel_size: 1 };
    const { decision, study, trials } = compared({ gpus: [undefined, undefined], base }, [
      throughput(1000),
      throughput(4000),
    ]);
    expect(decision).toMatchObject({ outcome: "REJECT", metric: "output_throughput_steady_per_gpu value" });
    expect(summaries(study, trials, []).map(({ gpus }) => gpus)).toEqual([1, 8]);
    const trial = { ...trials[0]!, knobs: { data_parallel_size: 2 } };
    const resolvedConfiguration = {
      "parallel_config.tensor_parallel_size": 4,
      "parallel_config.data_parallel_size": 1,
    };
    expect(gpusOfTrial({ ...trial, resolvedConfiguration })).toBe(8);
    expect(gpusOfTrial({ ...trial, knobs: {}, resolvedConfiguration: null })).toBeNull();
  });

  it("have figures that follow from those that they have", () => {
    const { trials } = compared({ gpus: [1, 8] }, [throughput(1000), [...throughput(4000), ["tpot", "p50", 10]]]);
    const last = trials.at(-1)!;
    expect(rowOf(last, "output_throughput_steady_per_gpu", "value")!.value).toBeCloseTo((4000 * 1.003) / 8, 6);
    expect(rowOf(last, "interactivity", "value")!.value).toBeCloseTo(100 / 1.003, 6);
    expect(rowOf(last, "no_such_metric", "value")).toBeUndefined();
  });
});
