import { describe, expect, it } from "vitest";
import { compareOperands, type OperandInput } from "../../src/analysis/comparison.ts";
import { studyRecord } from "../../src/store/study-file.ts";
import { fakeTrial } from "../support/fake-trials.ts";
import { searchedPlan } from "../support/searched-study.ts";

const plan = searchedPlan({ peak: null });
const record = studyRecord(plan, "matrices/test.yaml");
const fidelity = "screen";
const trials = plan.experiments.flatMap((experiment, row) =>
  [1, 2, 3].map((replicate) =>
    fakeTrial(experiment, { fidelity, replicate, throughput: (1000 + 200 * row) * (1 + replicate / 1000) }),
  ),
);
const throughput = { metric: "output_throughput", stat: "value", purpose: "performance" } as const;

/** The experiment of a row, or one of its trials. */
function operand(row: number, replicate?: number): OperandInput {
  const own = trials.filter(({ spec }) => spec.experimentId === plan.experiments[row]!.id);
  return {
    text: `row ${row}`,
    study: record.name,
    studyFolder: "results/A",
    record,
    experiment: replicate === undefined ? record.experiments[row]! : null,
    trials: replicate === undefined ? trials : own.filter(({ spec }) => spec.replicate === replicate),
    launches: [],
    notes: [],
  };
}

describe("compareOperands", () => {
  it("compares each operand with the first, and says that one study's own report does it better", () => {
    const compared = compareOperands([operand(0), operand(1)], [throughput], []);
    if (!compared.ok) throw new Error(compared.problem.message);
    const { operands, effects, notes } = compared.value;
    expect(operands.map(({ name }) => name)).toEqual([`${record.name}/baseline`, `${record.name}/fp8`]);
    expect(effects).toMatchObject([{ metric: "output_throughput", launches: { control: 3, treatment: 3 } }]);
    expect(effects[0]!.ratio).toBeCloseTo(1.2, 6);
    expect(notes).toEqual([expect.stringContaining("are of one study")]);
  });

  it("takes a single trial, of which no interval is known", () => {
    const compared = compareOperands([operand(0, 1), operand(1, 1)], [throughput], []);
    if (!compared.ok) throw new Error(compared.problem.message);
    expect(compared.value.effects[0]).toMatchObject({ interval: null, launches: { control: 1, treatment: 1 } });
  });

  it("compares throughput per GPU where the sides take unlike numbers, but for a figure that is asked for by its name", () => {
    const onGpus = (row: number, gpus: number | null): OperandInput => {
      const input = operand(row);
      return { ...input, trials: input.trials.map((trial) => ({ ...trial, gpus })) };
    };
    const compared = compareOperands([onGpus(0, 1), onGpus(1, 2)], [throughput], []);
    if (!compared.ok) throw new Error(compared.problem.message);
    expect(compared.value.effects[0]).toMatchObject({ metric: "output_throughput_per_gpu" });
    expect(compared.value.effects[0]!.ratio).toBeCloseTo(0.6, 6);
    expect(compared.value.notes.at(-1)).toMatch(
      /^GPUs: .*baseline 1 and .*fp8 2; throughput and goodput are compared per GPU/,
    );
    const named = compareOperands([onGpus(0, 1), onGpus(1, 2)], [throughput], [throughput]);
    expect(named.ok && named.value.effects[0]).toMatchObject({ metric: "output_throughput" });
    const unknown = compareOperands([onGpus(0, 1), onGpus(1, null)], [throughput], []);
    expect(unknown.ok && unknown.value.effects[0]).toMatchObject({ metric: "output_throughput" });
    expect(unknown.ok && unknown.value.notes.at(-1)).toContain("is not known: nothing is divided by their number");
  });

  it("refuses a single operand, and two that hold the same trial", () => {
    expect(compareOperands([operand(0)], [throughput], [])).toMatchObject({ problem: { code: "too-few-operands" } });
    expect(compareOperands([operand(0), operand(0, 2)], [throughput], [])).toMatchObject({
      problem: { code: "compared-with-itself" },
    });
  });
});
