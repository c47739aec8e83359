import { describe, expect, it } from "vitest";
import { decisions } from "../../src/analysis/decisions.ts";
import type { ComparedStudy } from "../../src/analysis/study.ts";
import type { Decision } from "../../src/schema/effect.ts";
import type { Contrast } from "../../src/schema/experiment.ts";
import type { Json } from "../../src/schema/json.ts";
import type { Trial } from "../../src/schema/trial.ts";
import { fakeExperiment, fakeTrial, foundIn, withFigures } from "../support/fake-trials.ts";

const experiments = [fakeExperiment("baseline", 0, {}), fakeExperiment("change", 1, { seqs: 2 })];
const contrast: Contrast = { treatment: "change", control: "baseline", changed: { seqs: 2 }, family: "isolation" };

const textsOf = ({ missing }: Decision): string[] => missing.map(({ text }) => text);

/** A change that makes 8 % more, in four blocks; `alter` changes a trial of an arm (0 the baseline) in a block, or leaves it out. */
function decided(
  alter: (trial: Trial, arm: number, block: number) => Trial | null,
  study: Partial<ComparedStudy> = {},
): Decision {
  const trials = experiments.flatMap((experiment, arm) => [
    ...[1, 2, 3, 4].flatMap((block) => {
      const throughput = (arm === 0 ? 100 : 108) + block / 10 + (arm === block % 2 ? 0.05 : 0);
      return alter(fakeTrial(experiment, { replicate: block, throughput }), arm, block) ?? [];
    }),
    fakeTrial(experiment, { purpose: "accuracy" }),
  ]);
  return decisions(
    { experiments, contrasts: [contrast], fidelity: "valid", order: "interleaved", ...study },
    trials,
  )[1]!;
}

const same = (trial: Trial): Trial => trial;

describe("two arms that found unlike things", () => {
  it("ship where nothing differs", () => expect(decided(same).outcome).toBe("SHIP"));

  it.each<[string, Parameters<typeof foundIn>[1], string]>([
    ["engine", { engine: { version: "0.33.0" } }, "confounded: engine version 0.33.0 against 0.32.0"],
    [
      "packages",
      { engine: { packages: { torch: "2.11.0" } } },
      "confounded: engine packages torch 2.11.0 against torch 2.10.0",
    ],
    ["GPU", { gpus: { name: "Example H200" } }, "confounded: GPU Example H200 against Example H100"],
    ["driver", { gpus: { driver: "580.2" } }, "confounded: GPU driver 580.2 against 570.1"],
    ["CPU", { host: { cpuModel: "Other CPU" } }, "confounded: CPU Other CPU against Example CPU"],
    ["cores", { host: { cpus: 8 } }, "confounded: CPU cores 8 against 16"],
    [
      "host",
      { host: { hostname: "bench-2" } },
      "confounded: its two sides ran on different hosts (bench-2, bench-1) in 4 of 4 blocks",
    ],
    [
      "devices",
      { gpus: { uuid: "GPU-2" } },
      "confounded: its two sides ran on different GPUs of one kind in 4 of 4 blocks",
    ],
    ["data", { dataset: { sha256: "abc" } }, `confounded: dataset digest abc against ${"0".repeat(64)}`],
  ])("hold, with both values: %s", (_, facts, why) => {
    const made = decided((trial, arm) => (arm === 1 ? foundIn(trial, facts) : trial));
    expect(made.outcome).toBe("HOLD");
    expect(textsOf(made)).toContain(why);
  });

  it("ship where the change declares it", () => {
    const made = decided((trial, arm) => (arm === 1 ? foundIn(trial, { engine: { version: "0.33.0" } }) : trial), {
      contrasts: [{ ...contrast, changed: { "sut.version": "0.33.0" } }],
    });
    expect(made.outcome).toBe("SHIP");
  });

  it("keep their own build each where the change declares another version, and the GPUs that both have", () => {
    const made = decided(
      (trial, arm, block) => {
        const engine = { version: arm === 1 ? "0.33.0" : "0.32.0" };
        return foundIn(trial, { engine, ...(block === 4 ? { gpus: { name: "Example H200" } } : {}) });
      },
      { contrasts: [{ ...contrast, changed: { "sut.version": "0.33.0" } }] },
    );
    expect(made.outcome).toBe("SHIP");
    expect(made.because).toContain("on 3 of 4 against 3 of 4 launches");
  });

  it("hold where the change declares another version and both ran the same", () => {
    const contrasts = [{ ...contrast, changed: { "sut.version": "0.33.0" } }];
    expect(textsOf(decided(same, { contrasts }))).toEqual([
      "confounded: the change declares another version of the engine, and both sides ran 0.32.0",
    ]);
  });

  it("may be of other devices where the change declares them", () => {
    const devices = (trial: Trial, arm: number): Trial =>
      arm === 1 ? { ...foundIn(trial, { gpus: { uuid: "GPU-2" } }), knobs: { "sut.devices": ["1"] } } : trial;
    const changed = { "sut.devices": ["1"] };
    expect(decided(devices, { contrasts: [{ ...contrast, changed }] }).outcome).toBe("SHIP");
  });

  it("are judged within blocks: other hosts in other blocks, and a trial that is missing, confound nothing", () => {
    const elsewhere = { host: { hostname: "bench-2", cpuModel: "Other CPU", cpus: 8 } };
    const made = decided((trial, arm, block) => {
      if (arm === 1 && block === 4) return null;
      return block > 2 ? foundIn(trial, elsewhere) : trial;
    });
    expect(made.outcome).toBe("SHIP");
    const one = decided((trial, arm, block) => (arm === 1 && block === 4 ? foundIn(trial, elsewhere) : trial));
    expect(one.outcome).toBe("SHIP");
    expect(one.because).toContain("on 3 of 4 against 3 of 4 launches");
    expect(one.because).toContain("it ran apart from the rest of block 4");
  });

  it("are pooled for both arms together, not each by the size of its groups", () => {
    const newer = { engine: { version: "0.33.0" } };
    // Alone the change would take its three newer trials, and the baseline its three older ones.
    const made = decided((trial, arm, block) => (block > (arm === 1 ? 1 : 3) ? foundIn(trial, newer) : trial));
    expect(made.outcome).toBe("HOLD");
    expect(made.because).toContain("it ran with another engine build, model, GPU or driver");
  });

  it("are confounded by no host that differs from another, also where the order is declared", () => {
    const twice = (trial: Trial, block: number): Trial =>
      block < 3
        ? trial
        : foundIn(withFigures(trial, [["output_throughput", "value", 2 * figure(trial)]]), {
            host: { hostname: "bench-2" },
          });
    const figure = ({ measurements }: Trial): number =>
      measurements.find(({ metric }) => metric === "output_throughput")?.value ?? 0;
    expect(decided((trial, _, block) => twice(trial, block), { order: "declared" }).outcome).toBe("SHIP");
    // The same on one host is drift.
    const here = decided((trial, _, block) => foundIn(twice(trial, block), { host: { hostname: "bench-1" } }), {
      order: "declared",
    });
    expect(textsOf(here)[0]).toContain("all arms drifted by");
  });
});

describe("clocks of the GPUs", () => {
  it("that differ by more than 5 % between the arms hold", () => {
    const at = (mhz: number) =>
      decided((trial, arm) => withFigures(trial, [["gpu_sm_clock", "value", arm === 1 ? mhz : 1980]]));
    expect(textsOf(at(1600))).toEqual(["confounded: the GPU clock moved by -19.2 %, at most ±5 %"]);
    expect(at(1950).outcome).toBe("SHIP");
  });

  it("that differ between hosts move nothing, also where one side lacks a trial on the slower host", () => {
    const made = decided((trial, arm, block) => {
      if (arm === 1 && block === 4) return null;
      const onHost = foundIn(trial, { host: { hostname: block > 2 ? "bench-2" : "bench-1" } });
      return withFigures(onHost, [["gpu_sm_clock", "value", block > 2 ? 1200 : 1980]]);
    });
    expect(made.outcome).toBe("SHIP");
  });
});

describe("sample counts", () => {
  const asked = (trial: Trial, requests: number): Trial => ({ ...trial, asked: { requests, seconds: null } });

  it("that differ between the arms hold, with both counts", () => {
    const made = decided((trial, arm) => asked(trial, arm === 1 ? 64 : 32));
    expect(made).toMatchObject({
      outcome: "HOLD",
      missing: [{ kind: "confounded", text: "confounded: sample count 64 against 32" }],
    });
    const older = (trial: Trial, n: number): Trial => {
      const counted = withFigures(trial, [["requests_failed", "value", 0]]);
      return { ...counted, measurements: counted.measurements.map((row) => ({ ...row, n })) };
    };
    expect(decided((trial, arm) => older(trial, arm === 1 ? 64 : 32)).missing[0]?.text).toBe(
      "confounded: sample count 64 against 32",
    );
  });

  it("are those that were declared, however many were sent", () => {
    const sent = decided((trial, arm) => {
      const rows = trial.measurements.map((row) => ({ ...row, n: arm === 1 ? 640 : 320 }));
      return asked({ ...trial, measurements: rows }, 320);
    });
    expect(sent.outcome).toBe("SHIP");
  });

  it("of one arm are not pooled: the larger set counts, and the others are named", () => {
    const made = decided((trial, _, block) => asked(trial, block === 1 ? 320 : 900));
    expect(made.outcome).toBe("SHIP");
    expect(made.because).toContain("on 3 of 4 against 3 of 4 launches");
    expect(made.because).toContain("it asked for 320 requests, and the 3 pooled trials for 900");
  });
});

describe("the resolved configuration", () => {
  const resolved = (trial: Trial, configuration: { [path: string]: Json }): Trial => ({
    ...trial,
    resolvedConfiguration: configuration,
  });

  it("that the change moved is named, and holds it only under strict attribution", () => {
    const moved = (trial: Trial, arm: number): Trial => resolved(trial, { "compilation_config.ranges": [arm], x: 1 });
    const made = decided(moved);
    expect(made.outcome).toBe("SHIP");
    expect(made.because).toMatch(/; also moves compilation_config\.ranges(;|$)/);
    expect(decided(moved, { rules: { attribution: "strict" } })).toMatchObject({
      outcome: "HOLD",
      missing: [
        {
          kind: "confounded",
          text: "confounded: the change also moved compilation_config.ranges, and the matrix asks for strict attribution",
        },
      ],
    });
  });

  it("that differs among the launches of one arm holds", () => {
    const made = decided((trial, arm, block) =>
      resolved(trial, { "scheduler.seqs": arm === 1 && block > 2 ? 32 : 16 }),
    );
    expect(textsOf(made)).toEqual([
      "confounded: scheduler.seqs differs among the launches of change (16 in 2, 32 in 2)",
    ]);
  });

  it("that hosts moved, for both sides and each by its own share, holds nothing", () => {
    const onHosts = (trial: Trial, arm: number, block: number, perHost: (isSecond: boolean) => number): Trial =>
      resolved(foundIn(trial, { host: { hostname: block > 2 ? "bench-2" : "bench-1" } }), {
        "cache_config.num_gpu_blocks": perHost(block > 2) + 1000 * arm,
      });
    const made = decided((trial, arm, block) => onHosts(trial, arm, block, (isSecond) => (isSecond ? 5000 : 4000)));
    expect(made.outcome).toBe("SHIP");
    expect(made.because).toMatch(/; also moves cache_config\.num_gpu_blocks(;|$)/);
    const varying = decided((trial, arm, block) =>
      onHosts(trial, arm, block, (isSecond) => (isSecond ? 5000 : 4000) + (block === 1 ? 900 : 0)),
    );
    expect(textsOf(varying)[0]).toContain("num_gpu_blocks differs among the launches of change");
  });

  it("says nothing by names that are drawn at a start", () => {
    const made = decided((trial, arm, block) =>
      resolved(trial, {
        "kv.buffer_name": `b-${arm}-${block}`,
        socket: `/tmp/${arm}${block}`,
        id: `0x7f00${arm}${block}`,
      }),
    );
    expect(made.outcome).toBe("SHIP");
    expect(made.because).not.toContain("also moves");
  });
});

describe("a trial that did not run in its block's session", () => {
  const startedAt = (trial: Trial, iso: string): Trial => ({
    ...trial,
    startedAt: iso,
    endedAt: iso.replace(":00:00", ":10:00"),
  });

  it("holds the change", () => {
    const made = decided((trial, arm, block) =>
      arm === 1
        ? startedAt(trial, `2026-01-02T0${block}:00:00.000Z`)
        : startedAt(trial, `2026-01-01T0${block}:00:00.000Z`),
    );
    expect(made.outcome).toBe("HOLD");
    expect(textsOf(made)).toContain(
      "confounded: its two sides did not run in one session in 4 of 4 blocks: more than 60 min passed between two trials",
    );
  });

  it("is left out once later blocks hold both sides, and the change ships", () => {
    const made = decided((trial, arm, block) =>
      startedAt(trial, `2026-01-0${arm === 1 && block === 1 ? 9 : block}T01:00:00.000Z`),
    );
    expect(made.outcome).toBe("SHIP");
    expect(made.because).toContain("it ran apart from the rest of block 1");
  });

  it("is not one whose block went on within the longest interruption", () => {
    const made = decided((trial, arm, block) => startedAt(trial, `2026-01-0${block}T0${arm === 1 ? 2 : 1}:00:00.000Z`));
    expect(made.outcome).toBe("SHIP");
  });
});
