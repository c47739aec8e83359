import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import { compareOperands } from "../../../src/analysis/comparison.ts";
import { readOperands } from "../../../src/commands/compare/operands.ts";
import type { Comparison } from "../../../src/schema/comparison.ts";
import { comparedMetrics } from "../../../src/schema/headline-figures.ts";
import { toDisk } from "../../../src/schema/disk.ts";
import type { Experiment } from "../../../src/schema/experiment.ts";
import type { Result } from "../../../src/schema/result.ts";
import type { Trial } from "../../../src/schema/trial.ts";
import { writeTrial } from "../../../src/store/index.ts";
import { realWorld } from "../../../src/world/real-world.ts";
import { fakeExperiment, fakeLaunch, fakeTrial } from "../../support/fake-trials.ts";
import { storeLaunch } from "../../support/store-launch.ts";
import { useTemporaryFolders } from "../../support/temporary-folder.ts";

const temporaryFolder = useTemporaryFolders();
const baseline = fakeExperiment("baseline", 0, { max_num_seqs: 16 });
const fp8 = fakeExperiment("fp8", 1, { max_num_seqs: 16, quantization: "fp8" });

interface Stored {
  experiments?: Experiment[];
  baselines?: string[];
  smallestEffect?: number;
  values?: number[];
  /** The launches are connections to an engine that ran already. */
  attached?: boolean;
  change?: (trial: Trial) => Trial;
}

/** A results folder, and what the working folder is in it. */
async function store(studies: Record<string, Stored>): Promise<(...operands: string[]) => Promise<Result<Comparison>>> {
  const folder = temporaryFolder();
  const real = realWorld();
  const world = { ...real, machine: { ...real.machine, workingFolder: folder } };
  const results = join(folder, "results");
  for (const [study, stored] of Object.entries(studies)) {
    const { experiments = [baseline, fp8], baselines = ["baseline"], values = [1000, 1010, 990] } = stored;
    const place = join(results, study);
    mkdirSync(place, { recursive: true });
    const record = {
      format: "ceteris.study/1",
      name: study,
      origin: "measured",
      fidelity: "valid",
      experiments,
      contrasts: [{ treatment: "fp8", control: "baseline", changed: {}, family: "isolation" }],
      baselines,
      rules: { smallestEffectOfInterest: stored.smallestEffect ?? 0.02 },
    };
    writeFileSync(join(place, "study.json"), JSON.stringify(toDisk(record)));
    for (const experiment of experiments) {
      for (const [index, value] of values.entries()) {
        const made = fakeTrial(experiment, { replicate: index + 1, throughput: value });
        const trial = (stored.change ?? ((same: Trial) => same))({ ...made, study });
        await writeTrial(world, results, trial, { observation: null, outputs: null });
        const launch = fakeLaunch(trial, index + 1);
        await storeLaunch(world, place, stored.attached ? { ...launch, argv: [] } : launch);
      }
    }
  }
  cpSync(results, join(folder, "elsewhere"), { recursive: true });
  return async (...operands) => {
    const read = await readOperands(world, results, operands);
    return read.ok ? compareOperands(read.value, comparedMetrics, []) : read;
  };
}

function names(result: Result<Comparison>): string[] {
  if (!result.ok) throw new Error(`${result.problem.message}\n${result.problem.hint}`);
  return result.value.operands.map(({ name }) => name);
}

const trialId = fakeTrial(fp8, { replicate: 2 }).spec.trialId;

describe("compareOperands", () => {
  it("takes a study, an experiment by name and by id, a trial, and folders of each", async () => {
    const compare = await store({ A: {}, B: { values: [1100, 1110, 1090] } });
    const found = await compare("A", "B/fp8");
    expect(names(found)).toEqual(["A/baseline", "B/fp8"]);
    if (!found.ok) throw new Error();
    expect(found.value.operands[0]?.notes).toEqual([
      "A stands for A/baseline, its baseline; A/EXPERIMENT names another of its 2 experiments",
    ]);
    expect(found.value.operands[1]?.notes).toEqual([]);
    const [throughput] = found.value.effects;
    expect(throughput).toMatchObject({ metric: "output_throughput", treatment: "B/fp8", finding: "higher" });
    expect(throughput?.ratio).toBeCloseTo(1.1, 3);
    expect(names(await compare(`A/${fp8.id}`, "results/B/", `B/${trialId}`))).toEqual([
      "A/fp8",
      "B/baseline",
      `B/${trialId}`,
    ]);
    expect(names(await compare("results/A", `results/B/${fp8.id}/${trialId}/`))).toEqual([
      "A/baseline",
      `B/${trialId}`,
    ]);
    expect(names(await compare("A", `elsewhere/B/${fp8.id}`))).toEqual(["A/baseline", "B/fp8"]);
    expect(names(await compare(`A/${fp8.id}/${trialId}`, "B"))).toEqual([`A/${trialId}`, "B/baseline"]);
  });

  it("finds a trial by its id alone, and asks which where several studies have it", async () => {
    const one = await store({ A: {}, B: { experiments: [baseline] } });
    expect(names(await one("B", trialId))).toEqual(["B/baseline", `A/${trialId}`]);
    const two = await store({ A: {}, B: {} });
    expect(await two("A", trialId)).toMatchObject({
      problem: { code: "several-trials", hint: `Say which: A/${trialId}, B/${trialId}.` },
    });
  });

  it.each([
    [["A"], "too-few-operands"],
    [["A", "A/baseline"], "compared-with-itself"],
    [["A", `A/${fakeTrial(baseline).spec.trialId}`], "compared-with-itself"],
    [["A", "elsewhere/A"], "compared-with-itself"],
    [["A", "C"], "no-such-operand"],
    [["A", "B/fp9"], "no-such-experiment"],
    [["A", "B/"], null],
    [["A", "swept"], "several-baselines"],
    [["A", trialId.replace("r2", "r9")], "no-such-trial"],
  ])("%s: %s", async (operands, code) => {
    const compare = await store({ A: {}, B: {}, swept: { baselines: ["baseline", "fp8"] } });
    const found = await compare(...operands);
    expect(found.ok ? null : found.problem.code).toBe(code);
    if (!found.ok) expect(found.problem.hint).not.toBe("");
  });

  it("says what differs between the sides, that they are of one study, and whose margin is used", async () => {
    const compare = await store({ A: {}, B: { smallestEffect: 0.05 } });
    const found = await compare("A", "A/fp8", "B/fp8");
    if (!found.ok) throw new Error(found.problem.message);
    expect(found.value.unlike.map(({ treatment, found: [first] }) => [treatment, first?.what])).toEqual([
      ["A/fp8", "knobs"],
      ["B/fp8", "knobs"],
    ]);
    expect(found.value.notes).toEqual([
      expect.stringContaining("A/baseline and A/fp8 are of one study"),
      "B/fp8 was run with a smallest effect of interest of 5 %; the control's, 2 %, is used",
    ]);
    expect(
      found.value.effects.every(({ correction }) => correction === null || correction.endsWith("2 comparisons")),
    ).toBe(true);
  });

  it("says what is left out, and that an engine ran already", async () => {
    const compare = await store({
      A: {},
      B: {
        attached: true,
        change: (trial) =>
          trial.spec.replicate === 3
            ? { ...trial, verdict: { ...trial.verdict, status: "INVALID", reason: "too short" } }
            : trial,
      },
    });
    const found = await compare("A/baseline", "B/baseline");
    if (!found.ok) throw new Error(found.problem.message);
    expect(found.value.operands[1]?.attached).toBe(true);
    expect(found.value.operands[1]?.notes).toEqual([
      `B/baseline: 2 of 3 usable in ${join("results", basename("B"))}; left out: INVALID: too short`,
      "B/baseline ran already: it is not known how often its engine was started",
    ]);
    expect(found.value.effects[0]).toMatchObject({ launches: { control: 3, treatment: 2 }, of: { treatment: 3 } });
  });
});
