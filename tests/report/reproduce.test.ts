import { describe, expect, it } from "vitest";
import { reproductionOf } from "../../src/report/reproduce.ts";
import type { Trial } from "../../src/schema/trial.ts";
import { fakeReportInput } from "../support/fake-report.ts";

function section(trials: (all: Trial[]) => Trial[]) {
  const input = fakeReportInput();
  return reproductionOf({ ...input, trials: trials(input.trials) });
}

const bySeed = (trial: Trial, seed: number, more: Partial<Trial["spec"]> = {}): Trial => ({
  ...trial,
  spec: { ...trial.spec, ...more, seeds: { ...trial.spec.seeds, order: seed } },
});

describe("how to reproduce a study", () => {
  it("names every seed that was used, one run for each, with the blocks that a row has by then", () => {
    const { commands, seeds } = section((all) => [
      ...all.map((trial) => bySeed(trial, 11)),
      ...all
        .filter(({ spec }) => spec.replicate < 3)
        .map((trial) => bySeed(trial, 5, { block: trial.spec.block + 3, replicate: trial.spec.replicate + 3 })),
    ]);
    expect(seeds).toBe("seeds 11, 5");
    expect(commands.split("\n").filter((line) => line.startsWith("ceteris run"))).toEqual([
      "ceteris run 'matrices/fake study.yaml' --fidelity valid --seed 11 --repeats 3",
      "ceteris run 'matrices/fake study.yaml' --fidelity valid --seed 5 --repeats 5",
    ]);
  });

  it("has the planned seed where nothing was measured", () => {
    const { commands, seeds } = section(() => []);
    expect(seeds).toBe("seed 1");
    expect(commands).toContain("--fidelity valid --seed 1\n");
  });
});

it("names the server that took the place of the matrix's engine", () => {
  const input = fakeReportInput();
  const study = { ...input.study, engine: "endpoint", declaredEngine: "vllm", url: "http://gpu:8000" };
  const { commands } = reproductionOf({ ...input, study });
  expect(commands).toContain("ceteris plan 'matrices/fake study.yaml' --sut endpoint --url http://gpu:8000\n");
  expect(commands).toContain("ceteris run 'matrices/fake study.yaml' --sut endpoint --url http://gpu:8000 --fidelity");
});

it("has no command of a matrix that was never a file, and no empty command line of an engine", () => {
  const input = fakeReportInput();
  const { commands, engineCommands } = reproductionOf({
    ...input,
    study: { ...input.study, matrix: "(bench).yaml" },
    launches: input.launches.map((launch) => ({ ...launch, argv: [] })),
  });
  expect(commands).toBe("ceteris report fake-study");
  expect(engineCommands).toEqual([]);
});
