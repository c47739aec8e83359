import { describe, expect, it } from "vitest";
import { effects } from "../../src/analysis/effects.ts";
import { hostsCompared, poolsOf } from "../../src/analysis/pools.ts";
import type { ComparedStudy } from "../../src/analysis/study.ts";
import type { HostComparison } from "../../src/schema/host-standing.ts";
import type { StrayHostRule } from "../../src/schema/stray-host.ts";
import type { Trial } from "../../src/schema/trial.ts";
import { fakeExperiment, fakeTrial, foundIn } from "../support/fake-trials.ts";

const [control, change] = [fakeExperiment("baseline", 0, {}), fakeExperiment("fp8", 1, { quantization: "fp8" })];
const study = (rule?: StrayHostRule): ComparedStudy => ({
  experiments: [control, change],
  contrasts: [{ treatment: "fp8", control: "baseline", changed: { quantization: "fp8" }, family: "isolation" }],
  fidelity: "valid",
  ...(rule && { rules: { strayHost: rule } }),
});

const host = (name: string) => (trial: Trial) =>
  foundIn(trial, { host: { hostname: name }, gpus: { uuid: `GPU-${name}-and-more` } });
const gpu = (uuid: string) => (trial: Trial) => foundIn(trial, { gpus: { uuid } });

/** A block for each baseline figure, on the place before it; the change makes 10 % more of it. */
function blocks(...measured: [(trial: Trial) => Trial, number][]): Trial[] {
  return measured.flatMap(([place, throughput], at) => [
    place(fakeTrial(control, { replicate: at + 1, throughput })),
    place(fakeTrial(change, { replicate: at + 1, throughput: 1.1 * throughput })),
  ]);
}

const compared = (trials: Trial[], rule?: StrayHostRule): HostComparison | undefined =>
  hostsCompared(study(rule), trials)[0];

describe("hosts", () => {
  it("are compared by the baseline that all of them ran, with the median of them, by hand", () => {
    const e = Math.exp;
    const found = compared(
      blocks([host("n1"), e(7)], [host("n2"), e(7.1)], [host("n3"), e(6.9)], [host("n1"), e(7.02)]),
    )!;
    expect(found).toMatchObject({ baseline: "baseline", metric: "output_throughput", stat: "value", unit: "tok/s" });
    expect(found.called).toBe("hosts");
    expect(found.hosts.map(({ name, blocks: own, launches }) => [name, own, launches])).toEqual([
      ["n1", [1, 4], 2],
      ["n2", [2], 1],
      ["n3", [3], 1],
    ]);
    const [first, second, third] = found.hosts;
    // One degree of freedom: 7 and 7.02 lie 0.01 from their mean; t is 12.706.
    const sd = Math.sqrt(2 * 0.01 ** 2);
    expect(first!.value).toBeCloseTo(e(7.01), 6);
    expect(first!.interval!.upper).toBeCloseTo(e(7.01 + 12.7062047 * sd * Math.sqrt(1 / 2)), 3);
    // n1 is the median.
    expect(first).toMatchObject({ ratio: 1, ratioInterval: null, strays: false });
    expect(second!.ratio).toBeCloseTo(e(0.09), 9);
    expect(second!.ratioInterval!.lower).toBeCloseTo(e(0.09 - 12.7062047 * sd * Math.sqrt(1 + 1 / 2)), 6);
    expect([second!.strays, third!.strays, found.isSplit]).toEqual([true, true, true]);
  });

  it("have no interval where none ran two blocks", () => {
    const found = compared(blocks([host("n1"), 100], [host("n2"), 101], [host("n3"), 90]))!;
    expect(found.hosts.map(({ interval, ratioInterval }) => [interval, ratioInterval])).toEqual(
      found.hosts.map(() => [null, null]),
    );
    expect(found.hosts.map(({ strays }) => strays)).toEqual([false, false, true]);
  });

  it("are not compared where there is one, or where they are not known", () => {
    expect(compared(blocks([host("n1"), 100], [host("n1"), 90]))).toBeUndefined();
    const unknown = (trial: Trial): Trial => ({ ...trial, provenance: null });
    expect(compared(blocks([unknown, 100], [unknown, 90], [host("n1"), 90]))).toBeUndefined();
  });

  it("give their place to the sets of devices of a single host", () => {
    const found = compared(
      blocks([gpu("GPU-aaaaaaaa-1"), 100], [gpu("GPU-bbbbbbbb-1"), 80], [gpu("GPU-cccccccc-1"), 99]),
    )!;
    expect(found.called).toBe("sets of devices");
    expect(found.hosts.map(({ name, host: own, strays }) => [name, own, strays])).toEqual([
      ["Example H100 GPU-aaaaaaaa", "bench-1", false],
      ["Example H100 GPU-bbbbbbbb", "bench-1", true],
      ["Example H100 GPU-cccccccc", "bench-1", false],
    ]);
  });

  it("are the MIG slices of one GPU", () => {
    const slice = (id: string) => (trial: Trial) => foundIn(trial, { gpus: { slices: [id] } });
    const found = compared(blocks([slice("MIG-aaaaaaaa-1"), 100], [slice("MIG-bbbbbbbb-1"), 99]))!;
    expect(found.hosts.map(({ name }) => name)).toEqual(["Example H100 MIG-aaaaaaaa", "Example H100 MIG-bbbbbbbb"]);
  });

  it("are the sets of cores of a host without GPUs", () => {
    const onCores = (cores: string) => (trial: Trial) => {
      const found = foundIn(trial, { host: { cores } });
      return { ...found, provenance: { ...found.provenance!, gpus: [] } };
    };
    const found = compared(blocks([onCores("0-15"), 100], [onCores("16-31"), 99]))!;
    expect(found.hosts.map(({ name, devices }) => [name, devices])).toEqual([
      ["cores 0-15", "cores 0-15"],
      ["cores 16-31", "cores 16-31"],
    ]);
  });

  it("that a matrix gives an arm are not another set of devices of a block", () => {
    const declared = (trial: Trial): Trial => ({
      ...gpu("GPU-2")(trial),
      knobs: { ...trial.knobs, "sut.devices": ["1"] },
    });
    const trials = blocks([gpu("GPU-1"), 100], [gpu("GPU-1"), 90]).map((trial) =>
      trial.labels.name === "fp8" ? declared(trial) : trial,
    );
    expect(compared(trials)).toBeUndefined();
    // Also where a block lacks the baseline.
    expect(effects(study(), trials.slice(1))[0]?.hosts).toEqual(["Example H100 GPU-1"]);
  });

  it("are named with each effect that rests on their blocks", () => {
    const trials = blocks([host("n1"), 100], [host("n2"), 101], [host("n1"), 99], [host("n3"), 99]);
    expect(effects(study(), trials)[0]?.hosts).toEqual(["n1", "n2", "n3"]);
    const withoutChangeOnN3 = trials.slice(0, -1);
    expect(effects(study(), withoutChangeOnN3)[0]?.hosts).toEqual(["n1", "n2"]);
  });
});

describe("the rule for a host that strays", () => {
  const rule = { above: 0.05, leaveOut: true } as const;
  const trials = blocks([host("n1"), 100], [host("n2"), 80], [host("n3"), 99], [host("n2"), 82]);
  const kept = (found: ComparedStudy): [number, string[]] => {
    const pool = poolsOf(found, trials)("fp8", "performance");
    return [pool.trials.length, pool.excluded.map(({ why }) => why)];
  };

  it("leaves nothing out where the matrix does not ask for it", () => {
    expect(compared(trials)!.hosts.map(({ strays, leftOut }) => [strays, leftOut])).toEqual([
      [false, false],
      [true, false],
      [false, false],
    ]);
    expect(kept(study())).toEqual([4, []]);
  });

  it("leaves the host's blocks out of every arm, and says so of each trial", () => {
    expect(compared(trials, rule)!.hosts.map(({ leftOut }) => leftOut)).toEqual([false, true, false]);
    const why = "left out by rule: n2 strays, its baseline -18.2 % from the median of 3 hosts, at most ±5 %";
    expect(kept(study(rule))).toEqual([2, [why, why]]);
    expect(effects(study(rule), trials)[0]?.hosts).toEqual(["n1", "n3"]);
  });

  it("has the matrix's limit", () => {
    expect(kept(study({ above: 0.2, leaveOut: true }))[0]).toBe(4);
  });

  it("leaves nothing out unless most hosts lie within it: of two nobody knows which strays", () => {
    const two = blocks([host("n1"), 100], [host("n2"), 80]);
    const found = compared(two, rule)!;
    expect(found.isSplit).toBe(true);
    expect(found.hosts.map(({ strays, leftOut }) => [strays, leftOut])).toEqual([
      [true, false],
      [true, false],
    ]);
    expect(poolsOf(study(rule), two)("fp8", "performance").trials).toHaveLength(2);
    const four = blocks([host("n1"), 100], [host("n2"), 80], [host("n3"), 99], [host("n4"), 81]);
    expect(compared(four, rule)!.isSplit).toBe(true);
  });
});
