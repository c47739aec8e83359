import { describe, expect, it } from "vitest";
import { studyFindingRules } from "../../../src/analysis/study-findings/index.ts";
import { createRandom } from "../../../src/math/random.ts";
import type { ReportInput } from "../../../src/report/index.ts";
import type { StudyFinding } from "../../../src/schema/analysis.ts";
import type { Trial } from "../../../src/schema/trial.ts";
import { withFigures } from "../../support/fake-trials.ts";
import { designRow, laboratoryReport, type LaboratoryReport } from "../../support/laboratory-report.ts";
import { makeWorkload } from "../../support/make-study.ts";

const find = (input: ReportInput, rule: keyof typeof studyFindingRules): StudyFinding[] =>
  (input.findings ?? []).filter((one) => one.rule === rule);
const says = (input: ReportInput, rule: keyof typeof studyFindingRules): string[] =>
  find(input, rule).map((one) => one.says);

const seqs = designRow("seqs256", { max_num_seqs: 256 });
const length = designRow("len2668", { max_model_len: 2668 });
const isolation = (changes = [seqs, length], more: Partial<LaboratoryReport> = {}): ReportInput =>
  laboratoryReport({ design: { kind: "isolation", changes }, ...more });
const faster = { effects: [{ knobs: { max_num_seqs: 256 }, throughput: 1.2 }] };
const quiet = isolation();
/** Figures of a trial in place of the laboratory's. */
const given =
  (figures: (trial: Trial, throughput: number) => Parameters<typeof withFigures>[1]) =>
  (trial: Trial): Trial => {
    const throughput = trial.measurements.find(({ metric }) => metric === "output_throughput")?.value ?? 0;
    return withFigures(trial, figures(trial, throughput));
  };
const isMany = ({ knobs }: Trial): boolean => knobs["max_num_seqs"] === 256;

describe("a study in which nothing happened", () => {
  it("says nothing", () => {
    expect(quiet.findings).toEqual([]);
  });

  it("says nothing of a difference between single launches", () => {
    const { findings } = isolation([seqs], { engine: faster, study: { repeats: 1 } });
    expect(findings).toEqual([]);
  });

  it("says of noise that a launch is an outlier, or that all arms drifted, in one study in twenty at most", () => {
    const random = createRandom("false findings");
    const rules = Array.from({ length: 100 }, () => {
      const noise = Array.from({ length: 30 }, () => 0.06 * random.normal());
      const engine = { shift: ({ position }: Trial["spec"]) => noise[position]! };
      return isolation(undefined, { study: { repeats: 8 }, engine }).findings!.map(({ rule }) => rule);
    });
    for (const rule of ["outliers", "drift"]) {
      expect(rules.filter((own) => own.includes(rule)).length, rule).toBeLessThanOrEqual(5);
    }
  });
});

describe("the largest effect", () => {
  it("is named with its interval, its trials and the query that shows it", () => {
    const [finding, ...others] = find(isolation(undefined, { engine: faster }), "largest-effect");
    expect(others).toEqual([]);
    expect(finding?.says).toMatch(
      /^The largest effect is that of seqs256: output tok\/s \+(19|20)\.\d % \(\+1\d\.\d to \+2\d\.\d\) against baseline, on 4 against 4 launches\.$/,
    );
    expect(finding?.trials).toHaveLength(8);
    expect(finding?.query).toContain("experiment IN ('seqs256', 'baseline')");
    expect(finding?.query).toContain("metric = 'output_throughput' AND stat = 'value'");
  });
});

describe("the largest effect of a study whose checks excluded trials", () => {
  it("is none where the excluded ones would change the outcome", () => {
    const slow = ({ experiment, block }: Trial["spec"]): boolean => experiment === "seqs256" && block > 4;
    const input = isolation([seqs], {
      study: { repeats: 8 },
      engine: { ...faster, shift: (spec) => (slow(spec) ? Math.log(0.7) : 0) },
      change: (trial) =>
        slow(trial.spec) ? { ...trial, verdict: { ...trial.verdict, status: "INVALID", reason: "too short" } } : trial,
    });
    expect(input.decisions[1]!.missing.map(({ kind }) => kind)).toEqual(["lost trials"]);
    expect(find(input, "largest-effect")).toEqual([]);
  });
});

describe("opposed effects", () => {
  const paying = (
    factor: number,
    figure: readonly ["ttft", "p99"] | readonly ["loadgen_latency", "value"] = ["ttft", "p99"],
  ) =>
    isolation([seqs], {
      engine: faster,
      change: given((trial, throughput) => [[...figure, (isMany(trial) ? factor : 1) * throughput]]),
    });

  it("name the gain and the latency that pays for it", () => {
    expect(says(paying(1.4), "opposed-effects")).toEqual([
      expect.stringMatching(
        /^seqs256 pays for its gain: output tok\/s \+2\d\.\d % \(.*\), but TTFT p99 \+6\d\.\d % \(.*\) against baseline\.$/,
      ),
    ]);
  });

  it("know a latency by the metric's definition: a time of which less is better", () => {
    expect(says(paying(1.4, ["loadgen_latency", "value"]), "opposed-effects")).toEqual([
      expect.stringContaining("but LoadGen latency +6"),
    ]);
  });

  it("are none where the latency gets better too", () => {
    expect(says(isolation([seqs], { engine: faster }), "opposed-effects")).toEqual([]);
    expect(says(paying(1 / 1.19), "opposed-effects")).toEqual([]);
  });
});

describe("a stack", () => {
  const steps = [seqs, length, designRow("eager", { enforce_eager: true }), designRow("fp8", { quantization: "fp8" })];
  const stacked = (more: Partial<LaboratoryReport> = {}) =>
    laboratoryReport({ design: { kind: "stacked", changes: steps }, engine: faster, ...more });

  it("names the step after which no step can add as much as matters", () => {
    expect(says(stacked(), "nothing-adds-up")).toEqual([
      expect.stringMatching(
        /^After seqs256 nothing adds up: each of the 3 later steps gains less than 2 % output tok\/s \(at most \+?[01]\.\d %, \w+, by its 95 % interval\)\.$/,
      ),
    ]);
  });

  it("is silent where a later step adds, and where the intervals are too wide to say that none does", () => {
    const last = { knobs: { quantization: "fp8" }, throughput: 1.1 };
    expect(says(stacked({ engine: { effects: [...faster.effects, last] } }), "nothing-adds-up")).toEqual([]);
    const noisy = { ...faster, noise: { kind: "gaussian" as const, sd: 0.03 } };
    expect(says(stacked({ engine: noisy }), "nothing-adds-up")).toEqual([]);
  });

  it("names the first step that breaks a guardrail", () => {
    const closed = makeWorkload({ scenario: "closed", load: { concurrency: 64 } });
    const slow = (trial: Trial): boolean => "max_model_len" in trial.knobs;
    const input = stacked({
      study: { workloads: [closed] },
      change: given((trial, throughput) => [
        ["output_throughput_steady", "value", throughput],
        ["ttft", "p99", (slow(trial) ? 1.3 : 1) * (90 + throughput / 1e4)],
        ["ttft", "p50", 60],
        ["tpot", "p50", 6],
        ["tpot", "p99", 9],
      ]),
    });
    expect(says(input, "first-limit-broken")).toEqual([
      expect.stringMatching(
        /^The first limit to break along the stack is TTFT p99, at len2668: \+(29|30)\.\d % \(.*\) against seqs256, at most 10 %\.$/,
      ),
    ]);
  });
});

describe("a curve", () => {
  const concurrency = [8, 16, 32].map((load) => ({
    id: `c${load}`,
    set: { "load.concurrency": load },
    pointer: "",
  }));
  const curve = (latency: (load: number) => number, within: (load: number) => number) =>
    laboratoryReport({
      design: { kind: "curve", changes: [] },
      study: {
        workloads: [makeWorkload({ scenario: "closed", load: { concurrency: 8 }, slo: { ttft_ms: 200 } })],
        sweep: [{ name: "load.concurrency", isNamed: false, pointer: "", points: concurrency }],
      },
      change: given((trial, throughput) => {
        const load = Number(trial.knobs["load.concurrency"]);
        return [
          ["ttft", "p99", (latency(load) * throughput) / 1000],
          ["goodput_share", "value", (within(load) * throughput) / 1000],
          ["goodput", "value", throughput / 128],
        ];
      }),
    });
  const bent = curve(
    (load) => (load === 32 ? 400 : 50 + load / 4),
    (load) => (load === 32 ? 80 : 100),
  );

  it("names the load at which its SLO breaks", () => {
    expect(says(bent, "first-limit-broken")).toEqual([
      expect.stringMatching(
        /^The SLO of \S+ holds up to 16 in flight and breaks at 32 in flight: (79|80)\.\d % of the requests meet it there \(.*\), and 99 % must\.$/,
      ),
    ]);
  });

  it("names the step of the load at which a latency grows fastest", () => {
    expect(says(bent, "sharpest-jump")).toEqual([
      expect.stringMatching(
        / bends between 16 in flight and 32 in flight: TTFT p99 ×7\.4 \(×7\.\d to ×7\.\d\) for 100 % more load\.$/,
      ),
    ]);
  });

  it("is silent where the SLO holds everywhere and latency grows slower than the load", () => {
    const straight = curve(
      (load) => 50 + load / 4,
      () => 100,
    );
    expect([...says(straight, "first-limit-broken"), ...says(straight, "sharpest-jump")]).toEqual([]);
  });
});

describe("interacting knobs", () => {
  const factor = (name: string, values: number[]) => ({
    name,
    isNamed: false,
    pointer: "",
    points: values.map((value) => ({ id: `${name}=${value}`, set: { [name]: value }, pointer: "" })),
  });
  const combination = (together: number) =>
    laboratoryReport({
      design: {
        kind: "combination",
        factors: [factor("max_num_seqs", [16, 256]), factor("max_model_len", [1000, 2668])],
        changes: [],
      },
      study: { baseline: { id: "baseline", label: "baseline", knobs: { max_num_seqs: 16, max_model_len: 1000 } } },
      engine: {
        effects: [...faster.effects, { knobs: { max_num_seqs: 256, max_model_len: 2668 }, throughput: together }],
      },
    });

  it("are named with what they do together beyond the product", () => {
    expect(says(combination(0.9), "interacting-knobs")).toEqual([
      expect.stringMatching(
        /^max_num_seqs=256 and max_model_len=2668 do not multiply: together they give -(9|10)\.\d % \(.*\) output tok\/s beside/,
      ),
    ]);
  });

  it("are none where the knobs multiply", () => {
    expect(says(combination(1), "interacting-knobs")).toEqual([]);
  });
});

describe("contradictions", () => {
  const resolved = (trial: Trial): Trial => ({
    ...trial,
    resolvedId: "res1_same",
    resolvedConfiguration: { "scheduler_config.max_num_seqs": 16 },
  });

  it("name two arms of one configuration that differ all the same, also with one launch each", () => {
    expect(says(isolation([seqs], { engine: faster, change: resolved }), "contradictions")).toEqual([
      expect.stringMatching(
        /^baseline and seqs256 resolved to the same configuration, and yet differ by -1[67]\.\d % \(.*\) on 4 against 4 launches:/,
      ),
    ]);
    const once = isolation([seqs], { engine: faster, change: resolved, study: { repeats: 1 } });
    expect(says(once, "contradictions")[0]).toContain("% with one launch each: no smaller");
  });

  it("are none where they do not differ, and where the engine said nothing of its configuration", () => {
    expect(says(isolation([seqs], { change: resolved }), "contradictions")).toEqual([]);
    expect(says(isolation([seqs], { engine: faster }), "contradictions")).toEqual([]);
  });

  it("name throughputs that move in opposite directions", () => {
    const input = isolation([seqs], {
      engine: faster,
      change: given((trial, throughput) => [["request_throughput", "value", throughput / (isMany(trial) ? 160 : 128)]]),
    });
    expect(says(input, "contradictions")).toEqual([
      expect.stringMatching(
        /^seqs256: output tok\/s \+.*, but requests\/s -\d\.\d % \(.*\) against baseline: its answers have another length\.$/,
      ),
    ]);
  });
});

describe("an outlier among launches", () => {
  it("is named beside the launches of its arm and block, with the score of the stated rule", () => {
    const slow = ({ spec }: { spec: Trial["spec"] }): boolean => spec.experiment === "seqs256" && spec.block === 3;
    const input = isolation(undefined, {
      study: { repeats: 5 },
      engine: { shift: (spec) => (slow({ spec }) ? Math.log(0.88) : 0) },
    });
    const [finding, ...others] = find(input, "outliers");
    expect(others).toEqual([]);
    expect(finding?.says).toMatch(
      /^One launch is an outlier: seqs256 in block 3 has 8\d\d tok\/s, -1[12]\.\d % \(.*\) beside .* \(modified z \d+\.\d, above 3\.5; interval corrected over 15 launches\)\. It is in every figure\.$/,
    );
    expect(finding?.trials).toHaveLength(1);
  });
});

describe("studyFindings", () => {
  it("give the largest of each rule before the second of any", () => {
    const input = isolation(undefined, {
      study: { repeats: 5 },
      engine: { ...faster, driftPerTrial: -0.005 },
      change: (trial) => ({
        ...trial,
        resolvedConfiguration: { a: isMany(trial) ? 1 : "max_model_len" in trial.knobs ? 2 : 3 },
      }),
    });
    expect(input.findings?.map(({ rule }) => rule)).toEqual(["largest-effect", "drift", "collateral", "collateral"]);
  });
});
