import { describe, expect, it } from "vitest";
import { standings } from "../../bench/statistics/guardrails.ts";
import { decisions } from "../../src/analysis/decisions.ts";
import type { CompareRules } from "../../src/analysis/rules.ts";
import type { Decision } from "../../src/schema/effect.ts";
import type { Contrast } from "../../src/schema/experiment.ts";
import type { Statistic } from "../../src/schema/measurement.ts";
import type { Workload } from "../../src/schema/workload.ts";
import { fakeExperiment, fakeTrial, withFigures } from "../support/fake-trials.ts";

/** How a change moves each figure of a closed load; 1 where nothing is said. */
type Moves = Partial<Record<string, number>>;

const usual: Record<string, number> = {
  "output_throughput_steady value": 1000,
  "ttft p50": 40,
  "ttft p99": 90,
  "tpot p50": 6,
  "tpot p99": 9,
  "output_tokens mean": 128,
  "energy_per_token value": 0.4,
  "request_throughput value": 8,
};

/** A change over five blocks with a noise of some tenths of a per cent; `failed` of the requests in each of its trials. */
function decided(
  moves: Moves,
  rules: Partial<CompareRules> = {},
  failed = 0,
  workload: Partial<Workload> = {},
  requests = 400,
): Decision {
  const closed = { scenario: "closed", load: { concurrency: 8 }, ...workload } as const;
  const experiments = [fakeExperiment("baseline", 0, {}, { workload: closed })];
  experiments.push(fakeExperiment("change", 1, { seqs: 2 }, { workload: closed }));
  const contrast: Contrast = { treatment: "change", control: "baseline", changed: { seqs: 2 }, family: "isolation" };
  const trials = experiments.flatMap((experiment, arm) => [
    ...[1, 2, 3, 4, 5].map((block) =>
      withFigures(fakeTrial(experiment, { replicate: block }), [
        ...Object.entries(usual).map(([key, value], index): [string, Statistic, number] => {
          const [metric = "", stat = "value"] = key.split(" ");
          const noise = 1 + 0.002 * Math.sin(7 * block + 3 * index + 11 * arm);
          return [metric, stat as Statistic, value * noise * (arm === 1 ? (moves[metric + " " + stat] ?? 1) : 1)];
        }),
        ["requests_failed", "value", arm === 1 ? failed : 0],
      ]),
    ),
    fakeTrial(experiment, { purpose: "accuracy" }),
  ]);
  for (const row of trials.flatMap(({ measurements }) => measurements)) row.n = requests;
  return decisions({ experiments, contrasts: [contrast], fidelity: "valid", rules }, trials)[1]!;
}

const faster = { "output_throughput_steady value": 1.1 };
const statuses = ({ guardrails }: Decision): Record<string, string> =>
  Object.fromEntries(guardrails.map(({ title, status }) => [title, status]));

describe("guardrails", () => {
  it("of a closed load are TTFT, TPOT, failed requests, output length, and energy where it was measured", () => {
    const made = decided(faster);
    expect(made.outcome).toBe("SHIP");
    expect(statuses(made)).toEqual({
      "TTFT p50": "kept",
      "TTFT p99": "kept",
      "TPOT p50": "kept",
      "TPOT p99": "kept",
      "failed requests": "open",
      "output length": "kept",
      "energy per token": "kept",
    });
  });

  it("that are broken make a TRADE-OFF of what would ship, and of what would be no effect", () => {
    const ship = decided({ ...faster, "ttft p50": 1.39 });
    expect(ship.outcome).toBe("TRADE-OFF");
    expect(ship.because).toContain("steady throughput got better, but it breaks guardrails: TTFT p50 +39");
    const none = decided({ "ttft p50": 1.39 });
    expect(none.outcome).toBe("TRADE-OFF");
    expect(none.because).toContain("steady throughput is equivalent");
    expect(decided({}).outcome).toBe("NO EFFECT");
  });

  it("are broken by failed requests, by answers of another length, and by energy, and not by what is better", () => {
    expect(statuses(decided(faster, {}, 4))["failed requests"]).toBe("broken");
    expect(decided(faster, {}, 4).because).toContain("failed requests +1 % (at most 0.1 % of the requests)");
    expect(statuses(decided({ ...faster, "output_tokens mean": 0.96 }))["output length"]).toBe("broken");
    expect(statuses(decided({ ...faster, "energy_per_token value": 1.2 }))["energy per token"]).toBe("broken");
    expect(statuses(decided({ ...faster, "tpot p99": 0.5 }))["TPOT p99"]).toBe("kept");
  });

  it("know a share of failed requests no better than counting does, however alike the launches are", () => {
    // None of 2,000 may be chance where one in a thousand fails, and none of 20,000 is not.
    const none = decided(faster).guardrails.find(({ title }) => title === "failed requests")!;
    expect(none).toMatchObject({ status: "open", moved: 0 });
    expect(none.why).toBe("none of 2000 requests failed, and a share of 0.15 % is not ruled out");
    expect(statuses(decided(faster, {}, 0, {}, 4000))["failed requests"]).toBe("kept");
    // 5 of 2,000 against 0 of 2,000, as many in each launch: by chance in 3 of 100, before any correction.
    const once = decided(faster, {}, 1).guardrails.find(({ title }) => title === "failed requests")!;
    expect(once).toMatchObject({ status: "open", moved: 1 / 400 });
    expect(once.p).toBeGreaterThan(0.1);
    expect(decided(faster, {}, 1).outcome).toBe("SHIP");
  });

  it("that moved within their margin are kept, and about it open, which a SHIP counts", () => {
    expect(statuses(decided({ ...faster, "ttft p99": 1.05 }))["TTFT p99"]).toBe("kept");
    const made = decided({ ...faster, "ttft p99": 1.0995 });
    expect(made.outcome).toBe("SHIP");
    expect(made.because).toContain("2 of 7 guardrails open: TTFT p99, failed requests");
  });

  it("have the same margin for a fall as for a rise: a share of the control's figure", () => {
    const rules = {
      guardrails: [{ metric: "request_throughput", stat: "value" as const, margin: 0.2, better: "higher" as const }],
    };
    const fallen = (to: number) =>
      decided({ ...faster, "request_throughput value": to }, rules).guardrails.find(({ margin }) => margin === 0.2)
        ?.status;
    expect(fallen(0.82)).not.toBe("broken");
    expect(fallen(0.78)).toBe("broken");
  });

  it("are the matrix's where it says so", () => {
    const loose = { guardrails: [{ metric: "ttft", stat: "p50" as const, margin: 0.6 }] };
    expect(decided({ ...faster, "ttft p50": 1.39 }, loose).outcome).toBe("SHIP");
    const none = { guardrails: [{ metric: "ttft", stat: "p50" as const, margin: null }] };
    expect(statuses(decided({ ...faster, "ttft p50": 1.39 }, none))["TTFT p50"]).toBeUndefined();
  });

  it("of Offline are those that mean something there", () => {
    const offline = decided({}, {}, 0, { scenario: "offline", load: {} });
    expect(Object.keys(statuses(offline))).toEqual(["failed requests", "output length", "energy per token"]);
  });
});

/** The long version, with its table, is `npm run bench:statistics -- --only guardrails`. */
describe("guardrails in the virtual laboratory", () => {
  const studies = 20;

  it("are seldom broken where nothing moves, seldom kept at the margin, and found broken far beyond it", () => {
    // Of 20 studies at an error of 5 % more than 4 are wrong in fewer than 1 of 300.
    expect(standings(4, 0, studies).anyBroken).toBeLessThanOrEqual(4 / studies);
    expect(standings(4, 0.05, studies).anyKept).toBeLessThanOrEqual(4 / studies);
    expect(standings(4, 0.15, studies).broken).toBeGreaterThan(0.9);
  });
});
