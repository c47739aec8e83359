import { describe, expect, it } from "vitest";
import { curvesFound, type CurveStudy } from "../../src/analysis/curve.ts";
import type { Curve } from "../../src/schema/curve.ts";
import type { Trial } from "../../src/schema/trial.ts";
import { fakeExperiment, fakeTrial, withFigures } from "../support/fake-trials.ts";

const workload = { name: "chat", scenario: "closed", slo: { ttft_ms: 200 } } as const;

/** Throughput and mean latency of a closed loop on an engine that serves `most` at once, each in a second. */
const closedLoop = (most: number) => (load: number) => ({
  throughput: 100 * Math.min(load, most),
  e2eMs: 1000 * Math.max(1, load / most),
});

interface Given {
  loads?: number[];
  most?: number;
  blocks?: number;
  change?: (trial: Trial, load: number, block: number) => Trial;
  study?: Partial<CurveStudy>;
}

const experimentAt = (load: number, position: number, curve = "tp8") => {
  const made = fakeExperiment(
    `${curve}·c${load}`,
    position,
    { "load.concurrency": load },
    { workload: { ...workload, load: { concurrency: load } } },
  );
  return { ...made, configurationId: `cfg1_${curve}`, labels: { ...made.labels, curve } };
};

function curveOf({
  loads = [1, 8, 16, 32, 64],
  most = 16,
  blocks = 2,
  change = (trial) => trial,
  study = {},
}: Given = {}): Curve {
  const experiments = loads.map((load, position) => experimentAt(load, position));
  const trials = experiments.flatMap((experiment, index) =>
    Array.from({ length: blocks }, (_, block) => {
      const load = loads[index]!;
      const { throughput, e2eMs } = closedLoop(most)(load);
      const trial = withFigures(
        fakeTrial(experiment, { replicate: block + 1, launchId: `launch-${block}`, throughput }),
        [
          ["output_throughput_steady", "value", throughput * (1 + block / 100)],
          ["e2e", "mean", e2eMs],
          ["goodput_share", "value", load <= 32 ? 99.5 : 80],
        ],
      );
      return change(trial, load, block + 1);
    }),
  );
  const [curve, ...others] = curvesFound(
    {
      experiments,
      contrasts: [],
      fidelity: "valid",
      workloads: [{ name: "chat", scenario: "closed", slo: true, ruleset: null }],
      ...study,
    },
    trials,
  );
  expect(others).toEqual([]);
  return curve!;
}

const without = (trial: Trial, ...figures: [string, "value" | "mean"][]): Trial =>
  withFigures(
    trial,
    figures.map(([metric, stat]) => [metric, stat, null] as const),
  );

describe("a curve", () => {
  it("has its points in the order of load, with levels over launches and their intervals", () => {
    const { name, workload: ofWorkload, setting, points } = curveOf({ loads: [64, 1, 16, 8, 32] });
    expect([name, ofWorkload, setting]).toEqual(["tp8", "chat", "load.concurrency"]);
    expect(points.map(({ load, experiment }) => [load, experiment])).toEqual(
      [1, 8, 16, 32, 64].map((load) => [load, `tp8·c${load}`]),
    );
    const [throughput] = points[1]!.figures;
    expect(throughput).toMatchObject({ metric: "output_throughput_steady", launches: 2 });
    expect(throughput!.value).toBeCloseTo(800 * Math.sqrt(1.01), 9);
    // t of one degree of freedom at 97.5 % is 12.706; two logarithms have half their distance as standard error.
    const half = (12.7062047 * Math.log(1.01)) / 2;
    expect(throughput!.bounds!.upper / throughput!.value!).toBeCloseTo(Math.exp(half), 6);
    expect(curveOf({ blocks: 1 }).points[1]!.figures[0]!.bounds).toBeNull();
  });

  it("has each latency at p50, p95 and p99, in an open loop from the schedule, as its SLO counts it", () => {
    const latencies = ({ points }: Curve) =>
      points[0]!.figures.flatMap(({ metric, stat, value }) =>
        /^(ttft|e2e)/.test(metric) ? [[metric, stat, value === null ? null : Math.round(value)]] : [],
      );
    const change = (trial: Trial): Trial =>
      withFigures(trial, [
        ["ttft", "p50", 10],
        ["ttft", "p95", 20],
        ["ttft_sched", "p50", 15],
        ["ttft_sched", "p95", 25],
        ["e2e_sched", "p50", 900],
      ]);
    const study = { workloads: [{ name: "chat", scenario: "open", slo: true, ruleset: null }] };
    expect(latencies(curveOf({ change })).slice(0, 2)).toEqual([
      ["ttft", "p50", 10],
      ["ttft", "p95", 20],
    ]);
    expect(latencies(curveOf({ change, study })).slice(0, 4)).toEqual([
      ["ttft_sched", "p50", 15],
      ["ttft_sched", "p95", 25],
      ["ttft_sched", "p99", null],
      ["e2e_sched", "p50", 900],
    ]);
    const older = (trial: Trial): Trial => withFigures(trial, [["ttft", "p50", 10]]);
    expect(latencies(curveOf({ change: older, study }))[0]).toEqual(["ttft", "p50", 10]);
  });

  it("has its knee where throughput over latency is largest, and says in how many blocks alone it lies there", () => {
    expect(curveOf().knee).toEqual({ load: 16, why: null, blocks: { agree: 2, of: 2 } });
    const slow = (trial: Trial, load: number, block: number): Trial =>
      block === 2 && load === 16 ? withFigures(trial, [["e2e", "mean", 2100]]) : trial;
    expect(curveOf({ blocks: 3, change: slow }).knee).toEqual({ load: 16, why: null, blocks: { agree: 2, of: 3 } });
  });

  it("has no knee at the ends of what was measured, nor of two points", () => {
    expect(curveOf({ most: 100 }).knee).toMatchObject({
      load: null,
      why: expect.stringMatching(/^power still rises at 64 in flight, the highest load/),
    });
    expect(curveOf({ most: 1 }).knee).toMatchObject({
      load: null,
      why: expect.stringMatching(/^power falls from 1 in flight on, the lowest load/),
    });
    expect(curveOf({ loads: [8, 64] }).knee).toMatchObject({
      load: null,
      why: expect.stringContaining("a knee needs 3"),
    });
  });

  it("keeps the SLO up to the largest load below the first that breaks it", () => {
    expect(curveOf().slo).toEqual({ share: 0.99, upTo: 32, breaksAt: 64 });
    expect(curveOf({ study: { curve: { share: 0.999 } } }).slo).toEqual({ share: 0.999, upTo: null, breaksAt: 1 });
    expect(curveOf({ study: { curve: { share: 0.8 } } }).slo).toEqual({ share: 0.8, upTo: 64, breaksAt: null });
    const lucky = (trial: Trial, load: number): Trial =>
      load === 8 ? withFigures(trial, [["goodput_share", "value", 90]]) : trial;
    expect(curveOf({ change: lucky }).slo).toMatchObject({ upTo: 1, breaksAt: 8 });
    expect(curveOf({ change: (trial) => without(trial, ["goodput_share", "value"]) }).slo).toBeNull();
  });

  it("leaves out a point that is INVALID, SKIPPED or not run, and says why", () => {
    const spoiled = (trial: Trial, load: number): Trial =>
      load === 32
        ? { ...trial, verdict: { ...trial.verdict, status: "INVALID", reason: "client-bound: too busy" } }
        : trial;
    const { points, slo } = curveOf({ change: spoiled });
    expect(points[3]).toMatchObject({ load: 32, keepsSlo: null, why: "INVALID: client-bound: too busy" });
    expect(points[3]!.figures.every(({ value }) => value === null)).toBe(true);
    expect(slo).toMatchObject({ upTo: 16, breaksAt: 64 });
    const experiments = [1, 8].map((load, position) => experimentAt(load, position));
    const [bare] = curvesFound(
      {
        experiments: [experiments[0]!, { ...experiments[1]!, skip: "the stop rule ended it" }],
        contrasts: [],
        fidelity: "valid",
      },
      [],
    );
    expect(bare!.points.map(({ why }) => why)).toEqual(["not run yet", "SKIPPED: the stop rule ended it"]);
  });

  it("tells drift by the points that a launch measures twice: the last trial against the first", () => {
    const experiments = [1, 8].map((load, position) => experimentAt(load, position));
    const at = (experiment: (typeof experiments)[number], position: number, throughput: number, block = 1): Trial => {
      const trial = fakeTrial(experiment, { replicate: position, launchId: `launch-${block}`, throughput });
      return { ...trial, spec: { ...trial.spec, block, position } };
    };
    const [one, eight] = experiments as [(typeof experiments)[0], (typeof experiments)[0]];
    const trials = [
      at(one, 1, 100),
      at(eight, 2, 700),
      at(one, 3, 110),
      at(eight, 4, 700, 2),
      at(one, 5, 100, 2),
      at(eight, 6, 770, 2),
    ];
    const [curve] = curvesFound({ experiments, contrasts: [], fidelity: "valid" }, trials);
    expect(curve!.drift).toMatchObject({ metric: "output_throughput", launches: 2 });
    expect(curve!.drift!.ratio).toBeCloseTo(1.1, 9);
    expect(curveOf().drift).toBeNull();
  });

  it("is one for each system and row, and none where no load is swept", () => {
    const experiments = ["tp8", "tp4"].flatMap((curve, row) =>
      [1, 8].map((load, place) => experimentAt(load, 2 * row + place, curve)),
    );
    const study = { experiments, contrasts: [], fidelity: "valid" };
    expect(curvesFound(study, []).map(({ name }) => name)).toEqual(["tp8", "tp4"]);
    const bare = experiments.map(({ labels: { curve: _curve, ...labels }, ...others }) => ({ ...others, labels }));
    expect(curvesFound({ ...study, experiments: bare }, [])).toEqual([]);
  });
});
